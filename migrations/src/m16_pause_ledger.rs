//! The ledger of pauses: under which slip, why, asked by whom, on which basis, and
//! when the papers came; the nights on which a clock was found standing without reason.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, date, integer_null, text_null, timestamp_with_time_zone_null},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m16_pause_ledger"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            integer_null("number"),
            integer_null("year"),
            text_null("reason_code"),
            text_null("reason"),
            text_null("asked_by"),
            // The account behind the name; none for a token.
            big_integer_null("asked_by_id"),
            text_null("legal_basis"),
            text_null("approved_by"),
            timestamp_with_time_zone_null("arrived_at"),
        ];
        // SQLite adds one column a statement.
        for column in columns {
            let alter = Table::alter().table("wait").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }

        let mut standing = table("standing_clock");
        reference(&mut standing, "wait_id", "wait");
        standing.col(date("night"));
        create(
            manager,
            vec![standing],
            vec![index("standing_clock", &["wait_id", "night"], true)],
        )
        .await?;

        // What was asked before there was a ledger is entered from its event and its slip.
        let known = [
            "UPDATE wait SET \
             reason = (SELECT e.note FROM event e WHERE e.dossier_id = wait.dossier_id AND e.at = wait.from_at \
              AND e.act = 'request_' || wait.kind ORDER BY e.seq LIMIT 1), \
             asked_by = (SELECT e.actor FROM event e WHERE e.dossier_id = wait.dossier_id AND e.at = wait.from_at \
              AND e.act = 'request_' || wait.kind ORDER BY e.seq LIMIT 1)",
            "UPDATE wait SET \
             number = (SELECT l.number FROM paper l JOIN event e ON e.dossier_id = l.dossier_id AND e.seq = l.event_seq \
              WHERE l.dossier_id = wait.dossier_id AND l.kind = wait.kind AND e.at = wait.from_at \
              AND l.cancelled_at IS NULL ORDER BY l.id LIMIT 1), \
             year = (SELECT l.year FROM paper l JOIN event e ON e.dossier_id = l.dossier_id AND e.seq = l.event_seq \
              WHERE l.dossier_id = wait.dossier_id AND l.kind = wait.kind AND e.at = wait.from_at \
              AND l.cancelled_at IS NULL ORDER BY l.id LIMIT 1)",
        ];
        for change in known {
            manager.get_connection().execute_unprepared(change).await?;
        }
        Ok(())
    }
}
