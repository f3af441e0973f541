//! What a busy hour took in memory goes soon after it.
use std::time::Duration;

use crate::app::App;

const PAUSE: Duration = Duration::from_mins(1);

/// Lets go of what is kept for nobody, until the process ends.
pub async fn task(app: App) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = app.store.close_idle().await {
            tracing::warn!(%error, "connections that nobody uses could not be closed");
        }
        for limit in [&app.lookups, &app.doors, &app.forms] {
            limit.sweep();
        }
        app.proofs.sweep();
    }
}
