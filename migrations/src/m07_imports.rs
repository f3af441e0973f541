//! Files that wait for a decision, and what their headings mean.
use sea_orm_migration::{
    prelude::*,
    schema::{blob, text, timestamp_with_time_zone},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m07_imports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut upload = table("upload");
        reference(&mut upload, "agency_id", "agency");
        reference(&mut upload, "account_id", "account");
        upload
            .col(text("kind"))
            .col(text("name"))
            .col(blob("body"))
            .col(timestamp_with_time_zone("uploaded_at"));
        let mut mapping = table("mapping");
        reference(&mut mapping, "agency_id", "agency");
        mapping.col(text("heading")).col(text("meaning"));
        create(
            manager,
            vec![upload, mapping],
            vec![index("mapping", &["agency_id", "heading"], true)],
        )
        .await
    }
}
