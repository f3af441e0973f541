//! Apologies, drafted and signed, their yearly book, and who is still owed one.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, Statement, Value, sea_query::Expr,
};

use super::{
    Reader, Write,
    first_page::{self, Rows},
    tables::letters::apology,
};
use crate::{
    domain::{
        deadline::{TimeLimit, Unit},
        dossier::Status,
    },
    error::Result,
};

pub use super::tables::letters::apology::Model as Apology;

/// The letters of a dossier, oldest first.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Apology>> {
    Ok(apology::Entity::find()
        .filter(apology::Column::DossierId.eq(dossier))
        .order_by_asc(apology::Column::Id)
        .all(db)
        .await?)
}

/// A dossier with its letter, if it has one (it has at most one: a draft is
/// redrafted in place, and a second re-appointment is refused).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Case {
    pub dossier_id: i64,
    pub code: String,
    pub version: i64,
    pub applicant_name: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub received_at: Option<DateTime<Utc>>,
    pub time_limit: Option<i32>,
    pub unit: Option<String>,
    pub status: String,
    pub holder: Option<String>,
    pub original_due_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub reason_code: Option<String>,
    pub reason: Option<String>,
    pub new_due_at: Option<DateTime<Utc>>,
    /// The step at which it lay when the letter was drafted, and with whom.
    pub step: Option<String>,
    pub held_by: Option<String>,
    pub after_end: Option<bool>,
    pub drafted_at: Option<DateTime<Utc>>,
    pub drafted_by: Option<String>,
    pub signed_at: Option<DateTime<Utc>>,
    pub signed_by: Option<String>,
    pub number: Option<i32>,
    pub year: Option<i32>,
    /// When the letter was printed under its present number, and by whom.
    pub printed_at: Option<DateTime<Utc>>,
    pub printed_by: Option<String>,
}

impl Case {
    /// That of the catalogue; an agency may promise less.
    pub fn limit(&self) -> Option<TimeLimit> {
        let unit = Unit::from_code(self.unit.as_deref()?)?;
        Some(TimeLimit::new(u32::try_from(self.time_limit?).ok()?, unit))
    }

    /// The new date, where the letter promises one.
    pub fn new_date(&self) -> Option<DateTime<Utc>> {
        let ended =
            self.after_end == Some(true) || self.signed_at.is_none() && self.ended_at.is_some();
        self.new_due_at.filter(|_| !ended)
    }

    pub fn status(&self) -> Status {
        Status::from_code(&self.status).unwrap_or(Status::Registered)
    }
}

/// Which cases are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Drafted, open, waiting for the head's signature.
    ToSign,
    /// Open, the clock running, no signed letter, lapsing by a moment.
    Open { until: DateTime<Utc> },
    /// Ended late since a moment, without a signed letter.
    EndedLate { since: DateTime<Utc> },
    /// The new date was missed as well.
    LateAgain { now: DateTime<Utc> },
    /// Signed since a moment.
    Signed { since: DateTime<Utc> },
}

/// Found by what has not ended: `COALESCE` keeps `SQLite` from walking all that was received.
const OPEN: &str = "COALESCE(d.received_at, d.received_at) IS NOT NULL AND d.rejected_at IS NULL AND d.ended_at IS NULL";

/// The cases, by due moment; the first `limit` of them, and how many there are.
pub async fn cases(
    db: &impl Reader,
    agency: i64,
    which: Which,
    limit: u64,
) -> Result<(Vec<Case>, u64)> {
    let (condition, moment): (String, Option<DateTime<Utc>>) = match which {
        Which::ToSign => (
            format!(
                "(({OPEN}) OR (d.status IN ('processed', 'returned') AND d.judged_at >= d.lapse_at)) \
                 AND l.id IS NOT NULL AND l.signed_at IS NULL"
            ),
            None,
        ),
        Which::Open { until } => (
            format!(
                "{OPEN} AND l.signed_at IS NULL AND d.lapse_at <= $2 \
                 AND (d.wait_from IS NULL OR d.wait_from >= d.lapse_at)"
            ),
            Some(until),
        ),
        Which::EndedLate { since } => (
            "d.ended_at >= $2 AND d.judged_at >= d.lapse_at AND l.signed_at IS NULL".into(),
            Some(since),
        ),
        Which::LateAgain { now } => (
            "l.signed_at IS NOT NULL AND d.appointed_lapse_at <= $2 \
             AND ((d.judged_at IS NULL AND (d.wait_from IS NULL OR d.wait_from >= d.appointed_lapse_at)) \
             OR d.judged_at >= d.appointed_lapse_at)"
                .into(),
            Some(now),
        ),
        Which::Signed { since } => ("l.signed_at >= $2".into(), Some(since)),
    };
    // What has a letter is found from the letters, which are few.
    let letters = match which {
        Which::ToSign | Which::LateAgain { .. } | Which::Signed { .. } => "JOIN",
        Which::Open { .. } | Which::EndedLate { .. } => "LEFT JOIN",
    };
    let from = format!(
        "FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
         LEFT JOIN account a ON a.id = d.assigned_to {letters} apology l ON l.dossier_id = d.id \
         LEFT JOIN paper b ON b.dossier_id = d.id AND b.kind = 'apology' AND b.cancelled_at IS NULL \
         AND b.printed_at IS NOT NULL WHERE d.agency_id = $1 AND {condition}"
    );
    let values: Vec<Value> = std::iter::once(agency.into())
        .chain(moment.map(Value::from))
        .collect();
    // What is owed is oldest first, what is over newest first.
    let order = match which {
        Which::ToSign | Which::Open { .. } | Which::Signed { .. } => "d.original_due_at, d.id",
        Which::EndedLate { .. } | Which::LateAgain { .. } => "d.original_due_at DESC, d.id DESC",
    };
    let rows = Rows {
        columns: "d.id AS dossier_id, d.code, d.version, d.applicant_name, p.code AS procedure_code, \
             p.name AS procedure_name, d.received_at, p.time_limit, p.unit, d.status, \
             a.name AS holder, d.original_due_at, d.ended_at, l.reason_code, l.reason, \
             l.new_due_at, l.step, l.holder AS held_by, l.after_end, l.drafted_at, l.drafted_by, \
             l.signed_at, l.signed_by, l.number, l.year, b.printed_at, b.printed_by",
        from: &from,
        order,
        values,
    };
    first_page::of(db, rows, limit).await
}

