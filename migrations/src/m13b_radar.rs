//! What the radar listed and somebody looked at.
use sea_orm_migration::{
    prelude::*,
    schema::{text, timestamp_with_time_zone},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m13b_radar"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut review = table("radar_review");
        reference(&mut review, "agency_id", "agency");
        review
            // Rule and what it found, e.g. "returned_outside:CODE:7".
            .col(text("finding"))
            .col(text("note"))
            .col(text("actor"))
            .col(timestamp_with_time_zone("reviewed_at"));
        create(
            manager,
            vec![review],
            vec![index("radar_review", &["agency_id", "finding"], true)],
        )
        .await
    }
}
