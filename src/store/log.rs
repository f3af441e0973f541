//! What was done, across all dossiers of an agency.
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::error::Result;

/// One event, with its dossier's code.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub code: String,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub act: String,
    pub actor: String,
    pub at_desk: bool,
    pub to_status: String,
}

/// The events recorded last, before an id where one is given.
pub async fn recent(
    db: &impl Reader,
    agency: i64,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<Line>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT e.id, d.code, e.at, e.recorded_at, e.act, e.actor, e.at_desk, e.to_status \
             FROM event e JOIN dossier d ON d.id = e.dossier_id \
             WHERE d.agency_id = $1 AND e.id < $2 ORDER BY e.id DESC LIMIT {most}"
        ),
        [agency.into(), before.unwrap_or(i64::MAX).into()],
    );
    Ok(Line::find_by_statement(ask).all(db).await?)
}
