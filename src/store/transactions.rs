//! How is a transaction begun, asked and ended?
use futures_util::TryStreamExt as _;
use sea_orm::{
    ConnectionTrait, DbBackend, ExecResult, QueryResult, Statement,
    prelude::async_trait,
    sqlx::{
        AssertSqlSafe, Database, Error as Refused, SqlSafeStr as _, pool::PoolConnection,
        query_with,
    },
};
use sea_query_sqlx::SqlxValues;
use sqlx_core::transaction::TransactionManager as _;
use tokio::sync::{Mutex, MutexGuard};

use super::{
    NO_JIT,
    asking::{not_answered, query},
    lines::{Answer, Lent, Line, Lines, on},
    turns,
};
use crate::error::Result;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// To change: takes the lock of a file at once, for two that read first and write then
    /// would each refuse the other. On a server beside others that change, but not beside one
    /// that is alone.
    Write,
    /// To note what no rule looks at: beside whoever changes.
    Note,
    /// To read one moment: nobody waits for it.
    Snapshot,
    /// For one statement, where a pooler hands out nothing less.
    Question,
}

/// A transaction under way; nothing of it is kept unless it is committed.
#[derive(Debug)]
pub struct Transaction {
    lent: Mutex<Lent>,
    lines: Lines,
}

impl Lines {
    pub(super) async fn begin(&self, what: Begin) -> Answer<Transaction> {
        Ok(Transaction {
            lent: Mutex::new(self.begun(what).await?),
            lines: self.clone(),
        })
    }

    /// A line with a transaction on it; behind a pooler with the limit that a connection
    /// cannot keep.
    pub(super) async fn begun(&self, what: Begin) -> Answer<Lent> {
        let mut lent = self.lend().await?;
        let is_server = self.backend() == DbBackend::Postgres;
        let words = match what {
            Begin::Write | Begin::Note if !is_server => "BEGIN IMMEDIATE",
            // In one go: an intake has no time to ask twice.
            Begin::Write if self.pooled().is_none() => turns::BEGIN_BESIDE_OTHERS,
            Begin::Snapshot if is_server => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            _ => "BEGIN",
        };
        lent.is_beginning = true;
        let begun = on!(lent.line()?, line => begin(line, words).await).map_err(not_answered);
        if let Err(refused) = begun {
            if turns::is_held(&refused) {
                // It was begun, and what was asked with it refused: the line is good.
                lent.line()?.execute_unprepared("ROLLBACK").await?;
                lent.is_beginning = false;
                lent.give_back();
            }
            return Err(refused);
        }
        (lent.is_beginning, lent.is_open) = (false, true);
        if let Some(limit) = self.pooled().filter(|_| is_server) {
            // What others prepared on this server bears the names that ours will bear.
            let anew = format!(
                "DEALLOCATE ALL; SET LOCAL {} = {}; SET LOCAL statement_timeout = {}",
                NO_JIT.0,
                NO_JIT.1,
                limit.as_millis()
            );
            lent.line()?.execute_unprepared(&anew).await?;
            if what == Begin::Write {
                lent.line()?
                    .execute_unprepared(turns::BESIDE_OTHERS)
                    .await?;
            }
        }
        Ok(lent)
    }
}

impl Lent {
    /// The question was answered: what it was asked in is over, and the line free.
    pub(super) async fn done(self) -> Answer<()> {
        if self.is_open {
            return self.commit().await;
        }
        self.give_back();
        Ok(())
    }

    async fn commit(mut self) -> Answer<()> {
        on!(self.line()?, line => commit(line).await).map_err(not_answered)?;
        self.is_open = false;
        self.give_back();
        Ok(())
    }

    async fn rollback(mut self) -> Answer<()> {
        on!(self.line()?, line => rollback(line).await).map_err(not_answered)?;
        self.is_open = false;
        self.give_back();
        Ok(())
    }
}

impl Line {
    /// How many transactions it believes in, one within the other.
    pub(super) fn depth(&self) -> usize {
        on!(self, line => depth(line))
    }

    /// Takes a transaction back before anything else is asked.
    pub(super) fn start_rollback(&mut self) {
        on!(self, line => start_rollback(line));
    }
}

async fn begin<DB: Database>(
    line: &mut PoolConnection<DB>,
    words: &'static str,
) -> std::result::Result<(), Refused> {
    DB::TransactionManager::begin(line, Some(words.into_sql_str())).await
}

async fn commit<DB: Database>(line: &mut PoolConnection<DB>) -> std::result::Result<(), Refused> {
    DB::TransactionManager::commit(line).await
}

async fn rollback<DB: Database>(line: &mut PoolConnection<DB>) -> std::result::Result<(), Refused> {
    DB::TransactionManager::rollback(line).await
}

fn start_rollback<DB: Database>(line: &mut PoolConnection<DB>) {
    DB::TransactionManager::start_rollback(line);
}

fn depth<DB: Database>(line: &PoolConnection<DB>) -> usize {
    DB::TransactionManager::get_transaction_depth(line)
}

impl Transaction {
    pub(super) async fn commit(self) -> Answer<()> {
        self.lent.into_inner().commit().await
    }

    pub(super) async fn rollback(self) -> Answer<()> {
        self.lent.into_inner().rollback().await
    }

    /// Reads row after row of an answer that may be longer than memory.
    pub(super) async fn each_row(
        &self,
        statement: Statement,
        mut take: impl AsyncFnMut(QueryResult) -> Result<()>,
    ) -> Result<()> {
        let mut lent = self.asked(&statement).await;
        on!(lent.line()?, line => {
            let mut rows = query!(statement).fetch(&mut **line);
            while let Some(row) = rows.try_next().await.map_err(not_answered)? {
                take(row.into()).await?;
            }
        });
        Ok(())
    }

    /// Its line, for one statement more.
    async fn asked(&self, statement: &Statement) -> MutexGuard<'_, Lent> {
        self.lines.count(statement);
        self.lent.lock().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.lines.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Answer<ExecResult> {
        let mut lent = self.asked(&statement).await;
        lent.line()?.execute(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Answer<ExecResult> {
        let mut lent = self.lent.lock().await;
        lent.line()?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Answer<Option<QueryResult>> {
        let mut lent = self.asked(&statement).await;
        lent.line()?.one(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Answer<Vec<QueryResult>> {
        let mut lent = self.asked(&statement).await;
        lent.line()?.all(statement).await
    }
}
