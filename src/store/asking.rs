//! How is the database asked outside a transaction?
//!
//! Behind `PgBouncer` in transaction mode a connection is ours for one transaction only: what
//! was prepared, or set, is on another server with the next statement. There every question
//! is a transaction of its own, and nothing is kept prepared.
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, TransactionOptions, TransactionTrait, prelude::async_trait,
};

/// The pool, asked as its way to the server wants it.
#[derive(Clone, Debug)]
pub struct Asking {
    pub(super) db: DatabaseConnection,
    /// Through a pooler that hands out transactions; a statement is given up after that long.
    pub(super) pooled: Option<Duration>,
}

impl Asking {
    /// A transaction; behind a pooler with the limit that a connection cannot keep.
    pub(super) async fn begin(
        &self,
        options: TransactionOptions,
    ) -> Result<DatabaseTransaction, DbErr> {
        let tx = self.db.begin_with_options(options).await?;
        let postgres = self.db.get_database_backend() == DbBackend::Postgres;
        if let Some(limit) = self.pooled.filter(|_| postgres) {
            // What others prepared on this server bears the names that ours will bear.
            let anew = format!(
                "DEALLOCATE ALL; SET LOCAL statement_timeout = {}",
                limit.as_millis()
            );
            tx.execute_unprepared(&anew).await?;
        }
        Ok(tx)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Asking {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if self.pooled.is_none() {
            return self.db.execute_raw(statement).await;
        }
        let tx = self.begin(TransactionOptions::default()).await?;
        let done = tx.execute_raw(statement).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if self.pooled.is_none() {
            return self.db.query_one_raw(statement).await;
        }
        let tx = self.begin(TransactionOptions::default()).await?;
        let found = tx.query_one_raw(statement).await?;
        tx.commit().await?;
        Ok(found)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if self.pooled.is_none() {
            return self.db.query_all_raw(statement).await;
        }
        let tx = self.begin(TransactionOptions::default()).await?;
        let found = tx.query_all_raw(statement).await?;
        tx.commit().await?;
        Ok(found)
    }
}
