//! Signs in whom the province's identity provider vouches for: linked accounts alone.
use super::sign_in::{self, LOG};
use crate::{
    app::App,
    config::LinkBy,
    error::{Error, Kind, Result},
    provider::Proven,
    secret,
    store::{
        Write,
        accounts::{self, Account},
        identities,
    },
};

fn refused(detail: String) -> Error {
    Error::new(Kind::Unauthenticated, "provider_refused", detail)
}

/// A new session's secret, for the cookie.
pub async fn run(app: &App, proven: &Proven, agent: &str) -> Result<String> {
    let write = app.store.write().await?;
    let linked = identities::account_of(write.reader(), &proven.issuer, &proven.subject).await?;
    let account = match linked {
        Some(account) => Some(account),
        None => first_link(app, &write, proven).await?,
    };
    let Some(account) = account else {
        tracing::warn!(target: LOG, "sign-in refused: not linked at the identity provider");
        return Err(refused(format!(
            "Tài khoản của tỉnh chưa được nối với tài khoản nào ở đây. Nhờ quản trị nối giúp, báo mã định danh: {}. Vẫn đăng nhập được bằng tên đăng nhập và mật khẩu.",
            proven.subject
        )));
    };
    if account.disabled {
        tracing::warn!(target: LOG, account = account.id, "sign-in refused: disabled");
        return Err(refused(
            "Tài khoản ở đây đã bị khóa. Hỏi quản trị nếu cần mở lại.".to_owned(),
        ));
    }
    let session = sign_in::open(app, &write, &account, agent).await?;
    let session = if proven.second {
        // As when a code was shown: a new secret, marked.
        let strong = secret::new();
        write
            .strengthen_session(
                &secret::hash(&session),
                &secret::hash(&strong),
                true,
                app.clock.now(),
            )
            .await?;
        strong
    } else {
        session
    };
    // What asks for the password again asks those who came this way, too.
    write.unconfirm_session(&secret::hash(&session)).await?;
    write.commit().await?;
    tracing::info!(target: LOG, account = account.id, second = proven.second, "signed in by the identity provider");
    Ok(session)
}

/// Links at the first sign-in, where the administrator allowed it: by a word that the
/// provider says of the person, to an enabled account that nobody is linked to yet.
async fn first_link(app: &App, write: &Write, proven: &Proven) -> Result<Option<Account>> {
    let db = write.reader();
    let found = match app.settings.oidc.link_by {
        LinkBy::None => None,
        LinkBy::Username => match &proven.username {
            Some(name) => accounts::by_username(db, &name.trim().to_lowercase()).await?,
            None => None,
        },
        LinkBy::Email => match &proven.verified_email {
            Some(email) => {
                let mut all = identities::accounts_by_email(db, email).await?;
                // An address that two share says which of them it is to nobody.
                all.pop().filter(|_| all.is_empty())
            }
            None => None,
        },
    };
    let Some(account) = found.filter(|account| !account.disabled) else {
        return Ok(None);
    };
    if identities::of_account(db, &proven.issuer, account.id)
        .await?
        .is_some()
    {
        return Ok(None);
    }
    write
        .link_identity(account.id, &proven.issuer, &proven.subject, app.clock.now())
        .await?;
    tracing::info!(target: LOG, account = account.id, "linked at the first sign-in");
    Ok(Some(account))
}
