//! Signs a member of staff in: one message for every refusal, a pause after too many.
use chrono::{DateTime, TimeDelta, Utc};

use super::count_tries;
use crate::{
    app::App,
    browsers::{self, Browser},
    domain::time::to_local,
    error::{Error, Kind, Result},
    guesses::{self, pause},
    password, secret,
    store::{
        Write,
        accounts::{self, Account},
        tries::Tried,
    },
};

/// Where who came in and who was refused is logged; of accounts the number alone.
pub const LOG: &str = "motcua::security";

/// What the browser gets that signed in.
pub struct SignedIn {
    /// The new session's secret, for the cookie.
    pub session: String,
    pub account: i64,
    /// By which the browser is known the next time.
    pub mark: String,
}

fn refused() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "wrong_password",
        "Tên đăng nhập hoặc mật khẩu chưa đúng.",
    )
}

pub async fn run(app: &App, username: &str, given: &str, browser: Browser<'_>) -> Result<SignedIn> {
    let now = app.clock.now();
    let username = username.trim().to_lowercase();
    let known = username.chars().all(|c| !c.is_control());
    let account = if known {
        accounts::by_username(app.store.read(), &username).await?
    } else {
        None
    };
    let account = account.filter(|account| !account.disabled);
    if let Some(account) = &account
        && let Some(own) = browsers::known(&app.settings, account, browser, now)?
    {
        return by_known_browser(app, account, given, browser, own).await;
    }
    let until = match &account {
        Some(account) => account.locked_until,
        None => guesses::until(app, &username).await?,
    };
    heard(until, now)?;
    let stored = account
        .as_ref()
        .map_or("", |account| account.password_hash.as_str());
    let right = password::verify(given, stored).await?;
    let Some(account) = account else {
        tracing::warn!(target: LOG, "sign-in refused: no such name");
        guesses::count(app, &username).await?;
        return Err(refused());
    };
    let write = app.store.write().await?;
    // Counted before it is looked at: others may have failed while this one was hashed,
    // and right or wrong it is then heard no more than they are.
    let failures = write.count_failure(account.id).await?;
    let account = accounts::by_id(write.reader(), account.id).await?;
    let account = account.ok_or_else(refused)?;
    heard(account.locked_until, now)?;
    if !right {
        pause_after(app, &write, &account, failures).await?;
        write.commit().await?;
        tracing::warn!(target: LOG, account = account.id, failures, "sign-in refused: wrong password");
        return Err(refused());
    }
    write.note_failures(account.id, 0, None).await?;
    let signed_in = let_in(app, &write, &account, browser, None).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "signed in by password");
    Ok(signed_in)
}

/// From a browser that signed in to the account before: what strangers tried does not
/// pause it, and what it tries pauses no other.
async fn by_known_browser(
    app: &App,
    account: &Account,
    given: &str,
    browser: Browser<'_>,
    own: String,
) -> Result<SignedIn> {
    let what = Tried::Browser(own.clone());
    count_tries::hear(app, account.id, &what).await?;
    let right = password::verify(given, &account.password_hash).await?;
    let write = app.store.write().await?;
    let tries = count_tries::begin(app, &write, account.id, &what).await?;
    if !right {
        count_tries::wrong(app, &write, &tries).await?;
        write.commit().await?;
        let failures = tries.failures;
        tracing::warn!(target: LOG, account = account.id, failures, "sign-in refused: wrong password, known browser");
        return Err(refused());
    }
    write.forget_tries(tries.id).await?;
    let signed_in = let_in(app, &write, account, browser, Some(own)).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "signed in by password, known browser");
    Ok(signed_in)
}

async fn let_in(
    app: &App,
    write: &Write,
    account: &Account,
    browser: Browser<'_>,
    own: Option<String>,
) -> Result<SignedIn> {
    Ok(SignedIn {
        session: open(app, write, account, browser.agent).await?,
        account: account.id,
        mark: browsers::mark(&app.settings, account, own, app.clock.now())?,
    })
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

/// Whether that is the password of someone who is in already: wrong ones are counted, and
/// after too many none is heard for a while. Those at the door are another count.
pub async fn is_theirs(app: &App, account: &Account, given: &str) -> Result<bool> {
    count_tries::hear(app, account.id, &Tried::Confirm).await?;
    let right = password::verify(given, &account.password_hash).await?;
    let write = app.store.write().await?;
    let tries = count_tries::begin(app, &write, account.id, &Tried::Confirm).await?;
    if right {
        write.forget_tries(tries.id).await?;
    } else {
        count_tries::wrong(app, &write, &tries).await?;
        let failures = tries.failures;
        tracing::warn!(target: LOG, account = account.id, failures, "password refused again");
    }
    write.commit().await?;
    Ok(right)
}

/// The password once more, before something that cannot be taken back; answers the
/// session's new secret.
pub async fn confirm(app: &App, account: &Account, session: &str, given: &str) -> Result<String> {
    if !is_theirs(app, account, given).await? {
        return Err(Error::invalid("password", "Mật khẩu chưa đúng."));
    }
    let write = app.store.write().await?;
    let new = secret::new();
    write
        .strengthen_session(
            &secret::hash(session),
            &secret::hash(&new),
            false,
            app.clock.now(),
        )
        .await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "password given again");
    Ok(new)
}
