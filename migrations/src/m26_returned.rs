//! What was handed over today is counted from an index, not from the whole register.
use sea_orm_migration::prelude::*;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m26_returned"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Both databases know it; a new dossier does not touch it.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX ix_dossier_returned ON dossier (agency_id, returned_at) WHERE returned_at IS NOT NULL",
            )
            .await?;
        Ok(())
    }
}
