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

/// Of servers that start together one makes the copy and brings the schema up; the others
/// wait and find it done.
///
/// # Errors
/// When the database is newer than the program, or the copy or a change cannot be made.
pub async fn run(store: &Store, settings: &Settings, clock: Clock) -> Result<Upgraded> {
    // Looked at in its turn: what another server is making is neither missing nor to be copied.
    let turn = store.turn().await?;
    let mut done = Upgraded::default();
    if !store.pending().await?.is_empty() {
        // A first start that was cut off left nothing worth a copy.
        if settings.backup.before_upgrade && !store.is_bare().await? {
            let name = shelf::name_at(
                BEFORE_UPGRADE,
                to_local(clock.now()),
                store.is_postgres(),
                !settings.backup.recipients.is_empty(),
            );
            let to = Path::new(&settings.backup.folder).join(name);
            let made = backup::make(store, settings, &to).await?;
            done.copy = Some(made.file.display().to_string());
        }
        done.changes = store.migrate_in(&turn).await?;
    }
    turn.end().await?;
    Ok(done)
}
