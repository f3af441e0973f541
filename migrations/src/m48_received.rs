//! The list's “received” is when the desk received a dossier, and when it was sent only while
//! it waits for that: its order and its days have their index. The old one goes: a server
//! that still asks by it sorts instead.
use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m48_received"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = "ON dossier (agency_id, COALESCE(received_at, registered_at), id)";
        growing::build(manager, &[("ix_dossier_received", on)]).await?;
        growing::take_away(manager, "ix_dossier_registered").await
    }
}
