//! Brings the schema up: a copy first, never onto a database that is newer than the program.
use std::path::Path;

use super::backup;
use crate::{clock::Clock, config::Settings, domain::time::to_local, error::Result, store::Store};

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Upgraded {
    /// The copy made before.
    pub copy: Option<String>,
    /// The names of the changes.
    pub changes: Vec<String>,
}

pub async fn run(store: &Store, settings: &Settings, clock: Clock) -> Result<Upgraded> {
    let used = !store.is_empty().await?;
    let waiting = store.pending().await?;
    let mut done = Upgraded::default();
    if waiting.is_empty() {
        return Ok(done);
    }
    if used && settings.backup.before_upgrade {
        let at = to_local(clock.now()).format("%Y%m%d-%H%M%S");
        let name = format!(
            "truoc-nang-cap-{at}.{}",
            if store.is_postgres() { "dump" } else { "db" }
        );
        let locked = if settings.backup.recipients.is_empty() {
            ""
        } else {
            ".age"
        };
        let to = Path::new(&settings.backup.folder).join(format!("{name}{locked}"));
        backup::make(store, settings, &to).await?;
        done.copy = Some(to.display().to_string());
    }
    done.changes = store.migrate().await?;
    Ok(done)
}
