//! Closed reporting periods: written once, never changed.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

use super::{Reader, Write, tables::periods::closed_period as table};
use crate::{
    domain::{period::Period, time::parse_moment},
    error::Result,
};

pub use super::tables::periods::closed_period::Model as ClosedPeriod;

/// The period as it was closed, if it was.
pub async fn of_period(
    db: &impl Reader,
    agency: i64,
    period: Period,
) -> Result<Option<ClosedPeriod>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::FromDay.eq(period.from))
        .filter(table::Column::ToDay.eq(period.to))
        .one(db)
        .await?)
}

/// One of an agency's by its row.
pub async fn by_id(db: &impl Reader, agency: i64, id: i64) -> Result<Option<ClosedPeriod>> {
    Ok(table::Entity::find_by_id(id)
        .filter(table::Column::AgencyId.eq(agency))
        .one(db)
        .await?)
}

/// The longest closed period that ends on a day.
pub async fn ending_on(
    db: &impl Reader,
    agency: i64,
    to: NaiveDate,
) -> Result<Option<ClosedPeriod>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::ToDay.eq(to))
        .order_by_asc(table::Column::FromDay)
        .one(db)
        .await?)
}

/// Those that share days with a period.
pub async fn within(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<ClosedPeriod>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::FromDay.lte(period.to))
        .filter(table::Column::ToDay.gte(period.from))
        .order_by_asc(table::Column::FromDay)
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?)
}

/// What there is to say of a closed period without the text kept of it, which is a megabyte.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    pub id: i64,
    pub from_day: NaiveDate,
    pub to_day: NaiveDate,
    pub closed_at: DateTime<Utc>,
    pub closed_by: String,
    pub seal: String,
}

/// The heads of all of an agency, the last closed first.
pub async fn heads(db: &impl Reader, agency: i64) -> Result<Vec<Head>> {
    Ok(table::Entity::find()
        .select_only()
        .columns([
            table::Column::Id,
            table::Column::FromDay,
            table::Column::ToDay,
            table::Column::ClosedAt,
            table::Column::ClosedBy,
            table::Column::Seal,
        ])
        .filter(table::Column::AgencyId.eq(agency))
        .order_by_desc(table::Column::Id)
        .into_model::<Head>()
        .all(db)
        .await?)
}

/// The rows of these numbers, of any agency.
pub async fn by_ids(db: &impl Reader, ids: Vec<i64>) -> Result<Vec<ClosedPeriod>> {
    Ok(table::Entity::find()
        .filter(table::Column::Id.is_in(ids))
        .all(db)
        .await?)
}

/// What was written into a dossier after a moment.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Since {
    pub code: String,
    pub act: String,
    pub actor: String,
    pub note: String,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    /// What came with it; with the papers that ended a wait, when they had come.
    data: String,
}

impl Since {
    /// When the papers had come from which the clock runs, where that is another moment.
    pub fn arrived_at(&self) -> Option<DateTime<Utc>> {
        let data: serde_json::Value = serde_json::from_str(&self.data).unwrap_or_default();
        parse_moment(data["arrived_at"].as_str()?).ok()
    }
}

/// Events of these dossiers, recorded after a moment, that happened before another; those
/// too that happened later and set the clock to run from before it. By the code of the
/// dossier, oldest first; asked for a thousand codes at a time, so that what is asked for sets
/// the cost, not all that was ever written down.
pub async fn recorded_since(
    db: &impl Reader,
    agency: i64,
    codes: &[&str],
    since: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<BTreeMap<String, Vec<Since>>> {
    let mut found: BTreeMap<String, Vec<Since>> = BTreeMap::new();
    for some in codes.chunks(1000) {
        let places: Vec<String> = (4..4 + some.len())
            .map(|place| format!("${place}"))
            .collect();
        let moments = [since, before].map(Value::from);
        let ask = Statement::from_sql_and_values(
            DbBackend::Postgres,
            format!(
                "SELECT d.code, e.act, e.actor, e.note, e.at, e.recorded_at, e.data FROM event e \
                 JOIN dossier d ON d.id = e.dossier_id \
                 WHERE d.code IN ({}) AND (d.agency_id = $1 OR EXISTS \
                 (SELECT 1 FROM agency_move m WHERE m.dossier_id = d.id AND m.from_agency = $1)) AND e.recorded_at >= $2 \
                 AND (e.at < $3 OR e.data LIKE '%\"arrived_at\"%') ORDER BY e.id",
                places.join(", ")
            ),
            std::iter::once(Value::from(agency))
                .chain(moments)
                .chain(some.iter().map(|code| Value::from(*code))),
        );
        for one in Since::find_by_statement(ask).all(db).await? {
            if one.at < before || one.arrived_at().is_some_and(|at| at < before) {
                found.entry(one.code.clone()).or_default().push(one);
            }
        }
    }
    Ok(found)
}

impl Write {
    /// Keeps a closed period; the database refuses a second one of the same days.
    pub async fn insert_closed_period(&self, row: ClosedPeriod) -> Result<i64> {
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        Ok(row.insert(&self.tx).await?.id)
    }
}
