//! Feedback: its number, who may see which row, its events. No query leaves the rows
//! that a viewer must not see to its caller.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Statement,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Reader, Write,
    tables::feedback::{feedback as table, feedback_event as event},
};
use crate::{
    domain::{
        feedback::{self, Kind, Standing, State},
        period::Period,
        time::{day_end, day_start},
    },
    error::{Error, Result},
};

pub use super::whom::Viewer;

pub use super::tables::feedback::{feedback::Model as Feedback, feedback_event::Model as Event};

impl Feedback {
    pub fn kind(&self) -> Kind {
        // Written by us alone; the most guarded kind where a row is damaged.
        Kind::from_code(&self.kind).unwrap_or(Kind::Conduct)
    }

    pub fn state(&self) -> State {
        State::from_code(&self.state).unwrap_or(State::Received)
    }

    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        feedback::standing(self.handled_at, self.lapse_at, now)
    }
}

/// For what belongs to feedback and is kept elsewhere.
pub(super) fn seen_by(viewer: &Viewer) -> Condition {
    viewer.sees()
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: Option<Kind>,
    pub state: Option<State>,
    pub standing: Option<Standing>,
    /// Due within it: handled, or lapsed by now.
    pub due: Option<Period>,
}

impl Filter {
    fn condition(&self, now: DateTime<Utc>) -> Condition {
        use table::Column::{HandledAt, Kind, LapseAt, State};
        let mut all = Condition::all();
        let (now, until) = (self.as_of(now), self.until());
        if let Some(kind) = self.kind {
            all = all.add(Kind.eq(kind.code()));
        }
        if let Some(state) = self.state {
            all = all.add(State.eq(state.code()));
        }
        let lapse = || Expr::col(LapseAt);
        all = match self.standing {
            None => all,
            Some(Standing::Undated) => all.add(LapseAt.is_null()),
            Some(Standing::Open) => all.add(HandledAt.is_null()).add(LapseAt.gt(now)),
            Some(Standing::Overdue) => all
                .add(
                    Condition::any()
                        .add(HandledAt.is_null())
                        .add_option(until.map(|until| HandledAt.gte(until))),
                )
                .add(LapseAt.lte(now)),
            Some(Standing::InTime) => all.add(Expr::col(HandledAt).lt(lapse())),
            Some(Standing::Late) => all
                .add(Expr::col(HandledAt).gte(lapse()))
                .add_option(until.map(|until| HandledAt.lt(until))),
        };
        if let Some(due) = self.due {
            all = all.add(due_within(due, now));
        }
        all
    }

    /// A past period is judged as it stood when it ended: a later answer does not turn
    /// what was overdue then into something else.
    fn until(&self) -> Option<DateTime<Utc>> {
        self.due.map(|due| day_end(due.to))
    }

    fn as_of(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.until().map_or(now, |until| Ord::min(until, now))
    }

