//! What does the program do by itself, and when? Each piece can be done twice
//! without harm, so a restart may begin again.
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    actions::{draft_foreseen, find_standing_clocks},
    app::App,
    domain::time::local_day,
    error::Result,
    reports::apologies::owed,
    store::agencies,
};

/// How often the task looks at the clock.
const PAUSE: Duration = Duration::from_mins(10);

/// How long an upload waits for a decision.
const UPLOAD_HOURS: i64 = 24;

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
        // An old register that somebody uploaded and left is a list of persons.
        let write = app.store.write().await?;
        let left = write
            .drop_uploads_before(now - TimeDelta::hours(UPLOAD_HOURS))
            .await?;
        write.sweep_keys(now).await?;
        write.commit().await?;
        // A night without it costs time, not truth.
        if let Err(error) = app.store.refresh_statistics().await {
            tracing::warn!(%error, "the planner's statistics are of yesterday");
        }
        if left > 0 {
            tracing::info!(left, "uploads that nobody decided on are gone");
        }
    }
    // Short limits come near within the day, so this is looked at each time.
    for agency in agencies::ids(app.store.read()).await? {
        let soon = owed(app, agency).await?.soon;
        let codes: Vec<String> = soon.into_iter().map(|case| case.code).collect();
        let drafted = draft_foreseen::run(app, agency, &codes).await?;
        if drafted > 0 {
            tracing::info!(drafted, "letters foreseen");
        }
    }
    Ok(Some(night))
}
