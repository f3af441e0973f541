//! What the figures are made of: the facts of every dossier that a period may touch.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};
use serde::Deserialize;

use super::{
    Reader,
    mergers::{self, Move},
    packed,
};
use crate::{
    domain::{
        dossier::{Channel, Outcome},
        period::Period,
        scoring::Facts,
        standing::Bounds,
        time::{day_end, day_start, to_local},
    },
    error::Result,
};

/// A dossier, its facts, and by what it may be grouped.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Whose it is now.
    pub agency: i64,
    /// When it went from one agency to another, the latest last.
    pub moves: Vec<Move>,
    pub code: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub field: String,
    pub officer: String,
    pub facts: Facts,
    /// The promises by the limit, in the order they were made.
    pub promises: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    pub outcome: Option<String>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub stopped_at: Option<DateTime<Utc>>,
}

impl Scored {
    /// Whose it was at the end of a day.
    pub fn agency_at(&self, day: NaiveDate) -> i64 {
        let later = self.moves.iter().find(|one| one.on_day > day);
        later.map_or(self.agency, |one| one.from_agency)
    }

    /// What had come of it by then: one withdrawn first and stopped later was withdrawn.
    pub fn outcome_seen(&self, seen: impl Fn(DateTime<Utc>) -> bool) -> Option<Outcome> {
        if self.withdrawn_at.is_some() && !self.stopped_at.is_some_and(seen) {
            return Some(Outcome::Withdrawn);
        }
        self.outcome.as_deref().and_then(Outcome::from_code)
    }
}

#[derive(Deserialize)]
struct Row {
    id: i64,
    agency_id: i64,
    procedure_version_id: i64,
    assigned_to: Option<i64>,
    officer: Option<String>,
    code: String,
    channel: String,
    #[serde(deserialize_with = "packed::moment")]
    received_at: DateTime<Utc>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    ended_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    rejected_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    withdrawn_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    stopped_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    #[serde(deserialize_with = "packed::yes")]
    by_moment: bool,
    received_by: String,
    #[serde(deserialize_with = "packed::list")]
    dues: Vec<DueRow>,
    #[serde(deserialize_with = "packed::list")]
    waits: Vec<WaitRow>,
}

/// Its columns, in the order of its fields: with its history, so that a dossier is looked
/// for once.
const ROW: &str = "d.id, d.agency_id, d.procedure_version_id, d.assigned_to, d.officer, d.code, d.channel, \
     d.received_at, d.ended_at, d.rejected_at, d.withdrawn_at, d.stopped_at, d.outcome, \
     d.by_moment, d.received_by, \
     (SELECT EACH(c.id, c.set_at, c.original_due_at, c.due_at)) FROM due_change c WHERE c.dossier_id = d.id), \
     (SELECT EACH(w.id, w.from_at, w.to_at)) FROM wait w WHERE w.dossier_id = d.id)";

/// What a dossier is grouped by, read once for all of them.
#[derive(FromQueryResult)]
pub(super) struct Named {
    id: i64,
    pub(super) code: String,
    name: String,
    field: String,
}

/// An account's name, with the account where several bear the name.
#[derive(FromQueryResult)]
struct Officer {
    id: i64,
    username: String,
    name: String,
}

async fn officers(db: &impl Reader) -> Result<HashMap<i64, String>> {
    let ask = Statement::from_string(
        DbBackend::Postgres,
        "SELECT id, username, name FROM account ORDER BY id",
    );
    let all = Officer::find_by_statement(ask).all(db).await?;
    let mut bearers: HashMap<String, u32> = HashMap::new();
    for one in &all {
        *bearers.entry(one.name.clone()).or_default() += 1;
    }
    let named = all.into_iter().map(|one| {
        let shared = bearers.get(&one.name).is_some_and(|many| *many > 1);
        let label = if shared {
            format!("{} ({})", one.name, one.username)
        } else {
            one.name
        };
        (one.id, label)
    });
    Ok(named.collect())
}

pub(super) async fn procedures(db: &impl Reader) -> Result<HashMap<i64, Named>> {
    let ask = Statement::from_string(
        DbBackend::Postgres,
        "SELECT id, code, name, field FROM procedure_version",
    );
    let all = Named::find_by_statement(ask).all(db).await?;
    Ok(all.into_iter().map(|one| (one.id, one)).collect())
}

