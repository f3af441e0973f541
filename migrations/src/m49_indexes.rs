//! What is looked for all day, found by an index instead of by reading a table to its end:
//! in a register of ten years, whatever is short must not take as long as the register.
use sea_orm_migration::prelude::*;

use crate::growing;

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m49_indexes"
    }
}

/// An intake writes no more of them than it must: a new dossier is not late, and one without
/// an identity number is in none of its table's two.
const INDEXES: [(&str, &str); 11] = [
    // What a carrier takes next, asked every few seconds. A slip that nobody settles stays in
    // it, but behind its own channel.
    (
        "ix_outbox_to_leave",
        "ON outbox (channel, due_at, id) \
     WHERE sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL AND settled_at IS NULL",
    ),
    // Letters to be signed, counted on every page of the staff: those without a signature are
    // few, and so is what ended late.
    (
        "ix_apology_unsigned",
        "ON apology (dossier_id) WHERE signed_at IS NULL",
    ),
    (
        "ix_dossier_late",
        "ON dossier (agency_id, ended_at) WHERE judged_at >= lapse_at",
    ),
    // Whether the same person has lodged it already, asked while the desk types.
    (
        "ix_dossier_id_number",
        "ON dossier (agency_id, id_number) \
     WHERE id_number IS NOT NULL",
    ),
    // How many of those that ended have answered.
    ("ix_survey_token_dossier_id", "ON survey_token (dossier_id)"),
    // What goes over with a dossier, and what is said of it elsewhere: a merger, an erasure.
    ("ix_notice_link_dossier_id", "ON notice_link (dossier_id)"),
    ("ix_batch_row_dossier_id", "ON batch_row (dossier_id)"),
    (
        "ix_read_log_dossier_id",
        "ON read_log (dossier_id) WHERE dossier_id IS NOT NULL",
    ),
    // The ledger of pauses, day by day.
    ("ix_wait_from_at", "ON wait (from_at)"),
    // Whoever follows what they sent, by its number; and what is still to be done.
    ("ix_feedback_code", "ON feedback (code)"),
    (
        "ix_feedback_open",
        "ON feedback (id) WHERE answered_at IS NULL AND handled_at IS NULL",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        growing::build(manager, &INDEXES).await
    }
}
