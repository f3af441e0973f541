//! Who an account is at the province's identity provider.
use sea_orm_migration::{
    prelude::*,
    schema::{text, timestamp_with_time_zone},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m23_identity"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut identity = table("identity");
        reference(&mut identity, "account_id", "account");
        identity
            .col(text("issuer"))
            .col(text("subject"))
            .col(timestamp_with_time_zone("linked_at"));
        create(
            manager,
            vec![identity],
            vec![
                // One account for one person of a provider, one person for an account.
                index("identity", &["issuer", "subject"], true),
                index("identity", &["account_id", "issuer"], true),
            ],
        )
        .await
    }
}
