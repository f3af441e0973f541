//! Leaves of absence: who is away, and who stands in. A leave is one of an agency: who works
//! in two is away from the desk of the one alone.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, Statement, sea_query::Expr,
};

use super::{Reader, Write, tables::workflow::leave};
use crate::error::Result;

pub use super::tables::workflow::leave::Model as Leave;

/// A leave with its names.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    pub id: i64,
    pub account_id: i64,
    pub name: String,
    pub stand_in: String,
    pub from_day: NaiveDate,
    pub to_day: NaiveDate,
    pub note: String,
    pub set_by: String,
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// The leaves of an agency that end on a day or later, and cancelled ones among them.
pub async fn from_day(db: &impl Reader, agency: i64, day: NaiveDate) -> Result<Vec<Listed>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT l.id, l.account_id, a.name, s.name AS stand_in, l.from_day, l.to_day, l.note, l.set_by, \
         l.cancelled_at FROM leave l JOIN account a ON a.id = l.account_id \
         JOIN account s ON s.id = l.stand_in_id \
         WHERE l.agency_id = $1 AND l.to_day >= $2 ORDER BY l.from_day, l.id",
        [agency.into(), day.into()],
    );
    Ok(Listed::find_by_statement(ask).all(db).await?)
}

/// Whether an account has a leave of that agency in force within these days.
pub async fn overlaps(
    db: &impl Reader,
    agency: i64,
    account: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<bool> {
    Ok(leave::Entity::find()
        .filter(leave::Column::AgencyId.eq(agency))
        .filter(leave::Column::AccountId.eq(account))
        .filter(leave::Column::CancelledAt.is_null())
        .filter(leave::Column::FromDay.lte(to))
        .filter(leave::Column::ToDay.gte(from))
        .one(db)
        .await?
        .is_some())
}

/// For whom an account stands in on a day.
pub async fn stood_in_for(
    db: &impl Reader,
    agency: i64,
    account: i64,
    day: NaiveDate,
) -> Result<Vec<i64>> {
    let rows = leave::Entity::find()
        .filter(leave::Column::AgencyId.eq(agency))
        .filter(leave::Column::StandInId.eq(account))
        .filter(leave::Column::CancelledAt.is_null())
        .filter(leave::Column::FromDay.lte(day))
        .filter(leave::Column::ToDay.gte(day))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Who stands in for an account on a day, if it is on leave.
pub async fn stand_in(
    db: &impl Reader,
    agency: i64,
    account: i64,
    day: NaiveDate,
) -> Result<Option<i64>> {
    let row = leave::Entity::find()
        .filter(leave::Column::AgencyId.eq(agency))
        .filter(leave::Column::AccountId.eq(account))
        .filter(leave::Column::CancelledAt.is_null())
        .filter(leave::Column::FromDay.lte(day))
        .filter(leave::Column::ToDay.gte(day))
        .one(db)
        .await?;
    Ok(row.map(|row| row.stand_in_id))
}

impl Write {
    /// A new leave; the row's id is ignored.
    pub async fn insert_leave(&self, row: Leave) -> Result<()> {
        let mut row = leave::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        leave::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// It does not come to pass; `false` where there is none of that agency.
    pub async fn cancel_leave(&self, agency: i64, id: i64, at: DateTime<Utc>) -> Result<bool> {
        let done = leave::Entity::update_many()
            .col_expr(leave::Column::CancelledAt, Expr::value(at))
            .filter(leave::Column::Id.eq(id))
            .filter(leave::Column::AgencyId.eq(agency))
            .filter(leave::Column::CancelledAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
