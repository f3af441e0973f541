//! What the desk did today.
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::error::Result;

/// Counts since the day began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Today {
    pub received: i64,
    pub returned: i64,
    /// Ended today, and of these on the spot.
    pub finished: i64,
    pub on_the_spot: i64,
}

/// Each count walks one index from the day's beginning.
pub async fn today(db: &impl Reader, agency: i64, since: DateTime<Utc>) -> Result<Today> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT (SELECT COUNT(*) FROM dossier WHERE agency_id = $1 AND received_at >= $2) AS received, \
         (SELECT COUNT(*) FROM dossier WHERE agency_id = $1 AND returned_at >= $2) AS returned, \
         (SELECT COUNT(*) FROM dossier WHERE agency_id = $1 AND ended_at >= $2 \
          AND outcome IN ('granted', 'refused')) AS finished, \
         (SELECT COUNT(*) FROM dossier WHERE agency_id = $1 AND ended_at >= $2 \
          AND outcome IN ('granted', 'refused') AND received_at >= $2 AND appraised_at >= $2 \
          AND approved_at >= $2 AND returned_at >= $2 AND received_desk AND appraised_desk \
          AND approved_desk AND returned_desk) AS on_the_spot",
        [agency.into(), since.into()],
    );
    Ok(Today::find_by_statement(ask)
        .one(db)
        .await?
        .unwrap_or_default())
}
