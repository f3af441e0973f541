//! Is column (6) what the period before left pending, column (11)? Where not, which
//! dossiers make the difference, and why.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::{closed, cut::Cut, processing::Counted, reading::Reading};
use crate::{
    app::App,
    domain::{
        period::Period,
        scoring::Arrival,
        time::{day_end, day_start},
    },
    error::Result,
    store::closed_periods,
};

/// A dossier that only one of the two numbers counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub code: String,
    /// Pending then, not carried over now; else the other way round.
    pub missing: bool,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Carried {
    /// The day before the period.
    pub until: NaiveDate,
    /// Pending at its end: as closed, where a period that ends there was closed.
    pub pending: u64,
    pub carried_over: u64,
    pub from_closed: bool,
    /// The closed period's row.
    #[serde(skip)]
    pub closed: Option<i64>,
    pub differences: Vec<Difference>,
}

impl Carried {
    pub fn agrees(&self) -> bool {
        self.differences.is_empty() && self.pending == self.carried_over
    }
}

/// The day before the period: what is pending then is carried over.
pub fn eve(period: Period) -> Period {
    let until = period.from.pred_opt().unwrap_or(period.from);
    Period {
        from: until,
        to: until,
    }
}

/// Compares the two, dossier by dossier; what was open the day before is as it was closed
/// then, else as counted today.
pub async fn check(
    app: &App,
    reading: &Reading,
    period: Period,
    cut: &Cut,
    counted: &[Counted],
) -> Result<Carried> {
    let (agency, until) = (reading.agency, eve(period).to);
    let closed = closed_periods::ending_on(app.store.read(), agency, until).await?;
    let pending = match &closed {
        Some(closed) => closed::pending(closed, cut)?,
        None => reading
            .pending_before(app, period)
            .into_iter()
            .filter(|one| cut.holds(&one.dossier))
            .map(|one| one.dossier.code.clone())
            .collect(),
    };
    let carried: BTreeSet<String> = counted
        .iter()
        .filter(|one| one.cell.arrival == Arrival::CarriedOver)
        .map(|one| one.dossier.code.clone())
        .collect();
    let missing: Vec<&str> = pending.difference(&carried).map(String::as_str).collect();
    let added: Vec<&str> = carried.difference(&pending).map(String::as_str).collect();
    let mut differences = Vec::with_capacity(missing.len() + added.len());
    if !missing.is_empty() || !added.is_empty() {
        let since = closed
            .as_ref()
            .map_or(day_start(period.from), |closed| closed.closed_at);
        let events = closed_periods::recorded_since(
            app.store.read(),
            agency,
            &[&missing[..], &added[..]].concat(),
            since.min(day_start(period.from)),
            day_end(period.to),
        )
        .await?;
        for (codes, is_missing) in [(missing, true), (added, false)] {
            differences.extend(codes.into_iter().map(|code| Difference {
                code: code.to_owned(),
                missing: is_missing,
                reason: closed::reason(&events, code),
            }));
        }
    }
    Ok(Carried {
        until,
        pending: pending.len() as u64,
        carried_over: carried.len() as u64,
        from_closed: closed.is_some(),
        closed: closed.as_ref().map(|closed| closed.id),
        differences,
    })
}
