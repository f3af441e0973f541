//! The clock stands while the office waits for the citizen, and runs again
//! (NĐ 61/2018/NĐ-CP Điều 19.4).
use chrono::{DateTime, Utc};

use super::{
    name_leader,
    perform::Performing,
    promise::{self, Moved},
};
use crate::{
    domain::{
        deadline::ClockPolicy,
        pause::PauseKind,
        time::{format_moment, to_local},
        viet,
    },
    error::Result,
    store::dossiers::{self, Wait},
};

/// The clock stands from now; `slip` says why.
pub async fn open(doing: &mut Performing<'_>, kind: PauseKind, slip: Wait) -> Result<()> {
    let dossier = &mut doing.dossier;
    dossier.resume_status = Some(dossier.status.clone());
    dossier.wait_from = Some(doing.at);
    if kind == PauseKind::Supplement {
        // What was approved without these papers is approved anew.
        dossier.approved_at = None;
        dossier.approved_desk = false;
    }
    let row = Wait {
        id: 0,
        dossier_id: dossier.id,
        kind: kind.code().into(),
        from_at: doing.at,
        to_at: None,
        ..slip
    };
    doing.write.open_wait(row).await
}

/// The papers came; whether they are enough is not looked at yet. The clock will
/// have run from here, however long the look takes. Come again, they move that moment
/// only where a leader agrees that the first ones were not enough; the events keep
/// every arrival.
pub async fn arrive(doing: &mut Performing<'_>) -> Result<String> {
    let before = running(doing).await?.and_then(|wait| wait.arrived_at);
    let mut counts = doing.at;
    let mut reason = String::new();
    if let Some(before) = before {
        let given = doing.input.reason.as_deref().unwrap_or_default();
        if given.trim().is_empty() {
            let shown = viet::moment(to_local(before));
            let why = format!(
                "Giấy bổ sung đã ghi là đến lúc {shown}. Ghi lần nữa thì cần lý do: lần trước thiếu gì."
            );
            doing.errors.add("reason", why);
            return Ok(reason);
        }
        reason = doing.reason();
        doing.keep("arrived_before", format_moment(before));
        match name_leader::who_agrees(doing, None).await? {
            Some(leader) => doing.keep("approved_by", leader),
            None => counts = before,
        }
    }
    doing.keep("arrived_at", format_moment(counts));
    doing.write.arrived(doing.dossier.id, counts).await?;
    Ok(reason)
}

/// The wait under way.
async fn running(doing: &Performing<'_>) -> Result<Option<Wait>> {
    let waits = dossiers::waits(doing.write.reader(), doing.dossier.id).await?;
    Ok(waits.into_iter().find(|wait| wait.to_at.is_none()))
}

/// Ends while the papers lie at the desk: the clock has run since they came.
pub async fn close_arrived(doing: &mut Performing<'_>) -> Result<()> {
    if doing.dossier.wait_from.is_some()
        && running(doing)
            .await?
            .is_some_and(|wait| wait.arrived_at.is_some())
    {
        close(doing).await?;
    }
    Ok(())
}

/// The clock runs again, since the papers came where that was said.
pub async fn close(doing: &mut Performing<'_>) -> Result<()> {
    let running = running(doing).await?;
    let arrived = running.as_ref().and_then(|wait| wait.arrived_at);
    let from = running.as_ref().map_or(doing.at, |wait| wait.from_at);
    let until = arrived.unwrap_or(doing.at);
    doing.write.close_wait(doing.dossier.id, until).await?;
    if until != doing.at {
        let shown = format_moment(until);
        doing.data.insert("arrived_at".into(), shown.into());
    }
    doing.dossier.wait_from = None;
    doing.dossier.resume_status = None;
    let restarts = running.is_some_and(|wait| wait.kind() == PauseKind::Supplement)
        && promise::rules(doing.app, &doing.office, &doing.procedure).1 == ClockPolicy::Restart;
    // No day lies between the end of the wait and the promise that follows from it.
    doing.promise_since = Some(until);
    if move_promise(doing, from, until).await? {
        doing.limit_restarted = restarts;
        doing.data.insert(
            "due_at".into(),
            doing.dossier.due_at.map(format_moment).into(),
        );
    }
    Ok(())
}

/// Moves the date by what was waited, and says whether the limit still ran.
async fn move_promise(
    doing: &mut Performing<'_>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let waits = dossiers::waits(doing.write.reader(), doing.dossier.id).await?;
    let (office, dossier) = (doing.office.clone(), &mut doing.dossier);
    let waited = (from, until);
    let moved = promise::moved(
        doing.app,
        &office,
        &doing.procedure,
        dossier,
        &waits,
        waited,
    )?;
    match moved {
        Some(Moved::Promise { due, provisional }) => dossier.move_original_due(due, provisional),
        Some(Moved::Appointed(later)) => dossier.appoint(later),
        None => (),
    }
    Ok(matches!(moved, Some(Moved::Promise { .. })))
}
