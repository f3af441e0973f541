//! What do connections to a file keep of it in memory?
use sea_orm::{DbBackend, sqlx::Executor as _};

use super::Store;
use crate::error::{Error, Result};

impl Store {
    /// Gives back the pages of a file that connections keep which nobody uses right now.
    /// They are read again from the system's cache when they are wanted.
    pub async fn forget_pages(&self) -> Result<()> {
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
            for mut connection in idle {
                connection
                    .execute("PRAGMA shrink_memory")
                    .await
                    .map_err(Error::internal)?;
            }
        }
        Ok(())
    }
}
