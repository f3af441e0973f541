//! What did an agency decide for itself over the calendar of all?
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, DbBackend, DbErr,
    EntityTrait, FromQueryResult, QueryFilter, QueryOrder, SqlErr, Statement,
};

use super::{
    Reader, Write, own_terms,
    tables::office::{agency, own_day, own_hours},
};
use crate::{
    domain::{
        calendar::{DayKind, OwnDay},
        deadline::OfficeHours,
        office::Own,
    },
    error::{Error, Result},
};

pub use super::tables::office::own_day::Model as Decided;
pub use super::tables::office::own_hours::Model as DecidedHours;

/// The kind of a row that makes the day what the week has.
const PLAIN: &str = "plain";
/// The kind of a row that takes the agency's own decision back.
const SHARED: &str = "shared";

/// What is known of calendars, so that what was read is used until something changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Version {
    pub shared: i64,
    pub days: i64,
    pub hours: i64,
    pub terms: i64,
    pub merged: i64,
}

pub async fn version(db: &impl Reader) -> Result<Version> {
    let ask = Statement::from_string(
        DbBackend::Postgres,
        // Counted, not the greatest number: of two agencies that decide at once the lower
        // number may be committed last.
        "SELECT COALESCE((SELECT MAX(id) FROM calendar_version), 0) AS shared, \
         (SELECT COUNT(*) FROM own_day) AS days, (SELECT COUNT(*) FROM own_hours) AS hours, \
         (SELECT COUNT(*) FROM own_terms) AS terms, \
         (SELECT COUNT(*) FROM agency WHERE merged_into IS NOT NULL) AS merged",
    );
    let row = Version::find_by_statement(ask).one(db).await?;
    Ok(row.unwrap_or_default())
}

/// What each agency decided for itself, as it stands.
pub async fn all(db: &impl Reader) -> Result<BTreeMap<i64, Own>> {
    let mut all: BTreeMap<i64, Own> = BTreeMap::new();
    let rows = own_day::Entity::find().order_by_asc(own_day::Column::Id);
    for row in rows.all(db).await? {
        let own = all.entry(row.agency_id).or_default();
        own.version = row.id;
        let kind = match row.kind.as_str() {
            SHARED => {
                own.days.remove(&row.date);
                continue;
            }
            PLAIN => None,
            code => {
                let broken = || Error::internal(format!("own_day {}: {code}", row.id));
                Some(DayKind::from_code(code).ok_or_else(broken)?)
            }
        };
        let (date, name) = (row.date, row.name);
        own.days.insert(date, OwnDay { date, kind, name });
    }
    let rows = own_hours::Entity::find().order_by_asc(own_hours::Column::Id);
    for row in rows.all(db).await? {
        let own = all.entry(row.agency_id).or_default();
        own.hours_version = row.id;
        own.hours = hours(&row);
    }
    for (agency, code, terms) in own_terms::all(db).await? {
        let own = all.entry(agency).or_default();
        own.terms.entry(code).or_default().push(terms);
    }
    Ok(all)
}

fn hours(row: &DecidedHours) -> Option<OfficeHours> {
    let at = |text: &Option<String>| NaiveTime::parse_from_str(text.as_deref()?, "%H:%M").ok();
    Some(OfficeHours {
        morning: (at(&row.morning_from)?, at(&row.morning_to)?),
        afternoon: (at(&row.afternoon_from)?, at(&row.afternoon_to)?),
    })
}

/// The agencies that others became part of.
pub async fn heirs(db: &impl Reader) -> Result<BTreeSet<i64>> {
    let gone = agency::Entity::find()
        .filter(agency::Column::MergedInto.is_not_null())
        .all(db)
        .await?;
    Ok(gone.into_iter().filter_map(|row| row.merged_into).collect())
}

/// Every decision of an agency about its days, the newest first.
pub async fn of_agency(db: &impl Reader, agency: i64) -> Result<Vec<Decided>> {
    Ok(own_day::Entity::find()
        .filter(own_day::Column::AgencyId.eq(agency))
        .order_by_desc(own_day::Column::Id)
        .all(db)
        .await?)
}

/// Who decides, when, and in which words.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub agency: i64,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// What becomes of a day of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnChange {
    pub day: OwnDay,
    /// As the calendar of all says, whatever `day.kind` says.
    pub shared: bool,
}

impl Write {
    /// One day more, after the one that was looked at; `None` when another came first.
    pub async fn decide_day(
        &self,
        decision: Decision<'_>,
        change: &OwnChange,
        replaces: i64,
    ) -> Result<Option<i64>> {
        let kind = match (change.shared, change.day.kind) {
            (true, _) => SHARED,
            (false, None) => PLAIN,
            (false, Some(kind)) => kind.code(),
        };
        let row = own_day::ActiveModel {
            id: NotSet,
            agency_id: Set(decision.agency),
            date: Set(change.day.date),
            kind: Set(kind.into()),
            name: Set(change.day.name.clone()),
            set_by: Set(decision.by.into()),
            set_at: Set(decision.at),
            replaces: Set(replaces),
        };
        once(row.insert(&self.tx).await.map(|row| row.id))
    }

    /// Other hours, or with `None` those of all; `None` when another came first.
    pub async fn decide_hours(
        &self,
        decision: Decision<'_>,
        hours: Option<OfficeHours>,
        name: &str,
        replaces: i64,
    ) -> Result<Option<i64>> {
        let at = |time: fn(&OfficeHours) -> NaiveTime| {
            Set(hours.map(|hours| time(&hours).format("%H:%M").to_string()))
        };
        let row = own_hours::ActiveModel {
            id: NotSet,
            agency_id: Set(decision.agency),
            morning_from: at(|hours| hours.morning.0),
            morning_to: at(|hours| hours.morning.1),
            afternoon_from: at(|hours| hours.afternoon.0),
            afternoon_to: at(|hours| hours.afternoon.1),
            name: Set(name.into()),
            set_by: Set(decision.by.into()),
            set_at: Set(decision.at),
            replaces: Set(replaces),
        };
        once(row.insert(&self.tx).await.map(|row| row.id))
    }
}

pub(super) fn once(written: std::result::Result<i64, DbErr>) -> Result<Option<i64>> {
    match written {
        Ok(id) => Ok(Some(id)),
        Err(error) => match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Ok(None),
            _ => Err(error.into()),
        },
    }
}
