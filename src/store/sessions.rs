//! Who is signed in, and the one-time set-up link.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Reader, Write,
    accounts::Account,
    memberships,
    tables::staff::{account, session, setup_link},
};
use crate::error::Result;

/// The account behind a session that has not ended, if it is still enabled, and
/// the session. One that nobody used since `idle` has ended too.
pub async fn account_of(
    db: &impl Reader,
    token_hash: &str,
    now: DateTime<Utc>,
    idle: DateTime<Utc>,
) -> Result<Option<(Account, Session)>> {
    let Some(session) = session::Entity::find()
        .filter(session::Column::TokenHash.eq(token_hash))
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(session::Column::SeenAt.gt(idle))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let account = account::Entity::find_by_id(session.account_id)
        .filter(account::Column::Disabled.eq(false))
        .one(db)
        .await?;
    let Some(mut account) = account else {
        return Ok(None);
    };
    if let Some(agency) = session.agency_id {
        // Who has left it meanwhile works at home again.
        memberships::put_on(db, &mut account, agency).await?;
    }
    Ok(Some((account, session)))
}

pub use super::tables::staff::session::Model as Session;

/// The sessions of an account that have not ended, the latest first.
pub async fn open_of(db: &impl Reader, account: i64, now: DateTime<Utc>) -> Result<Vec<Session>> {
    Ok(session::Entity::find()
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::SeenAt)
        .all(db)
        .await?)
}

/// Whether a set-up link is good.
pub async fn setup_is_open(db: &impl Reader, token_hash: &str, now: DateTime<Utc>) -> Result<bool> {
    Ok(setup_link::Entity::find()
        .filter(setup_link::Column::TokenHash.eq(token_hash))
        .filter(setup_link::Column::UsedAt.is_null())
        .filter(setup_link::Column::ExpiresAt.gt(now))
        .one(db)
        .await?
        .is_some())
}

