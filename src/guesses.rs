//! Wrong words for a name that nobody bears are counted like those for a real one, so that
//! the answers do not tell which names there are.
use chrono::{DateTime, TimeDelta, Utc};

use crate::{app::App, config::Security, error::Result, store::guesses};

/// How long the next pause is: twice the last one, an hour at most.
pub fn pause(security: &Security, lockouts: i32) -> TimeDelta {
    let doubled = 1_i64 << lockouts.clamp(0, 10);
    let minutes = security.lockout_minutes.saturating_mul(doubled);
    TimeDelta::minutes(minutes.min(60.max(security.lockout_minutes)))
}

/// Until when the name is not heard.
pub async fn until(app: &App, name: &str) -> Result<Option<DateTime<Utc>>> {
    let found = guesses::of(app.store.read(), name).await?;
    Ok(found.and_then(|guess| guess.until))
}

/// One more wrong word.
pub async fn count(app: &App, name: &str) -> Result<()> {
    let (now, security) = (app.clock.now(), &app.settings.security);
    let write = app.store.note().await?;
    if let Some(guess) = write.count_guess(name, now).await?
        && guess.failures >= security.lockout_failures
    {
        let until = now + pause(security, guess.lockouts);
        write
            .pause_guess(guess.id, guess.lockouts + 1, until)
            .await?;
    }
    write.commit().await
}
