//! A member of staff changes the password: the old one first; other sessions end.
use super::{
    add_account::check_password,
    sign_in::{LOG, is_theirs},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    password,
    store::accounts::Account,
};

/// `keep` is the hash of the session that stays open.
pub async fn run(app: &App, account: &Account, old: &str, new: &str, keep: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    if !is_theirs(app, account, old).await? {
        errors.add("old", "Mật khẩu hiện tại chưa đúng.");
    }
    let agency = app.agency_name(account.agency_id).await?.name.clone();
    let own = [
        account.name.as_str(),
        account.username.as_str(),
        agency.as_str(),
    ];
    check_password(&mut errors, "new", new, &own);
    errors.finish()?;
    let hash = password::hash(new).await?;
    let write = app.store.write().await?;
    write.set_password(account.id, hash).await?;
    write.close_other_sessions(account.id, keep).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "password changed");
    Ok(())
}
