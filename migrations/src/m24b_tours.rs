//! How far each account has been shown around.
use sea_orm_migration::{prelude::*, schema::integer};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m24b_tours"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The next stop, from 0; below 0 the tour is over.
        let tour = Table::alter()
            .table("account")
            .add_column(integer("tour").default(0).take())
            .to_owned();
        manager.alter_table(tour).await
    }
}
