//! The way of a dossier: workflows, who held it when, leaves of absence, what is asked of other agencies.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, date, integer, integer_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, reference_null, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m09_workflow"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut workflow = table("workflow");
        reference(&mut workflow, "agency_id", "agency");
        reference(&mut workflow, "procedure_version_id", "procedure_version");
        workflow
            .col(integer("revision"))
            .col(text("steps"))
            .col(text("note"))
            .col(timestamp_with_time_zone("set_at"))
            .col(text("set_by"));

        let mut title = table("field_title");
        reference(&mut title, "agency_id", "agency");
        title.col(text("field")).col(text("title"));

        // Each stretch in one pair of hands; the open one has no end.
        let mut holding = table("holding");
        reference(&mut holding, "agency_id", "agency");
        reference(&mut holding, "dossier_id", "dossier");
        reference_null(&mut holding, "account_id", "account");
        holding
            .col(integer("seq"))
            .col(integer("step"))
            .col(text("duty"))
            .col(text("step_name"))
            .col(text("title"))
            .col(text("elsewhere"))
            .col(text("holder"))
            .col(text("given_by"))
            .col(big_integer_null("given_by_account"))
            .col(timestamp_with_time_zone("given_at"))
            .col(timestamp_with_time_zone_null("pass_by"))
            .col(text_null("taken_by"))
            .col(timestamp_with_time_zone_null("taken_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(big_integer_null("allotted_seconds"))
            .col(big_integer_null("held_seconds"));

        let mut leave = table("leave");
        reference(&mut leave, "agency_id", "agency");
        reference(&mut leave, "account_id", "account");
        reference(&mut leave, "stand_in_id", "account");
        leave
            .col(date("from_day"))
            .col(date("to_day"))
            .col(text("note"))
            .col(text("set_by"))
            .col(timestamp_with_time_zone("set_at"))
            .col(timestamp_with_time_zone_null("cancelled_at"));

        let mut transfer = table("transfer");
        reference(&mut transfer, "agency_id", "agency");
        reference(&mut transfer, "dossier_id", "dossier");
        reference_null(&mut transfer, "to_agency_id", "agency");
        transfer
            .col(text("kind"))
            .col(text("to_name"))
            .col(integer_null("number"))
            .col(integer_null("year"))
            .col(text("content"))
            .col(text("sent_by"))
            .col(big_integer("event_seq"))
            .col(timestamp_with_time_zone("sent_at"))
            .col(timestamp_with_time_zone_null("due_at"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .col(text_null("answered_by"))
            .col(text_null("answer"));

        create(
            manager,
            vec![workflow, title, holding, leave, transfer],
            vec![
                index(
                    "workflow",
                    &["agency_id", "procedure_version_id", "revision"],
                    true,
                ),
                index("field_title", &["agency_id", "field"], true),
                index("holding", &["dossier_id", "seq"], true),
                index("holding", &["agency_id", "ended_at"], false),
                index("leave", &["agency_id", "to_day"], false),
                index("transfer", &["dossier_id"], false),
                index("transfer", &["agency_id", "answered_at"], false),
                index("transfer", &["to_agency_id", "answered_at"], false),
            ],
        )
        .await?;
        // What is held now: small, whatever the age of the register. Both databases know it.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX ix_holding_open ON holding (agency_id, account_id) WHERE ended_at IS NULL",
            )
            .await?;
        Ok(())
    }
}
