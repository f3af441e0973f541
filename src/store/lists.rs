//! How does an account read the lists: its filters by name, its columns?
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::{
    Reader, Write, memberships,
    tables::{
        lists::{list_columns, saved_filter},
        staff::account,
    },
};
use crate::error::{Error, Result};

pub use super::tables::lists::saved_filter::Model as SavedFilter;

/// The filters of an account, in the order they were saved.
pub async fn filters(db: &impl Reader, account: i64) -> Result<Vec<SavedFilter>> {
    Ok(saved_filter::Entity::find()
        .filter(saved_filter::Column::AccountId.eq(account))
        .order_by_asc(saved_filter::Column::Id)
        .all(db)
        .await?)
}

/// The filters of everybody who works in an agency: their own, or one more. After a merger
/// the staff are another's, and see the old agency's books still.
pub async fn all_filters(db: &impl Reader, agency: i64) -> Result<Vec<SavedFilter>> {
    let ours = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(memberships::works_in(agency));
    Ok(saved_filter::Entity::find()
        .filter(saved_filter::Column::AccountId.in_subquery(ours.into_query()))
        .order_by_asc(saved_filter::Column::Id)
        .all(db)
        .await?)
}

/// One of them; another's is not there.
pub async fn filter_of(db: &impl Reader, account: i64, id: i64) -> Result<SavedFilter> {
    let row = saved_filter::Entity::find_by_id(id)
        .filter(saved_filter::Column::AccountId.eq(account))
        .one(db)
        .await?;
    row.ok_or_else(|| Error::not_found("Bộ lọc này không còn. Xin chọn bộ lọc khác."))
}

/// The names of the columns that an account chose, by commas; none when it never chose.
pub async fn columns(db: &impl Reader, account: i64) -> Result<Option<String>> {
    let row = list_columns::Entity::find()
        .filter(list_columns::Column::AccountId.eq(account))
        .one(db)
        .await?;
    Ok(row.map(|row| row.columns))
}

impl Write {
    /// Keeps a filter under a name; the same name again is the newer filter.
    pub async fn save_filter(
        &self,
        account: i64,
        name: &str,
        query: &str,
        now: DateTime<Utc>,
    ) -> Result<i64> {
        let known = saved_filter::Entity::find()
            .filter(saved_filter::Column::AccountId.eq(account))
            .filter(saved_filter::Column::Name.eq(name))
            .one(&self.tx)
            .await?;
        let row = saved_filter::ActiveModel {
            id: known.as_ref().map_or(NotSet, |row| Set(row.id)),
            account_id: Set(account),
            name: Set(name.to_owned()),
            query: Set(query.to_owned()),
            saved_at: Set(now),
        };
        let row = match known {
            Some(_) => row.update(&self.tx).await?,
            None => row.insert(&self.tx).await?,
        };
        Ok(row.id)
    }

    /// Takes an account's filter away.
    pub async fn drop_filter(&self, account: i64, id: i64) -> Result<()> {
        saved_filter::Entity::delete_many()
            .filter(saved_filter::Column::AccountId.eq(account))
            .filter(saved_filter::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Keeps an account's columns; none goes back to ours.
    pub async fn keep_columns(&self, account: i64, columns: Option<&str>) -> Result<()> {
        list_columns::Entity::delete_many()
            .filter(list_columns::Column::AccountId.eq(account))
            .exec(&self.tx)
            .await?;
        if let Some(columns) = columns {
            let row = list_columns::ActiveModel {
                id: NotSet,
                account_id: Set(account),
                columns: Set(columns.to_owned()),
            };
            row.insert(&self.tx).await?;
        }
        Ok(())
    }
}
