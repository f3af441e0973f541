//! What several servers of one register share for a while: who has what in hand, how far
//! long work is and the file it made, names guessed that nobody bears. Nothing of it is
//! part of the register.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, blob, boolean, integer, text, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m44_servers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let lease = table("lease")
            .col(text("name"))
            // A random name of whoever has it.
            .col(text("holder"))
            .col(timestamp_with_time_zone("until"))
            .to_owned();
        let mut part = table("work_part");
        reference(&mut part, "work_id", "work");
        part.col(integer("number")).col(blob("body"));
        let guess = table("guess")
            // A hash of the name.
            .col(text("name"))
            .col(integer("failures"))
            .col(integer("lockouts"))
            .col(timestamp_with_time_zone_null("until"))
            .col(timestamp_with_time_zone("at"))
            .to_owned();
        create(
            manager,
            vec![lease, part, guess],
            vec![
                index("lease", &["name"], true),
                index("work_part", &["work_id", "number"], true),
                index("guess", &["name"], true),
            ],
        )
        .await?;
        let columns = [
            text("unit").default("").take(),
            text("back_words").default("").take(),
            // What the same work is told by.
            text("same").default("").take(),
            // Of the file that it made; empty where there is none.
            text("content_type").default("").take(),
            text("save_as").default("").take(),
            big_integer("done").default(0).take(),
            big_integer("total").default(0).take(),
            boolean("failed").default(false).take(),
        ];
        for column in columns {
            let add = Table::alter().table("work").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }
}
