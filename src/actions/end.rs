//! Ends a dossier: process, refuse, withdraw or stop.
use super::perform::Performing;
use crate::domain::dossier::{self, Act, Status};

pub fn effect(act: Act, doing: &mut Performing<'_>) {
    let dossier = &mut doing.dossier;
    dossier.outcome = dossier::outcome_of(act).map(|outcome| outcome.code().into());
    match act {
        Act::Withdraw => dossier.withdrawn_at = Some(doing.at),
        Act::Stop => dossier.stopped_at = Some(doing.at),
        _ => {}
    }
    // What was withdrawn ended then; stopping it later moves nothing.
    if dossier.status() == Status::Withdrawn {
        return;
    }
    dossier.ended_at = Some(doing.at);
    // While the office waited the clock stood: judged by the day the wait began.
    dossier.judged_at = Some(dossier.wait_from.unwrap_or(doing.at));
}
