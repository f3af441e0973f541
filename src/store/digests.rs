//! What an officer holds that is due soon or overdue, for the morning's mail.
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::{domain::dossier::Status, error::Result};

/// One dossier that its officer must end.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Line {
    pub code: String,
    pub procedure: String,
    /// The promise that judges it, and when it breaks.
    pub due_at: Option<DateTime<Utc>>,
    pub lapse_at: Option<DateTime<Utc>>,
}

/// Open ones of an agency in the hands of these accounts (with nobody in particular: of the
/// officer in charge) whose clock runs and whose promise lies before a moment, the oldest
/// promise first; the re-appointed one where the setting says so.
pub async fn of_officers(
    db: &impl Reader,
    agency: i64,
    accounts: &[i64],
    by_new_date: bool,
    until: DateTime<Utc>,
) -> Result<Vec<Line>> {
    let (due, lapse) = if by_new_date {
        ("d.due_at", "COALESCE(d.appointed_lapse_at, d.lapse_at)")
    } else {
        ("d.original_due_at", "d.lapse_at")
    };
    let whose: Vec<String> = accounts.iter().map(i64::to_string).collect();
    let whose = whose.join(", ");
    let (received, processing) = (Status::Received.code(), Status::Processing.code());
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT d.code, p.name AS procedure, {due} AS due_at, {lapse} AS lapse_at \
             FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
             LEFT JOIN holding h ON h.dossier_id = d.id AND h.ended_at IS NULL \
             WHERE COALESCE(h.account_id, d.assigned_to) IN ({whose}) \
             AND d.agency_id = $2 AND d.status IN ('{received}', '{processing}') AND {due} < $1 \
             ORDER BY {due}, d.id"
        ),
        [until.into(), agency.into()],
    );
    Ok(Line::find_by_statement(ask).all(db).await?)
}
