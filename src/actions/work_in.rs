//! In which of one's agencies one works from now on, in this session.
use crate::{
    app::App,
    error::{Error, Result},
    store::{accounts, agencies, memberships},
};

/// `token_hash` is that of the session.
///
/// # Errors
/// When the account does not belong to that agency.
pub async fn run(app: &App, account: i64, token_hash: &str, agency: &str) -> Result<()> {
    let write = app.store.write().await?;
    let db = write.reader();
    let refused = || Error::forbidden("Tài khoản này không làm việc ở cơ quan đó.");
    let agency = agencies::by_key(db, agency).await.map_err(|_| refused())?;
    let account = accounts::by_id(db, account).await?.ok_or_else(refused)?;
    let chosen = if account.agency_id == agency {
        None
    } else {
        let other = memberships::of(db, account.id).await?;
        if !other.iter().any(|one| one.agency_id == agency) {
            return Err(refused());
        }
        Some(agency)
    };
    write.work_in(token_hash, chosen).await?;
    write.commit().await
}
