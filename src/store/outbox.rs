//! Mail that waits: written with the change that caused it, claimed by one sender at a time.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{Reader, Write, tables::letters::outbox as table};
use crate::error::Result;

pub use super::tables::letters::outbox::Model as Outgoing;

/// How long a sender may take before another tries.
const CLAIM: TimeDelta = TimeDelta::minutes(3);

fn waiting(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(table::Column::SentAt.is_null())
        .add(table::Column::FailedAt.is_null())
        .add(table::Column::DueAt.lte(now))
        .add(
            Condition::any()
                .add(table::Column::ClaimedUntil.is_null())
                .add(table::Column::ClaimedUntil.lt(now)),
        )
}

/// What may be sent now, oldest first.
pub async fn due(db: &impl Reader, now: DateTime<Utc>, most: u64) -> Result<Vec<Outgoing>> {
    Ok(table::Entity::find()
        .filter(waiting(now))
        .order_by_asc(table::Column::DueAt)
        .order_by_asc(table::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// How much mail waits, and how much was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u64,
    pub given_up: u64,
}

/// How much waits now.
pub async fn counts(db: &impl Reader, now: DateTime<Utc>) -> Result<Counts> {
    let due = table::Entity::find().filter(waiting(now));
    let gone = table::Entity::find()
        .filter(table::Column::SentAt.is_null())
        .filter(table::Column::FailedAt.is_not_null());
    Ok(Counts {
        waiting: due.count(db).await?,
        given_up: gone.count(db).await?,
    })
}

impl Write {
    /// Mail leaves with the change that caused it, or not at all.
    pub async fn queue_mail(&self, row: Outgoing) -> Result<()> {
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        table::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Takes one for sending: `false` when another sender was faster. The clause
    /// works on both databases, unlike `SKIP LOCKED`.
    pub async fn claim_mail(&self, id: i64, now: DateTime<Utc>) -> Result<bool> {
        let done = table::Entity::update_many()
            .col_expr(table::Column::ClaimedUntil, Expr::value(now + CLAIM))
            .col_expr(
                table::Column::Attempts,
                Expr::col(table::Column::Attempts).add(1),
            )
            .filter(table::Column::Id.eq(id))
            .filter(waiting(now))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// It left.
    pub async fn mail_sent(&self, id: i64, now: DateTime<Utc>) -> Result<()> {
        table::Entity::update_many()
            .col_expr(table::Column::SentAt, Expr::value(now))
            .col_expr(table::Column::LastError, Expr::value(None::<String>))
            .filter(table::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// It did not: tried again at `next`, or given up where there is no next time.
    pub async fn mail_failed(
        &self,
        id: i64,
        why: &str,
        now: DateTime<Utc>,
        next: Option<DateTime<Utc>>,
    ) -> Result<()> {
        let mut change = table::Entity::update_many()
            .col_expr(table::Column::LastError, Expr::value(why))
            .col_expr(
                table::Column::ClaimedUntil,
                Expr::value(None::<DateTime<Utc>>),
            );
        change = match next {
            Some(next) => change.col_expr(table::Column::DueAt, Expr::value(next)),
            None => change.col_expr(table::Column::FailedAt, Expr::value(now)),
        };
        change
            .filter(table::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
