//! How rows are read and written: the only place that names `sea_orm`.
//!
//! [`Store::read`] hands out the pool; [`Store::write`] is the one way to change
//! anything: a transaction that takes `SQLite`'s write lock at once (deferred
//! ones fail with "database is locked" when two writers read first).
use std::sync::Arc;

use sea_orm::{ConnectOptions, ConnectionTrait, Statement};

use lines::{Asked, Lines};
use transactions::{Begin, Transaction};

use crate::{error::Result, private};

/// No question of ours lasts as long as PostgreSQL would take to compile it: with a million
/// dossiers 34 ms, on a busy machine 159, for a count on every staff page that is answered in
/// a tenth of one.
const NO_JIT: (&str, &str) = ("jit", "off");

pub mod accounts;
pub mod agencies;
pub mod agency_times;
pub mod apologies;
mod asking;
pub mod ballot_box;
pub mod batches;
mod blot;
pub mod calendars;
pub mod clocks;
pub mod closed_periods;
pub mod complaints;
pub mod copies;
pub mod data_files;
pub mod desk;
pub mod digests;
pub mod directory;
pub mod dossiers;
mod engine_errors;
pub mod erasures;
pub mod feedback;
pub mod figures;
mod first_page;
pub mod forms;
pub mod four;
pub mod guards;
pub mod guesses;
pub mod hands;
pub mod holdings;
pub mod idempotency;
pub mod identities;
pub mod imports;
pub mod intakes;
pub mod integrity;
pub mod kiosks;
pub mod leases;
pub mod leaves;
mod lines;
pub mod lists;
pub mod log;
pub mod memberships;
pub mod mergers;
mod names;
pub mod notices;
pub mod outbox;
pub mod own_days;
pub mod own_terms;
mod packed;
pub mod paper_sheets;
pub mod papers;
pub mod pauses;
pub mod people;
pub mod plan;
pub mod procedures;
pub mod radar;
pub mod reads;
pub mod receipts;
pub mod register;
pub mod register_lines;
mod register_order;
pub mod review;
mod schema;
pub mod scoreboard;
pub mod seal_events;
mod seal_hands;
pub mod sealed;
pub mod seals;
pub mod search;
pub mod seen;
pub mod sessions;
mod state_rows;
pub mod states;
pub mod surveys;
mod tables;
mod transactions;
pub mod transfers;
pub mod tries;
mod turns;
pub mod unchanged;
pub mod whole_tables;
pub mod whom;
pub mod workflows;
pub mod works;

pub use engine_errors::{error_naming, words_of_engine};
pub use schema::Turn;

/// The database, SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Store {
    db: Lines,
    /// By which it is changed. A file takes one change at a time: on one connection they wait
    /// for their turn in a row, what one read is not read anew by the next, and a look
    /// elsewhere never takes its place.
    changing: Lines,
    asked: Arc<Asked>,
}

/// How a database is opened.
struct Opening {
    /// What was committed survives a power cut.
    durable: bool,
    connections: u32,
    /// PostgreSQL gives up a statement after that; zero: never.
    statement: std::time::Duration,
    /// Through a pooler that hands out transactions.
    pooled: bool,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            durable: true,
            connections: 8,
            statement: std::time::Duration::ZERO,
            pooled: false,
        }
    }
}

/// Anything that can be asked: the pool or a transaction.
pub trait Reader: ConnectionTrait {}
impl<T: ConnectionTrait> Reader for T {}

/// A transaction that writes; ends with [`Write::commit`], else nothing happened.
#[derive(Debug)]
pub struct Write {
    tx: Transaction,
}

impl Write {
    /// Makes it durable.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    /// Keeps nothing of it.
    pub async fn abandon(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }
}

