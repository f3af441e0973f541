//! Wrong tries counted each kind for itself, and what a copy remembers of the seal.
use sea_orm_migration::{
    prelude::*,
    schema::{integer, text, timestamp_with_time_zone_null},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m25_trust"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tried = table("wrong_try");
        reference(&mut tried, "account_id", "account");
        tried
            // code, confirm or reset; wrong passwords are counted in `account`
            .col(text("what"))
            .col(integer("failures"))
            .col(integer("lockouts"))
            .col(timestamp_with_time_zone_null("locked_until"));
        let once = index("wrong_try", &["account_id", "what"], true);
        create(manager, vec![tried], vec![once]).await?;
        // Where each agency's chain stood when the copy was made, as JSON.
        let heads = Table::alter()
            .table("backup_run")
            .add_column(text("heads").default("[]").take())
            .to_owned();
        manager.alter_table(heads).await
    }
}
