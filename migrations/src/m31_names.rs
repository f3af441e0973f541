//! By what persons are put in order: the given name first, marks after letters. And an
//! index for the order of receipt.
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m31_names"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The key is made to be compared byte by byte, whatever the database's language.
        let by_bytes = match manager.get_database_backend() {
            DbBackend::Postgres => "COLLATE \"C\"",
            _ => "",
        };
        let connection = manager.get_connection();
        // The program writes it for the rows that there are when it starts.
        connection
            .execute_unprepared(&format!(
                "ALTER TABLE dossier ADD COLUMN name_key text {by_bytes} NOT NULL DEFAULT ''"
            ))
            .await?;
        for (name, column) in [("name", "name_key"), ("registered", "registered_at")] {
            connection
                .execute_unprepared(&format!(
                    "CREATE INDEX ix_dossier_{name} ON dossier (agency_id, {column}, id)"
                ))
                .await?;
        }
        Ok(())
    }
}
