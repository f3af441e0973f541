//! Which long work did an account begin, and how did it end?
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{Reader, Write, tables::lists::work};
use crate::error::Result;

pub use super::tables::lists::work::Model as Work;

/// That account's work of that name; another's is not there.
pub async fn of(db: &impl Reader, account: i64, name: &str) -> Result<Option<Work>> {
    Ok(work::Entity::find()
        .filter(work::Column::AccountId.eq(account))
        .filter(work::Column::Name.eq(name))
        .one(db)
        .await?)
}

/// The last work of an account, the newest first.
pub async fn recent(db: &impl Reader, account: i64, most: u64) -> Result<Vec<Work>> {
    Ok(work::Entity::find()
        .filter(work::Column::AccountId.eq(account))
        .order_by_desc(work::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

impl Write {
    /// Writes down that it begins; what this account began before `oldest` is forgotten.
    pub async fn open_work(
        &self,
        account: i64,
        (name, title, back): (&str, &str, &str),
        now: DateTime<Utc>,
        oldest: DateTime<Utc>,
    ) -> Result<()> {
        work::Entity::delete_many()
            .filter(work::Column::AccountId.eq(account))
            .filter(work::Column::StartedAt.lt(oldest))
            .exec(&self.tx)
            .await?;
        let row = work::ActiveModel {
            id: NotSet,
            account_id: Set(account),
            name: Set(name.to_owned()),
            title: Set(title.to_owned()),
            back: Set(back.to_owned()),
            started_at: Set(now),
            ended_at: Set(None),
            said: Set(String::new()),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// How it ended.
    pub async fn end_work(&self, name: &str, said: &str, now: DateTime<Utc>) -> Result<()> {
        work::Entity::update_many()
            .col_expr(work::Column::EndedAt, Expr::value(now))
            .col_expr(work::Column::Said, Expr::value(said))
            .filter(work::Column::Name.eq(name))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
