//! Opens the screen at a counter with the staff's PIN, closes it, chooses the PIN.
use chrono::TimeDelta;

use super::{actor::Actor, applicant::required, sign_in::heard};
use crate::{
    app::App,
    domain::role::Role,
    error::{Error, FieldErrors, Result},
    password, secret,
    store::kiosks,
};

/// Who chooses the PIN and closes screens.
pub const ROLES: [Role; 3] = [Role::Receptionist, Role::Office, Role::Admin];

fn may(actor: &Actor, what: &str) -> Result<()> {
    if ROLES.contains(&actor.role) {
        Ok(())
    } else {
        Err(actor.refused(what, &ROLES))
    }
}

/// Opens a screen; answers its secret, for the cookie.
pub async fn run(app: &App, agency: i64, pin: &str, counter: &str) -> Result<String> {
    let mut errors = FieldErrors::default();
    let counter = required(&mut errors, "counter", "Quầy", counter, 100);
    errors.finish()?;
    let now = app.clock.now();
    let security = &app.settings.security;
    let known = kiosks::pin(app.store.read(), agency).await?;
    let Some(known) = known else {
        return Err(Error::invalid(
            "pin",
            "Chưa đặt mã PIN. Cán bộ đăng nhập, mở trang này và đặt mã trước.",
        ));
    };
    heard(known.locked_until, now)?;
    let right = password::verify(pin.trim(), &known.pin_hash).await?;
    let write = app.store.write().await?;
    // Counted before it is looked at, so that many at once are heard like one by one.
    let failures = write.count_wrong_pin(known.id).await?;
    let now_known = kiosks::pin(write.reader(), agency).await?;
    heard(now_known.and_then(|pin| pin.locked_until), now)?;
    if !right {
        if failures >= security.lockout_failures {
            let until = now + TimeDelta::minutes(security.lockout_minutes);
            write.note_pin(known.id, Some(until)).await?;
        }
        write.commit().await?;
        return Err(Error::invalid("pin", "Mã PIN chưa đúng."));
    }
    write.note_pin(known.id, None).await?;
    let token = secret::new();
    write
        .open_kiosk(agency, counter, secret::hash(&token), now)
        .await?;
    write.commit().await?;
    Ok(token)
}

/// Chooses the PIN: six to twelve digits.
pub async fn choose_pin(app: &App, actor: &Actor, pin: &str) -> Result<()> {
    may(actor, "Đặt mã PIN của màn hình khảo sát")?;
    let pin = pin.trim();
    if !(6..=12).contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::invalid("pin", "Mã PIN gồm 6 đến 12 chữ số."));
    }
    let hash = password::hash(pin).await?;
    let write = app.store.write().await?;
    write.put_pin(actor.agency, hash).await?;
    write.commit().await
}

/// Closes a screen.
pub async fn close(app: &App, actor: &Actor, kiosk: i64) -> Result<()> {
    may(actor, "Đóng màn hình khảo sát")?;
    let write = app.store.write().await?;
    write.close_kiosk(actor.agency, kiosk).await?;
    write.commit().await
}
