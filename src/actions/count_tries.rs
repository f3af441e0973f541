//! Counts what was tried wrongly, and pauses after too many; a right try ends the count
//! of its own kind alone.
use super::sign_in::heard;
use crate::{
    app::App,
    error::Result,
    guesses::pause,
    store::{
        Write,
        tries::{self, Tried, Tries},
    },
};

/// Refuses at once while tries of this kind pause.
pub async fn hear(app: &App, account: i64, what: &Tried) -> Result<()> {
    let known = tries::of(app.store.read(), account, what).await?;
    heard(known.and_then(|tries| tries.locked_until), app.clock.now())
}

/// Counts a try as wrong, within the write that will say whether it was; refuses where
/// another one has brought about a pause meanwhile.
pub async fn begin(app: &App, write: &Write, account: i64, what: &Tried) -> Result<Tries> {
    let tries = write.count_try(account, what).await?;
    heard(tries.locked_until, app.clock.now())?;
    Ok(tries)
}

/// It was wrong: after too many a pause, longer each time.
pub async fn wrong(app: &App, write: &Write, tries: &Tries) -> Result<()> {
    let security = &app.settings.security;
    if tries.failures < security.lockout_failures {
        return Ok(());
    }
    let until = app.clock.now() + pause(security, tries.lockouts);
    let lockouts = tries.lockouts.saturating_add(1);
    write.pause_tries(tries.id, lockouts, until).await
}
