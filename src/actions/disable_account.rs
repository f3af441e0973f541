//! Locks an account out: no new session, and the ones there are end at once.
use crate::{
    app::App,
    error::{Error, Result},
    store::accounts,
};

pub async fn run(app: &App, username: &str) -> Result<()> {
    let write = app.store.write_alone().await?;
    let known = accounts::by_username(write.reader(), username).await?;
    let known =
        known.ok_or_else(|| Error::not_found(format!("Không có tài khoản “{username}”.")))?;
    if known.role() == crate::domain::role::Role::Admin
        && accounts::admins(write.reader()).await? < 2
        && !known.disabled
    {
        let detail =
            "Đây là tài khoản quản trị cuối cùng. Thêm một tài khoản quản trị khác trước khi khóa.";
        return Err(Error::conflict("last_admin", detail));
    }
    write.disable_account(username).await?;
    write.close_sessions(known.id).await?;
    write.commit().await
}
