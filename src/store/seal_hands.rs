//! What hangs on a dossier besides what its first seals held: whose hands it went through,
//! what other agencies were asked, the ledger of its stops, the step of its letters.
use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{
    Reader,
    dossiers::Wait,
    tables::{
        letters::apology,
        workflow::{holding, transfer},
    },
};
use crate::error::Result;

fn maybe(moment: Option<chrono::DateTime<chrono::Utc>>) -> Option<i64> {
    moment.map(|moment| moment.timestamp())
}

fn of_holding(h: &holding::Model) -> Value {
    let mut row = json!([
        h.agency_id,
        h.account_id,
        h.seq,
        h.step,
        h.duty,
        h.step_name,
        h.title,
        h.elsewhere,
        h.holder,
        h.given_by,
        h.given_by_account,
        h.given_at.timestamp(),
        maybe(h.pass_by),
        h.taken_by,
        maybe(h.taken_at),
        maybe(h.ended_at),
        h.allotted_seconds,
        h.held_seconds
    ]);
    // A later column: what was sealed before there was one reads as it did.
    if let (Some(columns), true) = (row.as_array_mut(), h.run > 0) {
        columns.push(h.run.into());
    }
    row
}

fn of_transfer(t: &transfer::Model) -> Value {
    json!([
        t.agency_id,
        t.to_agency_id,
        t.kind,
        t.to_name,
        t.number,
        t.year,
        t.content,
        t.sent_by,
        t.event_seq,
        t.sent_at.timestamp(),
        maybe(t.due_at),
        maybe(t.answered_at),
        t.answered_by,
        t.answer
    ])
}

/// The same without the free words, which an erasure blots out.
fn kept_of_transfer(t: &transfer::Model) -> Value {
    json!([
        t.agency_id,
        t.to_agency_id,
        t.kind,
        t.to_name,
        t.number,
        t.year,
        t.sent_by,
        t.event_seq,
        t.sent_at.timestamp(),
        maybe(t.due_at),
        maybe(t.answered_at),
        t.answered_by
    ])
}

/// A stop without its free words.
pub fn kept_of_wait(w: &Wait) -> Value {
    json!([
        w.kind,
        w.from_at.timestamp(),
        maybe(w.to_at),
        w.number,
        w.year,
        w.reason_code,
        w.asked_by,
        w.asked_by_id,
        w.legal_basis,
        w.approved_by,
        maybe(w.arrived_at)
    ])
}

/// A letter without its free words.
pub fn kept_of_letter(l: &apology::Model) -> Value {
    json!([
        l.reason_code,
        l.due_at.timestamp(),
        l.new_due_at.timestamp(),
        l.drafted_at.timestamp(),
        l.drafted_by,
        maybe(l.signed_at),
        l.signed_by,
        l.number,
        l.year,
        l.step,
        l.holder,
        l.after_end
    ])
}

/// The later columns of a stop.
pub fn of_wait(w: &Wait) -> Value {
    json!([
        w.number,
        w.year,
        w.reason_code,
        w.reason,
        w.asked_by,
        w.asked_by_id,
        w.legal_basis,
        w.approved_by,
        maybe(w.arrived_at)
    ])
}

/// The later columns of a letter.
pub fn of_letter(l: &apology::Model) -> Value {
    json!([l.step, l.holder, l.after_end])
}

/// Hands and questions of a dossier: with their words, and what stays after an erasure.
#[derive(Clone, Debug, Default)]
pub struct Hands {
    pub all: Vec<Value>,
    pub kept: Vec<Value>,
}

/// Hands and questions of these dossiers, by dossier.
pub async fn of_dossiers(db: &impl Reader, ids: Vec<i64>) -> Result<HashMap<i64, Hands>> {
    let mut found: HashMap<i64, Hands> = HashMap::new();
    let hands = holding::Entity::find()
        .filter(holding::Column::DossierId.is_in(ids.clone()))
        .order_by_asc(holding::Column::Seq)
        .all(db)
        .await?;
    for row in hands {
        let of = found.entry(row.dossier_id).or_default();
        of.all.push(of_holding(&row));
        of.kept.push(of_holding(&row));
    }
    let asked = transfer::Entity::find()
        .filter(transfer::Column::DossierId.is_in(ids))
        .order_by_asc(transfer::Column::Id)
        .all(db)
        .await?;
    for row in asked {
        let of = found.entry(row.dossier_id).or_default();
        of.all.push(of_transfer(&row));
        of.kept.push(kept_of_transfer(&row));
    }
    Ok(found)
}
