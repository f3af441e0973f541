//! On PostgreSQL, the neighbours of a burned token are found by an index: each ballot writes its
//! own anew among them. `SQLite` keeps the row's id in every index, and mixes nothing.
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m51_tokens"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let on = "ON burned_token (agency_id, id)";
        growing::build(manager, &[("ix_burned_token_agency_id_id", on)]).await?;
        // The new one begins with the same.
        growing::take_away(manager, "ix_burned_token_agency_id").await
    }
}
