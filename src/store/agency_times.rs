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
/// The share of a step is counted once, however many hands it went through.
pub async fn of_ended(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Held>> {
    Ok(Held::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT s.code, s.agency, CAST(SUM(s.held) AS BIGINT) AS held, CAST(SUM(s.allotted) AS BIGINT) AS allotted \
         FROM (SELECT d.id, d.code, h.elsewhere AS agency, SUM(h.held_seconds) AS held, \
         MAX(h.allotted_seconds) AS allotted, \
         SUM(CASE WHEN h.held_seconds IS NULL OR h.allotted_seconds IS NULL THEN 1 ELSE 0 END) AS missing \
         FROM dossier d JOIN holding h ON h.dossier_id = d.id \
         WHERE d.agency_id = $1 AND d.ended_at >= $2 AND d.ended_at < $3 \
         GROUP BY d.id, d.code, h.elsewhere, h.step, h.run) s \
         GROUP BY s.id, s.code, s.agency HAVING SUM(s.missing) = 0 ORDER BY s.id",
        [
            agency.into(),
            day_start(period.from).into(),
            day_end(period.to).into(),
        ],
    ))
    .all(db)
    .await?)
}
