//! Whose hands: which run of the limit a stretch belongs to, and which account received.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, integer},
};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m22_hands"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let run = Table::alter()
            .table("holding")
            .add_column(integer("run").default(0).take())
            .to_owned();
        manager.alter_table(run).await?;
        let receiver = Table::alter()
            .table("dossier")
            .add_column(big_integer_null("received_by_id"))
            .to_owned();
        manager.alter_table(receiver).await
    }
}
