//! The chain over what was done: what is not under seal yet, the links, the head.
//!
//! The order of the chain is the order in which committed events were seen. A pass
//! looks, in one snapshot, for events that have no link. So whatever was committed
//! before a pass began is sealed no later than by that pass, whichever number its row
//! drew; an event whose transaction ends late (PostgreSQL gives out row numbers before
//! the commit) is simply found by a later pass. [`Floors`] only spare the search among rows
//! that are decided for good.
use std::{
    collections::HashSet,
    sync::atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
    sea_query::{Expr, OnConflict},
};

use super::{
    Reader, Write,
    tables::{
        dossier::event,
        feedback::feedback_event,
        periods::closed_period,
        seal::{seal, seal_head},
    },
};
use crate::{
    domain::chain::{Link, Source},
    error::Result,
};

/// The last link of an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub number: i64,
    pub head: String,
}

/// The last link of an agency's chain; `None` where nothing is sealed.
pub async fn head(db: &impl Reader, agency: i64) -> Result<Option<Head>> {
    let row = seal_head::Entity::find_by_id(agency).one(db).await?;
    Ok(row.map(|row| Head {
        number: row.number,
        head: row.head,
    }))
}

/// A number that PostgreSQL tells of its transactions. Where one writes at a time, all are
/// over.
async fn of_transactions(db: &impl Reader, what: &str) -> Result<i64> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(0);
    }
    let sql = format!("SELECT {what}::text::bigint AS number");
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let row = row.ok_or_else(|| crate::error::Error::internal("no snapshot"))?;
    Ok(row.try_get("", "number")?)
}

/// Every transaction before this one is over in this very snapshot, and what it did seen.
pub async fn over_before(db: &impl Reader) -> Result<i64> {
    of_transactions(db, "pg_snapshot_xmin(pg_current_snapshot())").await
}

/// Every transaction that has begun to write by now is before this one, which is our own.
/// The end of a snapshot would not do: those that ended last stand before it, and others
/// that began after them may be under way.
pub async fn begun_before(db: &impl Reader) -> Result<i64> {
    of_transactions(db, "pg_current_xact_id()").await
}

/// Up to which row numbers every event is sealed or was never committed, as far as the
/// sealers of a process have come; zero where none has looked. What lies below needs no
/// look of those who ask for what waits.
#[derive(Debug, Default)]
pub struct Floors {
    dossiers: AtomicI64,
    feedback: AtomicI64,
}

impl Floors {
    fn held(&self, source: Source) -> Option<&AtomicI64> {
        match source {
            Source::Dossier => Some(&self.dossiers),
            Source::Feedback => Some(&self.feedback),
            // Few in a year: looked through each time.
            Source::Period => None,
        }
    }

    pub fn of(&self, source: Source) -> i64 {
        let held = self.held(source);
        held.map_or(0, |held| held.load(Ordering::Relaxed))
    }

    /// Never lowers one: of two sealers the other may have come further.
    pub fn raise(&self, source: Source, to: i64) {
        if let Some(held) = self.held(source) {
            held.fetch_max(to, Ordering::Relaxed);
        }
    }
}

/// The greatest row number of a source that anyone can see.
pub async fn greatest(db: &impl Reader, source: Source) -> Result<i64> {
    let id: Option<Option<i64>> = match source {
        // Few in a year: looked through each time.
        Source::Period => None,
        Source::Dossier => {
            let all = event::Entity::find().select_only();
            let max = all.column_as(event::Column::Id.max(), "id");
            max.into_tuple().one(db).await?
        }
        Source::Feedback => {
            let all = feedback_event::Entity::find().select_only();
            let max = all.column_as(feedback_event::Column::Id.max(), "id");
            max.into_tuple().one(db).await?
        }
    };
    Ok(id.flatten().unwrap_or_default())
}

fn no_link(source: Source) -> sea_orm::sea_query::SimpleExpr {
    let table = source.code();
    Expr::cust(format!(
        "NOT EXISTS (SELECT 1 FROM seal s WHERE s.source = '{table}' AND s.event_id = {table}.id)"
    ))
}

