//! The seal over what was done, the tombstones that it must survive, the copies made.
//!
//! From here on the databases themselves refuse to change or remove an event; only
//! the words of a dossier that lies under a tombstone may be blotted out.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m14_seal"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let seal = Table::create()
            .table("seal")
            .col(big_integer("agency_id"))
            .col(big_integer("number"))
            // `event` or `feedback_event`
            .col(text("source"))
            .col(big_integer("event_id"))
            // of the event's words
            .col(text("digest"))
            // of the dossier as this event left it; empty where a later event had already followed
            .col(text_null("state"))
            // of the link before and of all this
            .col(text("head"))
            .col(timestamp_with_time_zone("sealed_at"))
            .primary_key(Index::create().col("agency_id").col("number"))
            .to_owned();

        let head = Table::create()
            .table("seal_head")
            .col(big_integer("agency_id").primary_key())
            .col(big_integer("number"))
            .col(text("head"))
            .to_owned();

        // What was erased: the figures stay, the person goes.
        let mut tombstone = table("tombstone");
        reference(&mut tombstone, "dossier_id", "dossier");
        tombstone
            .col(big_integer("list_id"))
            .col(timestamp_with_time_zone("erased_at"))
            .col(text("signed_by"));

        let backup = table("backup_run")
            .col(text("kind"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(text("file"))
            .col(big_integer("bytes"))
            .col(boolean("good"))
            .col(text("message"))
            .col(big_integer_null("seal_number"))
            .to_owned();

        create(
            manager,
            vec![seal, head, tombstone, backup],
            vec![
                index("seal", &["source", "event_id"], true),
                index("tombstone", &["dossier_id"], true),
                index("backup_run", &["started_at"], false),
            ],
        )
        .await?;
        guard(manager).await
    }
}

/// An event is added, never changed and never removed.
async fn guard(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    let under = |row: &str| {
        format!("EXISTS (SELECT 1 FROM tombstone t WHERE t.dossier_id = {row}.dossier_id)")
    };
    if database.get_database_backend() == DbBackend::Postgres {
        for (function, allowed) in [
            ("refuse_event", under("OLD")),
            ("refuse_always", "FALSE".to_owned()),
        ] {
            // What may change under a tombstone are words, not what was done or when.
            let same = "NEW.id = OLD.id AND NEW.dossier_id = OLD.dossier_id AND NEW.seq = OLD.seq \
                        AND NEW.act = OLD.act AND NEW.at = OLD.at AND NEW.to_status = OLD.to_status";
            let allowed = if function == "refuse_event" {
                format!("TG_OP = 'UPDATE' AND {same} AND {allowed}")
            } else {
                allowed
            };
            // PL/pgSQL plans an expression when it is reached, so OP decides first.
            database
                .execute_unprepared(&format!(
                    "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; \
                     RAISE EXCEPTION 'events are only ever added'; END $$"
                ))
                .await?;
        }
        for (table, function) in [
            ("event", "refuse_event"),
            ("feedback_event", "refuse_always"),
            ("seal", "refuse_always"),
        ] {
            database
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION {function}()"
                ))
                .await?;
        }
        return Ok(());
    }
    let same = "NEW.id = OLD.id AND NEW.dossier_id = OLD.dossier_id AND NEW.seq = OLD.seq \
                AND NEW.act = OLD.act AND NEW.at = OLD.at AND NEW.to_status = OLD.to_status";
    let allowed = format!("{same} AND {}", under("OLD"));
    for (table, unless) in [
        ("event", allowed.as_str()),
        ("feedback_event", "0"),
        ("seal", "0"),
    ] {
        for (what, when) in [
            ("UPDATE", format!("WHEN NOT ({unless})")),
            ("DELETE", String::new()),
        ] {
            let name = format!("{table}_no_{}", what.to_lowercase());
            database
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {name} BEFORE {what} ON {table} {when} \
                     BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
                ))
                .await?;
        }
    }
    Ok(())
}
