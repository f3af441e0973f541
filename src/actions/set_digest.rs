//! A member of staff says where the morning's mail goes, or that none is wanted.
use super::applicant::email;
use crate::{
    app::App,
    error::{FieldErrors, Result},
    store::accounts::Account,
};

pub async fn run(app: &App, account: &Account, address: &str, wanted: bool) -> Result<()> {
    let mut errors = FieldErrors::default();
    let address = email(&mut errors, "email", Some(address));
    errors.finish()?;
    let write = app.store.write().await?;
    write.set_digest(account.id, address, wanted).await?;
    write.commit().await
}
