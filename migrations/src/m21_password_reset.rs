//! A code by which a forgotten password is set anew: kept as a hash, for a day, once.
use sea_orm_migration::{
    prelude::*,
    schema::{text_null, timestamp_with_time_zone_null},
};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m21_password_reset"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            text_null("reset_hash"),
            timestamp_with_time_zone_null("reset_until"),
        ] {
            // SQLite takes one at a time.
            let more = Table::alter()
                .table("account")
                .add_column(column)
                .to_owned();
            manager.alter_table(more).await?;
        }
        Ok(())
    }
}
