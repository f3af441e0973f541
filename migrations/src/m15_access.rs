//! Second factors, sessions that are confirmed again, tokens that end, who looked at whom.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, integer, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, reference_null, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m15_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for (name, mut column) in [
            ("account", text_null("totp_secret")),
            ("account", timestamp_with_time_zone_null("totp_since")),
            // The step of the last code taken: a code opens once.
            ("account", big_integer("totp_used").default(0).to_owned()),
            ("account", integer("lockouts").default(0).to_owned()),
            ("session", timestamp_with_time_zone_null("second_at")),
            ("session", timestamp_with_time_zone_null("confirmed_at")),
            ("api_token", timestamp_with_time_zone_null("expires_at")),
            ("api_token", text("scope").default("all").to_owned()),
        ] {
            let change = Table::alter()
                .table(name)
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(change).await?;
        }

        let mut read = table("read_log");
        reference(&mut read, "agency_id", "agency");
        // Empty for a whole list taken out.
        reference_null(&mut read, "dossier_id", "dossier");
        read.col(timestamp_with_time_zone("at"))
            .col(big_integer_null("account_id"))
            .col(text("actor"))
            .col(text("role"))
            // page, api or paper
            .col(text("face"));

        create(
            manager,
            vec![read],
            vec![index("read_log", &["agency_id", "at"], false)],
        )
        .await
    }
}
