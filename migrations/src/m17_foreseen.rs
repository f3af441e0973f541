//! Which calendar a calendar replaced, so that of two changes at once one wins; where
//! a dossier lay when its apology was written, and that a letter came with the result.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, boolean, text_null},
};

use crate::table::index;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m17_foreseen"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        for (table, column) in [
            ("calendar_version", big_integer_null("replaces")),
            ("apology", text_null("step")),
            ("apology", text_null("holder")),
            // Written after the end: it promises no new date.
            ("apology", boolean("after_end").default(false).take()),
        ] {
            let alter = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        // Empty ones do not collide: the first calendar replaces none.
        manager
            .create_index(index("calendar_version", &["replaces"], true))
            .await
    }
}
