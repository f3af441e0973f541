//! How often was a name guessed that nobody bears? Counted like a real one, so that the
//! answers do not tell which names there are.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{config::Security, secret};

/// Wrong passwords so far, pauses so far, and until when nothing is heard.
#[derive(Clone, Copy, Debug, Default)]
struct Guess {
    failures: i32,
    lockouts: i32,
    until: Option<DateTime<Utc>>,
}

/// How long the next pause is: twice the last one, an hour at most.
pub fn pause(security: &Security, lockouts: i32) -> TimeDelta {
    let doubled = 1_i64 << lockouts.clamp(0, 10);
    let minutes = security.lockout_minutes.saturating_mul(doubled);
    TimeDelta::minutes(minutes.min(60.max(security.lockout_minutes)))
}

/// As many names as this are remembered, however many are tried at once.
const MOST: usize = 50_000;

/// Of names that are no account's, as hashes.
#[derive(Clone, Debug, Default)]
pub struct Guesses(Arc<Mutex<HashMap<String, Guess>>>);

impl Guesses {
    /// Until when the name is not heard.
    pub fn until(&self, name: &str) -> Option<DateTime<Utc>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&secret::hash(name)).and_then(|guess| guess.until)
    }

    /// One more wrong password.
    pub fn count(&self, name: &str, security: &Security, now: DateTime<Utc>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever tries many names gets no memory of ours.
        if all.len() > 10_000 {
            all.retain(|_, guess| guess.until.is_some_and(|until| until > now));
        }
        if all.len() > MOST {
            all.clear();
        }
        let guess = all.entry(secret::hash(name)).or_default();
        guess.failures += 1;
        if guess.failures >= security.lockout_failures {
            guess.until = Some(now + pause(security, guess.lockouts));
            guess.failures = 0;
            guess.lockouts += 1;
        }
    }
}
