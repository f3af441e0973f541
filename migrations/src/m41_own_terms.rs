//! What an agency decides for itself about a procedure of the shared catalogue. Only ever
//! added: on a day the newest row that has begun by then counts; one without a word is the
//! shared catalogue again.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, boolean_null, date, integer_null, text,
        timestamp_with_time_zone,
    },
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m41_own_terms"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut terms = table("own_terms");
        reference(&mut terms, "agency_id", "agency");
        terms
            .col(text("code"))
            .col(date("from_day"))
            .col(boolean("offered"))
            // Shorter than the catalogue's, in its unit.
            .col(integer_null("time_limit"))
            .col(big_integer_null("fee_vnd"))
            .col(text("fee_note"))
            .col(boolean_null("four_on_the_spot"))
            // Where it is handed in; empty: at the one-stop desk.
            .col(text("place"))
            // By which decision.
            .col(text("basis"))
            .col(text("set_by"))
            .col(timestamp_with_time_zone("set_at"))
            // The row before it, 0 for the first: two at once cannot both follow it.
            .col(big_integer("replaces"));
        create(
            manager,
            vec![terms],
            vec![index("own_terms", &["agency_id", "code", "replaces"], true)],
        )
        .await
    }
}
