//! What does the program do by itself, and when? Each piece can be done twice
//! without harm, so a restart may begin again.
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{actions::find_standing_clocks, app::App, domain::time::local_day, error::Result};

/// How often the task looks at the clock.
const PAUSE: Duration = Duration::from_mins(10);

/// Looks until the process ends.
pub async fn task(app: App) {
    let mut last = None;
    loop {
        match due(&app, last, app.clock.now()).await {
            Ok(night) => last = night,
            Err(error) => tracing::error!(%error, "the nightly work broke off"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does the night's work once a local day, the first time it is asked on that day.
pub async fn due(
    app: &App,
    last: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Option<NaiveDate>> {
    let night = local_day(now);
    if last != Some(night) {
        let standing = find_standing_clocks::run(&app.store, now).await?;
        tracing::info!(standing, "nightly");
    }
    Ok(Some(night))
}
