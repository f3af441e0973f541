//! What waits to leave: written with the change that caused it, claimed by one sender
//! at a time, marked with what became of it.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{Reader, Write, notices::reachable, tables::letters::outbox as table};
use crate::{
    domain::notice::{Channel, Kind, State},
    error::Result,
};

pub use super::tables::letters::outbox::Model as Outgoing;

/// How long a sender may take before another tries; longer than its patience.
pub const CLAIM: TimeDelta = TimeDelta::minutes(3);

impl Outgoing {
    /// A new one, to leave at once.
    pub fn new(agency_id: i64, kind: Kind, channel: Channel, to: &str, now: DateTime<Utc>) -> Self {
        Self {
            id: 0,
            agency_id,
            dossier_id: None,
            kind: kind.code().into(),
            recipient: to.into(),
            payload: String::new(),
            queued_at: now,
            due_at: now,
            sent_at: None,
            failed_at: None,
            attempts: 0,
            last_error: None,
            claimed_until: None,
            channel: channel.code().into(),
            feedback_id: None,
            account_id: None,
            once: None,
            delivered_at: None,
            stopped_at: None,
            settled_at: None,
            settled_by: None,
            settled_how: None,
            over_at: None,
        }
    }

    pub fn kind(&self) -> Option<Kind> {
        Kind::from_code(&self.kind)
    }

    pub fn channel(&self) -> Channel {
        // Written by us alone; a slip goes nowhere by itself where a row is damaged.
        Channel::from_code(&self.channel).unwrap_or(Channel::Slip)
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        if self.settled_at.is_some() {
            State::Settled
        } else if self.failed_at.is_some() {
            State::Failed
        } else if self.delivered_at.is_some() {
            State::Delivered
        } else if self.sent_at.is_some() {
            State::Sent
        } else {
            let by_hand = self.stopped_at.is_some() || self.channel() == Channel::Slip;
            match (by_hand, self.over_at, self.stopped_at) {
                (false, ..) => State::Queued,
                (true, Some(_), _) => State::Over,
                (true, None, Some(_)) => State::Stopped,
                (true, None, None) => State::Waiting,
            }
        }
    }
}

/// Neither gone nor given up, and not kept from leaving; in the words of its index
/// (`ix_outbox_to_leave`).
pub(super) fn to_leave() -> Condition {
    Condition::all()
        .add(table::Column::SentAt.is_null())
        .add(table::Column::FailedAt.is_null())
        .add(table::Column::StoppedAt.is_null())
        .add(table::Column::SettledAt.is_null())
}

/// What goes out by itself; a slip waits for a person. Channel by channel, as the index has
/// them: by what it is not, nothing is found there.
pub(super) fn carried() -> Expr {
    let carried = Channel::ALL.iter().filter(|way| **way != Channel::Slip);
    table::Column::Channel.is_in(carried.map(|way| way.code()))
}

fn waiting(now: DateTime<Utc>) -> Condition {
    to_leave().add(table::Column::DueAt.lte(now)).add(
        Condition::any()
            .add(table::Column::ClaimedUntil.is_null())
            .add(table::Column::ClaimedUntil.lt(now)),
    )
}

/// What may leave by a channel now, oldest first.
pub async fn due(
    db: &impl Reader,
    channel: Channel,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<Outgoing>> {
    Ok(table::Entity::find()
        .filter(waiting(now))
        .filter(table::Column::Channel.eq(channel.code()))
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
    let due = table::Entity::find().filter(waiting(now)).filter(carried());
    let gone = table::Entity::find()
        .filter(table::Column::SettledAt.is_null())
        .filter(table::Column::FailedAt.is_not_null())
        .filter(reachable());
    Ok(Counts {
        waiting: due.count(db).await?,
        given_up: gone.count(db).await?,
    })
}

/// When something of a kind was last written, for an agency.
pub async fn last(db: &impl Reader, agency: i64, kind: Kind) -> Result<Option<DateTime<Utc>>> {
    let row = table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::Kind.eq(kind.code()))
        .order_by_desc(table::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(|row| row.queued_at))
}

impl Write {
    /// It leaves with the change that caused it, or not at all. One with a `once`
    /// that is there already is not written again: `false`.
    pub async fn queue(&self, row: Outgoing) -> Result<bool> {
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        let done = table::Entity::insert(row)
            .on_conflict(
                OnConflict::column(table::Column::Once)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.tx)
            .await?;
        Ok(done == 1)
    }

    /// Takes one for sending: `false` when another sender was faster. The clause
    /// works on both databases, unlike `SKIP LOCKED`.
    pub async fn claim(&self, id: i64, now: DateTime<Utc>) -> Result<bool> {
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
    pub async fn sent(&self, id: i64, now: DateTime<Utc>) -> Result<()> {
        table::Entity::update_many()
            .col_expr(table::Column::SentAt, Expr::value(now))
            .col_expr(table::Column::LastError, Expr::value(None::<String>))
            .filter(table::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// It did not: tried again at `next`, or given up where there is no next time. Why, the
    /// other side said, and it may name somebody who was erased meanwhile.
    pub async fn not_sent(
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
            .filter(reachable())
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
