//! How long hands held dossiers, for figures: ended stretches, and those still open.
use std::collections::HashMap;

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
    pub procedure_version_id: i64,
    pub code: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub field: String,
    pub channel: String,
    pub time_limit: Option<i32>,
    pub unit: Option<String>,
    pub step: i32,
    pub run: i32,
    pub duty: String,
    pub step_name: String,
    pub elsewhere: String,
    pub holder: String,
    pub account_id: Option<i64>,
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
    /// One officer's, by account; what was written down without an account by the name
    /// that papers print, unless others bear it too.
    Of {
        account: Option<i64>,
        name: String,
    },
}

const DOSSIER: &str = "d.id AS dossier_id, d.procedure_version_id, d.code, p.code AS procedure_code, \
     p.name AS procedure_name, p.field, d.channel, p.time_limit, p.unit";

/// Asks for stretches; the condition may name $1, the agency, and what follows it.
async fn ask(
    db: &impl Reader,
    columns: &str,
    from: &str,
    names: [&str; 2],
    mut values: Vec<Value>,
    whose: &Whose,
) -> Result<Vec<Stretch>> {
    let mut sql = format!("SELECT {DOSSIER}, {columns} {from}");
    if let Whose::Of { account, name } = whose {
        let [own, called] = names;
        values.push(name.clone().into());
        let name = values.len();
        let nameless = format!("{own} IS NULL AND {called} = ${name}");
        match account {
            None => sql.push_str(&format!(" AND {nameless}")),
            Some(account) => {
                values.push((*account).into());
                let account = values.len();
                sql.push_str(&format!(
                    " AND ({own} = ${account} OR ({nameless} AND NOT EXISTS \
                     (SELECT 1 FROM account o WHERE o.name = ${name} AND o.id <> ${account} AND (o.agency_id = $1 \
                     OR EXISTS (SELECT 1 FROM membership m WHERE m.account_id = o.id AND m.agency_id = $1)))))"
                ));
            }
        }
    }
    sql.push_str(" ORDER BY given_at, dossier_id");
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(Stretch::find_by_statement(statement).all(db).await?)
}

/// The stretches of all dossiers that were in somebody's hands between two moments, from
/// their beginning on, as far as they began before the second.
pub async fn between(
    db: &impl Reader,
    agency: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    whose: &Whose,
) -> Result<Vec<Stretch>> {
    let columns = "h.step, h.run, h.duty, h.step_name, h.elsewhere, h.holder, h.account_id, h.given_at, \
                   h.ended_at, h.allotted_seconds, h.held_seconds";
    let source = "FROM holding h JOIN dossier d ON d.id = h.dossier_id \
                  JOIN procedure_version p ON p.id = d.procedure_version_id \
                  WHERE h.agency_id = $1 AND h.given_at < $3 AND h.dossier_id IN \
                  (SELECT o.dossier_id FROM holding o WHERE o.agency_id = $1 AND o.ended_at >= $2 AND o.given_at < $3 \
                  UNION SELECT o.dossier_id FROM holding o WHERE o.agency_id = $1 AND o.ended_at IS NULL AND o.given_at < $3)";
    let values = vec![agency.into(), from.into(), until.into()];
    ask(
        db,
        columns,
        source,
        ["h.account_id", "h.holder"],
        values,
        whose,
    )
    .await
}

/// What the desk has had since the receipt, of which nothing is written down yet. The
/// step's name and share are not in it.
pub async fn at_the_desk(
    db: &impl Reader,
    agency: i64,
    until: DateTime<Utc>,
    whose: &Whose,
) -> Result<Vec<Stretch>> {
    let columns = "0 AS step, 0 AS run, 'receive' AS duty, '' AS step_name, '' AS elsewhere, \
                   d.received_by AS holder, d.received_by_id AS account_id, d.received_at AS given_at, \
                   CAST(NULL AS TIMESTAMPTZ) AS ended_at, \
                   CAST(NULL AS BIGINT) AS allotted_seconds, CAST(NULL AS BIGINT) AS held_seconds";
    let source = "FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
                  WHERE d.agency_id = $1 AND d.received_at < $2 AND d.ended_at IS NULL \
                  AND d.rejected_at IS NULL AND d.imported = FALSE \
                  AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.dossier_id = d.id)";
    ask(
        db,
        columns,
        source,
        ["d.received_by_id", "d.received_by"],
        vec![agency.into(), until.into()],
        whose,
    )
    .await
}

