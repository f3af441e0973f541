//! What a seal is put on: the words of an event, in two parts. One is kept for good, the
//! other may be blotted out by a signed list, and the seal still tells that the first is
//! what it was.
//!
//! The lists of columns are fixed: a later column changes no digest that was made.
use serde_json::{Value, json};

use super::{dossiers::Event, feedback::Event as FeedbackEvent};
use crate::domain::{chain::digest, tombstone};

/// What a digest of two parts begins with.
const TWO: &str = "2:";

/// Whether a seal is of two parts; those made first are of one.
pub fn is_of_two(sealed: &str) -> bool {
    sealed.starts_with(TWO)
}

/// An event as the seal sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealable {
    /// As the first seals were made, of one part.
    pub one: String,
    /// What stays.
    pub kept: String,
    /// What an erasure blots out.
    pub rest: String,
    /// Nothing is left of what an erasure blots out.
    pub bare: bool,
}

/// The digest of two parts.
pub fn joined(kept: &str, rest: &str) -> String {
    format!("{TWO}{}", digest(&json!([2, kept, rest])))
}

impl Sealable {
    /// As seals are made now.
    pub fn digest(&self) -> String {
        joined(&self.kept, &self.rest)
    }

    /// Whether a seal says the same.
    pub fn is(&self, sealed: &str) -> bool {
        if is_of_two(sealed) {
            sealed == self.digest()
        } else {
            sealed == self.one
        }
    }

    fn of(kept: &[Value], rest: &[Value], bare: bool) -> Self {
        let first = json!(1);
        let all: Vec<&Value> = [&first].into_iter().chain(kept).chain(rest).collect();
        Self {
            one: digest(&json!(all)),
            kept: digest(&json!(kept)),
            rest: digest(&json!(rest)),
            bare,
        }
    }
}

pub fn of_event(e: &Event) -> Sealable {
    let kept = [
        json!(e.id),
        json!(e.dossier_id),
        json!(e.seq),
        json!(e.at.timestamp()),
        json!(e.recorded_at.timestamp()),
        json!(e.act),
        json!(e.actor),
        json!(e.role),
        json!(e.at_desk),
        json!(e.from_status),
        json!(e.to_status),
    ];
    let rest = [json!(e.note), json!(e.data)];
    let (facts, bare) = tombstone::facts(&e.data);
    let mut sealable = Sealable::of(&kept, &rest, e.note.is_empty() && bare);
    sealable.kept = digest(&json!([sealable.kept, facts]));
    sealable
}

pub fn of_feedback_event(e: &FeedbackEvent) -> Sealable {
    let kept = [
        json!(e.id),
        json!(e.agency_id),
        json!(e.feedback_id),
        json!(e.seq),
        json!(e.at.timestamp()),
        json!(e.act),
        json!(e.actor),
        json!(e.role),
        json!(e.from_state),
        json!(e.to_state),
    ];
    Sealable::of(&kept, &[json!(e.note)], e.note.is_empty())
}
