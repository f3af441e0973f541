//! What waits to leave is found by `ix_outbox_to_leave`. The older index holds every slip that was
//! ever written, for a slip is never sent: chosen by its look, it led through all of them.
use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m51_outbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        growing::take_away(manager, "ix_outbox_sent_at_due_at").await
    }
}
