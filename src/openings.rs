//! When was a questionnaire opened, and by which link? Kept in memory alone: whoever
//! answers cannot say otherwise, and nothing of it is ever written down.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::survey::Source;

/// How long an opening is remembered.
const HOURS: i64 = 24;
/// So long after the program began, one who opened before it did may still answer.
const GRACE_MINUTES: i64 = 60;

/// What is known of how a ballot was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    At(DateTime<Utc>, Source),
    Never,
    /// The program began only a moment ago.
    Unknown,
}

/// When first, and by which link last.
type First = (DateTime<Utc>, Source);

/// Questionnaires opened within the last day, by the hash of their token.
#[derive(Clone, Debug)]
pub struct Openings {
    began: DateTime<Utc>,
    all: Arc<Mutex<HashMap<String, First>>>,
}

impl Openings {
    pub fn since(began: DateTime<Utc>) -> Self {
        Self {
            began,
            all: Arc::default(),
        }
    }

    /// Notes the first opening of a token that there is, and the link used last.
    pub fn note(&self, token_hash: String, source: Source, now: DateTime<Utc>) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (at, _)| now - *at < TimeDelta::hours(HOURS));
        all.entry(token_hash)
            .and_modify(|(_, by)| *by = source)
            .or_insert((now, source));
    }

    /// How the ballot of a token was begun.
    pub fn of(&self, token_hash: &str, now: DateTime<Utc>) -> Opened {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(token_hash) {
            Some((at, source)) => Opened::At(*at, *source),
            None if now - self.began < TimeDelta::minutes(GRACE_MINUTES) => Opened::Unknown,
            None => Opened::Never,
        }
    }

    /// Forgets it: its ballot is in the box.
    pub fn forget(&self, token_hash: &str) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(token_hash);
    }
}
