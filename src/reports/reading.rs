//! One reading of the register for every figure of a page: each period within it is
//! counted from what was read, and as it was closed, where it was.
use std::sync::Arc;

use super::{
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
    touched: Vec<Arc<Scored>>,
}

impl Reading {
    pub async fn of(app: &App, agency: i64, periods: &[Period]) -> Result<Self> {
        let by_new_date = app.settings.figures.after_reappointment == AfterReappointment::New;
        let from = periods.iter().map(|period| period.from).min();
        let to = periods.iter().map(|period| period.to).max();
        let touched = match (from, to) {
            (Some(from), Some(to)) => {
                let whole = Period { from, to };
                figures::touched(app.store.read(), agency, whole, by_new_date).await?
            }
            _ => Vec::new(),
        };
        Ok(Self {
            agency,
            touched: touched.into_iter().map(Arc::new).collect(),
        })
    }

    /// What one of the periods counts, as it would be counted today.
    pub fn live(&self, app: &App, period: Period) -> Vec<Counted> {
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
        Ok(closed.map_or_else(|| self.live(app, period), |closed| closed.counted()))
    }
}
