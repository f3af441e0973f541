//! What leaves the office and what comes back: apologies, mail, ballots, targets.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, integer, integer_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, reference_null, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m04_letters"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut apology = table("apology");
        reference(&mut apology, "dossier_id", "dossier");
        apology
            .col(text("reason_code"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("due_at"))
            .col(timestamp_with_time_zone("new_due_at"))
            .col(timestamp_with_time_zone("drafted_at"))
            .col(text("drafted_by"))
            .col(timestamp_with_time_zone_null("signed_at"))
            .col(text_null("signed_by"))
            .col(integer_null("number"))
            .col(integer_null("year"));

        let book = Table::create()
            .table("paper_book")
            .col(big_integer("agency_id"))
            .col(text("kind"))
            .col(integer("year"))
            .col(integer("last"))
            .primary_key(Index::create().col("agency_id").col("kind").col("year"))
            .to_owned();

        let mut outbox = table("outbox");
        reference(&mut outbox, "agency_id", "agency");
        reference_null(&mut outbox, "dossier_id", "dossier");
        outbox
            .col(text("kind"))
            .col(text("recipient"))
            .col(text("payload"))
            .col(timestamp_with_time_zone("queued_at"))
            .col(timestamp_with_time_zone("due_at"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .col(timestamp_with_time_zone_null("failed_at"))
            .col(integer("attempts"))
            .col(text_null("last_error"));

        // Burned when used; no column leads from a ballot back to it.
        let mut token = table("survey_token");
        reference(&mut token, "agency_id", "agency");
        reference_null(&mut token, "dossier_id", "dossier");
        token
            .col(text("token_hash"))
            .col(timestamp_with_time_zone_null("used_at"));

        let mut ballot = table("ballot");
        reference(&mut ballot, "agency_id", "agency");
        ballot
            .col(text("questionnaire"))
            .col(text("source"))
            .col(text("field"))
            .col(text("cast_on"))
            .col(text_null("comment"));

        let mut answer = table("answer");
        reference(&mut answer, "ballot_id", "ballot");
        answer
            .col(text("question"))
            .col(text("factor"))
            .col(integer_null("value"));

        create(
            manager,
            vec![apology, book, outbox, token, ballot, answer],
            vec![
                index("apology", &["dossier_id"], false),
                index("outbox", &["sent_at", "due_at"], false),
                index("survey_token", &["token_hash"], true),
                index("ballot", &["agency_id", "cast_on"], false),
                index("answer", &["ballot_id", "question"], true),
            ],
        )
        .await
    }
}
