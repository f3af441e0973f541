//! Are the guards of what is only ever added still there?
use sea_orm::{DbBackend, Statement};

use super::Reader;
use crate::error::Result;

/// The guarded tables.
const TABLES: [&str; 3] = ["event", "feedback_event", "seal"];

/// The guards that are not there, or are switched off.
pub async fn missing(db: &impl Reader) -> Result<Vec<String>> {
    let backend = db.get_database_backend();
    let (ask, endings): (_, &[&str]) = if backend == DbBackend::Postgres {
        (
            "SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
            &["only_added"],
        )
    } else {
        (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            &["no_update", "no_delete"],
        )
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, ask.to_owned()))
        .await?;
    let there = rows
        .iter()
        .map(|row| row.try_get("", "name"))
        .collect::<Result<Vec<String>, _>>()?;
    let wanted = TABLES.iter().flat_map(|table| {
        endings
            .iter()
            .map(move |ending| format!("{table}_{ending}"))
    });
    Ok(wanted.filter(|name| !there.contains(name)).collect())
}
