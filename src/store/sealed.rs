//! What the seal is compared with: the rows there are, their events, their links.
use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    Reader, closed_periods,
    states::{of_event, of_feedback_event, of_period},
    tables::{
        dossier::{dossier, event},
        feedback::{feedback, feedback_event},
        seal::seal,
    },
};
use crate::{domain::chain::Source, error::Result};

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

/// Digests of events by row number.
pub async fn events(
    db: &impl Reader,
    source: Source,
    ids: Vec<i64>,
) -> Result<HashMap<i64, String>> {
    Ok(match source {
        Source::Period => closed_periods::by_ids(db, ids)
            .await?
            .iter()
            .map(|row| (row.id, of_period(row)))
            .collect(),
        Source::Dossier => event::Entity::find()
            .filter(event::Column::Id.is_in(ids))
            .all(db)
            .await?
            .iter()
            .map(|e| (e.id, of_event(e)))
            .collect(),
        Source::Feedback => feedback_event::Entity::find()
            .filter(feedback_event::Column::Id.is_in(ids))
            .all(db)
            .await?
            .iter()
            .map(|e| (e.id, of_feedback_event(e)))
            .collect(),
    })
}

/// Whether the chain holds the same of a closed period; true while it waits for the sealer.
pub async fn period_holds(db: &impl Reader, row: &closed_periods::ClosedPeriod) -> Result<bool> {
    let digest: Option<String> = seal::Entity::find()
        .select_only()
        .column(seal::Column::Digest)
        .filter(seal::Column::AgencyId.eq(row.agency_id))
        .filter(seal::Column::Source.eq(Source::Period.code()))
        .filter(seal::Column::EventId.eq(row.id))
        .into_tuple()
        .one(db)
        .await?;
    Ok(digest.is_none_or(|digest| digest == of_period(row)))
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