impl Store {
    /// Opens `sqlite://PATH?mode=rwc` or `postgres://…`. The folder of a new
    /// SQLite file is made.
    ///
    /// # Errors
    /// When the address is none of these, leads to a file that is not there and shall not be
    /// made, or nobody answers there; in words that name `database.url`.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(url, &Opening::default()).await
    }

    /// Opens it to serve many at once: so many connections, and no statement for ever.
    pub async fn open_to_serve(database: &crate::config::Database) -> Result<Self> {
        let how = Opening {
            connections: database.connections.max(2),
            statement: std::time::Duration::from_secs(database.statement_seconds),
            pooled: !database.pooler_url.is_empty(),
            ..Opening::default()
        };
        let url = if how.pooled {
            &database.pooler_url
        } else {
            &database.url
        };
        let opened = Self::open_with(url, &how).await;
        opened.map_err(|error| {
            if how.pooled {
                error_naming("database.pooler_url", error)
            } else {
                error
            }
        })
    }

    /// Opens a scratch file whose loss does not matter (the demo): no fsync.
    pub async fn open_scratch(url: &str) -> Result<Self> {
        let how = Opening {
            durable: false,
            ..Opening::default()
        };
        Self::open_with(url, &how).await
    }

    async fn open_with(url: &str, how: &Opening) -> Result<Self> {
        // Before anything is made: a wrong address leaves no folder behind.
        engine_errors::is_usable(url)?;
        if let Some(path) = url.strip_prefix("sqlite://") {
            let file = std::path::Path::new(path.split('?').next().unwrap_or(path));
            if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
                private::folder(folder)?;
            }
            // Ours alone from its first byte; its log has the rights of the file.
            if path.contains("mode=rwc") && !file.exists() {
                private::create_new(file)?;
            }
        }
        let (durable, pooled) = (how.durable, how.pooled);
        let milliseconds = how.statement.as_millis();
        let is_file = url.starts_with("sqlite:");
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            // Few are idle for so long: each has its turn at the next tick. What those to a file
            // hold in memory goes by `close_idle`.
            .idle_timeout(std::time::Duration::from_mins(1))
            .map_sqlx_postgres_opts(move |postgres| match milliseconds {
                // A pooler knows none of these; the limit is set with each transaction.
                _ if pooled => postgres
                    .statement_cache_capacity(0)
                    .extra_float_digits(None),
                0 => postgres.options([NO_JIT]),
                most => postgres.options([NO_JIT, ("statement_timeout", &*most.to_string())]),
            })
            .map_sqlx_sqlite_pool_opts(|pool| {
                pool.after_release(|line, _| Box::pin(lines::is_out_of_transactions(line)))
            })
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .foreign_keys(true)
                    .pragma("journal_mode", "WAL")
                    // What is erased is not left lying in the file.
                    .pragma("secure_delete", "ON")
                    // An acknowledged dossier survives a power cut.
                    .pragma("synchronous", if durable { "FULL" } else { "OFF" })
                    .busy_timeout(std::time::Duration::from_secs(10))
                    // 4 MB for each connection, taken as they are needed; what lies beyond them is
                    // in the system's own cache. More made no page quicker.
                    .pragma("cache_size", "-4000")
            });
        let asked = Arc::<Asked>::default();
        let pooled = how.pooled.then_some(how.statement);
        let db = Lines::open(options.clone(), how.connections, pooled, &asked).await?;
        let changing = if is_file {
            Lines::open(options, 1, pooled, &asked).await?
        } else {
            db.clone()
        };
        Ok(Self {
            db,
            changing,
            asked,
        })
    }

    /// To ask.
    pub fn read(&self) -> &impl Reader {
        &self.db
    }

    /// To ask several questions of one moment: a snapshot, which nobody waits for.
    pub async fn snapshot(&self) -> Result<impl Reader + use<>> {
        self.begin_snapshot().await
    }

    async fn begin_snapshot(&self) -> Result<Transaction> {
        Ok(self.db.begin(Begin::Snapshot).await?)
    }

    /// How many statements were sent since it was opened.
    pub fn statements(&self) -> u64 {
        self.asked.times()
    }

    /// The statements that were sent since this was asked last, with their values: for tests of
    /// how they are answered. Before the first time none are kept.
    pub fn said(&self) -> Vec<Statement> {
        self.asked.take_said()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.db.ping().await?)
    }

    /// `SQLite` or `PostgreSQL`, for the log.
    pub fn engine(&self) -> &'static str {
        if self.is_postgres() {
            "PostgreSQL"
        } else {
            "SQLite"
        }
    }
}
