//! Ballots just cast, held until they are moved into the answers in no order.
//!
//! A token is burned in the transaction that puts its ballot into the box, so that
//! nothing is lost or counted twice. What such a transaction leaves behind (on
//! PostgreSQL the same `xmin` on both rows, and rows lying in the order of their
//! coming) is wiped in two others: [`Write::mix_token`] writes the token anew among
//! hundreds, [`Write::mix_box`] all ballots held, both shuffled. SQLite keeps no such
//! mark, and its rows lie in the order of their ids, which are random.
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement,
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
    Ok(ballot_box::Entity::find()
        .select_only()
        .column(ballot_box::Column::AgencyId)
        .distinct()
        .order_by_asc(ballot_box::Column::AgencyId)
        .into_tuple()
        .all(db)
        .await?)
}

/// The burned tokens that share a row's transaction with one of the ballots held: a kill came
/// before they were mixed.
pub async fn unmixed(db: &impl Reader, agency: i64) -> Result<Vec<i64>> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(Vec::new());
    }
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT t.id FROM burned_token t \
         JOIN ballot_box b ON b.agency_id = t.agency_id AND b.xmin = t.xmin \
         WHERE t.agency_id = $1",
        [agency.into()],
    );
    let rows = db.query_all_raw(ask).await?;
    let ids = rows.iter().map(|row| row.try_get_by_index(0));
    Ok(ids.collect::<std::result::Result<_, _>>()?)
}

/// One at a time mixes or empties.
const MIXING: i64 = 5_030;

/// Among so many others a burned token is written anew. All that an agency ever burned would
/// hide it no better, and each ballot would cost as much as the register is old.
const OTHERS: u16 = 500;

impl Write {
    /// Burns a token; answers its row, or none when it was burned before.
    pub async fn burn_token(&self, agency_id: i64, token_hash: String) -> Result<Option<i64>> {
        let id = shuffled_id();
        let row = burned_token::ActiveModel {
            id: Set(id),
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
        Ok((burned == 1).then_some(id))
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

    /// Writes a burned token anew among its neighbours, in no order, as of one moment. Ids are
    /// random, and so is the token's place among them.
    pub async fn mix_token(&self, agency: i64, id: i64) -> Result<()> {
        self.wait_for_the_others().await?;
        let of_agency = || {
            burned_token::Entity::find()
                .select_only()
                .column(burned_token::Column::Id)
                .filter(burned_token::Column::AgencyId.eq(agency))
        };
        let others = u64::from(OTHERS);
        let up_to_it = of_agency()
            .filter(burned_token::Column::Id.lte(id))
            .order_by_desc(burned_token::Column::Id)
            .limit(others + 1);
        let beyond = of_agency()
            .filter(burned_token::Column::Id.gt(id))
            .order_by_asc(burned_token::Column::Id)
            .limit(others);
        let mut near: Vec<i64> = up_to_it.into_tuple().all(&self.tx).await?;
        near.reverse();
        let before = rand::random_range(0..=usize::from(OTHERS));
        let from = near.len().saturating_sub(1 + before);
        near.extend(beyond.into_tuple::<i64>().all(&self.tx).await?);
        // At either end the place moves, the number stays.
        let many = near.len().min(usize::from(OTHERS) + 1);
        let from = from.min(near.len() - many);
        let among = &near[from..from + many];
        if let (Some(first), Some(last)) = (among.first(), among.last()) {
            let rows = "burned_token WHERE agency_id = $1 AND id BETWEEN $2 AND $3";
            self.write_anew(rows, &[agency, *first, *last]).await?;
        }
        Ok(())
    }

    /// Writes all that an agency's box holds anew, in no order, as of one moment.
    pub async fn mix_box(&self, agency: i64) -> Result<()> {
        self.wait_for_the_others().await?;
        self.write_anew("ballot_box WHERE agency_id = $1", &[agency])
            .await
    }

    async fn write_anew(&self, rows: &str, values: &[i64]) -> Result<()> {
        let table = rows.split(' ').next().unwrap_or_default();
        let anew = format!(
            "WITH gone AS (DELETE FROM {rows} RETURNING *) \
             INSERT INTO {table} SELECT * FROM gone ORDER BY random()"
        );
        let values = values.iter().map(|value| (*value).into());
        let anew = Statement::from_sql_and_values(DbBackend::Postgres, anew, values);
        self.tx.execute_raw(anew).await?;
        Ok(())
    }

    async fn wait_for_the_others(&self) -> Result<()> {
        if self.tx.get_database_backend() == DbBackend::Postgres {
            let wait = format!("SELECT pg_advisory_xact_lock({MIXING})");
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
