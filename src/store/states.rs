//! What a seal is put on: an event's words, and a dossier or feedback as it stands.
//!
//! The lists of columns are fixed: a later column changes no digest that was made.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::{
    Reader,
    closed_periods::ClosedPeriod,
    dossiers::{Dossier, DueChange, Event, Wait},
    feedback::{Event as FeedbackEvent, Feedback},
    seal_hands,
    tables::{
        dossier::{dossier, due_change, event, wait},
        feedback::{feedback, feedback_event},
        letters::apology,
    },
    whom,
};
use crate::{domain::chain::digest, error::Result};

fn at(moment: DateTime<Utc>) -> i64 {
    moment.timestamp()
}

fn maybe(moment: Option<DateTime<Utc>>) -> Option<i64> {
    moment.map(at)
}

/// The digest of an event.
pub fn of_event(e: &Event) -> String {
    digest(&json!([
        1,
        e.id,
        e.dossier_id,
        e.seq,
        at(e.at),
        at(e.recorded_at),
        e.act,
        e.actor,
        e.role,
        e.at_desk,
        e.from_status,
        e.to_status,
        e.note,
        e.data
    ]))
}

/// The digest of an event of feedback.
pub fn of_feedback_event(e: &FeedbackEvent) -> String {
    digest(&json!([
        1,
        e.id,
        e.agency_id,
        e.feedback_id,
        e.seq,
        at(e.at),
        e.act,
        e.actor,
        e.role,
        e.from_state,
        e.to_state,
        e.note
    ]))
}

/// The digest of a closed period: its own event.
pub fn of_period(p: &ClosedPeriod) -> String {
    digest(&json!([
        1,
        p.id,
        p.agency_id,
        p.from_day.to_string(),
        p.to_day.to_string(),
        at(p.closed_at),
        p.closed_by,
        p.body,
        p.seal,
        p.chain_head
    ]))
}

fn whole(d: &Dossier, dues: &[DueChange], waits: &[Wait], letters: &[apology::Model]) -> String {
    let person = json!([
        d.applicant_name,
        d.applicant_kind,
        d.id_number,
        d.phone,
        d.email,
        d.address
    ]);
    let moments: Vec<Option<i64>> = [
        d.received_at,
        d.due_at,
        d.original_due_at,
        d.due_day,
        d.lapse_at,
        d.appointed_day,
        d.appointed_lapse_at,
        d.wait_from,
        d.judged_at,
        d.ended_at,
        d.withdrawn_at,
        d.stopped_at,
        d.rejected_at,
        d.appraised_at,
        d.approved_at,
        d.returned_at,
    ]
    .map(maybe)
    .to_vec();
    let dues: Vec<Value> = dues
        .iter()
        .map(|c| json!([at(c.set_at), maybe(c.original_due_at), maybe(c.due_at)]))
        .collect();
    let waits: Vec<Value> = waits
        .iter()
        .map(|w| json!([w.kind, at(w.from_at), maybe(w.to_at)]))
        .collect();
    let letters: Vec<Value> = letters
        .iter()
        .map(|l| {
            json!([
                l.reason_code,
                l.reason,
                at(l.due_at),
                at(l.new_due_at),
                at(l.drafted_at),
                l.drafted_by,
                maybe(l.signed_at),
                l.signed_by,
                l.number,
                l.year
            ])
        })
        .collect();
    digest(&json!([
        1,
        d.id,
        d.agency_id,
        d.procedure_version_id,
        d.assigned_to,
        d.code,
        person,
        d.channel,
        d.result_channel,
        d.status,
        d.documents,
        d.note,
        d.received_by,
        d.external_code,
        d.resume_status,
        d.outcome,
        d.due_reason,
        moments,
        d.by_moment,
        d.provisional,
        d.officer,
        d.imported,
        d.received_desk,
        d.appraised_desk,
        d.approved_desk,
        d.returned_desk,
        d.sets,
        d.version,
        at(d.registered_at),
        at(d.last_event_at),
        dues,
        waits,
        letters
    ]))
}

fn whole_feedback(f: &Feedback) -> String {
    let moments: Vec<Option<i64>> = [
        f.reject_due_at,
        f.forward_due_at,
        f.due_at,
        f.publish_due_at,
        f.lapse_at,
        f.handled_at,
        f.forwarded_at,
        f.answered_at,
        f.published_at,
    ]
    .map(maybe)
    .to_vec();
    digest(&json!([
        1,
        f.id,
        f.agency_id,
        f.dossier_id,
        f.about_account_id,
        f.code,
        f.kind,
        f.source,
        f.content,
        f.name,
        f.contact,
        at(f.received_at),
        at(f.recorded_at),
        moments,
        f.state,
        f.reason,
        f.forwarded_to,
        f.answer,
        f.answered_by,
        f.public_content,
        f.public_answer,
        f.version
    ]))
}

/// What a seal begins with that holds the hands of a dossier, all whom feedback is about.
const WIDE: &str = "2:";

/// A dossier or feedback as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub agency: i64,
    pub code: String,
    /// As seals are made now; they begin with what they hold.
    pub digest: String,
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
        sealed.is_some_and(|sealed| {
            sealed == self.digest || (!sealed.starts_with(WIDE) && sealed == self.narrow)
        })
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
            let narrow = whole(
                &row,
                dues.get(&id).map_or(&[], Vec::as_slice),
                waits.get(&id).map_or(&[], Vec::as_slice),
                notes.get(&id).map_or(&[], Vec::as_slice),
            );
            let standing = Standing {
                agency: row.agency_id,
                code: row.code,
                digest: format!(
                    "{WIDE}{}",
                    digest(&json!([2, narrow, stops, letters, hands]))
                ),
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
    let rows = dossier::Entity::find()
        .filter(dossier::Column::Id.is_in(ids))
        .all(db)
        .await?;
    of_dossiers(db, rows).await
}

/// The feedback of these row numbers as it stands.
pub async fn of_feedback_ids(db: &impl Reader, ids: Vec<i64>) -> Result<HashMap<i64, Standing>> {
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
            let standing = Standing {
                agency: row.agency_id,
                digest: format!("{WIDE}{}", digest(&json!([2, narrow, about]))),
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
