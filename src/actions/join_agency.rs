//! A member of staff works in one more agency, or no longer.
use super::merge_agencies;
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, Result},
    store::{
        accounts::{self, Account},
        agencies,
    },
};

async fn known(app: &App, username: &str) -> Result<Account> {
    let username = username.trim().to_lowercase();
    let found = accounts::by_username(app.store.read(), &username).await?;
    found.ok_or_else(|| Error::not_found(format!("Không có tài khoản “{username}”.")))
}

/// With a role and a title of there.
pub async fn run(app: &App, username: &str, agency: &str, role: Role, title: &str) -> Result<()> {
    let account = known(app, username).await?;
    let agency = agencies::by_key(app.store.read(), agency).await?;
    if agency == account.agency_id {
        let detail = format!("{username} vốn thuộc cơ quan này.");
        return Err(Error::invalid("agency", detail));
    }
    let write = app.store.write_alone().await?;
    let today = local_day(app.clock.now());
    merge_agencies::still_there(write.reader(), agency, today).await?;
    write.join(account.id, agency, role, title.trim()).await?;
    write.commit().await
}

/// Its sessions that work there are at home again at their next page.
pub async fn leave(app: &App, username: &str, agency: &str) -> Result<()> {
    let account = known(app, username).await?;
    let agency = agencies::by_key(app.store.read(), agency).await?;
    let write = app.store.write_alone().await?;
    if !write.leave(account.id, agency).await? {
        let detail = format!("{username} không làm việc thêm ở cơ quan này.");
        return Err(Error::invalid("agency", detail));
    }
    write.commit().await
}
