//! Signs a member of staff in: one message for every refusal, a pause after too many.
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    app::App,
    domain::time::to_local,
    error::{Error, Kind, Result},
    password, secret,
    store::accounts::{self, Account},
};

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
    if let Some(account) = &account {
        heard(account, now)?;
    }
    let stored = account
        .as_ref()
        .map_or("", |account| account.password_hash.as_str());
    let right = password::verify(given, stored).await?;
    let account = account.ok_or_else(refused)?;
    let write = app.store.write().await?;
    if !right {
        if write.count_failure(account.id).await? >= security.lockout_failures {
            let until = now + TimeDelta::minutes(security.lockout_minutes);
            write.note_failures(account.id, 0, Some(until)).await?;
        }
        write.commit().await?;
        return Err(refused());
    }
    // Other guesses may have failed while this one was hashed.
    if let Some(account) = accounts::by_username(write.reader(), &username).await? {
        heard(&account, now)?;
    }
    let session = secret::new();
    let expires = now + TimeDelta::hours(security.session_hours);
    write.note_failures(account.id, 0, None).await?;
    let agent = agent.chars().take(200).collect();
    write
        .open_session(account.id, secret::hash(&session), now, expires, agent)
        .await?;
    write.commit().await?;
    Ok(session)
}

/// Refuses while the account pauses.
fn heard(account: &Account, now: DateTime<Utc>) -> Result<()> {
    let Some(until) = account.locked_until.filter(|until| *until > now) else {
        return Ok(());
    };
    let until = to_local(until).format("%H:%M");
    let detail = format!("Đã sai nhiều lần. Thử lại sau {until}.");
    Err(Error::new(Kind::TooMany, "locked", detail))
}
