//! A member of staff works in one more agency, or no longer.
use super::merge_agencies;
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, Result},
    store::{
        Write,
        accounts::{self, Account},
        agencies,
    },
};

async fn known(write: &Write, username: &str) -> Result<Account> {
    let username = username.trim().to_lowercase();
    let found = accounts::by_username(write.reader(), &username).await?;
    found.ok_or_else(|| Error::not_found(format!("Không có tài khoản “{username}”.")))
}

/// With a role and a title of there.
pub async fn run(app: &App, username: &str, agency: &str, role: Role, title: &str) -> Result<()> {
    // A merger may just have moved the account.
    let write = app.store.write_alone().await?;
    let account = known(&write, username).await?;
    let agency = agencies::by_key(write.reader(), agency).await?;
    if agency == account.agency_id {
        let detail = format!("{username} vốn thuộc cơ quan này.");
        return Err(Error::invalid("agency", detail));
    }
    let today = local_day(app.clock.now());
    merge_agencies::still_there(write.reader(), agency, today).await?;
    write.join(account.id, agency, role, title.trim()).await?;
    write.commit().await
}

/// Its sessions that work there are at home again at their next page.
pub async fn leave(app: &App, username: &str, agency: &str) -> Result<()> {
    let write = app.store.write_alone().await?;
    let account = known(&write, username).await?;
    let agency = agencies::by_key(write.reader(), agency).await?;
    if !write.leave(account.id, agency).await? {
        let detail = format!("{username} không làm việc thêm ở cơ quan này.");
        return Err(Error::invalid("agency", detail));
    }
    write.commit().await
}
