//! How long hands held dossiers, for figures: ended stretches, and those still open.
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Statement, Value};

use super::Reader;
use crate::{
    domain::{
        deadline::{TimeLimit, Unit},
        workflow::Duty,
    },
    error::Result,
};

/// A stretch in one pair of hands, with what figures ask of it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Stretch {
    pub dossier_id: i64,
    pub code: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub field: String,
    pub channel: String,
    pub time_limit: Option<i32>,
    pub unit: Option<String>,
    pub step: i32,
    pub duty: String,
    pub step_name: String,
    pub title: String,
    pub elsewhere: String,
    pub holder: String,
    pub given_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub allotted_seconds: Option<i64>,
    pub held_seconds: Option<i64>,
}

impl Stretch {
    pub fn limit(&self) -> Option<TimeLimit> {
        let unit = Unit::from_code(self.unit.as_deref()?)?;
        Some(TimeLimit::new(u32::try_from(self.time_limit?).ok()?, unit))
    }

    pub fn duty(&self) -> Duty {
        Duty::from_code(&self.duty).unwrap_or(Duty::Receive)
    }
}

/// Whose stretches.
#[derive(Clone, Debug)]
pub enum Whose {
    All,
    /// One officer's, by the name that papers print.
    Of(String),
}

const COLUMNS: &str = "SELECT h.dossier_id, d.code, p.code AS procedure_code, p.name AS procedure_name, p.field, d.channel, \
     p.time_limit, p.unit, h.step, h.duty, h.step_name, h.title, h.elsewhere, h.holder, h.given_at, \
     h.ended_at, h.allotted_seconds, h.held_seconds \
     FROM holding h JOIN dossier d ON d.id = h.dossier_id \
     JOIN procedure_version p ON p.id = d.procedure_version_id WHERE h.agency_id = $1";

async fn ask(
    db: &impl Reader,
    agency: i64,
    condition: &str,
    more: Vec<Value>,
    whose: &Whose,
) -> Result<Vec<Stretch>> {
    let mut values: Vec<Value> = vec![agency.into()];
    values.extend(more);
    let mut sql = format!("{COLUMNS} AND {condition}");
    if let Whose::Of(name) = whose {
        values.push(name.clone().into());
        sql.push_str(&format!(" AND h.holder = ${}", values.len()));
    }
    sql.push_str(" ORDER BY h.given_at, h.id");
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(Stretch::find_by_statement(statement).all(db).await?)
}

/// The stretches that ended between two moments (the second excluded).
pub async fn ended(
    db: &impl Reader,
    agency: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    whose: &Whose,
) -> Result<Vec<Stretch>> {
    let condition = "h.ended_at >= $2 AND h.ended_at < $3";
    ask(
        db,
        agency,
        condition,
        vec![from.into(), until.into()],
        whose,
    )
    .await
}

/// What is held now and whose clock runs.
pub async fn open(db: &impl Reader, agency: i64, whose: &Whose) -> Result<Vec<Stretch>> {
    let condition = "h.ended_at IS NULL AND d.wait_from IS NULL AND d.ended_at IS NULL";
    ask(db, agency, condition, Vec::new(), whose).await
}

/// How often each officer stopped the clock between two moments.
pub async fn pauses_asked(
    db: &impl Reader,
    agency: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<(String, u64)>> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT e.actor, COUNT(*) AS times FROM event e JOIN dossier d ON d.id = e.dossier_id \
         WHERE d.agency_id = $1 AND e.act IN ('request_supplement', 'request_payment') \
         AND e.at >= $2 AND e.at < $3 AND d.received_at IS NOT NULL GROUP BY e.actor ORDER BY e.actor",
        [agency.into(), from.into(), until.into()],
    );
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| {
            let times: i64 = row.try_get("", "times")?;
            Ok((
                row.try_get("", "actor")?,
                u64::try_from(times).unwrap_or_default(),
            ))
        })
        .collect()
}
