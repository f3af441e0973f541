//! What was done to many dossiers at once, and what became of each.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{
    Reader, Write,
    tables::{
        dossier::dossier,
        lists::{batch, batch_row},
    },
};
use crate::error::{Error, Result};

pub use super::tables::lists::batch::Model as Batch;

/// One dossier of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: i64,
    pub code: String,
    pub version: i64,
    pub state: State,
    /// Why not, or what came of it.
    pub said: String,
}

/// How far a dossier of a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Done,
    Refused,
}

impl State {
    fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    fn from_code(code: &str) -> Self {
        [Self::Done, Self::Refused]
            .into_iter()
            .find(|state| state.code() == code)
            .unwrap_or(Self::Waiting)
    }
}

/// A batch of an account; another's is not there.
pub async fn of(db: &impl Reader, account: i64, id: i64) -> Result<Batch> {
    let row = batch::Entity::find_by_id(id)
        .filter(batch::Column::AccountId.eq(account))
        .one(db)
        .await?;
    row.ok_or_else(|| Error::not_found("Không có lần làm này."))
}

/// The batches of an account, the newest first.
pub async fn recent(db: &impl Reader, account: i64, most: u64) -> Result<Vec<Batch>> {
    Ok(batch::Entity::find()
        .filter(batch::Column::AccountId.eq(account))
        .order_by_desc(batch::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// Its dossiers, in the order of the list they were chosen from.
pub async fn rows(db: &impl Reader, id: i64) -> Result<Vec<Row>> {
    let rows = batch_row::Entity::find()
        .filter(batch_row::Column::BatchId.eq(id))
        .order_by_asc(batch_row::Column::Id)
        .all(db)
        .await?;
    let codes: HashMap<i64, String> = dossier::Entity::find()
        .select_only()
        .column(dossier::Column::Id)
        .column(dossier::Column::Code)
        .filter(dossier::Column::Id.is_in(rows.iter().map(|row| row.dossier_id)))
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| Row {
            id: row.id,
            code: codes.get(&row.dossier_id).cloned().unwrap_or_default(),
            version: row.version,
            state: State::from_code(&row.state),
            said: row.said,
        })
        .collect())
}

impl Write {
    /// Writes down what is about to be done: each dossier with the version that was looked at.
    pub async fn open_batch(
        &self,
        account: i64,
        act: &str,
        receiver: &str,
        dossiers: &[(i64, i64)],
        now: DateTime<Utc>,
    ) -> Result<i64> {
        let row = batch::ActiveModel {
            id: NotSet,
            account_id: Set(account),
            act: Set(act.to_owned()),
            receiver: Set(receiver.to_owned()),
            started_at: Set(now),
            ended_at: Set(None),
        };
        let id = row.insert(&self.tx).await?.id;
        for (dossier, version) in dossiers {
            let row = batch_row::ActiveModel {
                id: NotSet,
                batch_id: Set(id),
                dossier_id: Set(*dossier),
                version: Set(*version),
                state: Set(State::Waiting.code().into()),
                said: Set(String::new()),
            };
            row.insert(&self.tx).await?;
        }
        Ok(id)
    }

    /// What became of one of them; said once.
    pub async fn settle_batch_row(&self, row: i64, state: State, said: &str) -> Result<()> {
        batch_row::Entity::update_many()
            .col_expr(batch_row::Column::State, Expr::value(state.code()))
            .col_expr(batch_row::Column::Said, Expr::value(said))
            .filter(batch_row::Column::Id.eq(row))
            .filter(batch_row::Column::State.eq(State::Waiting.code()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// All of them were tried.
    pub async fn end_batch(&self, id: i64, now: DateTime<Utc>) -> Result<()> {
        batch::Entity::update_many()
            .col_expr(batch::Column::EndedAt, Expr::value(now))
            .filter(batch::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
