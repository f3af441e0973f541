//! Who may come in: accounts and tokens.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::{
    Reader, Write, memberships,
    tables::staff::{account, api_token},
};
use crate::{domain::role::Role, error::Result};

pub use super::tables::staff::account::Model as Account;
pub use super::tables::staff::api_token::Model as Token;

impl Account {
    pub fn role(&self) -> Role {
        // Written by us alone; the least role where a row is damaged.
        Role::from_code(&self.role).unwrap_or(Role::Receptionist)
    }
}

/// The account of that name, enabled or not.
pub async fn by_username(db: &impl Reader, username: &str) -> Result<Option<Account>> {
    // PostgreSQL refuses NUL in text; no name holds a control character anyway.
    if username.chars().any(char::is_control) {
        return Ok(None);
    }
    Ok(account::Entity::find()
        .filter(account::Column::Username.eq(username))
        .one(db)
        .await?)
}

/// The account of that row.
pub async fn by_id(db: &impl Reader, id: i64) -> Result<Option<Account>> {
    Ok(account::Entity::find_by_id(id).one(db).await?)
}

/// The account as it works in an agency; nothing where it does not.
pub async fn as_in(db: &impl Reader, id: i64, agency: i64) -> Result<Option<Account>> {
    let Some(mut account) = by_id(db, id).await? else {
        return Ok(None);
    };
    if account.agency_id != agency {
        memberships::put_on(db, &mut account, agency).await?;
    }
    Ok(Some(account).filter(|account| account.agency_id == agency))
}

/// When an agency began with the program: its first account. Nothing where it has none.
pub async fn began(db: &impl Reader, agency: i64) -> Result<Option<DateTime<Utc>>> {
    let first = account::Entity::find()
        .filter(account::Column::AgencyId.eq(agency))
        .order_by_asc(account::Column::CreatedAt)
        .one(db)
        .await?;
    Ok(first.map(|account| account.created_at))
}

/// Everybody who works in an agency, disabled ones too, as they do there.
pub async fn of(db: &impl Reader, agency: i64) -> Result<Vec<Account>> {
    let all = account::Entity::find()
        .filter(memberships::works_in(agency))
        .order_by_asc(account::Column::Username)
        .all(db)
        .await?;
    memberships::as_there(db, agency, all).await
}

/// Who may sign, of these.
pub async fn leaders(db: &impl Reader, agency: i64) -> Result<Vec<Account>> {
    let mut all = enabled(db, agency).await?;
    all.retain(|account| account.role() == Role::Leader);
    Ok(all)
}

/// Of these whoever bears a name; the first where two do.
pub async fn leader_named(db: &impl Reader, agency: i64, name: &str) -> Result<Option<Account>> {
    let named = at_work(agency).filter(account::Column::Name.eq(name));
    let all = memberships::as_there(db, agency, named.all(db).await?).await?;
    Ok(all.into_iter().find(|one| one.role() == Role::Leader))
}

/// The enabled accounts of an agency, as they work there.
pub async fn enabled(db: &impl Reader, agency: i64) -> Result<Vec<Account>> {
    memberships::as_there(db, agency, at_work(agency).all(db).await?).await
}

fn at_work(agency: i64) -> Select<account::Entity> {
    account::Entity::find()
        .filter(memberships::works_in(agency))
        .filter(account::Column::Disabled.eq(false))
        .order_by_asc(account::Column::Username)
}

/// The names behind these rows.
pub async fn names(
    db: &impl Reader,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    Ok(account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .column(account::Column::Name)
        .filter(account::Column::Id.is_in(ids))
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect())
}

/// Whether one account alone bears that name, disabled ones counted too.
pub async fn bears_alone(db: &impl Reader, agency: i64, name: &str) -> Result<bool> {
    let all = account::Entity::find()
        .filter(memberships::works_in(agency))
        .filter(account::Column::Name.eq(name));
    Ok(all.count(db).await? == 1)
}

/// Every account, disabled ones too.
pub async fn all(db: &impl Reader) -> Result<Vec<Account>> {
    Ok(account::Entity::find()
        .order_by_asc(account::Column::Username)
        .all(db)
        .await?)
}

/// How many can administer.
pub async fn admins(db: &impl Reader) -> Result<u64> {
    let admins = account::Entity::find()
        .filter(account::Column::Role.eq(Role::Admin.code()))
        .filter(account::Column::Disabled.eq(false));
    Ok(admins.count(db).await?)
}

/// The token of that hash, unless revoked or over.
pub async fn token(db: &impl Reader, hash: &str, now: DateTime<Utc>) -> Result<Option<Token>> {
    Ok(api_token::Entity::find()
        .filter(api_token::Column::TokenHash.eq(hash))
        .filter(api_token::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(api_token::Column::ExpiresAt.is_null())
                .add(api_token::Column::ExpiresAt.gt(now)),
        )
        .one(db)
        .await?)
}

/// Every token, revoked ones too.
pub async fn tokens(db: &impl Reader) -> Result<Vec<Token>> {
    Ok(api_token::Entity::find()
        .order_by_asc(api_token::Column::Id)
        .all(db)
        .await?)
}

impl Write {
    /// A new account.
    pub async fn insert_account(&self, row: Account) -> Result<()> {
        let mut row = account::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        account::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Another password; a reset code handed out before opens nothing any more.
    pub async fn set_password(&self, id: i64, hash: String) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::value(hash))
            .col_expr(account::Column::ResetHash, Expr::value(None::<String>))
            .filter(account::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A code by which the password is set anew, as a hash, and until when it is good.
    pub async fn put_reset_code(&self, id: i64, hash: String, until: DateTime<Utc>) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::ResetHash, Expr::value(hash))
            .col_expr(account::Column::ResetUntil, Expr::value(until))
            .filter(account::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Uses the code once: `false` when it was used meanwhile.
    pub async fn use_reset_code(&self, id: i64, code: &str, password: String) -> Result<bool> {
        let done = account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::value(password))
            .col_expr(account::Column::ResetHash, Expr::value(None::<String>))
            .filter(account::Column::Id.eq(id))
            .filter(account::Column::ResetHash.eq(code))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// How far the account has been shown around.
    pub async fn set_tour(&self, id: i64, stop: i32) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::Tour, Expr::value(stop))
            .filter(account::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Where the morning's mail goes, and whether it is wanted.
    pub async fn set_digest(&self, id: i64, email: Option<String>, wanted: bool) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::Email, Expr::value(email))
            .col_expr(account::Column::Digest, Expr::value(wanted))
            .filter(account::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Enabled or not; `false` when there is no such account.
    pub async fn disable_account(&self, username: &str) -> Result<bool> {
        let done = account::Entity::update_many()
            .col_expr(account::Column::Disabled, Expr::value(true))
            .filter(account::Column::Username.eq(username))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// A new token.
    pub async fn insert_token(&self, row: Token) -> Result<()> {
        let mut row = api_token::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        api_token::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Ends a token; `false` when there is none to end.
    pub async fn revoke_token(&self, name: &str, now: DateTime<Utc>) -> Result<bool> {
        let done = api_token::Entity::update_many()
            .col_expr(api_token::Column::RevokedAt, Expr::value(now))
            .filter(api_token::Column::Name.eq(name))
            .filter(api_token::Column::RevokedAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected > 0)
    }
}
