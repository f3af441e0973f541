//! What a seal is put on: a dossier or feedback as it stands (events: `seal_events`).
use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::{
    Reader,
    dossiers::Dossier,
    seal_hands,
    state_rows::{is_bare, kept, kept_feedback, whole, whole_feedback},
    tables::{
        dossier::{dossier, due_change, event, wait},
        feedback::{feedback, feedback_event},
        letters::apology,
    },
    whom,
};
use crate::{
    domain::{chain::digest, tombstone},
    error::Result,
};

pub use super::state_rows::of_period;

/// What a seal begins with that holds the hands of a dossier, all whom feedback is about.
const WIDE: &str = "2:";

/// And one of two parts: what stays after an erasure, and all of it.
const TWO: &str = "3:";

/// The state of two parts.
fn joined(kept: &str, rest: &str) -> String {
    format!("{TWO}{}", digest(&json!([3, kept, rest])))
}

/// A dossier or feedback as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub agency: i64,
    pub code: String,
    /// As seals are made now; they begin with what they hold.
    pub digest: String,
    /// As they were made before they were of two parts.
    pub wide: String,
    /// What stays after an erasure, and whether that is all there is.
    pub kept: String,
    pub bare: bool,
    /// As they were made before hands, questions and the ledger of stops were held too,
    /// and all whom feedback is about.
    pub narrow: String,
    /// The row number of its last event.
    pub last_event: Option<i64>,
    pub version: i64,
    pub status: String,
}

impl Standing {
    /// Whether a seal says the same.
    pub fn is(&self, sealed: Option<&str>) -> bool {
        sealed.is_some_and(|sealed| match sealed {
            sealed if sealed.starts_with(TWO) => sealed == self.digest,
            sealed if sealed.starts_with(WIDE) => sealed == self.wide,
            sealed => sealed == self.narrow,
        })
    }

    /// Whether a seal from before an erasure held what is kept now, and nothing is left of
    /// what went; `rest` is the part that went. One that is not of two parts cannot tell.
    pub fn was(&self, sealed: &str, rest: &str) -> Option<bool> {
        let two = sealed.starts_with(TWO);
        two.then(|| self.bare && sealed == joined(&self.kept, rest))
    }
}

/// Collects rows under what they belong to.
fn under<T>(rows: Vec<T>, owner: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut found: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(owner(&row)).or_default().push(row);
    }
    found
}

/// These dossiers as they stand.
pub async fn of_dossiers(db: &impl Reader, rows: Vec<Dossier>) -> Result<HashMap<i64, Standing>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let dues = due_change::Entity::find()
        .filter(due_change::Column::DossierId.is_in(ids.clone()))
        .order_by_asc(due_change::Column::Id)
        .all(db)
        .await?;
    let waits = wait::Entity::find()
        .filter(wait::Column::DossierId.is_in(ids.clone()))
        .order_by_asc(wait::Column::Id)
        .all(db)
        .await?;
    let letters = apology::Entity::find()
        .filter(apology::Column::DossierId.is_in(ids.clone()))
        .order_by_asc(apology::Column::Id)
        .all(db)
        .await?;
    let mut hands = seal_hands::of_dossiers(db, ids.clone()).await?;
    let last: HashMap<i64, i64> = event::Entity::find()
        .select_only()
        .column(event::Column::DossierId)
        .column_as(event::Column::Id.max(), "last")
        .filter(event::Column::DossierId.is_in(ids))
        .group_by(event::Column::DossierId)
        .into_tuple::<(i64, i64)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let dues = under(dues, |row| row.dossier_id);
    let waits = under(waits, |row| row.dossier_id);
    let notes = under(letters, |row| row.dossier_id);
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            let held = (waits.get(&id), notes.get(&id));
            let stops: Vec<Value> = held
                .0
                .into_iter()
                .flatten()
                .map(seal_hands::of_wait)
                .collect();
            let letters: Vec<Value> = held
                .1
                .into_iter()
                .flatten()
                .map(seal_hands::of_letter)
                .collect();
            let hands = hands.remove(&id).unwrap_or_default();
            let dues = dues.get(&id).map_or(&[][..], Vec::as_slice);
            let narrow = whole(
                &row,
                dues,
                waits.get(&id).map_or(&[], Vec::as_slice),
                notes.get(&id).map_or(&[], Vec::as_slice),
            );
            let waited = held.0.into_iter().flatten();
            let waited: Vec<Value> = waited.map(seal_hands::kept_of_wait).collect();
            let wrote = held.1.into_iter().flatten();
            let wrote: Vec<Value> = wrote.map(seal_hands::kept_of_letter).collect();
            let kept = kept(&row, dues, [&waited, &wrote, &hands.kept]);
            let wide = format!(
                "{WIDE}{}",
                digest(&json!([2, narrow, stops, letters, hands.all]))
            );
            let bare = is_bare(&row);
            let standing = Standing {
                agency: row.agency_id,
                code: row.code,
                digest: joined(&kept, &wide),
                bare,
                kept,
                wide,
                narrow,
                last_event: last.get(&id).copied(),
                version: row.version,
                status: row.status,
            };
            (id, standing)
        })
        .collect())
}

/// The dossiers of these row numbers as they stand.
pub async fn of_dossier_ids(db: &impl Reader, ids: Vec<i64>) -> Result<HashMap<i64, Standing>> {
    // The sealer looks all day, and mostly there is nothing.
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = dossier::Entity::find()
        .filter(dossier::Column::Id.is_in(ids))
        .all(db)
        .await?;
    of_dossiers(db, rows).await
}

/// The feedback of these row numbers as it stands.
pub async fn of_feedback_ids(db: &impl Reader, ids: Vec<i64>) -> Result<HashMap<i64, Standing>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = feedback::Entity::find()
        .filter(feedback::Column::Id.is_in(ids.clone()))
        .all(db)
        .await?;
    let about = whom::by_feedback(db, ids.clone()).await?;
    let last: HashMap<i64, i64> = feedback_event::Entity::find()
        .select_only()
        .column(feedback_event::Column::FeedbackId)
        .column_as(feedback_event::Column::Id.max(), "last")
        .filter(feedback_event::Column::FeedbackId.is_in(ids))
        .group_by(feedback_event::Column::FeedbackId)
        .into_tuple::<(i64, i64)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let narrow = whole_feedback(&row);
            let about = about.get(&row.id);
            let wide = format!("{WIDE}{}", digest(&json!([2, narrow, about])));
            let kept = digest(&json!([kept_feedback(&row), about]));
            let bare =
                row.content == tombstone::ERASED && row.name.is_none() && row.contact.is_none();
            let standing = Standing {
                agency: row.agency_id,
                digest: joined(&kept, &wide),
                bare,
                kept,
                wide,
                narrow,
                code: row.code,
                last_event: last.get(&row.id).copied(),
                version: row.version,
                status: row.state,
            };
            (row.id, standing)
        })
        .collect())
}
