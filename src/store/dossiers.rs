//! Dossiers: one by its code, its events, its history, its number.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Statement,
    sea_query::{Expr, InsertStatement, LockType},
};
use serde::Deserialize;

use super::{
    Reader, Write, names, packed,
    register::received,
    tables::dossier::{dossier, due_change, event, wait},
};
use crate::{
    domain::{
        dossier::{Outcome, Position, Status},
        pause::PauseKind,
        standing::{Bounds, Standing, standing},
        time::to_local,
        viet::fold,
    },
    error::{Error, Result},
};

pub use super::tables::dossier::dossier::Model as Dossier;
pub use super::tables::dossier::due_change::Model as DueChange;
pub use super::tables::dossier::event::Model as Event;
pub use super::tables::dossier::wait::Model as Wait;

/// All by which a dossier is early, on time, late, waiting or open.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Course {
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub received_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub rejected_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub judged_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub wait_from: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub due_day: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub lapse_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub appointed_day: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::moment_if_any")]
    pub appointed_lapse_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "packed::yes")]
    pub by_moment: bool,
}

impl Course {
    /// The promise that judges it; the re-appointed one where the setting says so.
    pub fn bounds(&self, by_new_date: bool) -> Option<Bounds> {
        let appointed = self
            .appointed_day
            .zip(self.appointed_lapse_at)
            .filter(|_| by_new_date);
        let (day, lapse) = appointed.or(self.due_day.zip(self.lapse_at))?;
        let by_moment = self.by_moment && appointed.is_none();
        Some(Bounds {
            day,
            lapse,
            by_moment,
        })
    }

    /// How it stands now.
    pub fn standing(&self, by_new_date: bool, now: DateTime<Utc>) -> Standing {
        if self.received_at.is_none() || self.rejected_at.is_some() {
            return Standing::None;
        }
        standing(
            self.bounds(by_new_date),
            self.judged_at,
            self.wait_from,
            now,
        )
    }
}

/// Written by us alone; an unknown word would be a damaged row.
pub(super) fn status_of(code: &str) -> Status {
    Status::from_code(code).unwrap_or(Status::Registered)
}

impl Dossier {
    pub fn status(&self) -> Status {
        status_of(&self.status)
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.as_deref().and_then(Outcome::from_code)
    }

    /// What the next act depends on.
    pub fn position(&self) -> Position {
        Position {
            status: self.status(),
            resume: self.resume_status.as_deref().and_then(Status::from_code),
            approved: self.approved_at.is_some(),
            acted: self.version > 1,
            late: self.ended_late(),
        }
    }

    /// It ended after the promise by its limit.
    pub fn ended_late(&self) -> bool {
        self.judged_at
            .zip(self.lapse_at)
            .is_some_and(|(judged, lapse)| judged >= lapse)
    }

    /// The promise that judges it; the re-appointed one where the setting says so.
    pub fn bounds(&self, by_new_date: bool) -> Option<Bounds> {
        self.course().bounds(by_new_date)
    }

    /// How it stands now.
    pub fn standing(&self, by_new_date: bool, now: DateTime<Utc>) -> Standing {
        self.course().standing(by_new_date, now)
    }

    fn course(&self) -> Course {
        Course {
            received_at: self.received_at,
            rejected_at: self.rejected_at,
            judged_at: self.judged_at,
            wait_from: self.wait_from,
            due_day: self.due_day,
            lapse_at: self.lapse_at,
            appointed_day: self.appointed_day,
            appointed_lapse_at: self.appointed_lapse_at,
            by_moment: self.by_moment,
        }
    }

