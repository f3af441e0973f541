//! What does this server have in hand, so that no other does it meanwhile? A lease in the
//! database, kept up as long as it is held; of a server that died it lapses.
use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::JoinHandle;

use crate::{app::App, error::Result, jobs::Stay};

/// How long a lease outlives the server that held it.
const LAPSES_SECONDS: i64 = 60;
/// How often it is kept up.
const KEPT_UP: Duration = Duration::from_secs(15);

/// The lease of an act on many, by the number of its batch.
pub fn batch(id: i64) -> String {
    format!("batch:{id}")
}

/// The lease of long work, by its name.
pub fn work(name: &str) -> String {
    format!("work:{name}")
}

/// Something in hand; it is let go when this is dropped.
#[derive(Debug)]
pub struct InHand {
    app: App,
    name: String,
    keeping: JoinHandle<()>,
    stay: Stay,
}

impl InHand {
    /// Waits until the end of the program waits for it no longer.
    pub async fn over(&mut self) {
        self.stay.over().await;
    }

    /// Whether it waits no longer.
    pub fn is_over(&self) -> bool {
        self.stay.is_over()
    }
}

/// Takes it in hand, unless somebody has it already, this server among them.
pub async fn take(app: &App, name: String) -> Result<Option<InHand>> {
    let lapses = TimeDelta::seconds(LAPSES_SECONDS);
    let stay = app.jobs.stay();
    let now = app.clock.now();
    let write = app.store.note().await?;
    let ours = write
        .take_lease((&name, &app.server), now, now + lapses)
        .await?;
    write.commit().await?;
    if !ours {
        return Ok(None);
    }
    let (of, kept) = (app.clone(), name.clone());
    let keeping = tokio::spawn(async move {
        loop {
            tokio::time::sleep(KEPT_UP).await;
            match keep(&of, &kept, lapses).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!(name = %kept, "what was in hand is another's now");
                    break;
                }
                Err(error) => tracing::warn!(%error, "what is in hand could not be kept up"),
            }
        }
    });
    Ok(Some(InHand {
        app: app.clone(),
        name,
        keeping,
        stay,
    }))
}

async fn keep(app: &App, name: &str, how_long: TimeDelta) -> Result<bool> {
    let write = app.store.note().await?;
    let until = app.clock.now() + how_long;
    let ours = write.keep_lease((name, &app.server), until).await?;
    write.commit().await?;
    Ok(ours)
}

/// Whether something that recurs is this server's business for that long: it stays one
/// server's until that one ends or dies.
pub async fn is_ours(app: &App, name: &str, how_long: TimeDelta) -> Result<bool> {
    if keep(app, name, how_long).await? {
        return Ok(true);
    }
    let now = app.clock.now();
    let write = app.store.note().await?;
    let ours = write
        .take_lease((name, &app.server), now, now + how_long)
        .await?;
    write.commit().await?;
    Ok(ours)
}

/// A file is served by one program alone: what the one before had in hand when it was
/// killed nobody has. On `PostgreSQL` it may be another server's, and lapses by itself.
pub async fn begin(app: &App) -> Result<()> {
    if app.store.is_postgres() {
        return Ok(());
    }
    let write = app.store.note().await?;
    write.end_all_leases().await?;
    write.commit().await
}

/// Leaves all that this server has in hand to the others.
pub async fn leave(app: &App) -> Result<()> {
    let write = app.store.note().await?;
    write.end_leases_of(&app.server).await?;
    write.commit().await
}

async fn end(app: &App, name: &str) -> Result<()> {
    let write = app.store.note().await?;
    write.end_lease(name, &app.server).await?;
    write.commit().await
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.keeping.abort();
        let (app, name) = (self.app.clone(), std::mem::take(&mut self.name));
        // An orderly end waits until it is let go of; else it lapses by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let stay = app.jobs.stay();
            runtime.spawn(async move {
                let _stay = stay;
                if let Err(error) = end(&app, &name).await {
                    tracing::warn!(%error, "what was in hand lapses by itself");
                }
            });
        }
    }
}
