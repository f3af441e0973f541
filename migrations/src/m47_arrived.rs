//! Papers that came and that nobody has looked at yet are on every desk: found from an index
//! of these alone, not from every request for papers there ever was.
use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m47_arrived"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = "ON wait (arrived_at) WHERE arrived_at IS NOT NULL AND to_at IS NULL";
        growing::build(manager, &[("ix_wait_arrived", on)]).await
    }
}