    fn standing_of(
        &self,
        handled: Option<DateTime<Utc>>,
        lapse: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Standing {
        let seen = handled.filter(|at| self.until().is_none_or(|until| *at < until));
        feedback::standing(seen, lapse, self.as_of(now))
    }
}

/// The due day lies in the period, and it is decided: handled, or past its limit.
fn due_within(due: Period, now: DateTime<Utc>) -> Condition {
    use table::Column::{HandledAt, LapseAt};
    Condition::all()
        // A limit lapses when its due day is over.
        .add(LapseAt.gt(day_start(due.from)))
        .add(LapseAt.lte(day_end(due.to)))
        .add(
            Condition::any()
                .add(HandledAt.is_not_null())
                .add(LapseAt.lte(now)),
        )
}

/// A page of the list, newest first, and how many there are in all; pages count from 0.
pub async fn page(
    db: &impl Reader,
    viewer: &Viewer,
    filter: &Filter,
    now: DateTime<Utc>,
    page: u64,
    per_page: u64,
) -> Result<(Vec<Feedback>, u64)> {
    let all = table::Entity::find()
        .filter(viewer.sees())
        .filter(filter.condition(now));
    let total = all.clone().count(db).await?;
    let rows = all
        .order_by_desc(table::Column::ReceivedAt)
        .order_by_desc(table::Column::Id)
        .limit(per_page)
        .offset(Ord::min(page.saturating_mul(per_page), total))
        .all(db)
        .await?;
    Ok((rows, total))
}

/// All of a filter, newest first.
pub async fn all(
    db: &impl Reader,
    viewer: &Viewer,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Vec<Feedback>> {
    Ok(table::Entity::find()
        .filter(viewer.sees())
        .filter(filter.condition(now))
        .order_by_desc(table::Column::ReceivedAt)
        .order_by_desc(table::Column::Id)
        .all(db)
        .await?)
}

/// What was done with what the viewer may see, recorded last first, before an id
/// where one is given; each with its number.
pub async fn recent(
    db: &impl Reader,
    viewer: &Viewer,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<(Event, String)>> {
    let seen = table::Entity::find()
        .select_only()
        .column(table::Column::Id)
        .filter(viewer.sees());
    let events = event::Entity::find()
        .filter(event::Column::FeedbackId.in_subquery(seen.into_query()))
        .filter(event::Column::Id.lt(before.unwrap_or(i64::MAX)))
        .order_by_desc(event::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let codes: HashMap<i64, String> = table::Entity::find()
        .select_only()
        .columns([table::Column::Id, table::Column::Code])
        .filter(table::Column::Id.is_in(events.iter().map(|event| event.feedback_id)))
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let code = |event: &Event| codes.get(&event.feedback_id).cloned().unwrap_or_default();
    Ok(events
        .into_iter()
        .map(|event| {
            let code = code(&event);
            (event, code)
        })
        .collect())
}

/// What a figure is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub kind: Kind,
    pub standing: Standing,
}

/// Kind and standing of every row that was due in a period, or of all open ones.
/// Without a viewer: of the whole agency, for figures that name nobody.
pub async fn counted(
    db: &impl Reader,
    agency: i64,
    viewer: Option<&Viewer>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Vec<Counted>> {
    type Row = (String, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
    let rows: Vec<Row> = table::Entity::find()
        .select_only()
        .columns([
            table::Column::Kind,
            table::Column::HandledAt,
            table::Column::LapseAt,
        ])
        .filter(table::Column::AgencyId.eq(agency))
        .filter(viewer.map_or_else(Condition::all, Viewer::sees))
        .filter(filter.condition(now))
        .into_tuple()
        .all(db)
        .await?;
    let counted = rows.into_iter().map(|(kind, handled, lapse)| Counted {
        kind: Kind::from_code(&kind).unwrap_or(Kind::Conduct),
        standing: filter.standing_of(handled, lapse, now),
    });
    Ok(counted.collect())
}

/// How many wait for an answer and may be seen.
pub async fn waiting(db: &impl Reader, viewer: &Viewer) -> Result<u64> {
    Ok(table::Entity::find()
        .filter(viewer.sees())
        .filter(table::Column::HandledAt.is_null())
        .count(db)
        .await?)
}

/// One row; what must not be seen is not there.
pub async fn by_code(db: &impl Reader, viewer: &Viewer, code: &str) -> Result<Feedback> {
    let shown = !code.chars().any(char::is_control);
    let row = if shown {
        table::Entity::find()
            .filter(viewer.sees())
            .filter(table::Column::Code.eq(code))
            .one(db)
            .await?
    } else {
        None
    };
    row.ok_or_else(|| Error::not_found("Không có phản ánh, kiến nghị mang số này."))
}

/// What was said about a dossier, oldest first.
pub async fn of_dossier(db: &impl Reader, viewer: &Viewer, dossier: i64) -> Result<Vec<Feedback>> {
    Ok(table::Entity::find()
        .filter(viewer.sees())
        .filter(table::Column::DossierId.eq(dossier))
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?)
}

/// A feedback by its row, for what is told to its sender.
pub async fn by_id(db: &impl Reader, id: i64) -> Result<Feedback> {
    let row = table::Entity::find_by_id(id).one(db).await?;
    row.ok_or_else(|| Error::internal(format!("feedback {id} is gone")))
}

/// For its sender, who has the number; the secret is compared by the caller.
pub async fn by_public_code(db: &impl Reader, agency: i64, code: &str) -> Result<Option<Feedback>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::Code.eq(code))
        .one(db)
        .await?)
}

/// For its sender, who holds number and secret: numbers of two agencies may be alike,
/// secrets are not.
pub async fn by_proof(db: &impl Reader, code: &str, hash: &str) -> Result<Option<Feedback>> {
    Ok(table::Entity::find()
        .filter(table::Column::Code.eq(code))
        .filter(table::Column::SecretHash.eq(hash))
        .one(db)
        .await?)
}

/// What nobody answered, passed on or refused yet, of every agency.
pub async fn unhandled(db: &impl Reader) -> Result<Vec<Feedback>> {
    Ok(table::Entity::find()
        .filter(table::Column::HandledAt.is_null())
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?)
}

/// What was made public, newest first.
pub async fn published(db: &impl Reader, agency: i64, most: u64) -> Result<Vec<Feedback>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::PublishedAt.is_not_null())
        .order_by_desc(table::Column::PublishedAt)
        .order_by_desc(table::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// What happened to one, oldest first.
pub async fn events(db: &impl Reader, row: &Feedback) -> Result<Vec<Event>> {
    Ok(event::Entity::find()
        .filter(event::Column::AgencyId.eq(row.agency_id))
        .filter(event::Column::FeedbackId.eq(row.id))
        .order_by_asc(event::Column::Seq)
        .all(db)
        .await?)
}

impl Write {
    /// The next number of the year, drawn within the transaction.
    pub async fn next_feedback_number(&self, agency: i64, year: i32) -> Result<i32> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO feedback_book (agency_id, year, last) VALUES ($1, $2, 1) \
             ON CONFLICT (agency_id, year) DO UPDATE SET last = feedback_book.last + 1 RETURNING last",
            [agency.into(), year.into()],
        );
        let row = self.tx.query_one_raw(statement).await?;
        Ok(row
            .ok_or_else(|| Error::internal("feedback_book returned nothing"))?
            .try_get("", "last")?)
    }

    /// A new one; the id given is ignored.
    pub async fn insert_feedback(&self, mut row: Feedback) -> Result<i64> {
        row.words = feedback::words(&row.content);
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        Ok(table::Entity::insert(row)
            .exec(&self.tx)
            .await?
            .last_insert_id)
    }

    /// Changes one at the version that was read; `false` when another was faster.
    pub async fn update_feedback(&self, mut row: Feedback) -> Result<bool> {
        let (id, seen) = (row.id, row.version);
        row.version = seen + 1;
        row.words = feedback::words(&row.content);
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        let done = table::Entity::update_many()
            .set(row)
            .filter(table::Column::Id.eq(id))
            .filter(table::Column::Version.eq(seen))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Appended, never changed.
    pub async fn append_feedback_event(&self, row: Event) -> Result<()> {
        let mut row = event::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        event::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }
}
