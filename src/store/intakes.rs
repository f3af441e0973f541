//! A dossier that is received, and what stands beside it from its first moment: event,
//! promise, survey token, key.
//!
//! What stands beside it is written by one statement: each costs a way to the engine and back,
//! and with one way for all of them an intake keeps its share of bare SQL
//! (`tests/run bench intake`).
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Statement, TryInsertResult, Values,
    sea_query::{CommonTableExpression, InsertStatement, OnConflict, WithClause},
};

use super::{
    Write,
    dossiers::{Dossier, DueChange, Event, new_due_change, new_event},
    idempotency::Key,
    imports,
    tables::{dossier::dossier, survey::survey_token},
};
use crate::{domain::code, error::Result};

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

/// So many numbers are held against the register at once.
const AT_ONCE: i64 = 500;

impl Write {
    /// A new dossier: its id, and none where its code was brought in by an old register. That
    /// is no error of the statement, which would end the transaction on PostgreSQL.
    pub async fn insert_dossier(&self, row: Dossier) -> Result<Option<i64>> {
        let mut row = dossier::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        let once = OnConflict::column(dossier::Column::Code)
            .do_nothing()
            .to_owned();
        let done = dossier::Entity::insert(row)
            .on_conflict(once)
            .try_insert()
            .exec(&self.tx)
            .await?;
        Ok(match done {
            TryInsertResult::Inserted(made) => Some(made.last_insert_id),
            TryInsertResult::Conflicted | TryInsertResult::Empty => None,
        })
    }

    /// The first number of a day after a taken one that no dossier bears; the counter, which is
    /// held since that one was drawn, goes on from there.
    pub async fn pass_over(
        &self,
        agency: i64,
        (identifier, day): (&str, NaiveDate),
        taken: i64,
    ) -> Result<i64> {
        let mut first = taken + 1;
        loop {
            let numbers = first..first + AT_ONCE;
            let codes = numbers.map(|number| code::format(identifier, day, number));
            let codes: Vec<String> = codes.collect();
            let known = imports::known_codes(&self.tx, &codes).await?;
            let free = (first..)
                .zip(&codes)
                .find(|(_, code)| !known.contains(*code));
            if let Some((free, _)) = free {
                self.raise_sequence(agency, day, free).await?;
                return Ok(free);
            }
            first += AT_ONCE;
        }
    }

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
