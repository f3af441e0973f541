//! The second factor: a secret in the telephone's authenticator, and the code of the
//! moment, taken once.
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::count_tries;
use crate::{
    app::App,
    config::SecondFactor,
    domain::role::Role,
    error::{Error, Result},
    secret,
    store::{
        accounts::{self, Account},
        tries::Tried,
    },
    vault,
};

/// Seconds that a code stands.
const STEP: u64 = 30;

/// Whether this account must show a second factor.
pub fn is_due(app: &App, account: &Account) -> bool {
    account.totp_since.is_some()
        || match app.settings.security.second_factor {
            SecondFactor::None => false,
            SecondFactor::Admin => account.role() == Role::Admin,
            SecondFactor::All => true,
        }
}

fn of(account: &Account, encoded: &str) -> Result<Totp> {
    let bytes =
        Secret::try_from_base32(encoded).map_err(|why| Error::internal(format!("{why:?}")))?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(bytes)
        .with_account_name(account.username.clone())
        .with_issuer(Some("motcua".to_owned()))
        .build()
        .map_err(|why| Error::internal(format!("{why:?}")))
}

/// The address that a telephone reads, and the secret to type instead; made anew unless
/// one is in force.
pub async fn begin(app: &App, account: &Account) -> Result<(String, String)> {
    let encoded = if let Some(known) = &account.totp_secret {
        vault::open(&app.settings, &account.username, known)?
    } else {
        let made = Secret::from(rand::random::<[u8; 20]>().to_vec()).to_base32();
        let locked = vault::lock(&app.settings, &account.username, &made)?;
        let write = app.store.write().await?;
        if write.offer_second_factor(account.id, &locked).await? {
            write.commit().await?;
            made
        } else {
            // Another page of the same person was quicker: that one may be on the telephone.
            let found = accounts::by_id(write.reader(), account.id).await?;
            let offered = found.and_then(|account| account.totp_secret);
            let offered = offered.ok_or_else(|| Error::internal("a secret was there, then not"))?;
            vault::open(&app.settings, &account.username, &offered)?
        }
    };
    let url = of(account, &encoded)?
        .to_url()
        .map_err(|why| Error::internal(format!("{why:?}")))?;
    Ok((url, encoded))
}

/// Checks a code and lets the session in, under a new secret.
pub async fn check(app: &App, account: &Account, session: &str, typed: &str) -> Result<String> {
    let refused = || {
        Error::invalid(
            "ma",
            "Mã chưa đúng hoặc đã dùng. Chờ mã mới hiện trên điện thoại rồi nhập lại.",
        )
    };
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    let stored = account.totp_secret.as_deref().ok_or_else(refused)?;
    let encoded = vault::open(&app.settings, &account.username, stored)?;
    let totp = of(account, &encoded)?;
    let now = app.clock.now();
    count_tries::hear(app, account.id, &Tried::Code).await?;
    let moment = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    // The telephone's clock may be a step off.
    let steps = [moment, moment.saturating_sub(STEP), moment + STEP];
    let step = steps
        .into_iter()
        .find(|at| totp.generate(*at).to_string() == typed);
    let write = app.store.write().await?;
    let tries = count_tries::begin(app, &write, account.id, &Tried::Code).await?;
    let taken = match step {
        Some(at) => {
            let step = i64::try_from(at / STEP).map_err(Error::internal)?;
            write.take_step(account.id, step, now).await?
        }
        None => false,
    };
    if !taken {
        count_tries::wrong(app, &write, &tries).await?;
        write.commit().await?;
        let failures = tries.failures;
        tracing::warn!(target: super::sign_in::LOG, account = account.id, failures, "code refused");
        return Err(refused());
    }
    write.forget_tries(tries.id).await?;
    let new = secret::new();
    write
        .strengthen_session(&secret::hash(session), &secret::hash(&new), true, now)
        .await?;
    write.commit().await?;
    tracing::info!(target: super::sign_in::LOG, account = account.id, "signed in by code");
    Ok(new)
}

/// Locks what was stored before there was a key; at each start, for an upgrade may have
/// brought such secrets along.
pub async fn lock_all(app: &App) -> Result<()> {
    for account in accounts::all(app.store.read()).await? {
        let open = account.totp_secret.as_deref();
        let Some(open) = open.filter(|stored| !vault::is_locked(stored)) else {
            continue;
        };
        let locked = vault::lock(&app.settings, &account.username, open)?;
        let write = app.store.write().await?;
        write
            .relock_second_factor(account.id, open, &locked)
            .await?;
        write.commit().await?;
    }
    Ok(())
}

/// Takes the second factor off an account whose telephone is lost; its sessions end.
pub async fn reset(app: &App, username: &str) -> Result<()> {
    let write = app.store.write().await?;
    let account = accounts::by_username(write.reader(), username).await?;
    let account =
        account.ok_or_else(|| Error::not_found(format!("Không có tài khoản “{username}”.")))?;
    write.drop_second_factor(account.id).await?;
    write.close_sessions(account.id).await?;
    write.commit().await
}
