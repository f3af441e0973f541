//! What stands beside a dossier from its first moment: event, promise, survey token, key.
//!
//! They are written by one statement: each costs a way to the engine and back, which takes
//! longer than the row.
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Statement, Values,
    sea_query::{CommonTableExpression, InsertStatement, WithClause},
};

use super::{
    Write,
    dossiers::{DueChange, Event},
    idempotency::Key,
    tables::{
        dossier::{due_change, event},
        survey::survey_token,
    },
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
        let mut event = event::ActiveModel::from(beside.event).reset_all();
        event.id = NotSet;
        let mut token = survey_token::ActiveModel::from(beside.survey_token).reset_all();
        token.id = NotSet;
        let mut others = vec![event::Entity::insert(event).into_query()];
        others.extend(beside.promise.map(|promise| {
            let mut promise = due_change::ActiveModel::from(promise).reset_all();
            promise.id = NotSet;
            due_change::Entity::insert(promise).into_query()
        }));
        let mut token = survey_token::Entity::insert(token).into_query();
        let last = match beside.key {
            None => token.returning_col(survey_token::Column::Id).to_owned(),
            Some(key) => {
                others.push(token);
                key.row().returning_col("key").to_owned()
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
