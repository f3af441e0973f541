//! How has one device voted of late? Kept in memory alone, as hashes: it marks bursts
//! and repeats, and leaves no trace from a ballot to a device.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::survey::{Mark, Rules},
    secret,
};

/// When, and what was answered.
type Seen = (DateTime<Utc>, String);

/// Devices that voted within the last minutes.
#[derive(Clone, Debug, Default)]
pub struct Devices(Arc<Mutex<HashMap<String, Vec<Seen>>>>);

impl Devices {
    /// Notes a ballot and answers what is odd about it.
    pub fn cast(
        &self,
        device: &str,
        now: DateTime<Utc>,
        answers: &str,
        rules: &Rules,
    ) -> Vec<Mark> {
        let recent = |(at, _): &Seen| now - *at < TimeDelta::minutes(rules.burst_minutes);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, seen| {
            seen.retain(recent);
            !seen.is_empty()
        });
        let seen = all.entry(secret::hash(device)).or_default();
        let answers = secret::hash(answers);
        let mut marks = Vec::new();
        if seen.len() + 1 >= rules.burst_ballots {
            marks.push(Mark::Burst);
        }
        if seen.iter().any(|(_, before)| *before == answers) {
            marks.push(Mark::Duplicate);
        }
        seen.push((now, answers));
        marks
    }
}
