//! Paper ballots on their way: keyed once, then once more, then counted.
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement,
};

use super::{Reader, Write, tables::survey::paper_sheet as table};
use crate::error::Result;

pub use super::tables::survey::paper_sheet::Model as Sheet;

/// How far a batch is.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Batch {
    pub batch: String,
    /// Sheets keyed at least once.
    pub sheets: i64,
    /// Sheets that count.
    pub done: i64,
    pub last_number: i32,
}

/// A sheet of a batch.
pub async fn find(
    db: &impl Reader,
    agency: i64,
    batch: &str,
    number: i32,
) -> Result<Option<Sheet>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::Batch.eq(batch))
        .filter(table::Column::Number.eq(number))
        .one(db)
        .await?)
}

/// The batches keyed last, and how far they are.
pub async fn batches(db: &impl Reader, agency: i64, most: u64) -> Result<Vec<Batch>> {
    let ask = Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        format!(
            "SELECT batch, COUNT(*) AS sheets, SUM(CASE WHEN done THEN 1 ELSE 0 END) AS done, \
             MAX(number) AS last_number FROM paper_sheet WHERE agency_id = $1 \
             GROUP BY batch ORDER BY MAX(keyed_at) DESC, batch LIMIT {most}"
        ),
        [agency.into()],
    );
    Ok(Batch::find_by_statement(ask).all(db).await?)
}

/// The sheets of a batch that wait for their second keying.
pub async fn waiting(db: &impl Reader, agency: i64, batch: &str) -> Result<Vec<Sheet>> {
    use sea_orm::QueryOrder;
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::Batch.eq(batch))
        .filter(table::Column::Done.eq(false))
        .order_by_asc(table::Column::Number)
        .all(db)
        .await?)
}

impl Write {
    /// Keyed for the first time: `false` when someone else was first.
    pub async fn insert_sheet(&self, row: Sheet) -> Result<bool> {
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        let columns = [
            table::Column::AgencyId,
            table::Column::Batch,
            table::Column::Number,
        ];
        let once = sea_orm::sea_query::OnConflict::columns(columns)
            .do_nothing()
            .to_owned();
        let inserted = table::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(inserted == 1)
    }

    /// It counts now, and its words are no longer kept here: `false` when it counted before.
    pub async fn finish_sheet(&self, id: i64) -> Result<bool> {
        let done = table::Entity::update_many()
            .set(table::ActiveModel {
                done: Set(true),
                body: Set(None),
                ..Default::default()
            })
            .filter(table::Column::Id.eq(id))
            .filter(table::Column::Done.eq(false))
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
