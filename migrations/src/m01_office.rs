//! The office: agencies with dated names, calendar, catalogue.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer_null, boolean, date, date_null, integer, integer_null, text, text_null,
        timestamp_with_time_zone,
    },
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m01_office"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let agency = table("agency").col(text("key")).to_owned();

        let mut version = table("agency_version");
        reference(&mut version, "agency_id", "agency");
        version
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(text("name"))
            .col(text("level"))
            .col(text("parent"))
            .col(text("place"))
            .col(text("identifier"))
            .col(boolean("identifier_confirmed"))
            .col(text_null("phone"));

        let mut signatory = table("signatory");
        reference(&mut signatory, "agency_id", "agency");
        signatory
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(text("capacity"))
            .col(text("name"));

        let calendar = table("calendar_version")
            .col(timestamp_with_time_zone("imported_at"))
            .col(text("source"))
            .to_owned();

        let mut day = table("calendar_day");
        reference(&mut day, "calendar_version_id", "calendar_version");
        day.col(date("date"))
            .col(text("kind"))
            .col(text("name"))
            .col(text("confidence"))
            .col(text_null("paired_date"))
            .col(text("source"))
            .col(text("note"));

        let procedure = table("procedure_version")
            .col(text("code"))
            .col(text("name"))
            .col(text("field"))
            .col(integer_null("time_limit"))
            .col(text_null("unit"))
            .col(big_integer_null("fee_vnd"))
            .col(text("fee_note"))
            .col(text("legal_basis"))
            .col(text("involves_agencies"))
            .col(text("four_on_the_spot"))
            .col(text("four_reason"))
            .col(text_null("four_decision"))
            .col(date_null("four_from"))
            .col(text("online_level"))
            .col(text("required_documents"))
            .col(text("confidence"))
            .col(text("era"))
            .col(text("authority"))
            .col(text("source_notes"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(text_null("decision"))
            .col(date_null("decided_on"))
            .col(text_null("clock"))
            .col(text_null("cut_off"))
            .col(text("search"))
            .col(integer("position"))
            .to_owned();

        create(
            manager,
            vec![agency, version, signatory, calendar, day, procedure],
            vec![
                index("agency", &["key"], true),
                index("agency_version", &["agency_id", "valid_from"], true),
                index("signatory", &["agency_id", "valid_from"], false),
                index("calendar_day", &["calendar_version_id", "date"], true),
                index("procedure_version", &["code", "valid_from"], true),
            ],
        )
        .await
    }
}
