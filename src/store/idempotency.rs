//! Saved once however often it is sent: keys of the last 24 hours.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

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
        if self.keep_key(owner, key, body_hash, "", now).await? {
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

    /// Keeps a key with what it made, unless it was seen: `false` then. A key of before
    /// is free again, though the night has not swept it yet.
    pub async fn keep_key(
        &self,
        owner: &str,
        key: &str,
        body_hash: &str,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let kept = self
            .tx
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "INSERT INTO idempotency (owner, key, body_hash, code, created_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner, key) DO UPDATE \
                 SET body_hash = excluded.body_hash, code = excluded.code, created_at = excluded.created_at \
                 WHERE idempotency.created_at < $6",
                [
                    owner.into(),
                    key.into(),
                    body_hash.into(),
                    code.into(),
                    now.into(),
                    (now - KEPT).into(),
                ],
            ))
            .await?;
        Ok(kept.rows_affected() == 1)
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
