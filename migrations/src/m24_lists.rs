//! How each account reads the lists: its filters by name, its columns; and what was done
//! to many dossiers at once, row by row.
use sea_orm_migration::{
    prelude::*,
    schema::{self, text, timestamp_with_time_zone, timestamp_with_time_zone_null},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m24_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut filter = table("saved_filter");
        reference(&mut filter, "account_id", "account");
        filter
            .col(text("name"))
            // As a query; it may hold the words of a search, which stand in no address.
            .col(text("query"))
            .col(timestamp_with_time_zone("saved_at"));

        let mut columns = table("list_columns");
        reference(&mut columns, "account_id", "account");
        // Their names by commas.
        columns.col(text("columns"));

        let mut batch = table("batch");
        reference(&mut batch, "account_id", "account");
        batch
            .col(text("act"))
            .col(text("receiver"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone_null("ended_at"));

        let mut row = table("batch_row");
        reference(&mut row, "batch_id", "batch");
        reference(&mut row, "dossier_id", "dossier");
        row.col(schema::big_integer("version"))
            // waiting, done, refused
            .col(text("state"))
            .col(text("said"));

        create(
            manager,
            vec![filter, columns, batch, row],
            vec![
                index("saved_filter", &["account_id", "name"], true),
                index("list_columns", &["account_id"], true),
                index("batch", &["account_id", "started_at"], false),
                index("batch_row", &["batch_id"], false),
            ],
        )
        .await
    }
}
