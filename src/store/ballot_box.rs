//! Ballots just cast, held until they are moved into the answers in no order.
//!
//! A token is burned in the transaction that puts its ballot into the box, so that
//! nothing is lost or counted twice. What such a transaction leaves behind (on
//! PostgreSQL the same `xmin` on both rows, and rows lying in the order of their
//! coming) leads to nobody, for it writes anew, shuffled, all tokens that were burned
//! for dossiers of about that time, and all ballots held. SQLite keeps no such mark, and
//! its rows lie in the order of their ids, which are random.
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Expr, OnConflict},
};

use super::{
    Reader, Store, Write,
    surveys::shuffled_id,
    tables::{
        dossier::dossier,
        survey::{answer, ballot, ballot_box, burned_token},
    },
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

/// One at a time mixes or empties.
const MIXING: i64 = 5_030;

/// Of so many dossiers, entered one after another, the tokens are mixed: those that a ballot
/// may be of by its day. With all that were ever burned it would hide no better, and each
/// would cost as much as the register is old.
const NEAR: u16 = 2_000;

impl Write {
    /// Burns the token of a dossier: `false` when it was burned before.
    pub async fn burn_token(
        &self,
        agency: i64,
        dossier: Option<i64>,
        token_hash: String,
    ) -> Result<bool> {
        if self.tx.get_database_backend() == DbBackend::Postgres {
            return self.burn_among_others(agency, dossier, token_hash).await;
        }
        let row = burned_token::ActiveModel {
            id: Set(shuffled_id()),
            agency_id: Set(agency),
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

    /// One statement, so that not even a dead row tells which of them is new.
    async fn burn_among_others(
        &self,
        agency: i64,
        dossier: Option<i64>,
        token_hash: String,
    ) -> Result<bool> {
        self.wait_for_the_others().await?;
        let of_token = burned_token::Entity::find()
            .filter(burned_token::Column::TokenHash.eq(token_hash.as_str()));
        if of_token.count(&self.tx).await? > 0 {
            return Ok(false);
        }
        // Of no dossier that is known: those of today.
        let (first, last) = self.near(agency, dossier.unwrap_or(i64::MAX)).await?;
        let burn = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "WITH gone AS (DELETE FROM burned_token WHERE token_hash IN ( \
             SELECT t.token_hash FROM dossier d JOIN survey_token t ON t.dossier_id = d.id \
             WHERE d.agency_id = $1 AND d.id BETWEEN $2 AND $3) \
             RETURNING id, agency_id, token_hash) \
             INSERT INTO burned_token (id, agency_id, token_hash) SELECT * FROM ( \
             SELECT id, agency_id, token_hash FROM gone UNION ALL SELECT $4, $1, $5) AS mixed \
             ORDER BY random()",
            [
                agency.into(),
                first.into(),
                last.into(),
                shuffled_id().into(),
                token_hash.into(),
            ],
        );
        self.tx.execute_raw(burn).await?;
        Ok(true)
    }

    /// The first and the last of the dossiers beside one. Where it lies among them is left to
    /// chance: in the middle it would be found.
    async fn near(&self, agency: i64, dossier: i64) -> Result<(i64, i64)> {
        let of_agency = || {
            dossier::Entity::find()
                .select_only()
                .column(dossier::Column::Id)
                .filter(dossier::Column::AgencyId.eq(agency))
        };
        let many = u64::from(NEAR);
        let up_to_it = of_agency()
            .filter(dossier::Column::Id.lte(dossier))
            .order_by_desc(dossier::Column::Id)
            .limit(many);
        let beyond = of_agency()
            .filter(dossier::Column::Id.gt(dossier))
            .order_by_asc(dossier::Column::Id)
            .limit(many - 1);
        let mut near: Vec<i64> = up_to_it.into_tuple().all(&self.tx).await?;
        near.reverse();
        let before = rand::random_range(1..=usize::from(NEAR));
        let from = near.len().saturating_sub(before);
        near.extend(beyond.into_tuple::<i64>().all(&self.tx).await?);
        // At either end the place moves, the number stays.
        let many = near.len().min(usize::from(NEAR));
        let from = from.min(near.len() - many);
        let among = &near[from..from + many];
        let ends = among.first().zip(among.last());
        Ok(ends.map_or((0, 0), |(first, last)| (*first, *last)))
    }

    /// Puts a ballot into the box under a new id, which is answered; with it all that the box
    /// holds is written anew, in no order, as of one moment.
    pub async fn put_in_box(&self, mut ballot: Held, answers: &[Answer]) -> Result<i64> {
        self.wait_for_the_others().await?;
        ballot.id = shuffled_id();
        ballot.answers = serde_json::to_string(answers)?;
        let (id, agency) = (ballot.id, ballot.agency_id);
        let row = ballot_box::ActiveModel::from(ballot).reset_all();
        ballot_box::Entity::insert(row).exec(&self.tx).await?;
        if self.tx.get_database_backend() == DbBackend::Postgres {
            let anew = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "WITH gone AS (DELETE FROM ballot_box WHERE agency_id = $1 RETURNING *) \
                 INSERT INTO ballot_box SELECT * FROM gone ORDER BY random()",
                [agency.into()],
            );
            self.tx.execute_raw(anew).await?;
        }
        Ok(id)
    }

    /// The factor that a visitor of the kiosk named after the tap, once.
    pub async fn give_reason(&self, agency: i64, id: i64, factor: &str) -> Result<()> {
        // Whoever mixes writes the row anew: it would not be found meanwhile.
        self.wait_for_the_others().await?;
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
