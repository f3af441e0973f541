//! Apologies, drafted and signed, and their yearly book.
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    QueryFilter, QueryOrder, Statement,
};

use super::{
    Reader, Write,
    tables::letters::{apology, outbox},
};
use crate::error::{Error, Result};

pub use super::tables::letters::apology::Model as Apology;
pub use super::tables::letters::outbox::Model as Outgoing;

/// The letters of a dossier, oldest first.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Apology>> {
    Ok(apology::Entity::find()
        .filter(apology::Column::DossierId.eq(dossier))
        .order_by_asc(apology::Column::Id)
        .all(db)
        .await?)
}

impl Write {
    /// A new draft, or the old one redrafted (`id` above 0).
    pub async fn put_apology(&self, row: Apology) -> Result<()> {
        let id = row.id;
        let mut row = apology::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        if id == 0 {
            apology::Entity::insert(row).exec(&self.tx).await?;
        } else {
            apology::Entity::update_many()
                .set(row)
                .filter(apology::Column::Id.eq(id))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    /// The next number of a yearly book, drawn within the transaction.
    pub async fn next_paper_number(&self, agency: i64, kind: &str, year: i32) -> Result<i32> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO paper_book (agency_id, kind, year, last) VALUES ($1, $2, $3, 1) \
             ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = paper_book.last + 1 RETURNING last",
            [agency.into(), kind.into(), year.into()],
        );
        let row = self.tx.query_one_raw(statement).await?;
        Ok(row
            .ok_or_else(|| Error::internal("paper_book returned nothing"))?
            .try_get("", "last")?)
    }

    /// Mail leaves with the change that caused it, or not at all.
    pub async fn queue_mail(&self, row: Outgoing) -> Result<()> {
        let mut row = outbox::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        outbox::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }
}
