//! Loads a version of the questionnaire or of the plan; a broken file changes nothing.
use chrono::{DateTime, Utc};

use crate::{
    domain::{plan, survey, target},
    error::{Error, Kind as Refusal, Result},
    store::{Store, Write, data_files::Kind},
};

/// Returns the version loaded.
pub async fn run(
    store: &Store,
    now: DateTime<Utc>,
    kind: Kind,
    source: &str,
    text: &str,
) -> Result<String> {
    let write = store.write().await?;
    let version = load_in(&write, now, kind, source, text).await?;
    write.commit().await?;
    Ok(version)
}

/// The same within a change that goes on.
pub(super) async fn load_in(
    write: &Write,
    now: DateTime<Utc>,
    kind: Kind,
    source: &str,
    text: &str,
) -> Result<String> {
    let version = match kind {
        Kind::Questionnaire => survey::read(text).map(|read| read.version),
        Kind::Plan => target::read(text).map(|read| read.version),
        Kind::Tasks => plan::read(text).map(|read| read.version),
    };
    let version = version
        .map_err(|why| Error::new(Refusal::Invalid, "data_file", format!("{source}: {why}")))?;
    // A plan is corrected within its year, and what it said before stays to be read.
    let before = match kind {
        Kind::Questionnaire => 0,
        Kind::Plan | Kind::Tasks => write.count_data_files(kind, &version).await?,
    };
    let kept = match before {
        0 => version.clone(),
        before => format!("{version}.{}", before + 1),
    };
    write
        .insert_data_file(kind, &kept, text, source, now)
        .await?;
    Ok(version)
}
