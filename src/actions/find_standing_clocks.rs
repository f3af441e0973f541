//! Each night: whose papers came, and whose clock stands all the same?
use chrono::{DateTime, Utc};

use crate::{
    domain::time::local_day,
    error::Result,
    store::{Store, pauses},
};

/// Enters every clock that stands though the papers came, once a night; returns how
/// many. Nothing about the dossier changes: the desk looks at the papers.
pub async fn run(store: &Store, now: DateTime<Utc>) -> Result<usize> {
    let found = pauses::standing(store.read(), None).await?;
    if found.is_empty() {
        return Ok(0);
    }
    let write = store.write().await?;
    for entry in &found {
        write.found_standing(entry.id, local_day(now)).await?;
    }
    write.commit().await?;
    Ok(found.len())
}
