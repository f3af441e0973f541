//! What the figures are made of: the facts of every dossier that a period may touch.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
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
    /// What had come of it by then: one withdrawn first and stopped later was withdrawn.
    pub fn outcome_seen(&self, seen: impl Fn(DateTime<Utc>) -> bool) -> Option<Outcome> {
        if self.withdrawn_at.is_some() && !self.stopped_at.is_some_and(seen) {
            return Some(Outcome::Withdrawn);
        }
        self.outcome.as_deref().and_then(Outcome::from_code)
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    code: String,
    channel: String,
    received_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    rejected_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
    stopped_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    by_moment: bool,
    received_by: String,
    assigned_name: Option<String>,
    procedure_code: String,
    procedure_name: String,
    field: String,
}

#[derive(FromQueryResult)]
struct DueRow {
    dossier_id: i64,
    set_at: DateTime<Utc>,
    original_due_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct WaitRow {
    dossier_id: i64,
    from_at: DateTime<Utc>,
    to_at: Option<DateTime<Utc>>,
}

/// Received before the period's end and not ended before its start: received in it, or
/// before it and ended since, or before it and still open. Three ways in, each by its
/// index, so that an old register costs no more than a young one; `COALESCE` keeps
/// `SQLite` from walking everything that was ever received.
const TOUCHED: &str = "d.id IN (\
     SELECT i.id FROM dossier i WHERE i.agency_id = $1 AND i.received_at >= $3 AND i.received_at < $2 \
     AND (i.ended_at IS NULL OR i.ended_at >= $3) \
     UNION ALL SELECT i.id FROM dossier i WHERE i.agency_id = $1 AND i.ended_at >= $3 \
     AND COALESCE(i.received_at, i.received_at) < $3 \
     UNION ALL SELECT i.id FROM dossier i WHERE i.agency_id = $1 AND i.ended_at IS NULL \
     AND COALESCE(i.received_at, i.received_at) < $3)";

/// Everything that table II.06a may count for a period.
pub async fn touched(
    db: &impl Reader,
    agency: i64,
    period: Period,
    by_new_date: bool,
) -> Result<Vec<Scored>> {
    let ask = |select: &str| {
        Statement::from_sql_and_values(
            DbBackend::Postgres,
            format!("{select} WHERE {TOUCHED} ORDER BY 1"),
            [
                agency.into(),
                day_end(period.to).into(),
                day_start(period.from).into(),
            ],
        )
    };
    let rows = Row::find_by_statement(ask(
        "SELECT d.id, d.code, d.channel, d.received_at, d.ended_at, d.rejected_at, d.withdrawn_at, \
         d.stopped_at, d.outcome, d.by_moment, d.received_by, COALESCE(a.name, d.officer) AS assigned_name, \
         p.code AS procedure_code, p.name AS procedure_name, p.field \
         FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
         LEFT JOIN account a ON a.id = d.assigned_to",
    ))
    .all(db)
    .await?;
    let dues = DueRow::find_by_statement(ask(
        "SELECT c.id, c.dossier_id, c.set_at, c.original_due_at, c.due_at FROM due_change c \
         JOIN dossier d ON d.id = c.dossier_id",
    ))
    .all(db)
    .await?;
    let waits = WaitRow::find_by_statement(ask(
        "SELECT w.id, w.dossier_id, w.from_at, w.to_at FROM wait w JOIN dossier d ON d.id = w.dossier_id",
    ))
    .all(db)
    .await?;
    let mut dues_of: HashMap<i64, Vec<DueRow>> = HashMap::new();
    for due in dues {
        dues_of.entry(due.dossier_id).or_default().push(due);
    }
    let mut waits_of: HashMap<i64, Vec<WaitRow>> = HashMap::new();
    for wait in waits {
        waits_of.entry(wait.dossier_id).or_default().push(wait);
    }
    let scored = rows.into_iter().map(|row| {
        let dues = dues_of.remove(&row.id).unwrap_or_default();
        let waits = waits_of.remove(&row.id).unwrap_or_default();
        Scored {
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
            code: row.code,
            procedure_code: row.procedure_code,
            procedure_name: row.procedure_name,
            field: row.field,
            officer: row.assigned_name.unwrap_or(row.received_by),
            outcome: row.outcome,
            withdrawn_at: row.withdrawn_at,
            stopped_at: row.stopped_at,
        }
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
