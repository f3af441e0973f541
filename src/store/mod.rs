//! How rows are read and written: the only place that names `sea_orm`.
//!
//! [`Store::read`] hands out the pool; [`Store::write`] is the one way to change
//! anything: a transaction that takes `SQLite`'s write lock at once (deferred
//! ones fail with "database is locked" when two writers read first).
use migrations::MigratorTrait as _;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait, sea_query::LikeExpr,
};

use crate::error::{Error, Result};

pub mod accounts;
pub mod agencies;
pub mod apologies;
pub mod ballot_box;
pub mod calendars;
pub mod closed_periods;
pub mod data_files;
pub mod desk;
pub mod dossiers;
pub mod feedback;
pub mod figures;
pub mod forms;
pub mod four;
pub mod holdings;
pub mod idempotency;
pub mod imports;
pub mod kiosks;
pub mod leaves;
pub mod log;
pub mod outbox;
pub mod paper_sheets;
pub mod papers;
pub mod pauses;
pub mod procedures;
pub mod register;
pub mod scoreboard;
pub mod sessions;
pub mod surveys;
mod tables;
pub mod transfers;
pub mod workflows;

/// The database, SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
}

/// A pattern that finds a word anywhere in a text; `%` and `_` are signs like any other.
fn holding(word: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// Anything that can be asked: the pool or a transaction.
pub trait Reader: ConnectionTrait {}
impl<T: ConnectionTrait> Reader for T {}

/// A transaction that writes; ends with [`Write::commit`], else nothing happened.
#[derive(Debug)]
pub struct Write {
    tx: DatabaseTransaction,
}

impl Write {
    /// Makes it durable.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::internal(error)
    }
}

impl Store {
    /// Opens `sqlite://PATH?mode=rwc` or `postgres://…`. The folder of a new
    /// SQLite file is made.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(url, true).await
    }

    /// Opens a scratch file whose loss does not matter (the demo): no fsync.
    pub async fn open_scratch(url: &str) -> Result<Self> {
        Self::open_with(url, false).await
    }

    async fn open_with(url: &str, durable: bool) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let file = std::path::Path::new(path.split('?').next().unwrap_or(path));
            if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
        }
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(8)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .foreign_keys(true)
                    .pragma("journal_mode", "WAL")
                    // An acknowledged dossier survives a power cut.
                    .pragma("synchronous", if durable { "FULL" } else { "OFF" })
                    .busy_timeout(std::time::Duration::from_secs(10))
            });
        Ok(Self {
            db: Database::connect(options).await?,
        })
    }

    /// Brings the schema up; returns the names of the changes made.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let pending: Vec<String> = migrations::Migrator::get_pending_migrations(&self.db)
            .await?
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        migrations::Migrator::up(&self.db, None).await?;
        Ok(pending)
    }

    /// To ask.
    pub fn read(&self) -> &impl Reader {
        &self.db
    }

    /// To change: nothing is kept unless the transaction is committed.
    pub async fn write(&self) -> Result<Write> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Write {
            tx: self.db.begin_with_options(options).await?,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.db.ping().await?)
    }

    /// `SQLite` or `PostgreSQL`, for the log.
    pub fn engine(&self) -> &'static str {
        match self.db.get_database_backend() {
            DbBackend::Postgres => "PostgreSQL",
            _ => "SQLite",
        }
    }
}
