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

/// Open ones of an account whose clock runs and whose promise lies before a moment,
/// the oldest promise first; the re-appointed one where the setting says so.
pub async fn of_officer(
    db: &impl Reader,
    account: i64,
    by_new_date: bool,
    until: DateTime<Utc>,
) -> Result<Vec<Line>> {
    let (due, lapse) = if by_new_date {
        ("d.due_at", "COALESCE(d.appointed_lapse_at, d.lapse_at)")
    } else {
        ("d.original_due_at", "d.lapse_at")
    };
    let (received, processing) = (Status::Received.code(), Status::Processing.code());
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT d.code, p.name AS procedure, {due} AS due_at, {lapse} AS lapse_at \
             FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
             WHERE d.assigned_to = $1 AND d.status IN ('{received}', '{processing}') AND {due} < $2 \
             ORDER BY {due}, d.id"
        ),
        [account.into(), until.into()],
    );
    Ok(Line::find_by_statement(ask).all(db).await?)
}
