//! Who holds a dossier, since when, and who held it before.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, Value,
};

use super::{
    Reader, Write,
    first_page::{self, Rows},
    tables::workflow::holding,
};
use crate::{
    domain::{role::Role, workflow::Duty},
    error::Result,
};

pub use super::tables::workflow::holding::Model as Holding;

impl Holding {
    pub fn duty(&self) -> Duty {
        // Written by us alone.
        Duty::from_code(&self.duty).unwrap_or(Duty::Receive)
    }
}

/// The hands a dossier went through, oldest first.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Holding>> {
    Ok(holding::Entity::find()
        .filter(holding::Column::DossierId.eq(dossier))
        .order_by_asc(holding::Column::Seq)
        .all(db)
        .await?)
}

/// Who holds these dossiers now.
pub async fn open_of(
    db: &impl Reader,
    dossiers: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Holding>> {
    Ok(holding::Entity::find()
        .filter(holding::Column::DossierId.is_in(dossiers))
        .filter(holding::Column::EndedAt.is_null())
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.dossier_id, row))
        .collect())
}

/// Whose lists these are.
#[derive(Clone, Debug)]
pub struct Hands {
    pub agency: i64,
    pub role: Role,
    pub title: String,
    /// The account and those it stands in for today.
    pub accounts: Vec<i64>,
}

/// Which hops are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hops {
    /// Given to these hands, not taken yet.
    ToTake,
    /// Given by them, not taken yet.
    NotTaken,
    /// Taken and held by them.
    Held,
    /// At another agency, awaited by them.
    Elsewhere,
}

/// A dossier in a list of hops.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Hop {
    pub code: String,
    pub version: i64,
    pub applicant_name: String,
    pub procedure_name: String,
    pub step_name: String,
    pub holder: String,
    pub given_by: String,
    pub given_at: DateTime<Utc>,
    pub pass_by: Option<DateTime<Utc>>,
    pub taken_at: Option<DateTime<Utc>>,
    pub elsewhere: String,
    pub due_at: Option<DateTime<Utc>>,
    pub waiting: bool,
}

/// The hops of these hands, the oldest first; the first `most` of them, and how many there are.
pub async fn hops(
    db: &impl Reader,
    hands: &Hands,
    which: Hops,
    most: u64,
) -> Result<(Vec<Hop>, u64)> {
    let mut values: Vec<Value> = vec![hands.agency.into()];
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let own: Vec<String> = hands
        .accounts
        .iter()
        .map(|account| place((*account).into()))
        .collect();
    let own = if own.is_empty() {
        "NULL".to_owned()
    } else {
        own.join(", ")
    };
    let duties: Vec<String> = Duty::ALL
        .iter()
        .filter(|duty| duty.role() == hands.role)
        .map(|duty| format!("'{}'", duty.code()))
        .collect();
    // What was passed on is asked by its giver alone; PostgreSQL counts every value bound.
    let everyone = if duties.is_empty() || matches!(which, Hops::NotTaken) {
        "FALSE".to_owned()
    } else {
        let title = place(hands.title.clone().into());
        format!(
            "(h.account_id IS NULL AND h.duty IN ({}) AND (h.title = '' OR h.title = {title}))",
            duties.join(", ")
        )
    };
    let mine = format!("(h.account_id IN ({own}) OR {everyone})");
    let condition = match which {
        Hops::ToTake => format!("h.taken_at IS NULL AND h.elsewhere = '' AND {mine}"),
        Hops::NotTaken => {
            format!("h.taken_at IS NULL AND h.elsewhere = '' AND h.given_by_account IN ({own})")
        }
        Hops::Held => format!("h.taken_at IS NOT NULL AND h.elsewhere = '' AND {mine}"),
        Hops::Elsewhere => format!("h.elsewhere <> '' AND {mine}"),
    };
    let from = format!(
        "FROM holding h JOIN dossier d ON d.id = h.dossier_id \
         JOIN procedure_version p ON p.id = d.procedure_version_id \
         WHERE h.agency_id = $1 AND h.ended_at IS NULL AND {condition}"
    );
    let rows = Rows {
        columns: "d.code, d.version, d.applicant_name, p.name AS procedure_name, h.step_name, \
             h.holder, h.given_by, h.given_at, h.pass_by, h.taken_at, h.elsewhere, \
             d.original_due_at AS due_at, (d.wait_from IS NOT NULL) AS waiting",
        from: &from,
        order: "h.given_at, h.id",
        values,
    };
    first_page::of(db, rows, most).await
}

impl Write {
    /// A dossier lies in new hands.
    pub async fn open_holding(&self, row: Holding) -> Result<()> {
        let mut row = holding::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        holding::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// It was taken, or left these hands.
    pub async fn update_holding(&self, row: Holding) -> Result<()> {
        let id = row.id;
        let mut row = holding::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        holding::Entity::update_many()
            .set(row)
            .filter(holding::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
