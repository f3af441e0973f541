//! How is the database asked outside a transaction?
//!
//! Behind `PgBouncer` in transaction mode a connection is ours for one transaction only: what
//! was prepared, or set, is on another server with the next statement. There every question
//! is a transaction of its own, and nothing is kept prepared.
use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    prelude::async_trait,
    sqlx::{AssertSqlSafe, Connection as _, Error as Refused, Executor as _, query_with},
};
use sea_query_sqlx::SqlxValues;

use super::{
    lines::{Answer, Lent, Line, Lines, on},
    transactions::Begin,
};

/// A statement with what it is asked for.
macro_rules! query {
    ($statement:expr) => {{
        let Statement { sql, values, .. } = $statement;
        let values = values.unwrap_or_else(|| sea_orm::Values(Vec::new()));
        let kept = !$crate::store::asking::is_search(&sql);
        query_with(AssertSqlSafe(sql), SqlxValues(values)).persistent(kept)
    }};
}
pub(super) use query;

/// Whether PostgreSQL looks for words, which is planned anew each time: how many bear a word
/// only the word tells, and a plan for any word reads all that bear it (of a million dossiers
/// 88 ms for 18, from the sixth time on).
pub(super) fn is_search(sql: &str) -> bool {
    sql.contains("\"search\" LIKE $")
}

pub(super) fn not_done(error: Refused) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

pub(super) fn not_answered(error: Refused) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

impl Line {
    pub(super) async fn execute(&mut self, statement: Statement) -> Answer<ExecResult> {
        on!(self, line => {
            let done = query!(statement).execute(&mut **line).await;
            done.map(Into::into)
        })
        .map_err(not_done)
    }

    pub(super) async fn execute_unprepared(&mut self, sql: &str) -> Answer<ExecResult> {
        on!(self, line => {
            let done = line.execute(AssertSqlSafe(sql.to_owned())).await;
            done.map(Into::into)
        })
        .map_err(not_done)
    }

    pub(super) async fn one(&mut self, statement: Statement) -> Answer<Option<QueryResult>> {
        on!(self, line => {
            let row = query!(statement).fetch_optional(&mut **line).await;
            row.map(|row| row.map(Into::into))
        })
        .map_err(not_answered)
    }

    pub(super) async fn all(&mut self, statement: Statement) -> Answer<Vec<QueryResult>> {
        on!(self, line => {
            let rows = query!(statement).fetch_all(&mut **line).await;
            rows.map(|rows| rows.into_iter().map(Into::into).collect())
        })
        .map_err(not_answered)
    }
}

impl Lines {
    /// A line for one question; behind a pooler in a transaction of its own.
    async fn for_one(&self, statement: &Statement) -> Answer<Lent> {
        self.count(statement);
        if self.pooled().is_some() {
            self.begun(Begin::Question).await
        } else {
            self.lend().await
        }
    }

    /// Whether anybody answers at the other end.
    pub(super) async fn ping(&self) -> Answer<()> {
        let mut lent = self.lend().await?;
        on!(lent.line()?, line => line.ping().await)
            .map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))?;
        lent.give_back();
        Ok(())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Lines {
    fn get_database_backend(&self) -> DbBackend {
        self.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Answer<ExecResult> {
        let mut lent = self.for_one(&statement).await?;
        let done = lent.line()?.execute(statement).await?;
        lent.done().await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Answer<ExecResult> {
        let mut lent = self.lend().await?;
        let done = lent.line()?.execute_unprepared(sql).await?;
        lent.give_back();
        Ok(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Answer<Option<QueryResult>> {
        let mut lent = self.for_one(&statement).await?;
        let found = lent.line()?.one(statement).await?;
        lent.done().await?;
        Ok(found)
    }

    async fn query_all_raw(&self, statement: Statement) -> Answer<Vec<QueryResult>> {
        let mut lent = self.for_one(&statement).await?;
        let found = lent.line()?.all(statement).await?;
        lent.done().await?;
        Ok(found)
    }
}
