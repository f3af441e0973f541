//! Which dossiers does feedback complain of? What was refused as no feedback is not counted.
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::error::Result;

/// One complaint of a dossier.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Complaint {
    pub code: String,
    pub kind: String,
    pub received_at: DateTime<Utc>,
}

/// Those received before a moment.
pub async fn before(db: &impl Reader, agency: i64, until: DateTime<Utc>) -> Result<Vec<Complaint>> {
    Ok(Complaint::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT d.code, f.kind, f.received_at FROM feedback f JOIN dossier d ON d.id = f.dossier_id \
         WHERE f.agency_id = $1 AND f.received_at < $2 AND f.state <> 'rejected' AND f.kind <> 'opinion' ORDER BY f.id",
        [agency.into(), until.into()],
    ))
    .all(db)
    .await?)
}
