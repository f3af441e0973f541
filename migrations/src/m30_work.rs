//! Long work that an account began: exports, imports, prints of many. Written down when it
//! begins and when it ends, so that a restart in between is known and said.
use sea_orm_migration::{
    prelude::*,
    schema::{text, timestamp_with_time_zone, timestamp_with_time_zone_null},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m30_work"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut work = table("work");
        reference(&mut work, "account_id", "account");
        work.col(text("name"))
            .col(text("title"))
            // Where it was asked for, to ask again.
            .col(text("back"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            // How it ended, as its page said it.
            .col(text("said"));
        create(
            manager,
            vec![work],
            vec![
                index("work", &["name"], true),
                index("work", &["account_id", "started_at"], false),
            ],
        )
        .await
    }
}
