//! The stamps behind the "4 tại chỗ" figures.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::{Reader, figures};
use crate::{
    domain::{
        on_the_spot::on_the_spot,
        time::{day_end, day_start, local_day},
    },
    error::Result,
};

/// A finished dossier, and whether it was done on the spot; `None` where it was
/// imported without stamps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    pub code: String,
    pub procedure_code: String,
    pub received_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    pub on_the_spot: Option<bool>,
}

#[derive(FromQueryResult)]
struct Stamps {
    id: i64,
    code: String,
    procedure_version_id: i64,
    ended_at: DateTime<Utc>,
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

/// Dossiers finished (granted or refused) between two local days.
pub async fn finished(
    db: &impl Reader,
    agency: i64,
    from: NaiveDate,
    at: NaiveDate,
) -> Result<Vec<Finished>> {
    let mut rows = Stamps::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        // `COALESCE` keeps SQLite from walking everything that was ever received.
        "SELECT d.id, d.code, d.procedure_version_id, d.ended_at, d.imported, d.received_at, \
         d.received_desk, d.appraised_at, d.appraised_desk, d.approved_at, d.approved_desk, \
         d.returned_at, d.returned_desk FROM dossier d \
         WHERE d.agency_id = $1 AND d.ended_at >= $2 AND d.ended_at < $3 \
         AND COALESCE(d.received_at, d.received_at) IS NOT NULL \
         AND d.outcome IN ('granted', 'refused') \
         AND NOT EXISTS (SELECT 1 FROM agency_move m WHERE m.dossier_id = d.id AND m.on_day > $4) \
         UNION ALL SELECT d.id, d.code, d.procedure_version_id, d.ended_at, d.imported, d.received_at, \
         d.received_desk, d.appraised_at, d.appraised_desk, d.approved_at, d.approved_desk, \
         d.returned_at, d.returned_desk FROM agency_move m JOIN dossier d ON d.id = m.dossier_id \
         WHERE m.from_agency = $1 AND m.on_day > $4 AND NOT EXISTS (SELECT 1 FROM agency_move e \
         WHERE e.dossier_id = m.dossier_id AND e.on_day > $4 \
         AND (e.on_day < m.on_day OR (e.on_day = m.on_day AND e.id < m.id))) \
         AND COALESCE(d.ended_at, d.ended_at) >= $2 AND COALESCE(d.ended_at, d.ended_at) < $3 \
         AND d.outcome IN ('granted', 'refused')",
        [
            agency.into(),
            day_start(from).into(),
            day_end(at).into(),
            at.into(),
        ],
    ))
    .all(db)
    .await?;
    // In the order they were entered; asked of SQLite, it would walk the whole table by its
    // key rather than the period by its index.
    rows.sort_unstable_by_key(|row| row.id);
    let until = day_end(at);
    let stamp = |moment: Option<DateTime<Utc>>, desk| {
        moment
            .filter(|moment| *moment < until)
            .map(|moment| (local_day(moment), desk))
    };
    let procedures = figures::procedures(db).await?;
    // The reference is kept by the database.
    let known = rows.into_iter().filter_map(|row| {
        let procedure = procedures.get(&row.procedure_version_id)?;
        Some((row, procedure.code.clone()))
    });
    let finished = known.map(|(row, procedure_code)| Finished {
        on_the_spot: (!row.imported || row.appraised_at.is_some()).then(|| {
            on_the_spot([
                stamp(Some(row.received_at), row.received_desk),
                stamp(row.appraised_at, row.appraised_desk),
                stamp(row.approved_at, row.approved_desk),
                stamp(row.returned_at, row.returned_desk),
            ])
        }),
        code: row.code,
        procedure_code,
        received_at: row.received_at,
        ended_at: row.ended_at,
    });
    Ok(finished.collect())
}
