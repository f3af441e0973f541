//! The register as it was entered, and one state of it: walked along an index. Without one
//! the whole register is sorted for its first page, as it is for the end of every other
//! order, where the rows stand that have nothing to be ordered by.
use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m36_entered"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = [
            ("ix_dossier_entered", "ON dossier (agency_id, id)"),
            (
                "ix_dossier_status_entered",
                "ON dossier (agency_id, status, id)",
            ),
        ];
        growing::build(manager, &indexes).await
    }
}
