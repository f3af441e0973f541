//! How do months compare? Each dossier in the cell of each month, from one reading of the
//! register; a month that was closed is as it was closed.
use chrono::Datelike;

use super::{processing::Counted, reading::Reading};
use crate::{
    app::App,
    domain::{period::Period, scoring::Cell},
    error::Result,
    store::figures::Scored,
};

/// Tells of every dossier in which cell of which month it is counted; the months lie within
/// what was read.
pub async fn each(
    app: &App,
    reading: &Reading,
    months: &[Period],
    mut tell: impl FnMut(usize, &Scored, Cell),
) -> Result<()> {
    for (place, month) in months.iter().enumerate() {
        for Counted { dossier, cell } in reading.counted(app, *month).await? {
            tell(place, &dossier, cell);
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
