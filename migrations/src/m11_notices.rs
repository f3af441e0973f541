//! Who is told what, by which channel, and whether it arrived; who agreed to it and who stopped it.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, boolean, text, text_null, timestamp_with_time_zone_null},
};

use crate::table::{create, index, reference, reference_null, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m11_notices"
    }
}

/// A column more; SQLite takes one at a time.
fn more(table: &'static str, column: ColumnDef) -> TableAlterStatement {
    Table::alter().table(table).add_column(column).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let changes = [
            more("outbox", text("channel").default("mail").take()),
            more("outbox", big_integer_null("feedback_id")),
            more("outbox", big_integer_null("account_id")),
            // Written once, whoever asks twice: a day's digest.
            more("outbox", text_null("once")),
            more("outbox", timestamp_with_time_zone_null("delivered_at")),
            more("outbox", timestamp_with_time_zone_null("stopped_at")),
            more("outbox", timestamp_with_time_zone_null("settled_at")),
            more("outbox", text_null("settled_by")),
            more("outbox", text_null("settled_how")),
            // Whoever left an address until now left it to be written to.
            more("dossier", boolean("notify").default(true).take()),
            more("feedback", boolean("notify").default(false).take()),
            more("account", text_null("email")),
            more("account", boolean("digest").default(true).take()),
        ];
        for change in changes {
            manager.alter_table(change).await?;
        }
        // The link under each notice by which it is stopped; its address names nobody.
        let mut link = table("notice_link");
        reference(&mut link, "agency_id", "agency");
        reference_null(&mut link, "dossier_id", "dossier");
        reference_null(&mut link, "feedback_id", "feedback");
        link.col(text("token_hash"))
            .col(timestamp_with_time_zone_null("stopped_at"));
        create(
            manager,
            vec![link],
            vec![
                index("notice_link", &["token_hash"], true),
                index("outbox", &["once"], true),
                index("outbox", &["dossier_id"], false),
                index("outbox", &["feedback_id"], false),
                index("outbox", &["agency_id", "failed_at"], false),
            ],
        )
        .await
    }
}
