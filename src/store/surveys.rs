//! Tokens that are burned, ballots that lead back to nobody.
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, DbBackend, EntityTrait,
    FromQueryResult, QueryFilter, Statement, sea_query::Expr,
};

use super::{
    Reader, Write,
    tables::survey::{answer, ballot, survey_token},
};
use crate::error::Result;

pub use super::tables::survey::ballot::Model as Ballot;

/// A token as it is found by its hash.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Token {
    pub agency_id: i64,
    pub used: bool,
    /// Field of the dossier's procedure; empty without a dossier.
    pub field: Option<String>,
}

/// How often a value was given to a question.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Given {
    pub question: String,
    pub factor: String,
    pub value: Option<i32>,
    pub times: i64,
}

/// The token of that hash.
pub async fn token(db: &impl Reader, hash: &str) -> Result<Option<Token>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT t.agency_id, t.used, p.field FROM survey_token t \
         LEFT JOIN dossier d ON d.id = t.dossier_id \
         LEFT JOIN procedure_version p ON p.id = d.procedure_version_id WHERE t.token_hash = $1",
        [hash.into()],
    );
    Ok(Token::find_by_statement(ask).one(db).await?)
}

/// How many ballots were cast between two days.
pub async fn ballots(db: &impl Reader, agency: i64, from: NaiveDate, to: NaiveDate) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(ballot::Entity::find()
        .filter(ballot::Column::AgencyId.eq(agency))
        .filter(ballot::Column::CastOn.between(from.to_string(), to.to_string()))
        .count(db)
        .await?)
}

/// Every answer given between two days, counted.
pub async fn answers(
    db: &impl Reader,
    agency: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Given>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT a.question, a.factor, a.value, COUNT(*) AS times FROM answer a \
         JOIN ballot b ON b.id = a.ballot_id \
         WHERE b.agency_id = $1 AND b.cast_on BETWEEN $2 AND $3 \
         GROUP BY a.question, a.factor, a.value ORDER BY a.question, a.value",
        [
            agency.into(),
            from.to_string().into(),
            to.to_string().into(),
        ],
    );
    Ok(Given::find_by_statement(ask).all(db).await?)
}

/// Ballots of a paper batch.
pub async fn in_batch(db: &impl Reader, agency: i64, batch: &str) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(ballot::Entity::find()
        .filter(ballot::Column::AgencyId.eq(agency))
        .filter(ballot::Column::Batch.eq(batch))
        .count(db)
        .await?)
}

/// Ids say nothing about the order in which ballots were cast.
fn shuffled_id() -> i64 {
    // Positive, and exact in JavaScript.
    i64::try_from(rand::random::<u64>() >> 11).unwrap_or_default()
}

impl Write {
    /// The token that a dossier's receipt carries.
    pub async fn insert_survey_token(
        &self,
        agency_id: i64,
        dossier_id: i64,
        token_hash: String,
    ) -> Result<()> {
        let row = survey_token::ActiveModel {
            id: NotSet,
            agency_id: Set(agency_id),
            dossier_id: Set(Some(dossier_id)),
            token_hash: Set(token_hash),
            used: Set(false),
        };
        survey_token::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Uses a token once: `false` when it was used before.
    pub async fn burn_token(&self, hash: &str) -> Result<bool> {
        let done = survey_token::Entity::update_many()
            .col_expr(survey_token::Column::Used, Expr::value(true))
            .filter(survey_token::Column::TokenHash.eq(hash))
            .filter(survey_token::Column::Used.eq(false))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// A ballot and its answers: question, factor, value. The id of the row given is ignored.
    pub async fn insert_ballot(
        &self,
        row: Ballot,
        answers: impl IntoIterator<Item = (String, String, Option<i32>)>,
    ) -> Result<()> {
        let id = shuffled_id();
        let mut row = ballot::ActiveModel::from(row).reset_all();
        row.id = Set(id);
        ballot::Entity::insert(row).exec(&self.tx).await?;
        let answers = answers
            .into_iter()
            .map(|(question, factor, value)| answer::ActiveModel {
                id: Set(shuffled_id()),
                ballot_id: Set(id),
                question: Set(question),
                factor: Set(factor),
                value: Set(value),
            });
        answer::Entity::insert_many(answers).exec(&self.tx).await?;
        Ok(())
    }
}
