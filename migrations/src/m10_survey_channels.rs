//! Ballots by every channel, apart from their tokens; forms and changes of the catalogue;
//! months as they were made public.
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer_null, blob, boolean, date, integer, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m10_survey_channels"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, tables(), indexes()).await?;
        // A token is burned in a table of its own, whose rows can be written anew
        // without touching the dossiers' rows.
        let burned = "INSERT INTO burned_token (id, agency_id, token_hash) \
             SELECT id, agency_id, token_hash FROM survey_token WHERE used";
        manager.get_connection().execute_unprepared(burned).await?;
        let added = |to: &'static str, column: ColumnDef| {
            Table::alter().table(to).add_column(column).to_owned()
        };
        let changes = [
            Table::alter()
                .table("survey_token")
                .drop_column("used")
                .to_owned(),
            added("survey_token", text("counter").default("").to_owned()),
            added("ballot", text("counter").default("").to_owned()),
            added("ballot", text("marks").default("").to_owned()),
            added("ballot", text_null("reason")),
        ];
        for change in changes {
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    let mut burned = table("burned_token");
    reference(&mut burned, "agency_id", "agency");
    burned.col(text("token_hash"));

    // Ballots just cast, until they are moved into `ballot` in no order.
    let mut held = table("ballot_box");
    reference(&mut held, "agency_id", "agency");
    for column in [
        "questionnaire",
        "source",
        "field",
        "counter",
        "cast_on",
        "marks",
        "answers",
    ] {
        held.col(text(column));
    }
    held.col(text_null("comment")).col(text_null("reason"));

    // A paper ballot is keyed twice before it counts.
    let mut sheet = table("paper_sheet");
    reference(&mut sheet, "agency_id", "agency");
    sheet
        .col(text("batch"))
        .col(integer("number"))
        .col(text_null("body"))
        .col(big_integer_null("keyed_by"))
        .col(text("keyed_name"))
        .col(timestamp_with_time_zone("keyed_at"))
        .col(boolean("done"));

    let mut pin = table("kiosk_pin");
    reference(&mut pin, "agency_id", "agency");
    pin.col(text("pin_hash"))
        .col(integer("failures"))
        .col(timestamp_with_time_zone_null("locked_until"));

    let mut kiosk = table("kiosk");
    reference(&mut kiosk, "agency_id", "agency");
    kiosk
        .col(text("counter"))
        .col(text("token_hash"))
        .col(timestamp_with_time_zone("opened_at"));

    let mut form = table("procedure_form");
    reference(&mut form, "agency_id", "agency");
    form.col(text("procedure_code"))
        .col(text("name"))
        .col(text("file_name"))
        .col(text("content_type"))
        .col(blob("body"))
        .col(text("added_by"))
        .col(timestamp_with_time_zone("added_at"));

    let mut change = table("catalogue_change");
    change
        .col(text("procedure_code"))
        .col(text("procedure_name"))
        .col(text("what"))
        .col(timestamp_with_time_zone("at"));

    // A month as it was made public, and since when.
    let mut month = table("scoreboard_month");
    reference(&mut month, "agency_id", "agency");
    month
        .col(date("from_day"))
        .col(date("to_day"))
        .col(timestamp_with_time_zone("frozen_at"))
        .col(text("body"));

    vec![burned, held, sheet, pin, kiosk, form, change, month]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("burned_token", &["token_hash"], true),
        index("burned_token", &["agency_id"], false),
        index("ballot_box", &["agency_id"], false),
        index("paper_sheet", &["agency_id", "batch", "number"], true),
        index("kiosk_pin", &["agency_id"], true),
        index("kiosk", &["token_hash"], true),
        index("procedure_form", &["procedure_code"], false),
        index("catalogue_change", &["procedure_code"], false),
        index("catalogue_change", &["at"], false),
        index(
            "scoreboard_month",
            &["agency_id", "from_day", "to_day"],
            true,
        ),
    ]
}
