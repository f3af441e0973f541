//! What the seal is compared with: the rows there are, their events, their links.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{
    Reader, closed_periods,
    seal_events::{Sealable, of_event, of_feedback_event},
    states,
    tables::{
        dossier::{dossier, event},
        feedback::{feedback, feedback_event},
        seal::seal,
    },
};
use crate::{
    domain::{chain::Source, tombstone},
    error::Result,
};

/// Row numbers of all dossiers or feedback after one, in order.
pub async fn ids_after(
    db: &impl Reader,
    source: Source,
    after: i64,
    most: u64,
) -> Result<Vec<i64>> {
    Ok(match source {
        // It is its own event, and does not change.
        Source::Period => Vec::new(),
        Source::Dossier => {
            dossier::Entity::find()
                .select_only()
                .column(dossier::Column::Id)
                .filter(dossier::Column::Id.gt(after))
                .order_by_asc(dossier::Column::Id)
                .limit(most)
                .into_tuple()
                .all(db)
                .await?
        }
        Source::Feedback => {
            feedback::Entity::find()
                .select_only()
                .column(feedback::Column::Id)
                .filter(feedback::Column::Id.gt(after))
                .order_by_asc(feedback::Column::Id)
                .limit(most)
                .into_tuple()
                .all(db)
                .await?
        }
    })
}

/// What is under seal, and when it was recorded, where that is known apart.
#[derive(Clone, Debug)]
pub enum Told {
    Event(Sealable, Option<DateTime<Utc>>),
    Period(String, DateTime<Utc>),
}

impl Told {
    pub fn recorded_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Event(_, at) => *at,
            Self::Period(_, at) => Some(*at),
        }
    }

    /// Whether a seal says the same.
    pub fn is(&self, sealed: &str) -> bool {
        match self {
            Self::Event(event, _) => event.is(sealed),
            Self::Period(digest, _) => digest == sealed,
        }
    }
}

/// What events of these row numbers say.
pub async fn events(db: &impl Reader, source: Source, ids: Vec<i64>) -> Result<HashMap<i64, Told>> {
    Ok(match source {
        Source::Period => closed_periods::by_ids(db, ids)
            .await?
            .iter()
            .map(|row| (row.id, Told::Period(states::of_period(row), row.closed_at)))
            .collect(),
        Source::Dossier => event::Entity::find()
            .filter(event::Column::Id.is_in(ids))
            .all(db)
            .await?
            .iter()
            .map(|e| (e.id, Told::Event(of_event(e), Some(e.recorded_at))))
            .collect(),
        Source::Feedback => feedback_event::Entity::find()
            .filter(feedback_event::Column::Id.is_in(ids))
            .all(db)
            .await?
            .iter()
            .map(|e| (e.id, Told::Event(of_feedback_event(e), None)))
            .collect(),
    })
}

/// The digest that the chain holds of a closed period; none while it waits for the sealer.
pub async fn of_period(
    db: &impl Reader,
    row: &closed_periods::ClosedPeriod,
) -> Result<Option<String>> {
    Ok(seal::Entity::find()
        .select_only()
        .column(seal::Column::Digest)
        .filter(seal::Column::AgencyId.eq(row.agency_id))
        .filter(seal::Column::Source.eq(Source::Period.code()))
        .filter(seal::Column::EventId.eq(row.id))
        .into_tuple()
        .one(db)
        .await?)
}

