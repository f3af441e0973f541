//! What does the program do by itself, and when? Of several servers one does it, and holds it
//! for as long as it takes; each piece can be done twice without harm, so a restart, or
//! another server after one that died, may begin again.
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    actions::{draft_foreseen, find_standing_clocks},
    app::App,
    domain::time::local_day,
    error::Result,
    in_hand, jobs,
    reports::apologies::owed,
    store::agencies,
};

/// How often the task looks at the clock.
const PAUSE: Duration = Duration::from_mins(10);

/// So long after the last look of the server that does it another one takes it over.
const LAPSES_MINUTES: i64 = 25;

/// How long an upload waits for a decision.
const UPLOAD_HOURS: i64 = 24;

/// Looks until the process ends.
pub async fn task(app: App) {
    let mut last = None;
    loop {
        let_go(&app, Instant::now());
        match in_hand::is_ours(&app, "nightly", TimeDelta::minutes(LAPSES_MINUTES)).await {
            Ok(true) => match held(&app, last).await {
                Ok(night) => last = night,
                Err(error) => tracing::error!(%error, "the nightly work broke off"),
            },
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "nobody knows whose the nightly work is"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The work of one look, unless another server is still at its own.
async fn held(app: &App, last: Option<NaiveDate>) -> Result<Option<NaiveDate>> {
    let Some(_hold) = in_hand::take(app, "night".into()).await? else {
        return Ok(last);
    };
    due(app, last, app.clock.now()).await
}

/// What this server alone keeps for a while goes on time, whether or not anybody asks for more;
/// the others look after theirs.
pub fn let_go(app: &App, now: Instant) {
    app.jobs.tidy(now);
    app.previews.tidy(now);
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
        write.sweep_guesses(now - TimeDelta::days(1)).await?;
        write.sweep_leases(now - TimeDelta::days(1)).await?;
        write.commit().await?;
        // A night without it costs time, not truth.
        if let Err(error) = app.store.refresh_statistics().await {
            tracing::warn!(%error, "the planner's statistics are of yesterday");
        }
        if left > 0 {
            tracing::info!(left, "uploads that nobody decided on are gone");
        }
    }
    let write = app.store.write().await?;
    write.drop_files_before(now - jobs::KEPT).await?;
    write.commit().await?;
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
