//! A forgotten password: an administrator hands out a code, its holder sets a new
//! password with it, once, within a day. Nobody but the holder ever knows the password.
use chrono::TimeDelta;

use super::{
    add_account::check_password,
    count_tries,
    sign_in::{LOG, heard},
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    guesses, password, secret,
    store::{accounts, tries::Tried},
};

/// How long a code is good.
const HOURS: i64 = 24;

/// A new code for an account; an older one ends. The password stays until it is used.
pub async fn offer(app: &App, username: &str) -> Result<String> {
    let write = app.store.write().await?;
    let account = accounts::by_username(write.reader(), username)
        .await?
        .filter(|account| !account.disabled)
        .ok_or_else(|| Error::not_found(format!("Không có tài khoản “{username}” đang dùng.")))?;
    let code = secret::code(&rand::random::<[u8; 16]>());
    let until = app.clock.now() + TimeDelta::hours(HOURS);
    let kept = secret::hash(&secret::as_typed(&code));
    write.put_reset_code(account.id, kept, until).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "reset code handed out");
    Ok(code)
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Input {
    pub username: String,
    pub code: String,
    pub new: String,
}

/// Sets the new password; every session ends. A wrong code counts like a wrong password.
pub async fn run(app: &App, input: &Input) -> Result<()> {
    let now = app.clock.now();
    let refused = || {
        Error::invalid(
            "code",
            "Tên đăng nhập hoặc mã đặt lại chưa đúng, hoặc mã đã hết hạn. Nhờ quản trị cấp mã mới.",
        )
    };
    let username = input.username.trim().to_lowercase();
    let known = username.chars().all(|c| !c.is_control());
    let account = if known {
        accounts::by_username(app.store.read(), &username).await?
    } else {
        None
    };
    let Some(account) = account.filter(|account| !account.disabled) else {
        // A strange name is counted like a real one: apart from the tries at the door.
        let name = format!("reset:{username}");
        heard(guesses::until(app, &name).await?, now)?;
        guesses::count(app, &name).await?;
        return Err(refused());
    };
    count_tries::hear(app, account.id, &Tried::Reset).await?;
    let given = secret::hash(&secret::as_typed(&input.code));
    let right = account.reset_hash.as_ref() == Some(&given)
        && account.reset_until.is_some_and(|until| now < until);
    // Hashing has a queue: the register is not held meanwhile.
    let hash = if right {
        let agency = app.agency_name(account.agency_id).await?.name.clone();
        let own = [account.name.as_str(), username.as_str(), agency.as_str()];
        let mut errors = FieldErrors::default();
        check_password(&mut errors, "new", &input.new, &own);
        errors.finish()?;
        Some(password::hash(&input.new).await?)
    } else {
        None
    };
    let write = app.store.write().await?;
    let tries = count_tries::begin(app, &write, account.id, &Tried::Reset).await?;
    let Some(hash) = hash else {
        count_tries::wrong(app, &write, &tries).await?;
        write.commit().await?;
        let failures = tries.failures;
        tracing::warn!(target: LOG, account = account.id, failures, "reset refused: wrong code");
        return Err(refused());
    };
    if !write.use_reset_code(account.id, &given, hash).await? {
        return Err(refused());
    }
    write.forget_tries(tries.id).await?;
    write.note_failures(account.id, 0, None).await?;
    write.close_sessions(account.id).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "password set anew by code");
    Ok(())
}
