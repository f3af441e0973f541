//! Which connections to a file stay open, and what do they keep of it in memory?
use sea_orm::{
    DbBackend,
    sqlx::{Connection as _, Error as Refused, Executor as _, SqliteConnection},
};

use super::Store;
use crate::error::{Error, Result};

impl Store {
    /// Closes the connections to a file that nobody uses right now, all but one: each keeps
    /// pages, the schema and its prepared statements (nine of them some 30 MB of the 95 at
    /// rest). The one that stays gives its pages back and answers the next at once.
    pub async fn close_idle(&self) -> Result<()> {
        if self.db.db.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        for asking in [&self.db, &self.changing] {
            let pool = asking.db.get_sqlite_connection_pool();
            // All of them at once: one by one, the same could come again and again.
            let mut idle = Vec::new();
            while let Some(connection) = pool.try_acquire() {
                idle.push(connection);
            }
            if let Some(mut kept) = idle.pop() {
                kept.execute("PRAGMA shrink_memory")
                    .await
                    .map_err(Error::internal)?;
            }
            for connection in idle {
                connection.close().await.map_err(Error::internal)?;
            }
        }
        Ok(())
    }
}

/// Whether a connection that was given back may be handed out again. When the disk is full
/// `SQLite` ends a transaction by itself, of which the connection knows nothing: what comes
/// after would be part of that one, acknowledged and never kept. It is closed instead.
pub(super) async fn is_out_of_transactions(
    line: &mut SqliteConnection,
) -> std::result::Result<bool, Refused> {
    if !line.is_in_transaction() {
        return Ok(true);
    }
    // Given up without a word: what takes it back waits in the line and goes before the ping.
    line.ping().await?;
    Ok(!line.is_in_transaction())
}
