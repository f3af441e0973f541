//! Are the guards of what is only ever added still there, and still what they were?
use migrations::guards::{Guard, of_postgres, of_sqlite, plain};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::Reader;
use crate::error::Result;

/// A guard as the database tells of it.
#[derive(Debug, FromQueryResult)]
struct Found {
    name: String,
    #[sea_orm(from_alias = "owner")]
    table: String,
    does: String,
    /// Before each row that is changed or removed, without a condition, switched on.
    whole: bool,
}

/// In `SQLite` the statement says all.
const OF_SQLITE: &str = "SELECT name, tbl_name AS owner, sql AS does, TRUE AS whole \
     FROM sqlite_master WHERE type = 'trigger'";

/// For each row (1), before (2), on delete (8) and update (16).
const OF_POSTGRES: &str = "SELECT t.tgname::text AS name, c.relname::text AS owner, p.prosrc AS does, \
     (t.tgtype = 27 AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr::text = '') AS whole \
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid \
     JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE NOT t.tgisinternal AND n.nspname = current_schema()";

/// The guards that are not there, are switched off or say something else, and what else
/// lies in wait on the guarded tables: each in words.
pub async fn wrong(db: &impl Reader) -> Result<Vec<String>> {
    let backend = db.get_database_backend();
    let (ask, wanted): (_, Vec<Guard>) = if backend == DbBackend::Postgres {
        (OF_POSTGRES, of_postgres())
    } else {
        (OF_SQLITE, of_sqlite())
    };
    let found = Found::find_by_statement(Statement::from_string(backend, ask.to_owned()))
        .all(db)
        .await?;
    let mut wrong = Vec::new();
    for guard in &wanted {
        let there = found
            .iter()
            .find(|found| found.name == guard.name && found.table == guard.table);
        match there {
            None => wrong.push(format!("{} không còn", guard.name)),
            Some(there) if !there.whole => {
                wrong.push(format!("{} bị tắt hoặc đặt lại", guard.name));
            }
            Some(there) if plain(&there.does) != guard.does => {
                wrong.push(format!("{} bị sửa", guard.name));
            }
            Some(_) => {}
        }
    }
    for other in &found {
        let guarded = wanted.iter().any(|guard| guard.table == other.table);
        if guarded && !wanted.iter().any(|guard| guard.name == other.name) {
            wrong.push(format!("{} lạ trên bảng {}", other.name, other.table));
        }
    }
    Ok(wrong)
}
