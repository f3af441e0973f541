//! How many working days did a counted dossier take, and how many were promised?
use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use super::processing::{self, Counted};
use crate::{
    app::App,
    domain::{office::Office, period::Period, time::local_day, used_days::used},
    error::Result,
    store::figures::Scored,
};

/// What is known of the days of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Not ended at the period's end.
    Open,
    /// Withdrawn or stopped: it did not take its days.
    Gone,
    /// The calendar does not know them.
    Unknown,
    Days {
        used: u32,
        allowed: Option<u32>,
    },
}

impl Taken {
    /// More days than the promise allowed.
    pub fn over(self) -> bool {
        matches!(self, Self::Days { used, allowed: Some(allowed) } if used > allowed)
    }
}

/// Measures the dossiers of one period.
pub struct Ruler {
    office: Arc<Office>,
    waits: HashMap<String, Vec<(NaiveDate, NaiveDate)>>,
}

impl Ruler {
    pub async fn of(app: &App, agency: i64, period: Period) -> Result<Self> {
        // A closed period keeps no waits; they are read as they are today.
        let live = processing::live(app, agency, period).await?;
        let waits = live
            .into_iter()
            .map(|one| (one.dossier.code.clone(), waited(&one.dossier)));
        Ok(Self {
            waits: waits.collect(),
            office: app.office(agency).await?,
        })
    }

    pub fn taken(&self, one: &Counted) -> Taken {
        let dossier = &one.dossier;
        if one.cell.course.pending() {
            return Taken::Open;
        }
        if matches!(dossier.outcome.as_deref(), Some("withdrawn" | "stopped")) {
            return Taken::Gone;
        }
        let (Some(received), Some(ended)) = (dossier.facts.received_at, dossier.facts.ended_at)
        else {
            return Taken::Unknown;
        };
        let (received, ended) = (local_day(received), local_day(ended));
        let none = Vec::new();
        let waits = self.waits.get(&dossier.code).unwrap_or(&none);
        let due = dossier.promises.last().and_then(|(_, due)| *due);
        let until = |day| used(&self.office.calendar, received, day, waits);
        match until(ended) {
            Ok(used) => Taken::Days {
                used,
                allowed: due.and_then(|due| until(local_day(due)).ok()),
            },
            Err(_) => Taken::Unknown,
        }
    }
}

/// From which day to which the office waited; a wait that ended with the dossier lasts.
fn waited(dossier: &Scored) -> Vec<(NaiveDate, NaiveDate)> {
    let waits = dossier.facts.waits.iter();
    waits
        .map(|(from, to)| (local_day(*from), to.map_or(NaiveDate::MAX, local_day)))
        .collect()
}
