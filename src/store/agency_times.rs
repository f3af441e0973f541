//! How long did each agency hold a dossier, against its share of the limit?
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::{
    domain::{
        period::Period,
        time::{day_end, day_start},
    },
    error::Result,
};

/// A dossier at one agency; seconds of office hours.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Held {
    pub code: String,
    /// Empty: ours.
    pub agency: String,
    pub held: i64,
    pub allotted: i64,
}

/// Of the dossiers that ended in a period, as long as every stretch there was measured.
pub async fn of_ended(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Held>> {
    Ok(Held::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT d.code, h.elsewhere AS agency, CAST(SUM(h.held_seconds) AS BIGINT) AS held, \
         CAST(SUM(h.allotted_seconds) AS BIGINT) AS allotted FROM dossier d JOIN holding h ON h.dossier_id = d.id \
         WHERE d.agency_id = $1 AND d.ended_at >= $2 AND d.ended_at < $3 \
         GROUP BY d.id, d.code, h.elsewhere \
         HAVING COUNT(*) = COUNT(h.held_seconds) AND COUNT(*) = COUNT(h.allotted_seconds) ORDER BY d.id",
        [
            agency.into(),
            day_start(period.from).into(),
            day_end(period.to).into(),
        ],
    ))
    .all(db)
    .await?)
}
