//! What the Office does through the year: closes its quarters.
use chrono::{Days, NaiveDateTime, NaiveTime};

use super::{Wanted, cast::Cast};
use crate::{
    actions::close_period,
    app::App,
    clock::Clock,
    domain::{period::Period, time::to_utc},
    error::Result,
};

/// Two days after each quarter ends, at nine.
pub async fn simulate(app: &App, cast: &Cast, wanted: Wanted, opens: NaiveDateTime) -> Result<()> {
    let start = app.settings.figures.period_start_day;
    for quarter in ["Q1", "Q2", "Q3", "Q4"] {
        let Ok(period) = Period::parse(&format!("{}-{quarter}", wanted.year), start) else {
            continue;
        };
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
        let at = (period.to + Days::new(2)).and_time(nine);
        if at > opens {
            break;
        }
        let mut then = app.clone();
        then.clock = Clock::Fixed(to_utc(at));
        close_period::run(&then, cast.actor("office")?, period).await?;
    }
    Ok(())
}