/// A signed letter, for the figures.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Signed {
    pub code: String,
    pub signed_at: DateTime<Utc>,
    pub new_due_at: DateTime<Utc>,
    pub reason_code: String,
    pub after_end: bool,
    /// The proof of paper: when it was printed, by whom.
    pub printed_at: Option<DateTime<Utc>>,
    pub printed_by: Option<String>,
    /// The proof of mail and message: when the first of them left.
    pub sent_at: Option<DateTime<Utc>>,
}

/// The letters signed for these dossiers.
pub async fn signed_letters(db: &impl Reader, agency: i64, codes: &[&str]) -> Result<Vec<Signed>> {
    of_codes(
        db,
        agency,
        codes,
        "SELECT d.code, l.signed_at, l.new_due_at, l.reason_code, l.after_end, b.printed_at, b.printed_by, \
         (SELECT MIN(o.sent_at) FROM outbox o WHERE o.dossier_id = d.id AND o.kind = 'apology') AS sent_at \
         FROM apology l JOIN dossier d ON d.id = l.dossier_id \
         LEFT JOIN paper b ON b.dossier_id = d.id AND b.kind = 'apology' AND b.cancelled_at IS NULL \
         AND b.printed_at IS NOT NULL \
         WHERE d.code IN ({codes}) AND (d.agency_id = $1 OR EXISTS \
         (SELECT 1 FROM agency_move m WHERE m.dossier_id = d.id AND m.from_agency = $1)) AND l.signed_at IS NOT NULL ORDER BY l.id",
    )
    .await
}

/// Asks for dossiers by their codes, a thousand at a time: what is asked for sets the
/// cost, not the register's age.
async fn of_codes<T: FromQueryResult>(
    db: &impl Reader,
    agency: i64,
    codes: &[&str],
    select: &str,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for some in codes.chunks(1000) {
        let places: Vec<String> = (2..2 + some.len())
            .map(|place| format!("${place}"))
            .collect();
        let ask = Statement::from_sql_and_values(
            DbBackend::Postgres,
            select.replace("{codes}", &places.join(", ")),
            std::iter::once(agency.into()).chain(some.iter().map(|code| Value::from(*code))),
        );
        found.extend(T::find_by_statement(ask).all(db).await?);
    }
    Ok(found)
}

/// A step that held a dossier when its promise broke.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HeldLate {
    pub code: String,
    pub step_name: String,
}

/// In whose hands these dossiers were when their promises broke.
pub async fn held_late(db: &impl Reader, agency: i64, codes: &[&str]) -> Result<Vec<HeldLate>> {
    of_codes(
        db,
        agency,
        codes,
        "SELECT d.code, h.step_name FROM holding h JOIN dossier d ON d.id = h.dossier_id \
         WHERE d.code IN ({codes}) AND (d.agency_id = $1 OR EXISTS \
         (SELECT 1 FROM agency_move m WHERE m.dossier_id = d.id AND m.from_agency = $1)) AND h.given_at < d.lapse_at \
         AND (h.ended_at IS NULL OR h.ended_at >= d.lapse_at) ORDER BY h.id",
    )
    .await
}

impl Write {
    /// A new draft, or the old one redrafted (`id` above 0).
    pub async fn put_apology(&self, row: Apology) -> Result<()> {
        let id = row.id;
        let mut row = apology::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        if id == 0 {
            apology::Entity::insert(row).exec(&self.tx).await?;
        } else {
            apology::Entity::update_many()
                .set(row)
                .filter(apology::Column::Id.eq(id))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    /// A letter whose number was cancelled goes on under the next one.
    pub async fn renumber_apology(&self, dossier: i64, number: i32, year: i32) -> Result<()> {
        apology::Entity::update_many()
            .col_expr(apology::Column::Number, Expr::value(number))
            .col_expr(apology::Column::Year, Expr::value(year))
            .filter(apology::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
