//! What stands beside a dossier from its first moment: event, promise, survey token, key.
//!
//! They are written by one statement: each costs a way to the engine and back, and with one
//! way for all of them an intake keeps its share of bare SQL (`tests/run bench intake`).
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Statement, Values,
    sea_query::{CommonTableExpression, InsertStatement, WithClause},
};

use super::{
    Write,
    dossiers::{DueChange, Event, new_due_change, new_event},
    idempotency::Key,
    tables::survey::survey_token,
};
use crate::error::Result;

pub use super::tables::survey::survey_token::Model as SurveyToken;

/// What is written with a dossier that is received.
pub struct Beside<'a> {
    pub event: Event,
    /// None yet, where it must be accepted first.
    pub promise: Option<DueChange>,
    /// The token that its receipt carries, and the counter where it was printed.
    pub survey_token: SurveyToken,
    pub key: Option<Key<'a>>,
}

impl Write {
    /// Writes them all; `false` where the key was seen before: the rest must be abandoned.
    pub async fn insert_beside(&self, beside: Beside<'_>) -> Result<bool> {
        let mut others = vec![new_event(beside.event)];
        others.extend(beside.promise.map(new_due_change));
        let mut token = survey_token::ActiveModel::from(beside.survey_token).reset_all();
        token.id = NotSet;
        let mut token = survey_token::Entity::insert(token).into_query();
        let last = match beside.key {
            None => token.returning_col(survey_token::Column::Id).to_owned(),
            Some(key) => {
                others.push(token);
                key.row()?.returning_col("key").to_owned()
            }
        };
        let ask = together(self.tx.get_database_backend(), others, last);
        Ok(self.tx.query_one_raw(ask).await?.is_some())
    }
}

/// Rows of several tables as one statement, which answers what the last one returns.
fn together(backend: DbBackend, others: Vec<InsertStatement>, last: InsertStatement) -> Statement {
    if backend == DbBackend::Postgres {
        let mut with = WithClause::new();
        for (at, row) in others.into_iter().enumerate() {
            let mut part = CommonTableExpression::new();
            with.cte(part.table_name(format!("row_{at}")).query(row).to_owned());
        }
        return backend.build(&with.query(last));
    }
    // SQLite has no such rows in `WITH`, and takes one statement after another instead.
    let (mut words, mut values) = (Vec::new(), Vec::new());
    for row in others.iter().chain([&last]) {
        let one = backend.build(row);
        words.push(one.sql);
        values.extend(one.values.into_iter().flatten());
    }
    Statement {
        sql: words.join("; "),
        values: Some(Values(values)),
        db_backend: backend,
    }
}
