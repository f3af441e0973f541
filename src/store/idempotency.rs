//! Saved once however often it is sent: keys of the last 24 hours.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectionTrait, DbBackend, Statement,
    sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query},
};

use super::Write;
use crate::error::{Error, Result};

/// What a key says about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Never seen: go on, then [`Write::settle_key`].
    New,
    /// Seen with the same body: the dossier it made. Commit before it is answered: the first
    /// time may lie on the disk of a PostgreSQL alone whose standby never heard of it, and
    /// only what commits waits for the standby.
    Done(String),
    /// Seen with another body.
    OtherBody,
}

/// A key, and what was made for it.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    pub owner: &'a str,
    pub key: &'a str,
    pub body_hash: &'a str,
    pub code: &'a str,
    pub now: DateTime<Utc>,
}

impl Key<'_> {
    /// Its row, which is not written where the key was seen. One of before is free again,
    /// though the night has not swept it yet.
    pub(super) fn row(self) -> Result<InsertStatement> {
        let kept = ["body_hash", "code", "created_at"];
        let mut seen = OnConflict::columns(["owner", "key"]);
        seen.update_columns(kept)
            .action_and_where(Expr::col(("idempotency", "created_at")).lt(self.now - KEPT));
        let mut row = Query::insert();
        row.into_table("idempotency")
            .columns(["owner", "key"].into_iter().chain(kept))
            .on_conflict(seen)
            .values([
                self.owner.into(),
                self.key.into(),
                self.body_hash.into(),
                self.code.into(),
                self.now.into(),
            ])
            .map_err(Error::internal)?;
        Ok(row)
    }
}

/// How long a key is remembered.
const KEPT: TimeDelta = TimeDelta::hours(24);

impl Write {
    /// Forgets the keys of before.
    pub async fn sweep_keys(&self, now: DateTime<Utc>) -> Result<()> {
        self.tx
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "DELETE FROM idempotency WHERE created_at < $1",
                [(now - KEPT).into()],
            ))
            .await?;
        Ok(())
    }

    /// Claims a key for its owner within the transaction. Two requests at once
    /// meet at the primary key: the second waits, then sees the first.
    pub async fn claim_key(
        &self,
        owner: &str,
        key: &str,
        body_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Claim> {
        let mine = Key {
            owner,
            key,
            body_hash,
            code: "",
            now,
        };
        if self.tx.execute(&mine.row()?).await?.rows_affected() == 1 {
            return Ok(Claim::New);
        }
        let row = self
            .tx
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT body_hash, code FROM idempotency WHERE owner = $1 AND key = $2",
                [owner.into(), key.into()],
            ))
            .await?
            .ok_or_else(|| Error::internal("idempotency key vanished"))?;
        let seen: String = row.try_get("", "body_hash")?;
        Ok(if seen == body_hash {
            Claim::Done(row.try_get("", "code")?)
        } else {
            Claim::OtherBody
        })
    }

    /// Remembers what the key made.
    pub async fn settle_key(&self, owner: &str, key: &str, code: &str) -> Result<()> {
        self.tx
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "UPDATE idempotency SET code = $3 WHERE owner = $1 AND key = $2",
                [owner.into(), key.into(), code.into()],
            ))
            .await?;
        Ok(())
    }
}
