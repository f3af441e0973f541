//! Ballots just cast, held until they are moved into the answers in no order.
//!
//! A token is burned in the transaction that puts its ballot into the box, so that
//! nothing is lost or counted twice. What such a transaction leaves behind (on
//! PostgreSQL the same `xmin` on both rows, and rows lying in the order of their
//! coming) leads to nobody, for it writes anew, shuffled, hundreds of tokens that were
//! burned for dossiers of about that time, and all ballots held; what lay there before
//! is swept away ([`Store::sweep_ballot_box`]). SQLite keeps no such mark, and its rows
//! lie in the order of their ids, which are random.
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

/// One at a time mixes or empties.
const MIXING: i64 = 5_030;

/// A token is burned among so many others, those of the dossiers entered next to its own: a
/// ballot may be of them by its day. All that were ever burned would add those of other years,
/// which its day rules out, and each ballot would cost as much as the register is old.
const OTHERS: u16 = 500;
/// So many dossiers are looked through for them, either way.
const NEAR: i64 = 20_000;

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

    /// In one statement: by two, the new row would leave a dead one of its own moment.
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
        let among = self.others(agency, dossier).await?;
        let among: Vec<String> = among.iter().map(i64::to_string).collect();
        // As one value: else each ballot would be a statement of its own, and push those that
        // are asked all day out of what a connection keeps prepared.
        let burn = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "WITH gone AS (DELETE FROM burned_token \
             WHERE id = ANY (string_to_array($4, ',')::bigint[]) RETURNING id, token_hash) \
             INSERT INTO burned_token (id, agency_id, token_hash) \
             SELECT id, $1, token_hash FROM ( \
             SELECT id, token_hash FROM gone UNION ALL SELECT $2, $3) AS mixed \
             ORDER BY random()",
            [
                agency.into(),
                shuffled_id().into(),
                token_hash.into(),
                among.join(",").into(),
            ],
        );
        self.tx.execute_raw(burn).await?;
        Ok(true)
    }

    /// The tokens that one is burned among. Where it lies among them by its dossier is left to
    /// chance: in the middle it would be found.
    async fn others(&self, agency: i64, dossier: Option<i64>) -> Result<Vec<i64>> {
        let others = usize::from(OTHERS);
        // Of no dossier that is known: those of today.
        let dossier = dossier.unwrap_or(i64::MAX);
        let mut near = self.burned(agency, dossier, "<= $2", "DESC").await?;
        near.reverse();
        let before = rand::random_range(0..=others);
        let from = near.len().saturating_sub(before);
        near.extend(self.burned(agency, dossier, "> $2", "ASC").await?);
        // At either end the place moves, the number stays.
        let from = from.min(near.len().saturating_sub(others));
        let mut among: Vec<i64> = near.into_iter().skip(from).take(others).collect();
        if among.len() < others {
            // Few answer here, or much was imported: whichever there are.
            let more: Vec<i64> = burned_token::Entity::find()
                .select_only()
                .column(burned_token::Column::Id)
                .filter(burned_token::Column::AgencyId.eq(agency))
                .limit(u64::from(2 * OTHERS))
                .into_tuple()
                .all(&self.tx)
                .await?;
            let more = more.into_iter().filter(|id| !among.contains(id));
            let more: Vec<i64> = more.take(others - among.len()).collect();
            among.extend(more);
        }
        Ok(among)
    }

    /// The tokens burned for the dossiers next to one, on one side of it. Found one after
    /// another: for so many rows the planner would rather read whole tables.
    async fn burned(&self, agency: i64, dossier: i64, side: &str, order: &str) -> Result<Vec<i64>> {
        let ask = Statement::from_sql_and_values(
            DbBackend::Postgres,
            format!(
                "SELECT b.id FROM (SELECT id FROM dossier WHERE agency_id = $1 AND id {side} \
                 ORDER BY id {order} LIMIT {NEAR}) d \
                 CROSS JOIN LATERAL (SELECT token_hash FROM survey_token \
                 WHERE dossier_id = d.id OFFSET 0) t \
                 CROSS JOIN LATERAL (SELECT id FROM burned_token \
                 WHERE token_hash = t.token_hash OFFSET 0) b \
                 ORDER BY d.id {order} LIMIT {OTHERS}"
            ),
            [agency.into(), dossier.into()],
        );
        let rows = self.tx.query_all_raw(ask).await?;
        let ids = rows.iter().map(|row| row.try_get_by_index(0));
        Ok(ids.collect::<std::result::Result<_, _>>()?)
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
    /// Of rows written anew the versions before are not left lying: they tell which row has none.
    pub async fn sweep_ballot_box(&self) -> Result<()> {
        if self.db.get_database_backend() == DbBackend::Postgres {
            self.db
                .execute_unprepared("VACUUM burned_token, ballot_box")
                .await?;
        }
        Ok(())
    }
}
