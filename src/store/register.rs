//! The register: which dossiers, in which order, how many.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr},
};
use serde::{Deserialize, Serialize};

pub use super::register_order::{Around, By, Order, around};
use super::{
    Reader,
    dossiers::Dossier,
    register_order, search,
    tables::{dossier::dossier as table, office::procedure_version},
};
use crate::{
    domain::{
        dossier::Status,
        standing::Standing,
        time::{day_end, day_start},
        viet::search_words,
    },
    error::Result,
};

/// What is asked for. The agency is not optional: who may see a row is part of the query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub agency: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// By local day of receipt (or of registration).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Open, the clock running, due on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Held by that account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<i64>,
    /// Appraised, waiting for the leader.
    pub to_approve: bool,
    /// The same applicant's ID number, as lodged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// The page after that row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_id: Option<i64>,
    pub order: Order,
}

/// How many a screen says there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub counted: u64,
    /// A search has more than were counted.
    pub more: bool,
}

/// How far a search is counted: nobody reads so many, and each of them may lie elsewhere on
/// the disk. What narrows a list otherwise has an index, and reports lead there: counted whole.
pub const COUNTED: u64 = 1000;

/// One page, in the filter's order, and how many there are in all.
pub async fn page(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<(Vec<Dossier>, u64)> {
    let all = table::Entity::find().filter(condition(db, filter, by_new_date, now).await?);
    let (rows, whole) = rows(db, &all, filter, limit).await?;
    let total = if whole {
        rows.len() as u64
    } else {
        all.count(db).await?
    };
    Ok((rows, total))
}

/// The same for a screen.
pub async fn shown(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<(Vec<Dossier>, Found)> {
    let all = table::Entity::find().filter(condition(db, filter, by_new_date, now).await?);
    let (rows, whole) = rows(db, &all, filter, limit).await?;
    let found = if whole {
        Found {
            counted: rows.len() as u64,
            more: false,
        }
    } else {
        found(db, filter, all).await?
    };
    Ok((rows, found))
}

/// A page's rows, and whether they are all there are: a first page that is not full holds
/// them all, and to count them were to search once more.
async fn rows(
    db: &impl Reader,
    all: &Select<table::Entity>,
    filter: &Filter,
    limit: u64,
) -> Result<(Vec<Dossier>, bool)> {
    let after = match filter.after_id {
        Some(id) => {
            table::Entity::find_by_id(id)
                .filter(table::Column::AgencyId.eq(filter.agency))
                .one(db)
                .await?
        }
        None => None,
    };
    let rows = register_order::first(db, all, filter.order, after.as_ref(), limit).await?;
    let whole = after.is_none() && (rows.len() as u64) < limit;
    Ok((rows, whole))
}

/// How many of a filter's these are, a search no further than `COUNTED`.
pub(super) async fn found(
    db: &impl Reader,
    filter: &Filter,
    these: Select<table::Entity>,
) -> Result<Found> {
    if search_words(&filter.words).is_empty() {
        return Ok(Found {
            counted: these.count(db).await?,
            more: false,
        });
    }
    let some = these
        .select_only()
        .column(table::Column::Id)
        .limit(COUNTED + 1)
        .into_query();
    let count = Query::select()
        .expr(Expr::cust("COUNT(*)"))
        .from_subquery(some, Alias::new("some"))
        .to_owned();
    let row = db.query_one(&count).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let count = u64::try_from(count).unwrap_or_default();
    let more = count > COUNTED;
    let counted = if more { COUNTED } else { count };
    Ok(Found { counted, more })
}

/// The next of them in the order they were entered, after `filter.after_id`.
async fn after(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Dossier>> {
    let mut next = table::Entity::find()
        .filter(condition(db, filter, by_new_date, now).await?)
        .order_by_asc(table::Column::Id)
        .limit(limit);
    if let Some(after) = filter.after_id {
        next = next.filter(table::Column::Id.gt(after));
    }
    Ok(next.all(db).await?)
}

/// All of them, for a paper or a comparison that needs them at once.
pub async fn whole(
    db: &impl Reader,
    mut filter: Filter,
    now: DateTime<Utc>,
) -> Result<Vec<Dossier>> {
    const BATCH: u64 = 1000;
    let mut all = Vec::new();
    loop {
        let some = after(db, &filter, false, now, BATCH).await?;
        let last = (some.len() as u64) < BATCH;
        filter.after_id = some.last().map(|dossier| dossier.id);
        all.extend(some);
        if last {
            return Ok(all);
        }
    }
}

/// How many there are.
pub async fn count(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
) -> Result<u64> {
    Ok(table::Entity::find()
        .filter(condition(db, filter, by_new_date, now).await?)
        .count(db)
        .await?)
}

/// When the desk received it, or when it was sent while it waits for that; as the index has it.
pub(super) fn came() -> SimpleExpr {
    Expr::cust("COALESCE(dossier.received_at, dossier.registered_at)")
}

impl Dossier {
    /// The same of a row.
    pub fn came_at(&self) -> DateTime<Utc> {
        self.received_at.unwrap_or(self.registered_at)
    }
}

/// Received, said so that `SQLite` does not look for it by an index: all were, once.
pub(super) fn received() -> SimpleExpr {
    Expr::cust("COALESCE(dossier.received_at, dossier.received_at) IS NOT NULL")
}

pub(super) async fn condition(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
) -> Result<Condition> {
    let mut all = Condition::all().add(table::Column::AgencyId.eq(filter.agency));
    let words = search_words(&filter.words);
    if !words.is_empty() {
        all = all.add(search::dossiers(db, &words).await?);
    }
    if let Some(status) = filter.status {
        all = all.add(table::Column::Status.eq(status.code()));
    }
    if filter.field.is_some() || filter.procedure.is_some() {
        let mut versions = procedure_version::Entity::find()
            .select_only()
            .column(procedure_version::Column::Id);
        if let Some(field) = &filter.field {
            versions = versions.filter(procedure_version::Column::Field.eq(field));
        }
        if let Some(code) = &filter.procedure {
            versions = versions.filter(procedure_version::Column::Code.eq(code));
        }
        all = all.add(
            table::Column::ProcedureVersionId
                .in_subquery(sea_orm::QueryTrait::into_query(versions)),
        );
    }
    if let Some(from) = filter.from {
        all = all.add(came().gte(day_start(from)));
    }
    if let Some(to) = filter.to {
        all = all.add(came().lt(day_end(to)));
    }
    if let Some(day) = filter.due_on {
        let due = if by_new_date {
            Expr::col(table::Column::AppointedDay).if_null(Expr::col(table::Column::DueDay))
        } else {
            Expr::col(table::Column::DueDay)
        };
        all = all
            .add(due.eq(day_start(day)))
            .add(received())
            .add(table::Column::RejectedAt.is_null())
            .add(table::Column::JudgedAt.is_null())
            .add(table::Column::EndedAt.is_null())
            .add(table::Column::WaitFrom.is_null());
    }
    if let Some(account) = filter.assigned_to {
        all = all.add(table::Column::AssignedTo.eq(account));
    }
    if filter.to_approve {
        all = all
            .add(table::Column::Status.eq(Status::Processing.code()))
            .add(table::Column::AppraisedAt.is_not_null())
            .add(table::Column::ApprovedAt.is_null());
    }
    if let Some(number) = &filter.id_number {
        all = all.add(table::Column::IdNumber.eq(number));
    }
    if let Some(standing) = filter.standing {
        all = all.add(stands(standing, by_new_date, now));
    }
    Ok(all)
}

/// `domain::standing` said in SQL; a test compares the two on every row.
fn stands(standing: Standing, by_new_date: bool, now: DateTime<Utc>) -> Condition {
    use table::Column::{
        AppointedDay, AppointedLapseAt, ByMoment, DueDay, EndedAt, JudgedAt, LapseAt, ReceivedAt,
        RejectedAt, WaitFrom,
    };
    let day = if by_new_date {
        Expr::col(AppointedDay).if_null(Expr::col(DueDay))
    } else {
        Expr::col(DueDay)
    };
    let lapse = if by_new_date {
        Expr::col(AppointedLapseAt).if_null(Expr::col(LapseAt))
    } else {
        Expr::col(LapseAt)
    };
    let by_moment = || {
        let own = Condition::all().add(ByMoment.eq(true));
        if by_new_date {
            own.add(AppointedDay.is_null())
        } else {
            own
        }
    };
    let counted = || Condition::all().add(received()).add(RejectedAt.is_null());
    let dated = || counted().add(LapseAt.is_not_null());
    let ended = || dated().add(JudgedAt.is_not_null());
    // Both ends are set together; the second has an index, so that what is open is found
    // among the open ones, whatever the register's age.
    let open = || dated().add(JudgedAt.is_null()).add(EndedAt.is_null());
    let waiting = || {
        Condition::all()
            .add(WaitFrom.is_not_null())
            .add(Expr::col(WaitFrom).lt(lapse.clone()))
    };
    let running = || {
        open().add(
            Condition::any()
                .add(WaitFrom.is_null())
                .add(Expr::col(WaitFrom).gte(lapse.clone())),
        )
    };
    let judged = || Expr::col(JudgedAt);
    match standing {
        Standing::None => Condition::any()
            .add(ReceivedAt.is_null())
            .add(RejectedAt.is_not_null()),
        Standing::Undated => counted().add(LapseAt.is_null()),
        Standing::Late => ended().add(judged().gte(lapse.clone())),
        Standing::Early => ended().add(judged().lt(lapse.clone())).add(
            Condition::any()
                .add(judged().lt(day.clone()))
                .add(by_moment()),
        ),
        Standing::OnTime => ended()
            .add(judged().lt(lapse.clone()))
            .add(judged().gte(day.clone()))
            .add(by_moment().not()),
        Standing::Waiting => open().add(waiting()),
        Standing::Overdue => running().add(lapse.clone().lte(now)),
        Standing::DueToday => running()
            .add(lapse.clone().gt(now))
            .add(day.clone().lte(now)),
        Standing::InTime => running()
            .add(lapse.clone().gt(now))
            .add(day.clone().gt(now)),
    }
}
