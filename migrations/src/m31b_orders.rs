//! What a list is ordered by has an index, so that its first page costs what it shows.
use sea_orm_migration::prelude::*;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m31b_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["original_due_at", "due_at", "wait_from"] {
            manager
                .get_connection()
                .execute_unprepared(&format!(
                    "CREATE INDEX ix_dossier_order_{column} ON dossier (agency_id, {column}, id) \
                     WHERE {column} IS NOT NULL"
                ))
                .await?;
        }
        Ok(())
    }
}
