//! On `SQLite`, the day and number of a code, as people remember them, are found by an index:
//! each three of their signs stand in a hundredth of all texts. PostgreSQL has its own
//! (`m52_numbers`).
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m50_numbers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        for step in [
            "CREATE INDEX ix_dossier_number ON dossier (substr(code, instr(code, '-') + 1))",
            "CREATE INDEX ix_dossier_external_number ON dossier \
             (substr(external_code, instr(external_code, '-') + 1)) WHERE external_code IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }
}
