//! The working calendar and its versions.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr,
};

use super::{
    Reader, Write,
    tables::office::{calendar_day, calendar_version},
};
use crate::{
    domain::calendar::{Calendar, CalendarException, DayKind},
    error::{Error, Result},
};

/// The version in use, if a calendar was ever loaded.
pub async fn current_version(db: &impl Reader) -> Result<Option<i64>> {
    Ok(calendar_version::Entity::find()
        .select_only()
        .column(calendar_version::Column::Id)
        .order_by_desc(calendar_version::Column::Id)
        .into_tuple()
        .one(db)
        .await?)
}

/// The calendar of a version.
pub async fn load(db: &impl Reader, version: i64) -> Result<Calendar> {
    let rows = calendar_day::Entity::find()
        .filter(calendar_day::Column::CalendarVersionId.eq(version))
        .all(db)
        .await?;
    let exception = |row: calendar_day::Model| {
        let kind = DayKind::from_code(&row.kind)
            .ok_or_else(|| Error::internal(format!("calendar_day {}: {}", row.id, row.kind)))?;
        Ok(CalendarException {
            date: row.date,
            kind,
            name: row.name,
            confidence: row.confidence,
        })
    };
    let days: Result<Vec<_>> = rows.into_iter().map(exception).collect();
    Ok(Calendar::new(version.to_string(), days?))
}

impl Write {
    /// A new version of the calendar, in use from now on; `None` when another one
    /// took the place of the same version first.
    pub async fn insert_calendar(
        &self,
        now: DateTime<Utc>,
        source: &str,
        days: &[CalendarException],
        replaces: Option<i64>,
    ) -> Result<Option<i64>> {
        let version = calendar_version::ActiveModel {
            id: NotSet,
            imported_at: Set(now),
            source: Set(source.to_owned()),
            replaces: Set(replaces),
        };
        let version = match version.insert(&self.tx).await {
            Ok(row) => row.id,
            Err(error) => match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => return Ok(None),
                _ => return Err(error.into()),
            },
        };
        let rows = days.iter().map(|day| calendar_day::ActiveModel {
            id: NotSet,
            calendar_version_id: Set(version),
            date: Set(day.date),
            kind: Set(day.kind.code().to_owned()),
            name: Set(day.name.clone()),
            confidence: Set(day.confidence.clone()),
            paired_date: Set(None),
            source: Set(String::new()),
            note: Set(String::new()),
        });
        calendar_day::Entity::insert_many(rows)
            .exec(&self.tx)
            .await?;
        Ok(Some(version))
    }
}
