//! Brings the schema up: a copy first, never onto a database that is newer than the program.
use std::path::Path;

use super::{
    backup,
    shelf::{self, BEFORE_UPGRADE},
};
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
        let name = shelf::name_at(
            BEFORE_UPGRADE,
            to_local(clock.now()),
            store.is_postgres(),
            !settings.backup.recipients.is_empty(),
        );
        let to = Path::new(&settings.backup.folder).join(name);
        backup::make(store, settings, &to).await?;
        done.copy = Some(to.display().to_string());
    }
    done.changes = store.migrate().await?;
    Ok(done)
}
