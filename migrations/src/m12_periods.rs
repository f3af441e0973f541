//! Reporting periods that were closed: the figures as they were, sealed.
use sea_orm_migration::{
    prelude::*,
    schema::{date, text, text_null, timestamp_with_time_zone},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m12_periods"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut closed = table("closed_period");
        reference(&mut closed, "agency_id", "agency");
        closed
            .col(date("from_day"))
            .col(date("to_day"))
            .col(timestamp_with_time_zone("closed_at"))
            .col(text("closed_by"))
            // One line for the head and one for each dossier: what the seal is of.
            .col(text("body"))
            .col(text("seal"))
            // The head of the chain of events at that moment.
            .col(text_null("chain_head"));
        create(
            manager,
            vec![closed],
            vec![index(
                "closed_period",
                &["agency_id", "from_day", "to_day"],
                true,
            )],
        )
        .await
    }
}
