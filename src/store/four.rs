//! The stamps behind the "4 tại chỗ" figures.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::{
    domain::{
        on_the_spot::on_the_spot,
        time::{day_end, day_start, local_day},
    },
    error::Result,
};

/// What was counted for one procedure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Finished, with stamps.
    pub dossiers: u64,
    pub on_the_spot: u64,
    /// Imported without stamps: left out, and said beside the figure.
    pub without_stamps: u64,
}

#[derive(FromQueryResult)]
struct Stamps {
    code: String,
    imported: bool,
    received_at: DateTime<Utc>,
    received_desk: bool,
    appraised_at: Option<DateTime<Utc>>,
    appraised_desk: bool,
    approved_at: Option<DateTime<Utc>>,
    approved_desk: bool,
    returned_at: Option<DateTime<Utc>>,
    returned_desk: bool,
}

/// Dossiers finished (granted or refused) between two local days, by procedure code.
pub async fn by_procedure(
    db: &impl Reader,
    agency: i64,
    from: NaiveDate,
    at: NaiveDate,
) -> Result<BTreeMap<String, Counted>> {
    let rows = Stamps::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT p.code, d.imported, d.received_at, d.received_desk, d.appraised_at, d.appraised_desk, \
         d.approved_at, d.approved_desk, d.returned_at, d.returned_desk \
         FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
         WHERE d.agency_id = $1 AND d.ended_at >= $2 AND d.ended_at < $3 \
         AND d.received_at IS NOT NULL AND d.outcome IN ('granted', 'refused')",
        [agency.into(), day_start(from).into(), day_end(at).into()],
    ))
    .all(db)
    .await?;
    let mut counted: BTreeMap<String, Counted> = BTreeMap::new();
    for row in rows {
        let until = day_end(at);
        let stamp = |moment: Option<DateTime<Utc>>, desk| {
            moment
                .filter(|m| *m < until)
                .map(|moment| (local_day(moment), desk))
        };
        let spot = on_the_spot([
            stamp(Some(row.received_at), row.received_desk),
            stamp(row.appraised_at, row.appraised_desk),
            stamp(row.approved_at, row.approved_desk),
            stamp(row.returned_at, row.returned_desk),
        ]);
        let procedure = counted.entry(row.code).or_default();
        if row.imported && row.appraised_at.is_none() {
            procedure.without_stamps += 1;
        } else {
            procedure.dossiers += 1;
            procedure.on_the_spot += u64::from(spot);
        }
    }
    Ok(counted)
}
