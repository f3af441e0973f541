//! Which account is which person of an identity provider?
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

use super::{
    Reader, Write,
    accounts::Account,
    tables::staff::{account, identity},
};
use crate::error::Result;

pub use super::tables::staff::identity::Model as Identity;

/// The account linked to a person, disabled or not.
pub async fn account_of(db: &impl Reader, issuer: &str, subject: &str) -> Result<Option<Account>> {
    let found = identity::Entity::find()
        .filter(identity::Column::Issuer.eq(issuer))
        .filter(identity::Column::Subject.eq(subject))
        .one(db)
        .await?;
    let Some(found) = found else { return Ok(None) };
    Ok(account::Entity::find_by_id(found.account_id)
        .one(db)
        .await?)
}

/// The person that an account is at a provider.
pub async fn of_account(db: &impl Reader, issuer: &str, account: i64) -> Result<Option<Identity>> {
    Ok(identity::Entity::find()
        .filter(identity::Column::Issuer.eq(issuer))
        .filter(identity::Column::AccountId.eq(account))
        .one(db)
        .await?)
}

/// Everyone linked at a provider, by account.
pub async fn at(db: &impl Reader, issuer: &str) -> Result<HashMap<i64, Identity>> {
    Ok(identity::Entity::find()
        .filter(identity::Column::Issuer.eq(issuer))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.account_id, row))
        .collect())
}

/// The accounts with this address for mail: two people may share one.
pub async fn accounts_by_email(db: &impl Reader, email: &str) -> Result<Vec<Account>> {
    let all = account::Entity::find()
        .filter(account::Column::Email.is_not_null())
        .order_by_asc(account::Column::Id)
        .all(db)
        .await?;
    let same = |one: &Account| {
        one.email
            .as_deref()
            .is_some_and(|own| own.eq_ignore_ascii_case(email))
    };
    Ok(all.into_iter().filter(same).collect())
}

impl Write {
    /// This account is that person.
    pub async fn link_identity(
        &self,
        account: i64,
        issuer: &str,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row = identity::ActiveModel {
            id: NotSet,
            account_id: Set(account),
            issuer: Set(issuer.to_owned()),
            subject: Set(subject.to_owned()),
            linked_at: Set(now),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// This account is nobody at any provider; answers whether it was.
    pub async fn unlink_identities(&self, account: i64) -> Result<bool> {
        let gone = identity::Entity::delete_many()
            .filter(identity::Column::AccountId.eq(account))
            .exec(&self.tx)
            .await?;
        Ok(gone.rows_affected > 0)
    }
}
