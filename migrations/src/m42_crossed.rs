//! A register that was copied into another engine knows it: two that are served would give
//! the same codes to different people.
use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone};

use crate::table::{create, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m42_crossed"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let crossed = table("crossed")
            .col(timestamp_with_time_zone("at"))
            .to_owned();
        create(manager, vec![crossed], vec![]).await
    }
}
