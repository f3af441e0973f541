//! How many dossiers a field has, or a procedure: counted along an index, not read row by row.
use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m43_fields"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = "ON dossier (agency_id, procedure_version_id, id)";
        growing::build(manager, &[("ix_dossier_procedure_entered", on)]).await
    }
}
