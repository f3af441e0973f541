//! What an agency decides for itself over the shared calendar: a day off by its own decision,
//! its own office hours. Only ever added: the newest row of a day counts, and one that says
//! "as shared" takes the earlier ones back.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, text, text_null, timestamp_with_time_zone},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m40_own_days"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut day = table("own_day");
        reference(&mut day, "agency_id", "agency");
        day.col(date("date"))
            // As in calendar_day; or plain, or shared: as the calendar of all says.
            .col(text("kind"))
            .col(text("name"));
        let mut hours = table("own_hours");
        reference(&mut hours, "agency_id", "agency");
        // HH:MM; none: the hours of all.
        for column in [
            "morning_from",
            "morning_to",
            "afternoon_from",
            "afternoon_to",
        ] {
            hours.col(text_null(column));
        }
        hours.col(text("name"));
        for table in [&mut day, &mut hours] {
            table
                .col(text("set_by"))
                .col(timestamp_with_time_zone("set_at"))
                // The row of the agency before it, 0 for the first: two at once cannot both
                // follow the same one.
                .col(big_integer("replaces"));
        }
        create(
            manager,
            vec![day, hours],
            vec![
                index("own_day", &["agency_id", "replaces"], true),
                index("own_hours", &["agency_id", "replaces"], true),
            ],
        )
        .await
    }
}
