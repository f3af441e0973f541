//! Papers with their numbers and what they said when first printed; where an imported row came from.
use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, integer_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m06_papers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut paper = table("paper");
        reference(&mut paper, "agency_id", "agency");
        reference(&mut paper, "dossier_id", "dossier");
        paper
            .col(text("kind"))
            // The event that made it: a dossier may be asked for papers twice.
            .col(integer("event_seq"))
            .col(integer_null("number"))
            .col(integer_null("year"))
            .col(timestamp_with_time_zone("made_at"))
            .col(text("made_by"))
            // As first printed; a reprint says the same.
            .col(text_null("body"))
            .col(text_null("release"))
            .col(timestamp_with_time_zone_null("printed_at"))
            .col(text_null("printed_by"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .col(text_null("cancelled_by"))
            .col(text_null("cancel_reason"));
        create(
            manager,
            vec![paper],
            vec![
                index("paper", &["agency_id", "kind", "year", "number"], true),
                index("paper", &["dossier_id", "kind"], false),
            ],
        )
        .await?;
        // The officer's name in a register kept elsewhere.
        let officer = Table::alter()
            .table("dossier")
            .add_column(text_null("officer"))
            .to_owned();
        manager.alter_table(officer).await?;
        // Letters signed before there was a book keep their numbers.
        let signed = "INSERT INTO paper (agency_id, dossier_id, kind, event_seq, number, year, made_at, made_by) \
             SELECT d.agency_id, d.id, 'apology', \
             (SELECT MAX(e.seq) FROM event e WHERE e.dossier_id = d.id AND e.act = 'sign_apology'), \
             l.number, l.year, l.signed_at, l.signed_by \
             FROM apology l JOIN dossier d ON d.id = l.dossier_id WHERE l.signed_at IS NOT NULL";
        manager.get_connection().execute_unprepared(signed).await?;
        Ok(())
    }
}
