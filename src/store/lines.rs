//! By which lines is the database asked, and which of them stay open?
//!
//! The pool asks each connection that is given back whether it is still there: for every
//! question one more way to the engine and back, though it has only just answered. Here a line
//! that did its work is kept at hand and lent again, the last one first: its pages are still
//! warm. The pool goes on opening, testing and closing them, and gets back each one that failed,
//! that was given up halfway, that is a minute old, or (a server's) that was idle for a second.
use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    Statement,
    sqlx::{
        Connection as _, Error as Refused, Executor as _, Postgres, Sqlite, SqliteConnection,
        pool::PoolConnection,
    },
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Store, engine_errors::not_opened};
use crate::error::{Error, Result};

/// A server may have gone away meanwhile; a file does not.
const IDLE: Duration = Duration::from_secs(1);
/// Then the pool looks whether it has had its time.
const AT_HAND: Duration = Duration::from_mins(1);
/// Whoever waits longer is told that the database is away.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same words for both engines: `$line` is the connection of whichever it is.
macro_rules! on {
    ($of:expr, $line:ident => $ask:expr) => {
        match $of {
            crate::store::lines::Line::File($line) => $ask,
            crate::store::lines::Line::Server($line) => $ask,
        }
    };
}
pub(super) use on;

/// What a line says.
pub(super) type Answer<T> = std::result::Result<T, DbErr>;

/// What was asked: how often, and, once somebody wants to know, what.
#[derive(Debug, Default)]
pub(super) struct Asked {
    times: AtomicU64,
    said: OnceLock<Mutex<Vec<Statement>>>,
}

impl Asked {
    pub(super) fn times(&self) -> u64 {
        self.times.load(Ordering::Relaxed)
    }

    /// What was said since this was asked last; the first time nothing was kept.
    pub(super) fn take_said(&self) -> Vec<Statement> {
        let said = self.said.get_or_init(Mutex::default);
        std::mem::take(&mut *said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn one_more(&self, statement: &Statement) {
        self.times.fetch_add(1, Ordering::Relaxed);
        if let Some(said) = self.said.get() {
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.push(statement.clone());
        }
    }
}

/// The lines to one database.
#[derive(Clone, Debug)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pool: DatabaseConnection,
    /// One for each connection of the pool: nobody waits there for a line that lies here.
    permits: Arc<Semaphore>,
    at_hand: Mutex<Vec<AtHand>>,
    /// Through a pooler that hands out transactions; a statement is given up after that long.
    pooled: Option<Duration>,
    asked: Arc<Asked>,
}

#[derive(Debug)]
struct AtHand {
    line: Line,
    opened: Instant,
    idle: Instant,
}

/// A connection of the pool.
#[derive(Debug)]
pub(super) enum Line {
    File(PoolConnection<Sqlite>),
    Server(PoolConnection<Postgres>),
}

/// A line on loan; dropped without [`Lent::give_back`] it goes to the pool, which tests it.
#[derive(Debug)]
pub(super) struct Lent {
    /// Taken out when it is given back.
    line: Option<Line>,
    opened: Instant,
    /// A transaction was begun and not ended.
    pub(super) is_open: bool,
    /// One is being begun, and whether it was nobody knows yet.
    pub(super) is_beginning: bool,
    lines: Lines,
    /// Given back after the line.
    _permit: OwnedSemaphorePermit,
}

impl Lines {
    /// Opens a pool of so many connections, whose statements are counted.
    pub(super) async fn open(
        mut options: ConnectOptions,
        connections: u32,
        pooled: Option<Duration>,
        asked: &Arc<Asked>,
    ) -> Result<Self> {
        let is_file = options.get_url().starts_with("sqlite:");
        options
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            // Of a file each time would cost a second way there and back for nothing.
            .test_before_acquire_if_idle_for(if is_file { Duration::MAX } else { IDLE });
        let permits = usize::try_from(connections).map_err(Error::internal)?;
        let url = options.get_url().to_owned();
        let pool = Database::connect(options).await;
        Ok(Self(Arc::new(Shared {
            pool: pool.map_err(|error| not_opened(&url, error))?,
            permits: Arc::new(Semaphore::new(permits)),
            at_hand: Mutex::default(),
            pooled,
            asked: asked.clone(),
        })))
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.0.pool.get_database_backend()
    }

    pub(super) fn pooled(&self) -> Option<Duration> {
        self.0.pooled
    }

    /// The pool itself, for what only it does; it gets every line that lies at hand.
    pub(super) fn pool(&self) -> &DatabaseConnection {
        drop(self.take_all());
        &self.0.pool
    }

    /// Nobody is lent a line any more; answers when the last one has come back.
    pub(super) async fn close(&self) -> Answer<()> {
        self.0.permits.close();
        self.pool().close_by_ref().await
    }

