//! Ballots just cast, held until they are moved into the answers in no order.
//!
//! A token is burned in the transaction that puts its ballot into the box, so that
//! nothing is lost or counted twice. What such a transaction leaves behind (on
//! PostgreSQL the same `xmin` on both rows, and rows lying in the order of their
//! coming) is wiped by [`Write::stir`]: it writes all burned tokens and all held
//! ballots anew, shuffled, in one transaction. SQLite keeps no such mark, and its rows
//! lie in the order of their ids, which are random.
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, Statement,
    sea_query::{Expr, OnConflict},
};

use super::{
    Reader, Store, Write,
    surveys::shuffled_id,
    tables::survey::{answer, ballot, ballot_box, burned_token},
};
use crate::error::{Error, Result};

pub use super::tables::survey::{ballot::Model as Ballot, ballot_box::Model as Held};

/// A question, its factor, and what was answered.
pub type Answer = (String, String, Option<i32>);

impl Held {
    /// What was answered.
    pub fn given(&self) -> Result<Vec<Answer>> {
        serde_json::from_str(&self.answers).map_err(Error::internal)
    }
}

/// What an agency's box holds.
pub async fn held(db: &impl Reader, agency: i64) -> Result<Vec<Held>> {
    Ok(ballot_box::Entity::find()
        .filter(ballot_box::Column::AgencyId.eq(agency))
        .all(db)
        .await?)
}

/// The agencies whose box is not empty.
pub async fn holding(db: &impl Reader) -> Result<Vec<i64>> {
    use sea_orm::{QueryOrder, QuerySelect};
    Ok(ballot_box::Entity::find()
        .select_only()
        .column(ballot_box::Column::AgencyId)
        .distinct()
        .order_by_asc(ballot_box::Column::AgencyId)
        .into_tuple()
        .all(db)
        .await?)
}

/// One at a time stirs or empties.
const STIRRING: i64 = 5_030;

impl Write {
    /// Burns a token: `false` when it was burned before.
    pub async fn burn_token(&self, agency_id: i64, token_hash: String) -> Result<bool> {
        let row = burned_token::ActiveModel {
            id: Set(shuffled_id()),
            agency_id: Set(agency_id),
            token_hash: Set(token_hash),
        };
        let burned = burned_token::Entity::insert(row)
            .on_conflict(
                OnConflict::column(burned_token::Column::TokenHash)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.tx)
            .await?;
        Ok(burned == 1)
    }

    /// Puts a ballot into the box under a new id, which is answered.
    pub async fn put_in_box(&self, mut ballot: Held, answers: &[Answer]) -> Result<i64> {
        ballot.id = shuffled_id();
        ballot.answers = serde_json::to_string(answers)?;
        let id = ballot.id;
        let row = ballot_box::ActiveModel::from(ballot).reset_all();
        ballot_box::Entity::insert(row).exec(&self.tx).await?;
        Ok(id)
    }

    /// The factor that a visitor of the kiosk named after the tap, once.
    pub async fn give_reason(&self, agency: i64, id: i64, factor: &str) -> Result<()> {
        let done = ballot_box::Entity::update_many()
            .col_expr(ballot_box::Column::Reason, Expr::value(factor))
            .filter(ballot_box::Column::Id.eq(id))
            .filter(ballot_box::Column::AgencyId.eq(agency))
            .filter(ballot_box::Column::Source.eq("kiosk"))
            .filter(ballot_box::Column::Reason.is_null())
            .exec(&self.tx)
            .await?;
        if done.rows_affected == 0 {
            // It was moved in the meantime; it keeps its id.
            ballot::Entity::update_many()
                .col_expr(ballot::Column::Reason, Expr::value(factor))
                .filter(ballot::Column::Id.eq(id))
                .filter(ballot::Column::AgencyId.eq(agency))
                .filter(ballot::Column::Source.eq("kiosk"))
                .filter(ballot::Column::Reason.is_null())
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    /// Takes everything out of an agency's box.
    pub async fn take_from_box(&self, agency: i64) -> Result<Vec<Held>> {
        self.wait_for_the_others().await?;
        let taken = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "DELETE FROM ballot_box WHERE agency_id = $1 RETURNING *",
            [agency.into()],
        );
        Ok(Held::find_by_statement(taken).all(&self.tx).await?)
    }

    /// Writes an agency's burned tokens and held ballots anew, in no order, as of one
    /// moment.
    pub async fn stir(&self, agency: i64) -> Result<()> {
        if self.tx.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        self.wait_for_the_others().await?;
        for table in ["burned_token", "ballot_box"] {
            let anew = format!(
                "WITH gone AS (DELETE FROM {table} WHERE agency_id = $1 RETURNING *) \
                 INSERT INTO {table} SELECT * FROM gone ORDER BY random()"
            );
            let anew = Statement::from_sql_and_values(DbBackend::Postgres, anew, [agency.into()]);
            self.tx.execute_raw(anew).await?;
        }
        Ok(())
    }

    async fn wait_for_the_others(&self) -> Result<()> {
        if self.tx.get_database_backend() == DbBackend::Postgres {
            let wait = format!("SELECT pg_advisory_xact_lock({STIRRING})");
            self.tx.execute_unprepared(&wait).await?;
        }
        Ok(())
    }

    /// A ballot and its answers, where figures are made from; under a new id where it has none.
    pub async fn insert_ballot(
        &self,
        row: Ballot,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<()> {
        let ballot_id = if row.id == 0 { shuffled_id() } else { row.id };
        let mut row = ballot::ActiveModel::from(row).reset_all();
        row.id = Set(ballot_id);
        ballot::Entity::insert(row).exec(&self.tx).await?;
        let answers = answers
            .into_iter()
            .map(|(question, factor, value)| answer::ActiveModel {
                id: Set(shuffled_id()),
                ballot_id: Set(ballot_id),
                question: Set(question),
                factor: Set(factor),
                value: Set(value),
            });
        answer::Entity::insert_many(answers).exec(&self.tx).await?;
        Ok(())
    }
}

impl Store {
    /// Old versions of rows written anew are not left lying in the table.
    pub async fn sweep_ballot_box(&self) -> Result<()> {
        if self.db.get_database_backend() == DbBackend::Postgres {
            self.db
                .execute_unprepared("VACUUM burned_token, ballot_box")
                .await?;
        }
        Ok(())
    }
}