/// A stop of the clock.
#[derive(Clone, Debug, FromQueryResult)]
struct Stop {
    dossier_id: i64,
    from_at: DateTime<Utc>,
    to_at: Option<DateTime<Utc>>,
}

/// From when to when the clock of a dossier stood; it may stand still.
type Stood = (DateTime<Utc>, Option<DateTime<Utc>>);

/// The stops of what had not ended at a moment, by dossier.
pub async fn stops(
    db: &impl Reader,
    agency: i64,
    until: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<Stood>>> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT w.dossier_id, w.from_at, w.to_at FROM wait w JOIN dossier d ON d.id = w.dossier_id \
         WHERE d.agency_id = $1 AND (d.ended_at IS NULL OR d.ended_at >= $2) AND w.from_at < $2 ORDER BY w.id",
        [agency.into(), until.into()],
    );
    let mut all: HashMap<i64, Vec<Stood>> = HashMap::new();
    for one in Stop::find_by_statement(statement).all(db).await? {
        all.entry(one.dossier_id)
            .or_default()
            .push((one.from_at, one.to_at));
    }
    Ok(all)
}

/// How often an officer stopped the clock.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Asked {
    pub account_id: Option<i64>,
    pub name: String,
    pub times: i64,
}

/// How often each officer stopped the clock between two moments, as the ledger has it.
pub async fn pauses_asked(
    db: &impl Reader,
    agency: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Asked>> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT w.asked_by_id AS account_id, COALESCE(w.asked_by, '') AS name, COUNT(*) AS times \
         FROM wait w JOIN dossier d ON d.id = w.dossier_id \
         WHERE d.agency_id = $1 AND w.from_at >= $2 AND w.from_at < $3 AND COALESCE(w.asked_by, '') <> '' \
         GROUP BY w.asked_by_id, COALESCE(w.asked_by, '') ORDER BY 2, 1",
        [agency.into(), from.into(), until.into()],
    );
    Ok(Asked::find_by_statement(statement).all(db).await?)
}

/// How long a step took one dossier, all its stretches together.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Took {
    pub dossier_id: i64,
    pub procedure_code: String,
    pub step: i32,
    pub step_name: String,
    pub seconds: i64,
    /// Nothing of it is open, so that this is all it took.
    pub done: bool,
    /// When the last of its stretches ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What the steps of dossiers took that were held after a moment.
pub async fn took(db: &impl Reader, agency: i64, since: DateTime<Utc>) -> Result<Vec<Took>> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT h.dossier_id, p.code AS procedure_code, h.step, h.step_name, \
         CAST(COALESCE(SUM(h.held_seconds), 0) AS BIGINT) AS seconds, \
         (COUNT(*) = COUNT(h.held_seconds)) AS done, MAX(h.ended_at) AS ended_at \
         FROM holding h JOIN dossier d ON d.id = h.dossier_id \
         JOIN procedure_version p ON p.id = d.procedure_version_id \
         WHERE h.agency_id = $1 AND h.dossier_id IN \
         (SELECT o.dossier_id FROM holding o WHERE o.agency_id = $1 AND o.ended_at >= $2 \
         UNION SELECT o.dossier_id FROM holding o WHERE o.agency_id = $1 AND o.ended_at IS NULL) \
         GROUP BY h.dossier_id, p.code, h.step, h.step_name ORDER BY h.dossier_id, h.step",
        [agency.into(), since.into()],
    );
    Ok(Took::find_by_statement(statement).all(db).await?)
}
