//! The ledger of pauses: every stop of a clock, its slip and its reason; the clocks
//! that stand though the papers came.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

use super::{Reader, Write};
use crate::{
    domain::{
        pause::{PauseKind, PauseReason},
        time::{day_end, day_start},
    },
    error::Result,
};

/// Which lines are asked for. The agency is not optional: who may see a row is part of the query.
#[derive(Clone, Debug)]
pub struct Filter {
    pub agency: i64,
    /// By the local day the clock was stopped.
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub kind: Option<PauseKind>,
    pub reason: Option<PauseReason>,
    /// Asked by an officer of that name.
    pub officer: Option<String>,
    /// Only what that account asked for.
    pub own: Option<i64>,
}

/// A line of the ledger.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub kind: String,
    pub number: Option<i32>,
    pub year: Option<i32>,
    pub code: String,
    pub applicant_name: String,
    pub procedure_name: String,
    pub reason_code: Option<String>,
    pub reason: Option<String>,
    pub asked_by: Option<String>,
    pub legal_basis: Option<String>,
    pub approved_by: Option<String>,
    pub from_at: DateTime<Utc>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub to_at: Option<DateTime<Utc>>,
    /// The dossier ended while its clock stood.
    pub ended_at: Option<DateTime<Utc>>,
    /// Which request for papers of its dossier it is, from 1.
    pub place: i64,
    /// On how many nights its clock was found standing though the papers had come.
    pub nights: i64,
}

impl Entry {
    pub fn kind(&self) -> PauseKind {
        PauseKind::from_code(&self.kind).unwrap_or(PauseKind::Supplement)
    }

    /// The reason in words; what was asked before there was a list has none.
    pub fn reason_label(&self) -> &'static str {
        self.reason_code
            .as_deref()
            .and_then(PauseReason::from_code)
            .map_or("–", PauseReason::label)
    }
}

const SELECT: &str = "SELECT w.id, w.kind, w.number, w.year, d.code, d.applicant_name, \
     p.name AS procedure_name, w.reason_code, w.reason, w.asked_by, w.legal_basis, w.approved_by, \
     w.from_at, w.arrived_at, w.to_at, d.ended_at, \
     (SELECT COUNT(*) FROM wait o WHERE o.dossier_id = w.dossier_id AND o.kind = w.kind AND o.id <= w.id \
      AND CASE WHEN o.from_at >= d.received_at THEN 1 ELSE 0 END \
      = CASE WHEN w.from_at >= d.received_at THEN 1 ELSE 0 END) AS place, \
     (SELECT COUNT(*) FROM standing_clock s WHERE s.wait_id = w.id) AS nights \
     FROM wait w JOIN dossier d ON d.id = w.dossier_id \
     JOIN procedure_version p ON p.id = d.procedure_version_id WHERE ";

/// The lines, in the order in which the clocks were stopped.
pub async fn entries(db: &impl Reader, filter: &Filter) -> Result<Vec<Entry>> {
    let mut values: Vec<Value> = vec![
        filter.agency.into(),
        day_start(filter.from).into(),
        day_end(filter.to).into(),
    ];
    let mut sql = format!("{SELECT} d.agency_id = $1 AND w.from_at >= $2 AND w.from_at < $3");
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        sql += &format!(" AND {condition} = ${}", values.len());
    };
    if let Some(kind) = filter.kind {
        and("w.kind", kind.code().into());
    }
    if let Some(reason) = filter.reason {
        and("w.reason_code", reason.code().into());
    }
    if let Some(officer) = &filter.officer {
        and("w.asked_by", officer.clone().into());
    }
    if let Some(own) = filter.own {
        and("w.asked_by_id", own.into());
    }
    sql += " ORDER BY w.from_at, w.id";
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(Entry::find_by_statement(ask).all(db).await?)
}

/// The lines of one dossier.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Entry>> {
    let sql = format!("{SELECT} w.dossier_id = $1 ORDER BY w.id");
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [dossier.into()]);
    Ok(Entry::find_by_statement(ask).all(db).await?)
}

/// Papers came to the desk: once, or once more because they were not enough.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Arrival {
    pub wait_id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    /// Why once more.
    pub note: String,
}

/// Every arrival of these lines, by the events; the first stays where a later one counts.
pub async fn arrivals(db: &impl Reader, entries: &[Entry]) -> Result<Vec<Arrival>> {
    let arrived = entries.iter().filter(|entry| entry.arrived_at.is_some());
    let ids: Vec<i64> = arrived.map(|entry| entry.id).collect();
    let mut all = Vec::new();
    for some in ids.chunks(1000) {
        let places: Vec<String> = (1..=some.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT w.id AS wait_id, e.at, e.actor, e.note FROM wait w \
             JOIN event e ON e.dossier_id = w.dossier_id AND e.act = 'supplement_arrived' \
             WHERE w.id IN ({}) AND w.id = (SELECT MAX(o.id) FROM wait o \
             WHERE o.dossier_id = w.dossier_id AND o.from_at <= e.at) ORDER BY w.id, e.seq",
            places.join(", ")
        );
        let values = some.iter().map(|id| Value::from(*id));
        let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        all.extend(Arrival::find_by_statement(ask).all(db).await?);
    }
    Ok(all)
}

/// What stands though the papers came: nobody has said whether they are enough.
const STANDING: &str =
    "w.arrived_at IS NOT NULL AND w.to_at IS NULL AND d.status = 'awaiting_supplement'";

/// These lines, of one agency or of all, the oldest arrival first.
pub async fn standing(db: &impl Reader, agency: Option<i64>) -> Result<Vec<Entry>> {
    let (of, values): (_, Vec<Value>) = match agency {
        Some(agency) => (" AND d.agency_id = $1", vec![agency.into()]),
        None => ("", Vec::new()),
    };
    let sql = format!("{SELECT} {STANDING}{of} ORDER BY w.arrived_at, w.id");
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(Entry::find_by_statement(ask).all(db).await?)
}

#[derive(FromQueryResult)]
struct Name {
    asked_by: String,
}

/// Who ever stopped a clock.
pub async fn officers(db: &impl Reader, agency: i64) -> Result<Vec<String>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT DISTINCT w.asked_by FROM wait w JOIN dossier d ON d.id = w.dossier_id \
         WHERE d.agency_id = $1 AND w.asked_by IS NOT NULL ORDER BY 1",
        [agency.into()],
    );
    let names = Name::find_by_statement(ask).all(db).await?;
    Ok(names.into_iter().map(|name| name.asked_by).collect())
}

impl Write {
    /// A clock was found standing on a night; found twice, it is entered once.
    pub async fn found_standing(&self, wait: i64, night: NaiveDate) -> Result<()> {
        let enter = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO standing_clock (wait_id, night) VALUES ($1, $2) ON CONFLICT (wait_id, night) DO NOTHING",
            [wait.into(), night.into()],
        );
        self.tx.execute_raw(enter).await?;
        Ok(())
    }

    /// A slip whose number was cancelled goes on under the next one.
    pub async fn renumber_pause(
        &self,
        dossier: i64,
        kind: &str,
        (old, old_year): (i32, i32),
        (next, year): (i32, i32),
    ) -> Result<()> {
        let change = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "UPDATE wait SET number = $1, year = $2 \
             WHERE dossier_id = $3 AND kind = $4 AND number = $5 AND year = $6",
            [
                next.into(),
                year.into(),
                dossier.into(),
                kind.into(),
                old.into(),
                old_year.into(),
            ],
        );
        self.tx.execute_raw(change).await?;
        Ok(())
    }
}