impl Write {
    /// Ends the sessions of an account beyond so many, those used longest ago first.
    pub async fn keep_sessions(&self, account_id: i64, most: u64) -> Result<()> {
        let all = session::Entity::find()
            .filter(session::Column::AccountId.eq(account_id))
            .order_by_desc(session::Column::SeenAt)
            .order_by_desc(session::Column::Id)
            .all(&self.tx)
            .await?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let over: Vec<i64> = all.iter().skip(most).map(|session| session.id).collect();
        session::Entity::delete_many()
            .filter(session::Column::Id.is_in(over))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A new session.
    pub async fn open_session(
        &self,
        account_id: i64,
        token_hash: String,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        agent: String,
    ) -> Result<()> {
        let row = session::ActiveModel {
            id: NotSet,
            account_id: Set(account_id),
            token_hash: Set(token_hash),
            created_at: Set(now),
            seen_at: Set(now),
            expires_at: Set(expires_at),
            agent: Set(agent),
            second_at: Set(None),
            confirmed_at: Set(Some(now)),
            agency_id: Set(None),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// The second factor was shown, or the password again: the session goes on under a new
    /// secret, the old one opens nothing.
    pub async fn strengthen_session(
        &self,
        token_hash: &str,
        new_hash: &str,
        second: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let column = if second {
            session::Column::SecondAt
        } else {
            session::Column::ConfirmedAt
        };
        session::Entity::update_many()
            .col_expr(column, Expr::value(now))
            .col_expr(session::Column::TokenHash, Expr::value(new_hash))
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// In which agency the session works from now on; none: in the account's own.
    pub async fn work_in(&self, token_hash: &str, agency: Option<i64>) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::AgencyId, Expr::value(agency))
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// The password was not given: what asks for it again asks.
    pub async fn unconfirm_session(&self, token_hash: &str) -> Result<()> {
        session::Entity::update_many()
            .col_expr(
                session::Column::ConfirmedAt,
                Expr::value(None::<DateTime<Utc>>),
            )
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// No second factor any more.
    pub async fn drop_second_factor(&self, account: i64) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::TotpSecret, Expr::value(None::<String>))
            .col_expr(
                account::Column::TotpSince,
                Expr::value(None::<DateTime<Utc>>),
            )
            .col_expr(account::Column::TotpUsed, Expr::value(0_i64))
            .filter(account::Column::Id.eq(account))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A secret for one who has none, not in force before a code was shown; `false` where there
    /// is one by now.
    pub async fn offer_second_factor(&self, account: i64, secret: &str) -> Result<bool> {
        let done = account::Entity::update_many()
            .col_expr(account::Column::TotpSecret, Expr::value(secret))
            .filter(account::Column::Id.eq(account))
            .filter(account::Column::TotpSecret.is_null())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// The same secret, stored otherwise.
    pub async fn relock_second_factor(&self, account: i64, from: &str, to: &str) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::TotpSecret, Expr::value(to))
            .filter(account::Column::Id.eq(account))
            .filter(account::Column::TotpSecret.eq(from))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes a code's step once: `false` when it, or a later one, was taken before.
    pub async fn take_step(&self, account: i64, step: i64, now: DateTime<Utc>) -> Result<bool> {
        let done = account::Entity::update_many()
            .col_expr(account::Column::TotpUsed, Expr::value(step))
            .col_expr(
                account::Column::TotpSince,
                Expr::expr(Expr::col(account::Column::TotpSince)).if_null(now),
            )
            .filter(account::Column::Id.eq(account))
            .filter(account::Column::TotpUsed.lt(step))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Signs out.
    pub async fn close_session(&self, token_hash: &str) -> Result<()> {
        let all = session::Entity::delete_many().filter(session::Column::TokenHash.eq(token_hash));
        all.exec(&self.tx).await?;
        Ok(())
    }

    /// Notes that a session was used.
    pub async fn touch_session(&self, token_hash: &str, now: DateTime<Utc>) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(now))
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Ends one session, if it is that account's.
    pub async fn end_session(&self, account_id: i64, id: i64) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::AccountId.eq(account_id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Ends every session of an account but one.
    pub async fn close_other_sessions(&self, account_id: i64, keep: &str) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::AccountId.eq(account_id))
            .filter(session::Column::TokenHash.ne(keep))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Ends every session of an account.
    pub async fn close_sessions(&self, account_id: i64) -> Result<()> {
        let all = session::Entity::delete_many().filter(session::Column::AccountId.eq(account_id));
        all.exec(&self.tx).await?;
        Ok(())
    }

    /// One more wrong password, counted by the database, so that guesses sent at
    /// once are all counted; answers how many there are now.
    pub async fn count_failure(&self, account: i64) -> Result<i32> {
        account::Entity::update_many()
            .col_expr(
                account::Column::Failures,
                Expr::col(account::Column::Failures).add(1),
            )
            .filter(account::Column::Id.eq(account))
            .exec(&self.tx)
            .await?;
        let now = account::Entity::find_by_id(account).one(&self.tx).await?;
        Ok(now.map_or(0, |account| account.failures))
    }

    /// Begins to count anew: how often it paused, and until when no password is heard.
    pub async fn note_failures(
        &self,
        account: i64,
        lockouts: i32,
        locked_until: Option<DateTime<Utc>>,
    ) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::Lockouts, Expr::value(lockouts))
            .col_expr(account::Column::Failures, Expr::value(0))
            .col_expr(account::Column::LockedUntil, Expr::value(locked_until))
            .filter(account::Column::Id.eq(account))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A new set-up link; older ones end.
    pub async fn put_setup_link(
        &self,
        token_hash: String,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        setup_link::Entity::delete_many().exec(&self.tx).await?;
        let row = setup_link::ActiveModel {
            id: NotSet,
            token_hash: Set(token_hash),
            expires_at: Set(expires_at),
            used_at: Set(None),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// Uses a set-up link once: `false` when it was used or has ended.
    pub async fn use_setup_link(&self, token_hash: &str, now: DateTime<Utc>) -> Result<bool> {
        let done = setup_link::Entity::update_many()
            .col_expr(setup_link::Column::UsedAt, Expr::value(now))
            .filter(setup_link::Column::TokenHash.eq(token_hash))
            .filter(setup_link::Column::UsedAt.is_null())
            .filter(setup_link::Column::ExpiresAt.gt(now))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
