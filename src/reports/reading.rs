//! One reading of the register for every figure of a page: each period within it is
//! counted from what was read, and as it was closed, where it was.
use std::sync::Arc;

use super::{
    carried_over,
    closed::{self, Closed},
    processing::Counted,
};
use crate::{
    app::App,
    config::AfterReappointment,
    domain::{period::Period, scoring::cell},
    error::Result,
    store::figures::{self, Scored},
};

/// Every dossier that some periods touch, with its history.
pub struct Reading {
    pub agency: i64,
    /// From the first day of the periods to the last; nothing where there are none.
    whole: Option<Period>,
    touched: Vec<Arc<Scored>>,
}

impl Reading {
    pub async fn of(app: &App, agency: i64, periods: &[Period]) -> Result<Self> {
        let by_new_date = app.settings.figures.after_reappointment == AfterReappointment::New;
        let from = periods.iter().map(|period| period.from).min();
        let to = periods.iter().map(|period| period.to).max();
        let whole = from.zip(to).map(|(from, to)| Period { from, to });
        let touched = match whole {
            Some(whole) => figures::touched(app.store.read(), agency, whole, by_new_date).await?,
            None => Vec::new(),
        };
        Ok(Self {
            agency,
            whole,
            touched: touched.into_iter().map(Arc::new).collect(),
        })
    }

    /// Whether a period lies within what was read.
    pub fn holds(&self, period: Period) -> bool {
        let within = |whole: Period| whole.from <= period.from && period.to <= whole.to;
        self.whole.is_some_and(within)
    }

    /// What was pending at the end of the day before a period: received before the period
    /// and not ended before it, so it is among what the period touches.
    pub fn pending_before(&self, app: &App, period: Period) -> Vec<Counted> {
        debug_assert!(self.holds(period), "{period:?} was not read");
        let mut counted = self.count(app, carried_over::eve(period));
        counted.retain(|one| one.cell.course.pending());
        counted
    }

    /// What one of the periods counts, as it would be counted today.
    pub fn live(&self, app: &App, period: Period) -> Vec<Counted> {
        debug_assert!(self.holds(period), "{period:?} was not read");
        self.count(app, period)
    }

    fn count(&self, app: &App, period: Period) -> Vec<Counted> {
        let now = app.clock.now();
        // What went to another agency is counted by whoever had it when the period ended.
        let own = self
            .touched
            .iter()
            .filter(|dossier| dossier.agency_at(period.to) == self.agency);
        let counted = own.filter_map(|dossier| {
            cell(&dossier.facts, period, now).map(|cell| Counted {
                dossier: dossier.clone(),
                cell,
            })
        });
        counted.collect()
    }

    /// The same as it was closed, where it was.
    pub async fn counted(&self, app: &App, period: Period) -> Result<Vec<Counted>> {
        let closed: Option<Closed> = closed::of_period(app, self.agency, period).await?;
        Ok(closed.map_or_else(|| self.live(app, period), |closed| closed.counted))
    }
}
