//! Who works in an agency beside the one that the account belongs to?
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::OnConflict,
};

use super::{
    Reader, Write,
    accounts::Account,
    tables::staff::{account, membership},
};
use crate::{domain::role::Role, error::Result};

pub use super::tables::staff::membership::Model as Membership;

/// The other agencies of an account, with what it is there.
pub async fn of(db: &impl Reader, account: i64) -> Result<Vec<Membership>> {
    Ok(membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account))
        .order_by_asc(membership::Column::AgencyId)
        .all(db)
        .await?)
}

/// The account as it works in another of its agencies: role and title are those of there.
/// Untouched where it does not belong to that agency.
pub async fn put_on(db: &impl Reader, account: &mut Account, agency: i64) -> Result<()> {
    let found = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account.id))
        .filter(membership::Column::AgencyId.eq(agency))
        .one(db)
        .await?;
    if let Some(there) = found {
        wear(account, there);
    }
    Ok(())
}

fn wear(account: &mut Account, there: Membership) {
    account.agency_id = there.agency_id;
    account.role = there.role;
    account.title = there.title;
}

/// Accounts that work in an agency: their own, or one more.
pub(super) fn works_in(agency: i64) -> Condition {
    let members = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .filter(membership::Column::AgencyId.eq(agency));
    Condition::any()
        .add(account::Column::AgencyId.eq(agency))
        .add(account::Column::Id.in_subquery(members.into_query()))
}

/// The same accounts as they work there.
pub(super) async fn as_there(
    db: &impl Reader,
    agency: i64,
    mut accounts: Vec<Account>,
) -> Result<Vec<Account>> {
    for account in accounts.iter_mut().filter(|one| one.agency_id != agency) {
        put_on(db, account, agency).await?;
    }
    Ok(accounts)
}

impl Write {
    /// Makes an account one of an agency's, or changes what it is there.
    pub async fn join(&self, account: i64, agency: i64, role: Role, title: &str) -> Result<()> {
        let row = membership::ActiveModel {
            id: NotSet,
            account_id: Set(account),
            agency_id: Set(agency),
            role: Set(role.code().to_owned()),
            title: Set(title.to_owned()),
        };
        let mut again =
            OnConflict::columns([membership::Column::AccountId, membership::Column::AgencyId]);
        again.update_columns([membership::Column::Role, membership::Column::Title]);
        membership::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    /// It is no longer one of that agency's; `false` where it was none.
    pub async fn leave(&self, account: i64, agency: i64) -> Result<bool> {
        let done = membership::Entity::delete_many()
            .filter(membership::Column::AccountId.eq(account))
            .filter(membership::Column::AgencyId.eq(agency))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected > 0)
    }
}
