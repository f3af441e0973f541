//! PostgreSQL knows a thousand texts of the register instead of a hundred, so that the planner
//! tells a name that hardly anybody bears from one that many do (`src/store/search.rs`).
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m53_words"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        // Gathered when the schema is up, and every night.
        let more = "ALTER TABLE dossier ALTER COLUMN search SET STATISTICS 1000";
        manager.get_connection().execute_unprepared(more).await?;
        Ok(())
    }
}
