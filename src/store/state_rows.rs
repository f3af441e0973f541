//! Which columns of a dossier, feedback or closed period stand under seal: all of them, and
//! what of them stays after an erasure.
//!
//! The lists of columns are fixed: a later column changes no digest that was made.
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    closed_periods::ClosedPeriod,
    dossiers::{Dossier, DueChange, Wait},
    feedback::Feedback,
    tables::letters::apology,
};
use crate::domain::{chain::digest, tombstone};

fn at(moment: DateTime<Utc>) -> i64 {
    moment.timestamp()
}

fn maybe(moment: Option<DateTime<Utc>>) -> Option<i64> {
    moment.map(at)
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

fn of_dues(dues: &[DueChange]) -> Vec<Value> {
    dues.iter()
        .map(|c| json!([at(c.set_at), maybe(c.original_due_at), maybe(c.due_at)]))
        .collect()
}

fn moments(d: &Dossier) -> Vec<Option<i64>> {
    [
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
    .to_vec()
}

/// What of a dossier stays after an erasure: all but the person, free words, and the count
/// of its events.
pub(super) fn kept(d: &Dossier, dues: &[DueChange], hung: [&[Value]; 3]) -> String {
    let papers: Option<Vec<Value>> = serde_json::from_str(&d.documents).ok();
    digest(&json!([
        d.id,
        d.agency_id,
        d.procedure_version_id,
        d.assigned_to,
        d.code,
        d.applicant_kind,
        d.channel,
        d.result_channel,
        d.status,
        papers.map(|papers| papers.len()),
        d.received_by,
        d.resume_status,
        d.outcome,
        d.due_reason.is_some(),
        moments(d),
        d.by_moment,
        d.provisional,
        d.officer,
        d.imported,
        d.received_desk,
        d.appraised_desk,
        d.approved_desk,
        d.returned_desk,
        d.sets,
        at(d.registered_at),
        of_dues(dues),
        hung
    ]))
}

/// Nothing is left of what an erasure blots out of a dossier's own row.
pub(super) fn is_bare(d: &Dossier) -> bool {
    let none = [
        &d.id_number,
        &d.phone,
        &d.email,
        &d.address,
        &d.external_code,
    ];
    d.applicant_name == tombstone::ERASED && d.note.is_empty() && none.iter().all(|v| v.is_none())
}

pub(super) fn whole(
    d: &Dossier,
    dues: &[DueChange],
    waits: &[Wait],
    letters: &[apology::Model],
) -> String {
    let person = json!([
        d.applicant_name,
        d.applicant_kind,
        d.id_number,
        d.phone,
        d.email,
        d.address
    ]);
    let moments = moments(d);
    let dues = of_dues(dues);
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

fn feedback_moments(f: &Feedback) -> Vec<Option<i64>> {
    [
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
    .to_vec()
}

/// What of feedback stays after an erasure.
pub(super) fn kept_feedback(f: &Feedback) -> String {
    digest(&json!([
        f.id,
        f.agency_id,
        f.dossier_id,
        f.about_account_id,
        f.code,
        f.kind,
        f.source,
        at(f.received_at),
        at(f.recorded_at),
        feedback_moments(f),
        f.state,
        f.reason.is_some(),
        f.forwarded_to,
        f.answer.is_some(),
        f.answered_by,
        f.public_content,
        f.public_answer
    ]))
}

pub(super) fn whole_feedback(f: &Feedback) -> String {
    let moments = feedback_moments(f);
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