/// The first row number of a source above one.
pub async fn first_above(db: &impl Reader, source: Source, above: i64) -> Result<Option<i64>> {
    let table = source.code();
    let sql = format!("SELECT id FROM {table} WHERE id > $1 ORDER BY id LIMIT 1");
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [above.into()]);
    let row = db.query_one_raw(ask).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}

/// Row numbers of a stretch of a source, above one and up to another, whose events have no
/// link, in order.
pub async fn open_within(
    db: &impl Reader,
    source: Source,
    (above, upto): (i64, i64),
    most: u64,
) -> Result<Vec<i64>> {
    let table = source.code();
    // Two stretches of two indexes side by side: link by link it takes four times as long.
    let sql = format!(
        "SELECT id FROM {table} WHERE id > $1 AND id <= $2 EXCEPT \
         SELECT event_id FROM seal WHERE source = '{table}' AND event_id > $1 AND event_id <= $2 \
         ORDER BY id LIMIT {most}"
    );
    let bounds = [above.into(), upto.into()];
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, bounds);
    let mut ids = Vec::new();
    for row in db.query_all_raw(ask).await? {
        ids.push(row.try_get("", "id")?);
    }
    Ok(ids)
}

/// Events of dossiers by their row numbers, in order.
pub async fn events(db: &impl Reader, ids: Vec<i64>) -> Result<Vec<super::dossiers::Event>> {
    // The sealer looks all day, and mostly there is nothing.
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .order_by_asc(event::Column::Id)
        .all(db)
        .await?)
}

/// Events of feedback by their row numbers, in order.
pub async fn feedback_events(
    db: &impl Reader,
    ids: Vec<i64>,
) -> Result<Vec<super::feedback::Event>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(feedback_event::Entity::find()
        .filter(feedback_event::Column::Id.is_in(ids))
        .order_by_asc(feedback_event::Column::Id)
        .all(db)
        .await?)
}

/// Closed periods that have no link, in order.
pub async fn open_periods(db: &impl Reader) -> Result<Vec<super::closed_periods::ClosedPeriod>> {
    Ok(closed_period::Entity::find()
        .filter(no_link(Source::Period))
        .order_by_asc(closed_period::Column::Id)
        .all(db)
        .await?)
}

/// How many events above the floors have no link yet.
pub async fn open(db: &impl Reader, floors: &Floors) -> Result<u64> {
    let of_dossiers = event::Entity::find()
        .filter(event::Column::Id.gt(floors.of(Source::Dossier)))
        .filter(no_link(Source::Dossier));
    let of_feedback = feedback_event::Entity::find()
        .filter(feedback_event::Column::Id.gt(floors.of(Source::Feedback)))
        .filter(no_link(Source::Feedback));
    let periods = closed_period::Entity::find().filter(no_link(Source::Period));
    Ok(of_dossiers.count(db).await? + of_feedback.count(db).await? + periods.count(db).await?)
}

/// A link and the head that it says it makes.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The source as written; a damaged word stays a fault to be found.
    pub link: Option<Link>,
    pub number: i64,
    pub head: String,
    pub sealed_at: DateTime<Utc>,
}

/// Links of an agency after a number, in order.
pub async fn links(db: &impl Reader, agency: i64, after: i64, most: u64) -> Result<Vec<Sealed>> {
    let rows = seal::Entity::find()
        .filter(seal::Column::AgencyId.eq(agency))
        .filter(seal::Column::Number.gt(after))
        .order_by_asc(seal::Column::Number)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Sealed {
            number: row.number,
            head: row.head,
            sealed_at: row.sealed_at,
            link: Source::from_code(&row.source).map(|source| Link {
                number: row.number,
                source,
                event_id: row.event_id,
                digest: row.digest,
                state: row.state,
            }),
        })
        .collect())
}

/// How many events are under seal, as the heads of the chains say.
pub async fn count(db: &impl Reader) -> Result<i64> {
    let ends = seal_head::Entity::find()
        .select_only()
        .column(seal_head::Column::Number)
        .into_tuple::<i64>()
        .all(db)
        .await?;
    Ok(ends.into_iter().sum())
}

