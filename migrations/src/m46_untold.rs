//! What somebody still has to be told by hand is counted on every page of the staff: from
//! an index of what is not over, not from every notice that there ever was.
use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone_null};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m46_untold"
    }
}

/// Notices about a dossier that went on since: what they tell, the receiver knows, or it is
/// over. Those of a state that may still hold are left to the question itself.
const OVER: &str = "UPDATE outbox SET over_at = queued_at \
     WHERE settled_at IS NULL AND sent_at IS NULL AND dossier_id IS NOT NULL \
     AND EXISTS (SELECT 1 FROM dossier d WHERE d.id = outbox.dossier_id AND (\
     d.status IN ('returned', 'withdrawn', 'stopped') \
     OR (d.status = 'rejected' AND outbox.kind <> 'rejected') \
     OR (d.status = 'processed' AND outbox.kind <> 'ready')))";

const INDEX: &str = "CREATE INDEX ix_outbox_untold ON outbox (agency_id) \
     WHERE settled_at IS NULL AND sent_at IS NULL AND over_at IS NULL";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let over_at = timestamp_with_time_zone_null("over_at").take();
        let more = Table::alter()
            .table("outbox")
            .add_column(over_at)
            .to_owned();
        manager.alter_table(more).await?;
        for step in [OVER, INDEX] {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }
}
