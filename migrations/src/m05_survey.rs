//! Ballots that cannot be traced, the questionnaire and the plan as data, mail claimed by one sender.
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null},
};

use crate::table::{create, index, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m05_survey"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // When a token was used would lead to the ballot cast at that moment.
        let moment = Table::alter()
            .table("survey_token")
            .drop_column("used_at")
            .to_owned();
        let used = Table::alter()
            .table("survey_token")
            .add_column(boolean("used").default(false))
            .to_owned();
        let batch = Table::alter()
            .table("ballot")
            .add_column(text_null("batch"))
            .to_owned();
        let claimed = Table::alter()
            .table("outbox")
            .add_column(timestamp_with_time_zone_null("claimed_until"))
            .to_owned();
        for change in [moment, used, batch, claimed] {
            manager.alter_table(change).await?;
        }
        // Data files with versions: the questionnaire, the plan.
        let data = table("data_file")
            .col(text("kind"))
            .col(text("version"))
            .col(text("body"))
            .col(text("source"))
            .col(timestamp_with_time_zone("loaded_at"))
            .to_owned();
        create(
            manager,
            vec![data],
            vec![
                index("data_file", &["kind", "version"], true),
                index("answer", &["ballot_id"], false),
            ],
        )
        .await
    }
}
