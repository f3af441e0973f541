//! Signs a member of staff in: one message for every refusal, a pause after too many.
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    app::App,
    domain::time::to_local,
    error::{Error, Kind, Result},
    guesses::pause,
    password, secret,
    store::{
        Write,
        accounts::{self, Account},
    },
};

/// Where who came in and who was refused is logged; of accounts the number alone.
pub const LOG: &str = "motcua::security";

/// A new session's secret, for the cookie.
pub async fn run(app: &App, username: &str, given: &str, agent: &str) -> Result<String> {
    let refused = || {
        Error::new(
            Kind::Unauthenticated,
            "wrong_password",
            "Tên đăng nhập hoặc mật khẩu chưa đúng.",
        )
    };
    let now = app.clock.now();
    let security = &app.settings.security;
    let username = username.trim().to_lowercase();
    let known = username.chars().all(|c| !c.is_control());
    let account = if known {
        accounts::by_username(app.store.read(), &username).await?
    } else {
        None
    };
    let account = account.filter(|account| !account.disabled);
    let until = match &account {
        Some(account) => account.locked_until,
        None => app.guesses.until(&username),
    };
    heard(until, now)?;
    let stored = account
        .as_ref()
        .map_or("", |account| account.password_hash.as_str());
    let right = password::verify(given, stored).await?;
    let Some(account) = account else {
        tracing::warn!(target: LOG, "sign-in refused: no such name");
        app.guesses.count(&username, security, now);
        return Err(refused());
    };
    let write = app.store.write().await?;
    if !right {
        let failures = write.count_failure(account.id).await?;
        pause_after(app, &write, &account, failures).await?;
        write.commit().await?;
        tracing::warn!(target: LOG, account = account.id, failures, "sign-in refused: wrong password");
        return Err(refused());
    }
    // Other guesses may have failed while this one was hashed.
    if let Some(account) = accounts::by_username(write.reader(), &username).await? {
        heard(account.locked_until, now)?;
    }
    write.note_failures(account.id, 0, None).await?;
    let session = open(app, &write, &account, agent).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "signed in by password");
    Ok(session)
}

/// Opens a session of an account that was proven, and answers its secret; one too many
/// ends the oldest.
pub async fn open(app: &App, write: &Write, account: &Account, agent: &str) -> Result<String> {
    let now = app.clock.now();
    let security = &app.settings.security;
    let session = secret::new();
    let expires = now + TimeDelta::hours(security.session_hours);
    let agent = agent.chars().take(200).collect();
    write
        .open_session(account.id, secret::hash(&session), now, expires, agent)
        .await?;
    write
        .keep_sessions(account.id, security.sessions_per_account)
        .await?;
    Ok(session)
}

/// Pauses the account after too many wrong words in a row, longer each time.
pub async fn pause_after(app: &App, write: &Write, account: &Account, failures: i32) -> Result<()> {
    let security = &app.settings.security;
    if failures < security.lockout_failures {
        return Ok(());
    }
    let until = app.clock.now() + pause(security, account.lockouts);
    let lockouts = account.lockouts.saturating_add(1);
    write.note_failures(account.id, lockouts, Some(until)).await
}

/// Refuses while the name pauses, whether anyone bears it or not.
pub fn heard(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    let Some(until) = until.filter(|until| *until > now) else {
        return Ok(());
    };
    let until = to_local(until).format("%H:%M");
    let detail = format!("Đã sai nhiều lần. Thử lại sau {until}.");
    Err(Error::new(Kind::TooMany, "locked", detail))
}

/// The password once more, before something that cannot be taken back; answers the
/// session's new secret.
pub async fn confirm(app: &App, account: &Account, session: &str, given: &str) -> Result<String> {
    let now = app.clock.now();
    heard(account.locked_until, now)?;
    let right = password::verify(given, &account.password_hash).await?;
    let write = app.store.write().await?;
    if !right {
        let failures = write.count_failure(account.id).await?;
        pause_after(app, &write, account, failures).await?;
        write.commit().await?;
        tracing::warn!(target: LOG, account = account.id, "password refused again");
        return Err(Error::invalid("password", "Mật khẩu chưa đúng."));
    }
    write.note_failures(account.id, 0, None).await?;
    let new = secret::new();
    write
        .strengthen_session(&secret::hash(session), &secret::hash(&new), false, now)
        .await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "password given again");
    Ok(new)
}
