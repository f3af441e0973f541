//! How is a transaction begun, asked and ended?
use futures_util::TryStreamExt as _;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    prelude::async_trait,
    sqlx::{AssertSqlSafe, Database, Postgres, SqlSafeStr as _, Sqlite, query_with},
};
use sea_query_sqlx::SqlxValues;
use sqlx_core::transaction::TransactionManager as _;
use tokio::sync::{Mutex, MutexGuard};

use super::{
    asking::{not_answered, query},
    lines::{Lent, Line, Lines},
};
use crate::error::Result;

type File = <Sqlite as Database>::TransactionManager;
type Server = <Postgres as Database>::TransactionManager;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// To change: takes the lock of a file at once, for two that read first and write then
    /// would each refuse the other.
    Write,
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
    /// Begins one; behind a pooler with the limit that a connection cannot keep.
    pub(super) async fn begin(&self, what: Begin) -> std::result::Result<Transaction, DbErr> {
        let mut lent = self.lend().await?;
        let begun = match lent.line()? {
            Line::File(line) => {
                let words = match what {
                    Begin::Write => "BEGIN IMMEDIATE",
                    Begin::Snapshot | Begin::Question => "BEGIN DEFERRED",
                };
                File::begin(line, Some(words.into_sql_str())).await
            }
            Line::Server(line) => {
                let words = match what {
                    Begin::Write | Begin::Question => "BEGIN",
                    Begin::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                };
                Server::begin(line, Some(words.into_sql_str())).await
            }
        };
        begun.map_err(not_answered)?;
        lent.is_open = true;
        if let (Some(limit), Line::Server(_)) = (self.pooled(), lent.line()?) {
            // What others prepared on this server bears the names that ours will bear.
            let anew = format!(
                "DEALLOCATE ALL; SET LOCAL statement_timeout = {}",
                limit.as_millis()
            );
            lent.line()?.execute_unprepared(&anew).await?;
        }
        Ok(Transaction {
            lent: Mutex::new(lent),
            lines: self.clone(),
        })
    }
}

impl Transaction {
    pub(super) async fn commit(self) -> std::result::Result<(), DbErr> {
        let mut lent = self.lent.into_inner();
        let ended = match lent.line()? {
            Line::File(line) => File::commit(line).await,
            Line::Server(line) => Server::commit(line).await,
        };
        ended.map_err(not_answered)?;
        lent.is_open = false;
        lent.give_back();
        Ok(())
    }

    pub(super) async fn rollback(self) -> std::result::Result<(), DbErr> {
        let mut lent = self.lent.into_inner();
        let ended = match lent.line()? {
            Line::File(line) => File::rollback(line).await,
            Line::Server(line) => Server::rollback(line).await,
        };
        ended.map_err(not_answered)?;
        lent.is_open = false;
        lent.give_back();
        Ok(())
    }

    /// Reads row after row of an answer that may be longer than memory.
    pub(super) async fn each_row(
        &self,
        statement: Statement,
        mut take: impl AsyncFnMut(QueryResult) -> Result<()>,
    ) -> Result<()> {
        let mut lent = self.asked().await;
        match lent.line()? {
            Line::File(line) => {
                let mut rows = query!(statement).fetch(&mut **line);
                while let Some(row) = rows.try_next().await.map_err(not_answered)? {
                    take(row.into()).await?;
                }
            }
            Line::Server(line) => {
                let mut rows = query!(statement).fetch(&mut **line);
                while let Some(row) = rows.try_next().await.map_err(not_answered)? {
                    take(row.into()).await?;
                }
            }
        }
        Ok(())
    }

    /// Its line, for one statement more.
    async fn asked(&self) -> MutexGuard<'_, Lent> {
        self.lines.count();
        self.lent.lock().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.lines.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> std::result::Result<ExecResult, DbErr> {
        self.asked().await.line()?.execute(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> std::result::Result<ExecResult, DbErr> {
        let mut lent = self.lent.lock().await;
        lent.line()?.execute_unprepared(sql).await
    }

    async fn query_one_raw(
        &self,
        statement: Statement,
    ) -> std::result::Result<Option<QueryResult>, DbErr> {
        self.asked().await.line()?.one(statement).await
    }

    async fn query_all_raw(
        &self,
        statement: Statement,
    ) -> std::result::Result<Vec<QueryResult>, DbErr> {
        self.asked().await.line()?.all(statement).await
    }
}