    /// One statement more was sent.
    pub(super) fn count(&self, statement: &Statement) {
        self.0.asked.one_more(statement);
    }

    /// A line, as soon as there is one.
    pub(super) async fn lend(&self) -> Answer<Lent> {
        let permits = self.0.permits.clone();
        let permit = match permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => tokio::time::timeout(PATIENCE, permits.acquire_owned())
                .await
                .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?
                .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?,
        };
        let (line, opened) = match self.last_at_hand() {
            Some(found) => found,
            None => (self.out_of_pool().await?, Instant::now()),
        };
        Ok(Lent {
            line: Some(line),
            opened,
            is_open: false,
            is_beginning: false,
            lines: self.clone(),
            _permit: permit,
        })
    }

    async fn out_of_pool(&self) -> Answer<Line> {
        let pool = &self.0.pool;
        let line = if self.backend() == DbBackend::Postgres {
            let pool = pool.get_postgres_connection_pool();
            pool.acquire().await.map(Line::Server)
        } else {
            let pool = pool.get_sqlite_connection_pool();
            pool.acquire().await.map(Line::File)
        };
        line.map_err(|error| match error {
            Refused::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            Refused::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
        })
    }

    /// The one that was used last, if it needs no test; the pool gets what does.
    fn last_at_hand(&self) -> Option<(Line, Instant)> {
        loop {
            let AtHand { line, opened, idle } = self.at_hand().pop()?;
            let is_fresh = matches!(line, Line::File(_)) || idle.elapsed() < IDLE;
            if is_fresh && opened.elapsed() < AT_HAND {
                return Some((line, opened));
            }
        }
    }

    /// Those that nobody has used of late.
    fn take_idle(&self) -> Vec<AtHand> {
        let is_idle = |one: &mut AtHand| one.idle.elapsed() >= IDLE;
        self.at_hand().extract_if(.., is_idle).collect()
    }

    fn take_all(&self) -> Vec<AtHand> {
        std::mem::take(&mut *self.at_hand())
    }

    fn at_hand(&self) -> std::sync::MutexGuard<'_, Vec<AtHand>> {
        // A list is whole whoever broke off.
        let at_hand = &self.0.at_hand;
        at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    /// Nobody has this database any more. Given back to the pool, a line would need a runtime
    /// to be tested by, which may have ended before.
    fn drop(&mut self) {
        let at_hand = self
            .at_hand
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        for AtHand { line, .. } in at_hand.drain(..) {
            on!(line, line => drop(line.detach()));
        }
    }
}

impl Lent {
    /// To ask by.
    pub(super) fn line(&mut self) -> Answer<&mut Line> {
        let gone = DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        self.line.as_mut().ok_or(gone)
    }

    /// Gives back a line that did its work; one that still believes in a transaction goes to
    /// the pool.
    pub(super) fn give_back(mut self) {
        let Some(line) = self.line.take_if(|line| !self.is_open && line.depth() == 0) else {
            return;
        };
        let idle = AtHand {
            line,
            opened: self.opened,
            idle: Instant::now(),
        };
        self.lines.at_hand().push(idle);
        if self.lines.0.permits.is_closed() {
            // The pool waits for it.
            drop(self.lines.take_all());
        }
    }
}

impl Drop for Lent {
    /// Of a transaction that was not ended nothing is kept; what takes it back goes before the
    /// pool's own test. Of one that was given up before the server said that it had begun, sqlx
    /// takes nothing back: whoever had that line next would ask within it. It is hung up.
    fn drop(&mut self) {
        if self.is_beginning
            && let Some(Line::Server(line)) =
                self.line.take_if(|line| matches!(line, Line::Server(_)))
        {
            drop(line.detach());
        }
        if let Some(line) = self.line.as_mut().filter(|_| self.is_open) {
            line.start_rollback();
        }
    }
}

impl Store {
    /// Closes the connections to a file that nobody uses right now, all but one: each keeps
    /// pages, the schema and its prepared statements (nine of them some 30 MB of the 95 at
    /// rest). The one that stays gives its pages back and answers the next at once. Those to a
    /// server go to the pool, which closes what stays idle.
    pub async fn close_idle(&self) -> Result<()> {
        if self.is_postgres() {
            drop(self.db.take_idle());
            return Ok(());
        }
        for lines in [&self.db, &self.changing] {
            let mut idle = Vec::new();
            for at_hand in lines.take_all() {
                if let Line::File(line) = at_hand.line {
                    idle.push(line);
                }
            }
            let pool = lines.0.pool.get_sqlite_connection_pool();
            // All of them at once: one by one, the same could come again and again.
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