#[derive(Deserialize)]
struct DueRow {
    id: i64,
    #[serde(deserialize_with = "packed::moment")]
    set_at: DateTime<Utc>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    original_due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    due_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct WaitRow {
    id: i64,
    #[serde(deserialize_with = "packed::moment")]
    from_at: DateTime<Utc>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    to_at: Option<DateTime<Utc>>,
}

/// The dossiers received before the period's end and neither ended nor refused before its
/// start: received in it, or before it and ended since, or before it and still open. Three
/// ways in, each by its index, so that an old register costs no more than a young one;
/// `COALESCE` keeps `SQLite` from walking everything that was ever received, and no order
/// is asked for: for an order it walks the whole table by its key.
pub(super) const TOUCHED: &str = "(\
     SELECT i.id FROM dossier i WHERE i.agency_id = $1 AND i.received_at >= $3 AND i.received_at < $2 \
     AND (i.ended_at IS NULL OR i.ended_at >= $3) \
     UNION ALL SELECT i.id FROM dossier i WHERE i.agency_id = $1 AND i.ended_at >= $3 \
     AND COALESCE(i.received_at, i.received_at) < $3 \
     UNION ALL SELECT i.id FROM dossier i WHERE i.agency_id = $1 AND i.ended_at IS NULL \
     AND (i.rejected_at IS NULL OR i.rejected_at >= $3) AND COALESCE(i.received_at, i.received_at) < $3 \
     UNION ALL SELECT i.id FROM agency_move m JOIN dossier i ON i.id = m.dossier_id WHERE m.from_agency = $1 \
     AND COALESCE(i.received_at, i.received_at) < $2 AND (i.ended_at IS NULL OR COALESCE(i.ended_at, i.ended_at) >= $3))";

/// Everything that table II.06a may count for a period.
pub async fn touched(
    db: &impl Reader,
    agency: i64,
    period: Period,
    by_new_date: bool,
) -> Result<Vec<Scored>> {
    let within = [
        agency.into(),
        day_end(period.to).into(),
        day_start(period.from).into(),
    ];
    let those = format!("FROM dossier d WHERE d.id IN {TOUCHED}");
    let mut rows: Vec<Row> = packed::rows(db, ROW, &those, within).await?;
    rows.sort_unstable_by_key(|row| row.id);
    let (officers, procedures) = (officers(db).await?, procedures(db).await?);
    let moves = mergers::moves(db, agency).await?;
    let scored = rows.into_iter().filter_map(|mut row| {
        // The reference is kept by the database.
        let procedure = procedures.get(&row.procedure_version_id)?;
        let assigned = row.assigned_to.and_then(|id| officers.get(&id).cloned());
        // In the order in which they were written down.
        row.dues.sort_unstable_by_key(|due| due.id);
        row.waits.sort_unstable_by_key(|wait| wait.id);
        let (dues, waits) = (row.dues, row.waits);
        Some(Scored {
            facts: Facts {
                channel: Channel::from_code(&row.channel).unwrap_or(Channel::Desk),
                received_at: Some(row.received_at),
                ended_at: row.ended_at,
                rejected_at: row.rejected_at,
                dues: dues
                    .iter()
                    .map(|due| (due.set_at, bounds(due, row.by_moment, by_new_date)))
                    .collect(),
                waits: waits
                    .iter()
                    .map(|wait| (wait.from_at, wait.to_at))
                    .collect(),
            },
            promises: dues
                .iter()
                .map(|due| (due.set_at, due.original_due_at))
                .collect(),
            agency: row.agency_id,
            moves: moves.get(&row.id).cloned().unwrap_or_default(),
            code: row.code,
            procedure_code: procedure.code.clone(),
            procedure_name: procedure.name.clone(),
            field: procedure.field.clone(),
            officer: assigned.or(row.officer).unwrap_or(row.received_by),
            outcome: row.outcome,
            withdrawn_at: row.withdrawn_at,
            stopped_at: row.stopped_at,
        })
    });
    Ok(scored.collect())
}

fn bounds(due: &DueRow, by_moment: bool, by_new_date: bool) -> Option<Bounds> {
    let appointed = by_new_date && due.due_at != due.original_due_at;
    let at = if appointed {
        due.due_at
    } else {
        due.original_due_at
    };
    at.map(|at| Bounds::new(to_local(at), by_moment && !appointed))
}
