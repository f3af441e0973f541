//! The clock stands while the office waits for the citizen, and runs again
//! (NĐ 61/2018/NĐ-CP Điều 19.4).
use super::{perform::Performing, promise};
use crate::{
    domain::{
        pause::PauseKind,
        time::{format_moment, to_local, to_utc},
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
/// have run from here, however long the look takes.
pub async fn arrive(doing: &mut Performing<'_>) -> Result<String> {
    let before = running(doing).await?.and_then(|wait| wait.arrived_at);
    let reason = match before {
        None => String::new(),
        // Said once, the moment moves only with a reason: the earlier papers were not enough.
        Some(before)
            if doing
                .input
                .reason
                .as_deref()
                .unwrap_or_default()
                .trim()
                .is_empty() =>
        {
            let shown = viet::moment(to_local(before));
            let why = format!(
                "Giấy bổ sung đã ghi là đến lúc {shown}. Ghi lần nữa thì cần lý do: lần trước thiếu gì."
            );
            doing.errors.add("reason", why);
            return Ok(String::new());
        }
        Some(before) => {
            let shown = format_moment(before);
            doing.data.insert("arrived_before".into(), shown.into());
            doing.reason()
        }
    };
    let arrived = format_moment(doing.at);
    doing.data.insert("arrived_at".into(), arrived.into());
    doing.write.arrived(doing.dossier.id, doing.at).await?;
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
    let arrived = running(doing).await?.and_then(|wait| wait.arrived_at);
    let until = arrived.unwrap_or(doing.at);
    doing.write.close_wait(doing.dossier.id, until).await?;
    if until != doing.at {
        let shown = format_moment(until);
        doing.data.insert("arrived_at".into(), shown.into());
    }
    doing.dossier.wait_from = None;
    doing.dossier.resume_status = None;
    let calendar = doing.calendar.clone();
    let waits = dossiers::waits(doing.write.reader(), doing.dossier.id).await?;
    let counted = promise::of_dossier(
        doing.app,
        &calendar,
        &doing.procedure,
        &doing.dossier,
        &waits,
    )?;
    // A date set by hand stays as it was set.
    if let Some(counted) = counted {
        doing
            .dossier
            .move_original_due(to_utc(counted.due_at), counted.provisional);
        doing.data.insert(
            "due_at".into(),
            doing.dossier.due_at.map(format_moment).into(),
        );
    }
    Ok(())
}
