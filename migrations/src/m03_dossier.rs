//! The dossier, its append-only events, what the as-of figures need, idempotency.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, boolean, date, integer, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, reference_null, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m03_dossier"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut dossier = table("dossier");
        reference(&mut dossier, "agency_id", "agency");
        reference(&mut dossier, "procedure_version_id", "procedure_version");
        reference_null(&mut dossier, "assigned_to", "account");
        for column in [
            "code",
            "applicant_name",
            "applicant_kind",
            "channel",
            "result_channel",
            "status",
            "documents",
            "note",
            "search",
            "received_by",
            "receipt_secret",
        ] {
            dossier.col(text(column));
        }
        for column in [
            "external_code",
            "id_number",
            "phone",
            "email",
            "address",
            "resume_status",
            "outcome",
            "due_reason",
        ] {
            dossier.col(text_null(column));
        }
        for column in [
            "received_at",
            "due_at",
            "original_due_at",
            "due_day",
            "lapse_at",
            "appointed_day",
            "appointed_lapse_at",
            "wait_from",
            "judged_at",
            "ended_at",
            "withdrawn_at",
            "stopped_at",
            "rejected_at",
            "appraised_at",
            "approved_at",
            "returned_at",
        ] {
            dossier.col(timestamp_with_time_zone_null(column));
        }
        for column in [
            "by_moment",
            "provisional",
            "imported",
            "received_desk",
            "appraised_desk",
            "approved_desk",
            "returned_desk",
        ] {
            dossier.col(boolean(column));
        }
        dossier
            .col(integer("sets"))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone("registered_at"))
            .col(timestamp_with_time_zone("last_event_at"));

        let counter = Table::create()
            .table("dossier_counter")
            .col(big_integer("agency_id"))
            .col(date("day"))
            .col(big_integer("last"))
            .primary_key(Index::create().col("agency_id").col("day"))
            .to_owned();

        let mut event = table("event");
        reference(&mut event, "dossier_id", "dossier");
        event
            .col(integer("seq"))
            .col(timestamp_with_time_zone("at"))
            .col(timestamp_with_time_zone("recorded_at"))
            .col(text("act"))
            .col(text("actor"))
            .col(text("role"))
            .col(boolean("at_desk"))
            .col(text_null("from_status"))
            .col(text("to_status"))
            .col(text("note"))
            .col(text("data"));

        // When a promised date changed: figures speak of the date known at the period's end.
        let mut due = table("due_change");
        reference(&mut due, "dossier_id", "dossier");
        due.col(timestamp_with_time_zone("set_at"))
            .col(timestamp_with_time_zone_null("original_due_at"))
            .col(timestamp_with_time_zone_null("due_at"));

        // When the clock stood, and why.
        let mut wait = table("wait");
        reference(&mut wait, "dossier_id", "dossier");
        wait.col(text("kind"))
            .col(timestamp_with_time_zone("from_at"))
            .col(timestamp_with_time_zone_null("to_at"));

        let idempotency = Table::create()
            .table("idempotency")
            .col(text("owner"))
            .col(text("key"))
            .col(text("body_hash"))
            .col(text("code"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("owner").col("key"))
            .to_owned();

        create(
            manager,
            vec![dossier, counter, event, due, wait, idempotency],
            vec![
                index("dossier", &["code"], true),
                index("dossier", &["agency_id", "status", "lapse_at"], false),
                index("dossier", &["agency_id", "received_at"], false),
                index("dossier", &["agency_id", "ended_at"], false),
                index("dossier", &["procedure_version_id", "ended_at"], false),
                index("event", &["dossier_id", "seq"], true),
                index("due_change", &["dossier_id", "set_at"], false),
                index("wait", &["dossier_id", "from_at"], false),
                index("idempotency", &["created_at"], false),
            ],
        )
        .await
    }
}
