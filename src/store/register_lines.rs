//! The register on its way out, line by line: of each dossier what a file shows, no more.
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde::Deserialize;

use super::{
    Reader,
    dossiers::Course,
    packed,
    register::{Filter, condition},
    tables::dossier::dossier::{Column, Entity},
};
use crate::error::Result;

#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    pub id: i64,
    pub procedure_version_id: i64,
    pub assigned_to: Option<i64>,
    pub code: String,
    pub external_code: Option<String>,
    pub applicant_name: String,
    pub applicant_kind: String,
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub channel: String,
    pub status: String,
    pub outcome: Option<String>,
    pub officer: Option<String>,
    pub note: String,
    #[serde(deserialize_with = "packed::moment")]
    pub registered_at: DateTime<Utc>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub original_due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub returned_at: Option<DateTime<Utc>>,
    pub course: Course,
}

/// Its columns, in the order of its fields.
const LINE: &str = "d.id, d.procedure_version_id, d.assigned_to, d.code, d.external_code, \
     d.applicant_name, d.applicant_kind, d.id_number, d.phone, d.email, d.address, d.channel, \
     d.status, d.outcome, d.officer, d.note, d.registered_at, d.due_at, d.original_due_at, \
     d.ended_at, d.returned_at, PACK(d.received_at, d.rejected_at, d.judged_at, d.wait_from, \
     d.due_day, d.lapse_at, d.appointed_day, d.appointed_lapse_at, d.by_moment)";

/// The next of them in the order they were entered, after `filter.after_id`: how a
/// file is written without holding it whole.
pub async fn after(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Line>> {
    let mut next = Entity::find()
        .filter(condition(db, filter, by_new_date, now).await?)
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(after) = filter.after_id {
        next = next.filter(Column::Id.gt(after));
    }
    let next = next.build(db.get_database_backend());
    let values = next.values.map(|values| values.0).unwrap_or_default();
    let mut lines: Vec<Line> =
        packed::rows(db, LINE, &format!("FROM ({}) AS d", next.sql), values).await?;
    lines.sort_unstable_by_key(|line| line.id);
    Ok(lines)
}
