//! What somebody still has to be told by hand is counted on every page of the staff: from
//! indexes of what is not over, not from every notice that there ever was.
use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone_null};

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m46_untold"
    }
}

/// Notices about a dossier that went on since: what they tell, the receiver knows, or it is
/// over.
const OVER: &str = "UPDATE outbox SET over_at = queued_at \
     WHERE settled_at IS NULL AND sent_at IS NULL AND EXISTS ( \
     SELECT 1 FROM dossier d WHERE d.id = outbox.dossier_id AND NOT ( \
     (outbox.kind = 'rejected' AND d.status = 'rejected') \
     OR (outbox.kind = 'supplement' AND d.status = 'awaiting_supplement') \
     OR (outbox.kind = 'ready' AND d.status = 'processed') \
     OR (outbox.kind IN ('apology', 'redate') AND d.status IN \
     ('received', 'processing', 'awaiting_supplement', 'awaiting_payment'))))";

/// Two, and each of open rows alone: by the older index of all that ever failed the planner
/// thinks that it reads half of one agency's notices, and reads them all.
const INDEXES: [(&str, &str); 2] = [
    (
        "ix_outbox_untold",
        "ON outbox (agency_id) \
         WHERE settled_at IS NULL AND sent_at IS NULL AND over_at IS NULL",
    ),
    (
        "ix_outbox_given_up",
        "ON outbox (agency_id) \
         WHERE settled_at IS NULL AND failed_at IS NOT NULL",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Broken off, it may have got this far.
        if !manager.has_column("outbox", "over_at").await? {
            let over_at = timestamp_with_time_zone_null("over_at").take();
            let more = Table::alter()
                .table("outbox")
                .add_column(over_at)
                .to_owned();
            manager.alter_table(more).await?;
        }
        manager.get_connection().execute_unprepared(OVER).await?;
        growing::build(manager, &INDEXES).await
    }
}
