//! Months as they were made public: written once, read for ever.
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};

use super::{Reader, Write, tables::public::scoreboard_month as table};
use crate::{domain::period::Period, error::Result};

/// A month as it was made public, if it was: when, and its figures.
pub async fn frozen(
    db: &impl Reader,
    agency: i64,
    period: Period,
) -> Result<Option<(DateTime<Utc>, String)>> {
    let row = table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::FromDay.eq(period.from))
        .filter(table::Column::ToDay.eq(period.to))
        .one(db)
        .await?;
    Ok(row.map(|row| (row.frozen_at, row.body)))
}

/// First and last day of every month of an agency that is public already.
pub async fn days(db: &impl Reader, agency: i64) -> Result<BTreeSet<(NaiveDate, NaiveDate)>> {
    let rows: Vec<(NaiveDate, NaiveDate)> = table::Entity::find()
        .select_only()
        .columns([table::Column::FromDay, table::Column::ToDay])
        .filter(table::Column::AgencyId.eq(agency))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

impl Write {
    /// Makes a month public as it is now; one that is public stays as it was.
    pub async fn freeze_month(
        &self,
        agency_id: i64,
        period: Period,
        body: String,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row = table::Model {
            id: 0,
            agency_id,
            from_day: period.from,
            to_day: period.to,
            frozen_at: now,
            body,
        };
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        let columns = [
            table::Column::AgencyId,
            table::Column::FromDay,
            table::Column::ToDay,
        ];
        let once = sea_orm::sea_query::OnConflict::columns(columns)
            .do_nothing()
            .to_owned();
        table::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }
}
