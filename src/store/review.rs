//! What was asked for once more, and of which dossiers.
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::{Reader, figures::TOUCHED};
use crate::{
    domain::{
        period::Period,
        time::{day_end, day_start},
    },
    error::Result,
};

/// One request for a supplement.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Asked {
    pub code: String,
    pub at: DateTime<Utc>,
    /// The event's data: `items` are the papers.
    pub data: String,
}

/// The requests made before a period's end, of the dossiers that the period touches.
pub async fn supplements(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Asked>> {
    Ok(Asked::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT d.code, e.at, e.data FROM dossier d JOIN event e ON e.dossier_id = d.id \
             WHERE d.id IN {TOUCHED} AND e.act = 'request_supplement' AND e.at < $2"
        ),
        [
            agency.into(),
            day_end(period.to).into(),
            day_start(period.from).into(),
        ],
    ))
    .all(db)
    .await?)
}

/// A dossier that went through another agency's hands, named as it was.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Elsewhere {
    pub code: String,
    pub procedure_code: String,
    pub agency: String,
}

/// Which dossiers that the period touches had been at other agencies by its end, each
/// agency once.
pub async fn elsewhere(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Elsewhere>> {
    Ok(Elsewhere::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT DISTINCT d.code, p.code AS procedure_code, h.elsewhere AS agency \
             FROM dossier d JOIN holding h ON h.dossier_id = d.id \
             JOIN procedure_version p ON p.id = d.procedure_version_id \
             WHERE d.id IN {TOUCHED} AND h.elsewhere <> '' AND h.given_at < $2"
        ),
        [
            agency.into(),
            day_end(period.to).into(),
            day_start(period.from).into(),
        ],
    ))
    .all(db)
    .await?)
}
