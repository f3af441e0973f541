//! What is entered for the plan: values with their evidence, tasks done, money spent;
//! and the year's quality objectives. Entries are only ever added.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, date, integer, text, text_null, timestamp_with_time_zone},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m13_plan"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut entry = table("plan_entry");
        reference(&mut entry, "agency_id", "agency");
        entry
            // A target's code, or a task's with its due: "II.2@2021-Q1".
            .col(text("item"))
            .col(text("kind"))
            .col(big_integer_null("numerator"))
            .col(big_integer_null("denominator"))
            // Đồng.
            .col(big_integer_null("amount"))
            .col(date("on_day"))
            .col(text("evidence"))
            .col(text("actor"))
            .col(timestamp_with_time_zone("recorded_at"));

        let mut objective = table("objective");
        reference(&mut objective, "agency_id", "agency");
        objective
            .col(integer("year"))
            .col(text("code"))
            .col(text("label"))
            .col(integer("goal_percent"))
            // A figure of the program; empty where the value is entered.
            .col(text_null("formula"))
            .col(text("officer"))
            .col(text("source"))
            .col(text("actor"))
            .col(timestamp_with_time_zone("recorded_at"));

        create(
            manager,
            vec![entry, objective],
            vec![
                index("plan_entry", &["agency_id", "item"], false),
                index("objective", &["agency_id", "year", "code"], true),
            ],
        )
        .await
    }
}
