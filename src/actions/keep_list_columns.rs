//! An account chooses the columns of its lists; none goes back to ours.
use crate::{app::App, error::Result};

pub async fn run(app: &App, account: i64, columns: Option<String>) -> Result<()> {
    let write = app.store.write().await?;
    write.keep_columns(account, columns.as_deref()).await?;
    write.commit().await
}
