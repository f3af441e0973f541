//! Makes a month's figures public for good: what stands in them never changes again.
use crate::{app::App, domain::period::Period, error::Result};

/// The first figures of a month stay; later ones of the same month are not written.
pub async fn run(app: &App, agency: i64, period: Period, figures: String) -> Result<()> {
    let now = app.clock.now();
    let write = app.store.write().await?;
    write.freeze_month(agency, period, figures, now).await?;
    write.commit().await
}
