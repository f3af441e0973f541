//! How do months compare? Each dossier in the cell of each month, from one reading of the
//! register; a month that was closed is as it was closed.
use chrono::Datelike;

use super::{closed, processing::Counted};
use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        period::Period,
        scoring::{Cell, cell},
    },
    error::Result,
    store::figures::{self, Scored},
};

/// Tells of every dossier in which cell of which month it is counted.
pub async fn each(
    app: &App,
    agency: i64,
    months: &[Period],
    mut tell: impl FnMut(usize, &Scored, Cell),
) -> Result<()> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return Ok(());
    };
    let mut open = Vec::with_capacity(months.len());
    for (place, month) in months.iter().enumerate() {
        match closed::of_period(app, agency, *month).await? {
            Some(kept) => {
                for Counted { dossier, cell } in kept.counted() {
                    tell(place, &dossier, cell);
                }
            }
            None => open.push((place, *month)),
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let whole = Period {
        from: first.from,
        to: last.to,
    };
    let by_new_date = app.settings.figures.after_reappointment == AfterReappointment::New;
    let now = app.clock.now();
    for dossier in &figures::touched(app.store.read(), agency, whole, by_new_date).await? {
        for (place, month) in &open {
            if let Some(cell) = cell(&dossier.facts, *month, now) {
                tell(*place, dossier, cell);
            }
        }
    }
    Ok(())
}

/// What stands under a month's column: `4`, or `01/21` where a year begins.
pub fn label(month: Period) -> String {
    let (year, month) = (month.to.year(), month.to.month());
    if month == 1 {
        format!("01/{:02}", year % 100)
    } else {
        month.to_string()
    }
}
