//! Staff: accounts, sessions, the first set-up link, tokens.
use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m02_staff"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut account = table("account");
        reference(&mut account, "agency_id", "agency");
        account
            .col(text("username"))
            .col(text("name"))
            .col(text("role"))
            .col(text("title"))
            .col(text("password_hash"))
            .col(boolean("disabled"))
            .col(integer("failures"))
            .col(timestamp_with_time_zone_null("locked_until"))
            .col(timestamp_with_time_zone("created_at"));

        let mut session = table("session");
        reference(&mut session, "account_id", "account");
        session
            .col(text("token_hash"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("seen_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(text("agent"));

        let setup = table("setup_link")
            .col(text("token_hash"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .to_owned();

        let mut token = table("api_token");
        reference(&mut token, "agency_id", "agency");
        token
            .col(text("name"))
            .col(text("role"))
            .col(text("token_hash"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(text_null("note"));

        create(
            manager,
            vec![account, session, setup, token],
            vec![
                index("account", &["username"], true),
                index("session", &["token_hash"], true),
                index("session", &["account_id"], false),
                index("api_token", &["token_hash"], true),
                index("api_token", &["name"], true),
            ],
        )
        .await
    }
}
