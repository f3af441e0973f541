//! Lists of what is to be erased, the looks that name more than a dossier, and the
//! guard over feedback that knows tombstones.
use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, integer_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m18_privacy"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut list = table("erasure_list");
        reference(&mut list, "agency_id", "agency");
        list.col(timestamp_with_time_zone("made_at"))
            .col(text("made_by"))
            // Of its lines; what is signed is this.
            .col(text("digest"))
            .col(integer_null("number"))
            .col(integer_null("year"))
            .col(timestamp_with_time_zone_null("signed_at"))
            .col(text_null("signed_by"))
            .col(timestamp_with_time_zone_null("dropped_at"))
            .col(text_null("dropped_by"))
            .col(timestamp_with_time_zone_null("erased_at"))
            .col(text_null("erased_by"));

        let mut line = table("erasure_line");
        reference(&mut line, "list_id", "erasure_list");
        reference(&mut line, "dossier_id", "dossier");
        line.col(text("code"))
            .col(text("procedure_code"))
            .col(integer("years"))
            .col(timestamp_with_time_zone("ended_at"));

        create(
            manager,
            vec![list, line],
            vec![
                index("erasure_list", &["agency_id", "made_at"], false),
                index("erasure_line", &["list_id", "dossier_id"], true),
                index("erasure_line", &["dossier_id"], false),
            ],
        )
        .await?;

        // Feedback, a person asked about, a file: what was looked at when it is no dossier.
        let about = Table::alter()
            .table("read_log")
            .add_column(text("about").default("").take())
            .to_owned();
        manager.alter_table(about).await?;
        guard(manager).await
    }
}

/// The words of feedback about a dossier under a tombstone may be blotted out, no other.
async fn guard(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    let same = "NEW.id = OLD.id AND NEW.feedback_id = OLD.feedback_id AND NEW.seq = OLD.seq \
                AND NEW.act = OLD.act AND NEW.at = OLD.at AND NEW.to_state = OLD.to_state";
    let under = "EXISTS (SELECT 1 FROM tombstone t JOIN feedback f ON f.dossier_id = t.dossier_id \
                 WHERE f.id = OLD.feedback_id)";
    let changes = if database.get_database_backend() == DbBackend::Postgres {
        vec![
            format!(
                "CREATE FUNCTION refuse_feedback_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF TG_OP = 'UPDATE' THEN IF {same} AND {under} THEN RETURN NEW; END IF; END IF; \
                 RAISE EXCEPTION 'events are only ever added'; END $$"
            ),
            "DROP TRIGGER feedback_event_only_added ON feedback_event".to_owned(),
            "CREATE TRIGGER feedback_event_only_added BEFORE UPDATE OR DELETE ON feedback_event \
             FOR EACH ROW EXECUTE FUNCTION refuse_feedback_event()"
                .to_owned(),
        ]
    } else {
        vec![
            "DROP TRIGGER feedback_event_no_update".to_owned(),
            format!(
                "CREATE TRIGGER feedback_event_no_update BEFORE UPDATE ON feedback_event \
                 WHEN NOT ({same} AND {under}) \
                 BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
            ),
        ]
    };
    for change in changes {
        database.execute_unprepared(&change).await?;
    }
    Ok(())
}
