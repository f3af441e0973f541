//! Whether the engine itself finds its file in order.
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::Store;
use crate::error::{Error, Kind, Result};

/// `SQLite` reads every page and every reference; PostgreSQL is trusted with its own.
pub async fn check(store: &Store) -> Result<()> {
    if store.db.get_database_backend() == DbBackend::Postgres {
        return store.ping().await;
    }
    let wrong = |what: String| {
        let detail = format!("Tệp cơ sở dữ liệu bị hỏng: {what}.");
        Error::new(Kind::Invalid, "damaged", detail)
    };
    let ask = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql.to_owned());
    let rows = store
        .db
        .query_all_raw(ask("PRAGMA integrity_check"))
        .await?;
    for row in rows {
        let said: String = row.try_get_by_index(0)?;
        if said != "ok" {
            return Err(wrong(said));
        }
    }
    let rows = store
        .db
        .query_all_raw(ask("PRAGMA foreign_key_check"))
        .await?;
    if let Some(row) = rows.first() {
        let table: String = row.try_get_by_index(0)?;
        return Err(wrong(format!("{table} trỏ tới dòng không có")));
    }
    Ok(())
}