    /// Folds what a search looks through into its column.
    pub fn index(&mut self, procedure_name: &str) {
        let words = [
            Some(self.code.as_str()),
            self.external_code.as_deref(),
            Some(self.applicant_name.as_str()),
            self.id_number.as_deref(),
            self.phone.as_deref(),
            Some(procedure_name),
        ];
        self.search = fold(&words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        self.name_key = names::key(&self.applicant_name, &self.applicant_kind);
    }

    /// Sets the promise by the limit, and what follows from it.
    pub fn set_original_due(&mut self, due_at: Option<DateTime<Utc>>, by_moment: bool) {
        let bounds = due_at.map(|due| Bounds::new(to_local(due), by_moment));
        self.original_due_at = due_at;
        self.due_day = bounds.map(|b| b.day);
        self.lapse_at = bounds.map(|b| b.lapse);
        self.by_moment = by_moment;
        self.due_at = due_at;
        self.appointed_day = None;
        self.appointed_lapse_at = None;
    }

    /// A day promised anew by an apology.
    pub fn appoint(&mut self, due: DateTime<Utc>) {
        let bounds = Bounds::new(to_local(due), false);
        self.due_at = Some(due);
        self.appointed_day = Some(bounds.day);
        self.appointed_lapse_at = Some(bounds.lapse);
    }

    /// Moves the promise by the limit; a new appointment stands as long as it is later.
    pub fn move_original_due(&mut self, due: DateTime<Utc>, provisional: bool) {
        let appointed = self
            .due_at
            .zip(self.appointed_day)
            .zip(self.appointed_lapse_at)
            .filter(|((due_at, _), _)| *due_at > due);
        self.set_original_due(Some(due), self.by_moment);
        self.provisional = provisional;
        if let Some(((due_at, day), lapse)) = appointed {
            self.due_at = Some(due_at);
            self.appointed_day = Some(day);
            self.appointed_lapse_at = Some(lapse);
        }
    }
}

impl Wait {
    /// What is waited for.
    pub fn kind(&self) -> PauseKind {
        PauseKind::from_code(&self.kind).unwrap_or(PauseKind::Supplement)
    }
}

/// A dossier of an agency by its whole code.
pub async fn by_code(db: &impl Reader, agency: i64, code: &str) -> Result<Dossier> {
    let row = match of_code(agency, code) {
        None => None,
        Some(ask) => ask.one(db).await?,
    };
    row.ok_or_else(unknown_code)
}

fn of_code(agency: i64, code: &str) -> Option<Select<dossier::Entity>> {
    // PostgreSQL refuses NUL in text; no code holds a control character anyway.
    (!code.chars().any(char::is_control)).then(|| {
        dossier::Entity::find()
            .filter(dossier::Column::Code.eq(code))
            .filter(dossier::Column::AgencyId.eq(agency))
    })
}

/// What is said of a code that opens nothing.
pub const UNKNOWN_CODE: &str =
    "Không tìm thấy hồ sơ với mã này. Xin xem lại mã trên giấy hẹn, gồm cả dấu chấm và dấu gạch.";

pub fn unknown_code() -> Error {
    Error::not_found(UNKNOWN_CODE)
}

/// A dossier by its row.
pub async fn by_id(db: &impl Reader, id: i64) -> Result<Dossier> {
    let row = dossier::Entity::find_by_id(id).one(db).await?;
    row.ok_or_else(|| Error::internal(format!("dossier {id} is gone")))
}

/// Whether nothing was ever taken in, in any agency.
pub async fn none(db: &impl Reader) -> Result<bool> {
    let first = dossier::Entity::find()
        .select_only()
        .column(dossier::Column::Id);
    Ok(first.limit(1).into_tuple::<i64>().one(db).await?.is_none())
}

/// Its events, oldest first.
pub async fn events(db: &impl Reader, id: i64) -> Result<Vec<Event>> {
    Ok(event::Entity::find()
        .filter(event::Column::DossierId.eq(id))
        .order_by_asc(event::Column::Seq)
        .all(db)
        .await?)
}

/// When its clock stood, oldest first.
pub async fn waits(db: &impl Reader, id: i64) -> Result<Vec<Wait>> {
    Ok(wait::Entity::find()
        .filter(wait::Column::DossierId.eq(id))
        .order_by_asc(wait::Column::Id)
        .all(db)
        .await?)
}

/// A promise is still to be kept: found by what has not ended, not by all that was received.
fn is_open() -> Condition {
    Condition::all()
        .add(received())
        .add(dossier::Column::EndedAt.is_null())
        .add(dossier::Column::RejectedAt.is_null())
}

/// Every open dossier, of every agency.
pub async fn open(db: &impl Reader) -> Result<Vec<Dossier>> {
    Ok(dossier::Entity::find()
        .filter(is_open())
        .order_by_asc(dossier::Column::Id)
        .all(db)
        .await?)
}

/// When their clocks stood, oldest first.
pub async fn waits_of_open(db: &impl Reader) -> Result<Vec<Wait>> {
    let open = dossier::Entity::find()
        .select_only()
        .column(dossier::Column::Id)
        .filter(is_open());
    Ok(wait::Entity::find()
        .filter(wait::Column::DossierId.in_subquery(open.into_query()))
        .order_by_asc(wait::Column::Id)
        .all(db)
        .await?)
}

/// An event to be written down; the database gives it its id.
pub(super) fn new_event(row: Event) -> InsertStatement {
    let mut row = event::ActiveModel::from(row).reset_all();
    row.id = NotSet;
    event::Entity::insert(row).into_query()
}

/// A promise to be written down.
pub(super) fn new_due_change(row: DueChange) -> InsertStatement {
    let mut row = due_change::ActiveModel::from(row).reset_all();
    row.id = NotSet;
    due_change::Entity::insert(row).into_query()
}

impl Write {
    /// To ask within the transaction.
    pub fn reader(&self) -> &impl Reader {
        &self.tx
    }

