//! What did an agency decide for itself about a procedure of the catalogue?
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

use super::{
    Reader, Write,
    own_days::{Decision, once},
    tables::office::own_terms as table,
};
use crate::{domain::terms::Terms, error::Result};

pub use super::tables::office::own_terms::Model as Decided;

/// Every decision with its agency and code, the oldest first.
pub(super) async fn all(db: &impl Reader) -> Result<Vec<(i64, String, Terms)>> {
    let rows = table::Entity::find().order_by_asc(table::Column::Id);
    let rows = rows.all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.agency_id, row.code.clone(), terms(row)))
        .collect())
}

/// What an agency decided about a procedure, by whom and when, the newest first.
pub async fn of(db: &impl Reader, agency: i64, code: &str) -> Result<Vec<Decided>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::Code.eq(code))
        .order_by_desc(table::Column::Id)
        .all(db)
        .await?)
}

/// A row as the rule takes it.
pub fn terms(row: Decided) -> Terms {
    Terms {
        id: row.id,
        from: row.from_day,
        offered: row.offered,
        limit: row.time_limit.and_then(|limit| u32::try_from(limit).ok()),
        fee_vnd: row.fee_vnd,
        fee_note: row.fee_note,
        four: row.four_on_the_spot,
        place: row.place,
        basis: row.basis,
    }
}

impl Write {
    /// One decision more, after the one that was looked at; `None` when another came first.
    pub async fn decide_terms(
        &self,
        decision: Decision<'_>,
        code: &str,
        terms: &Terms,
        replaces: i64,
    ) -> Result<Option<i64>> {
        let row = table::ActiveModel {
            id: NotSet,
            agency_id: Set(decision.agency),
            code: Set(code.into()),
            from_day: Set(terms.from),
            offered: Set(terms.offered),
            time_limit: Set(terms.limit.and_then(|limit| i32::try_from(limit).ok())),
            fee_vnd: Set(terms.fee_vnd),
            fee_note: Set(terms.fee_note.clone()),
            four_on_the_spot: Set(terms.four),
            place: Set(terms.place.clone()),
            basis: Set(terms.basis.clone()),
            set_by: Set(decision.by.into()),
            set_at: Set(decision.at),
            replaces: Set(replaces),
        };
        once(row.insert(&self.tx).await.map(|row| row.id))
    }
}
