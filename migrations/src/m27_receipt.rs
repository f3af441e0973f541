//! The secret of a receipt is kept sealed, and as a hash for look-ups.
use sea_orm_migration::{prelude::*, schema::text};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m27_receipt"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sealed = Table::alter()
            .table("dossier")
            .rename_column("receipt_secret", "receipt_sealed")
            .to_owned();
        manager.alter_table(sealed).await?;
        // Empty: as it was stored before, to be sealed at the next start, by the key that
        // no database holds.
        let hash = Table::alter()
            .table("dossier")
            .add_column(text("receipt_hash").default("").take())
            .to_owned();
        manager.alter_table(hash).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX ix_dossier_unsealed ON dossier (id) WHERE receipt_hash = ''",
            )
            .await?;
        Ok(())
    }
}
