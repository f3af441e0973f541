//! How often was a name guessed that nobody bears? Counted like a real one, so that the
//! answers do not tell which names there are, whichever server is asked.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{Reader, Write, tables::servers::guess};
use crate::{error::Result, secret};

pub use super::tables::servers::guess::Model as Guess;

/// The wrong words for a name so far, and until when it is not heard.
pub async fn of(db: &impl Reader, name: &str) -> Result<Option<Guess>> {
    Ok(guess::Entity::find()
        .filter(guess::Column::Name.eq(secret::hash(name)))
        .one(db)
        .await?)
}

impl Write {
    /// One more wrong word; two at once are two.
    pub async fn count_guess(&self, name: &str, now: DateTime<Utc>) -> Result<Option<Guess>> {
        let row = guess::ActiveModel {
            id: NotSet,
            name: Set(secret::hash(name)),
            failures: Set(1),
            lockouts: Set(0),
            until: Set(None),
            at: Set(now),
        };
        let again = OnConflict::column(guess::Column::Name)
            .value(
                guess::Column::Failures,
                Expr::col((guess::Entity, guess::Column::Failures)).add(1),
            )
            .update_column(guess::Column::At)
            .to_owned();
        guess::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&self.tx)
            .await?;
        of(&self.tx, name).await
    }

    /// Pauses a name: so often now, and until when it is not heard.
    pub async fn pause_guess(&self, id: i64, lockouts: i32, until: DateTime<Utc>) -> Result<()> {
        guess::Entity::update_many()
            .col_expr(guess::Column::Failures, Expr::value(0))
            .col_expr(guess::Column::Lockouts, Expr::value(lockouts))
            .col_expr(guess::Column::Until, Expr::value(until))
            .filter(guess::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Names that nobody guessed since are forgotten.
    pub async fn sweep_guesses(&self, before: DateTime<Utc>) -> Result<()> {
        guess::Entity::delete_many()
            .filter(guess::Column::At.lt(before))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
