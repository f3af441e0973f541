//! Accepts what was sent online: the clock begins here.
use super::{perform::Performing, promise};
use crate::error::Result;

pub fn effect(doing: &mut Performing<'_>) -> Result<()> {
    let office = doing.office.clone();
    let by_hand = doing.dossier.original_due_at;
    let first = promise::first(doing.app, &office, &doing.procedure, doing.at, by_hand)?;
    doing.dossier.received_at = Some(doing.at);
    doing.dossier.received_desk = doing.at_desk;
    // Whose hands it is in from now on, whoever entered it.
    doing.dossier.received_by.clone_from(&doing.actor.name);
    doing.dossier.received_by_id = doing.actor.account;
    doing
        .dossier
        .set_original_due(first.due_at, first.by_moment);
    doing.dossier.provisional = first.provisional;
    Ok(())
}
