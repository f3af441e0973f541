//! A member of staff is shown around: on to a stop, or no more.
use crate::{app::App, error::Result};

/// The tour is over.
pub const OVER: i32 = -1;

pub async fn run(app: &App, account: i64, stop: i32) -> Result<()> {
    let write = app.store.write().await?;
    write.set_tour(account, stop).await?;
    write.commit().await
}
