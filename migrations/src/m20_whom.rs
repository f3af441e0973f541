//! Feedback about several officers, and its words as names are looked for in them.
use sea_orm_migration::{prelude::*, schema::text, sea_orm::ConnectionTrait};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20_whom"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut about = table("feedback_about");
        reference(&mut about, "feedback_id", "feedback");
        reference(&mut about, "account_id", "account");
        create(
            manager,
            vec![about],
            vec![
                index("feedback_about", &["feedback_id", "account_id"], true),
                index("feedback_about", &["account_id"], false),
            ],
        )
        .await?;
        // The column stays as it was: the first seals hold it.
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO feedback_about (feedback_id, account_id) \
                 SELECT id, about_account_id FROM feedback WHERE about_account_id IS NOT NULL",
            )
            .await?;
        // Folded; empty until the program, which knows how, has filled it in at its start.
        let words = Table::alter()
            .table("feedback")
            .add_column(text("words").default("").take())
            .to_owned();
        manager.alter_table(words).await
    }
}
