//! Links an account to a person of the province's identity provider, or unlinks it; its
//! sessions end with the link.
use super::sign_in::LOG;
use crate::{
    app::App,
    error::{Error, Kind, Result},
    store::{
        accounts::{self, Account},
        identities,
    },
};

/// Longer than any subject (`OpenID` Connect Core 2: 255 characters).
const LONGEST: usize = 255;

fn issuer(app: &App) -> Result<&str> {
    let issuer = app.settings.oidc.issuer.as_str();
    if issuer.is_empty() {
        let detail = "Chưa đặt oidc.issuer: chưa có hệ thống đăng nhập nào để nối.";
        return Err(Error::new(Kind::Invalid, "config", detail));
    }
    Ok(issuer)
}

async fn known(app: &App, username: &str) -> Result<Account> {
    accounts::by_username(app.store.read(), username)
        .await?
        .ok_or_else(|| Error::not_found(format!("Không có tài khoản “{username}”.")))
}

/// Links; what the account was before at this provider is replaced.
pub async fn link(app: &App, username: &str, subject: &str) -> Result<()> {
    let issuer = issuer(app)?;
    let subject = subject.trim();
    if subject.is_empty() || subject.chars().count() > LONGEST || subject.contains('\0') {
        let message = format!("Mã định danh (sub) có từ 1 đến {LONGEST} ký tự.");
        return Err(Error::invalid("subject", message));
    }
    let account = known(app, username).await?;
    let write = app.store.write().await?;
    let holder = identities::account_of(write.reader(), issuer, subject).await?;
    match holder {
        Some(holder) if holder.id == account.id => return Ok(()),
        Some(holder) => {
            let message = format!(
                "Mã định danh này đã nối với tài khoản “{}”. Bỏ nối ở đó trước.",
                holder.username
            );
            return Err(Error::invalid("subject", message));
        }
        None => {}
    }
    if write.unlink_identities(account.id).await? {
        // Whoever came in as the one before is out.
        write.close_sessions(account.id).await?;
    }
    write
        .link_identity(account.id, issuer, subject, app.clock.now())
        .await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "linked to the identity provider");
    Ok(())
}

/// Unlinks: who came in by the provider is out at once.
pub async fn unlink(app: &App, username: &str) -> Result<()> {
    let account = known(app, username).await?;
    let write = app.store.write().await?;
    if !write.unlink_identities(account.id).await? {
        let detail = format!("Tài khoản “{username}” chưa nối với hệ thống đăng nhập nào.");
        return Err(Error::not_found(detail));
    }
    write.close_sessions(account.id).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, "unlinked from the identity provider");
    Ok(())
}
