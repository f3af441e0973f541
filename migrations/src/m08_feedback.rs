//! What people complain of and propose, each with its number, its limits and its events.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, integer, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, reference_null, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m08_feedback"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let book = Table::create()
            .table("feedback_book")
            .col(big_integer("agency_id"))
            .col(integer("year"))
            .col(integer("last"))
            .primary_key(Index::create().col("agency_id").col("year"))
            .to_owned();

        let mut feedback = table("feedback");
        reference(&mut feedback, "agency_id", "agency");
        reference_null(&mut feedback, "dossier_id", "dossier");
        reference_null(&mut feedback, "about_account_id", "account");
        feedback
            .col(text("code"))
            .col(text("secret_hash"))
            .col(text("kind"))
            .col(text("source"))
            .col(text("content"))
            .col(text_null("name"))
            .col(text_null("contact"))
            .col(timestamp_with_time_zone("received_at"))
            .col(timestamp_with_time_zone("recorded_at"))
            // Empty where the calendar does not know the year yet.
            .col(timestamp_with_time_zone_null("reject_due_at"))
            .col(timestamp_with_time_zone_null("forward_due_at"))
            .col(timestamp_with_time_zone_null("due_at"))
            .col(timestamp_with_time_zone_null("publish_due_at"))
            // The first late moment of the limit that counts, and when it was met.
            .col(timestamp_with_time_zone_null("lapse_at"))
            .col(timestamp_with_time_zone_null("handled_at"))
            .col(text("state"))
            .col(text_null("reason"))
            .col(text_null("forwarded_to"))
            .col(timestamp_with_time_zone_null("forwarded_at"))
            .col(text_null("answer"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .col(text_null("answered_by"))
            .col(timestamp_with_time_zone_null("published_at"))
            .col(text_null("public_content"))
            .col(text_null("public_answer"))
            .col(big_integer("version"));

        let mut event = table("feedback_event");
        reference(&mut event, "agency_id", "agency");
        reference(&mut event, "feedback_id", "feedback");
        event
            .col(integer("seq"))
            .col(timestamp_with_time_zone("at"))
            .col(text("act"))
            .col(text("actor"))
            .col(text("role"))
            .col(text_null("from_state"))
            .col(text("to_state"))
            .col(text("note"));

        create(
            manager,
            vec![book, feedback, event],
            vec![
                index("feedback", &["agency_id", "code"], true),
                index("feedback", &["agency_id", "lapse_at"], false),
                index("feedback", &["dossier_id"], false),
                index("feedback_event", &["feedback_id", "seq"], true),
            ],
        )
        .await
    }
}