    /// A dossier that is about to change: on PostgreSQL whoever comes second waits here
    /// and sees what the first did; `SQLite` has one writer anyway. What only points at it (that
    /// its page was read) does not wait: its key stays.
    pub async fn dossier_to_change(&self, agency: i64, code: &str) -> Result<Dossier> {
        let row = match of_code(agency, code) {
            None => None,
            Some(ask) => ask.lock(LockType::NoKeyUpdate).one(&self.tx).await?,
        };
        let row = row.ok_or_else(unknown_code)?;
        self.dossiers_are_as_sealed(vec![row.id]).await?;
        Ok(row)
    }

    /// The next number of a local day; 1/11 and 11/1 never share a counter.
    pub async fn next_sequence(&self, agency: i64, day: NaiveDate) -> Result<i64> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO dossier_counter (agency_id, day, last) VALUES ($1, $2, 1) \
             ON CONFLICT (agency_id, day) DO UPDATE SET last = dossier_counter.last + 1 RETURNING last",
            [agency.into(), day.into()],
        );
        let row = self.tx.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| Error::internal("dossier_counter returned nothing"))?;
        Ok(row.try_get("", "last")?)
    }

    /// Compare-and-set on the version: `false` when someone was faster.
    pub async fn update_dossier(&self, mut row: Dossier) -> Result<bool> {
        row.version += 1;
        let mut changed = dossier::ActiveModel::from(row.clone()).reset_all();
        changed.id = NotSet;
        let done = dossier::Entity::update_many()
            .set(changed)
            .filter(dossier::Column::Id.eq(row.id))
            .filter(dossier::Column::Version.eq(row.version - 1))
            .exec(&self.tx)
            .await?;
        if done.rows_affected == 1 {
            self.outlive(&row).await?;
        }
        Ok(done.rows_affected == 1)
    }

    /// Events are only ever added.
    pub async fn append_event(&self, row: Event) -> Result<()> {
        self.tx.execute(&new_event(row)).await?;
        Ok(())
    }

    /// A promise was made or changed.
    pub async fn append_due_change(&self, row: DueChange) -> Result<()> {
        self.tx.execute(&new_due_change(row)).await?;
        Ok(())
    }

    /// The clock stands from here.
    pub async fn open_wait(&self, row: Wait) -> Result<()> {
        let mut row = wait::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        wait::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// The papers of the wait under way came.
    pub async fn arrived(&self, dossier_id: i64, at: DateTime<Utc>) -> Result<()> {
        wait::Entity::update_many()
            .col_expr(wait::Column::ArrivedAt, Expr::value(at))
            .filter(wait::Column::DossierId.eq(dossier_id))
            .filter(wait::Column::ToAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// The clock runs again.
    pub async fn close_wait(&self, dossier_id: i64, at: DateTime<Utc>) -> Result<()> {
        wait::Entity::update_many()
            .col_expr(wait::Column::ToAt, Expr::value(at))
            .filter(wait::Column::DossierId.eq(dossier_id))
            .filter(wait::Column::ToAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