/// The agencies that have a chain, or what is left of one.
pub async fn agencies(db: &impl Reader) -> Result<Vec<i64>> {
    let sealed = seal::Entity::find()
        .select_only()
        .column(seal::Column::AgencyId)
        .distinct()
        .into_tuple::<i64>()
        .all(db)
        .await?;
    let noted = seal_head::Entity::find()
        .select_only()
        .column(seal_head::Column::AgencyId)
        .into_tuple::<i64>()
        .all(db)
        .await?;
    let all: std::collections::BTreeSet<i64> = sealed.into_iter().chain(noted).collect();
    Ok(all.into_iter().collect())
}

/// Whether a head was ever the end of an agency's chain.
pub async fn has_head(db: &impl Reader, head: &str) -> Result<bool> {
    let found = seal::Entity::find().filter(seal::Column::Head.eq(head));
    Ok(found.count(db).await? > 0)
}

/// Heads that closed periods were printed with: row number of the period, agency, head.
pub async fn printed(db: &impl Reader) -> Result<Vec<(i64, i64, String)>> {
    // Not the rows as they are: each holds the figures of its period, a megabyte of them.
    Ok(closed_period::Entity::find()
        .select_only()
        .columns([
            closed_period::Column::Id,
            closed_period::Column::AgencyId,
            closed_period::Column::ChainHead,
        ])
        .filter(closed_period::Column::ChainHead.is_not_null())
        .order_by_asc(closed_period::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// When the oldest event of a dossier above the floor was recorded that has no link yet.
pub async fn oldest_open(db: &impl Reader, floors: &Floors) -> Result<Option<DateTime<Utc>>> {
    let first = event::Entity::find()
        .filter(event::Column::Id.gt(floors.of(Source::Dossier)))
        .filter(no_link(Source::Dossier))
        .order_by_asc(event::Column::Id)
        .one(db)
        .await?;
    Ok(first.map(|event| event.recorded_at))
}

impl Write {
    /// The end of an agency's chain, held against any other sealer until the commit.
    pub async fn hold_head(&self, agency: i64) -> Result<Head> {
        let first = seal_head::ActiveModel {
            agency_id: Set(agency),
            number: Set(0),
            head: Set(crate::domain::chain::START.to_owned()),
        };
        seal_head::Entity::insert(first)
            .on_conflict(
                OnConflict::column(seal_head::Column::AgencyId)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.tx)
            .await?;
        // Writing the row as it is takes its lock on PostgreSQL.
        seal_head::Entity::update_many()
            .col_expr(
                seal_head::Column::Number,
                Expr::col(seal_head::Column::Number),
            )
            .filter(seal_head::Column::AgencyId.eq(agency))
            .exec(&self.tx)
            .await?;
        let held = head(&self.tx, agency).await?;
        held.ok_or_else(|| crate::error::Error::internal("the head of the chain is gone"))
    }

    /// Which of these events have a link by now; asked while the head is held, no other
    /// sealer can add one.
    pub async fn linked(&self, source: Source, events: Vec<i64>) -> Result<HashSet<i64>> {
        let links = seal::Entity::find()
            .select_only()
            .column(seal::Column::EventId)
            .filter(seal::Column::Source.eq(source.code()))
            .filter(seal::Column::EventId.is_in(events));
        let links = links.into_tuple::<i64>().all(&self.tx).await?;
        Ok(links.into_iter().collect())
    }

    /// Adds links and moves the head.
    pub async fn append_links(
        &self,
        agency: i64,
        links: Vec<(Link, String)>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some((last, end)) = links.last().map(|(link, head)| (link.number, head.clone())) else {
            return Ok(());
        };
        let rows = links.into_iter().map(|(link, head)| seal::ActiveModel {
            agency_id: Set(agency),
            number: Set(link.number),
            source: Set(link.source.code().to_owned()),
            event_id: Set(link.event_id),
            digest: Set(link.digest),
            state: Set(link.state),
            head: Set(head),
            sealed_at: Set(now),
        });
        seal::Entity::insert_many(rows)
            .exec_without_returning(&self.tx)
            .await?;
        seal_head::ActiveModel {
            agency_id: Set(agency),
            number: Set(last),
            head: Set(end),
        }
        .update(&self.tx)
        .await?;
        Ok(())
    }
}
