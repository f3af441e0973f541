//! On PostgreSQL, words are looked for within the folded text by an index of trigrams.
//! `pg_trgm` is a trusted extension: the owner of a database may add it. Where it cannot be
//! added, the search reads on as before.
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m33_trigrams"
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
        let add = "DO $$ BEGIN \
             CREATE EXTENSION IF NOT EXISTS pg_trgm; \
             CREATE INDEX ix_dossier_search ON dossier USING gin (search gin_trgm_ops); \
             EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN \
             RAISE WARNING 'pg_trgm is not there: searches read the whole register'; END $$";
        manager.get_connection().execute_unprepared(add).await?;
        Ok(())
    }
}
