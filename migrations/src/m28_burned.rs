//! `PostgreSQL`: rows of used tokens that an earlier change brought along with their row
//! numbers stand before what the table itself gives out next.
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m28_burned"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        if database.get_database_backend() == DbBackend::Postgres {
            database
                .execute_unprepared(
                    "SELECT setval(pg_get_serial_sequence('burned_token', 'id'), MAX(id)) \
                     FROM burned_token HAVING MAX(id) IS NOT NULL",
                )
                .await?;
        }
        Ok(())
    }
}