/// The first event whose dossier or feedback is gone, with its agency and number where it
/// is sealed. No foreign key lets it go; one who opens the database can switch them off.
pub async fn ownerless(
    db: &impl Reader,
    source: Source,
) -> Result<Option<(i64, Option<(i64, i64)>)>> {
    let gone = |owner: &str| {
        let (table, column) = (source.code(), format!("{owner}_id"));
        Expr::cust(format!(
            "NOT EXISTS (SELECT 1 FROM {owner} o WHERE o.id = {table}.{column})"
        ))
    };
    let event: Option<i64> = match source {
        Source::Period => None,
        Source::Dossier => {
            event::Entity::find()
                .select_only()
                .column(event::Column::Id)
                .filter(gone("dossier"))
                .order_by_asc(event::Column::Id)
                .into_tuple()
                .one(db)
                .await?
        }
        Source::Feedback => {
            feedback_event::Entity::find()
                .select_only()
                .column(feedback_event::Column::Id)
                .filter(gone("feedback"))
                .order_by_asc(feedback_event::Column::Id)
                .into_tuple()
                .one(db)
                .await?
        }
    };
    let Some(event) = event else {
        return Ok(None);
    };
    let link = seal::Entity::find()
        .select_only()
        .columns([seal::Column::AgencyId, seal::Column::Number])
        .filter(seal::Column::Source.eq(source.code()))
        .filter(seal::Column::EventId.eq(event))
        .into_tuple()
        .one(db)
        .await?;
    Ok(Some((event, link)))
}

/// The states that links of these events hold: `None` for a link without one, and
/// nothing for an event that is not sealed.
pub async fn sealed(
    db: &impl Reader,
    source: Source,
    ids: Vec<i64>,
) -> Result<HashMap<i64, Option<String>>> {
    Ok(seal::Entity::find()
        .select_only()
        .column(seal::Column::EventId)
        .column(seal::Column::State)
        .filter(seal::Column::Source.eq(source.code()))
        .filter(seal::Column::EventId.is_in(ids))
        .into_tuple::<(i64, Option<String>)>()
        .all(db)
        .await?
        .into_iter()
        .collect())
}

/// The state that a dossier or feedback was last sealed with before it was erased.
pub async fn before_erasure(db: &impl Reader, source: Source, of: i64) -> Result<Option<String>> {
    let events: Vec<i64> = match source {
        Source::Period => Vec::new(),
        Source::Dossier => {
            event::Entity::find()
                .select_only()
                .column(event::Column::Id)
                .filter(event::Column::DossierId.eq(of))
                .filter(event::Column::Act.ne(tombstone::ACT))
                .into_tuple()
                .all(db)
                .await?
        }
        Source::Feedback => {
            feedback_event::Entity::find()
                .select_only()
                .column(feedback_event::Column::Id)
                .filter(feedback_event::Column::FeedbackId.eq(of))
                .filter(feedback_event::Column::Act.ne(tombstone::ACT))
                .into_tuple()
                .all(db)
                .await?
        }
    };
    let last = events.iter().max().copied();
    let links = sealed(db, source, last.into_iter().collect()).await?;
    Ok(last.and_then(|last| links.get(&last).cloned()).flatten())
}

/// The number and the state of the last event of each, by the events' own order.
pub async fn ends(
    db: &impl Reader,
    source: Source,
    ids: Vec<i64>,
) -> Result<HashMap<i64, (i32, String)>> {
    let rows: Vec<(i64, i32, String)> = match source {
        Source::Period => Vec::new(),
        Source::Dossier => {
            event::Entity::find()
                .select_only()
                .columns([
                    event::Column::DossierId,
                    event::Column::Seq,
                    event::Column::ToStatus,
                ])
                .filter(event::Column::DossierId.is_in(ids))
                .order_by_asc(event::Column::Seq)
                .into_tuple()
                .all(db)
                .await?
        }
        Source::Feedback => {
            feedback_event::Entity::find()
                .select_only()
                .columns([
                    feedback_event::Column::FeedbackId,
                    feedback_event::Column::Seq,
                    feedback_event::Column::ToState,
                ])
                .filter(feedback_event::Column::FeedbackId.is_in(ids))
                .order_by_asc(feedback_event::Column::Seq)
                .into_tuple()
                .all(db)
                .await?
        }
    };
    let all = rows.into_iter();
    Ok(all.map(|(of, seq, to)| (of, (seq, to))).collect())
}
