//! A number drawn for a paper that was spoiled or sent by mistake: it stays in the
//! book, crossed out with a reason, and the paper goes on under the next one.
use chrono::{DateTime, Datelike, Utc};

use super::{actor::Actor, applicant::required};
use crate::{
    app::App,
    domain::{paper::PaperKind, role::Role, time::local_day},
    error::{Error, FieldErrors, Result},
    store::{
        Write,
        dossiers::{self, Event},
        papers::{self, Paper},
    },
};

/// Cancels it; returns the number that the paper has now.
pub async fn run(
    app: &App,
    actor: &Actor,
    kind: PaperKind,
    year: i32,
    number: i32,
    reason: &str,
) -> Result<i32> {
    if !matches!(actor.role, Role::Office | Role::Admin) {
        return Err(Error::forbidden(
            "Hủy số văn bản dành cho: Văn phòng, Quản trị.",
        ));
    }
    let mut errors = FieldErrors::default();
    let reason = required(&mut errors, "reason", "Lý do hủy", reason, 500);
    errors.finish()?;
    let now = app.clock.now();
    let write = app.store.write().await?;
    let paper = papers::numbered(write.reader(), actor.agency, kind, year, number)
        .await?
        .ok_or_else(|| Error::not_found("Sổ không có số này, hoặc số đã hủy."))?;
    // As who prints it: the dossier first.
    write.hold_papers(paper.dossier_id).await?;
    if !write
        .cancel_paper(paper.id, &actor.name, &reason, now)
        .await?
    {
        return Err(Error::conflict(
            "cancelled",
            "Số này vừa được người khác hủy.",
        ));
    }
    write.dossiers_are_as_sealed(vec![paper.dossier_id]).await?;
    let year = local_day(now).year();
    let next = write.next_paper_number(actor.agency, kind, year).await?;
    if kind == PaperKind::Apology {
        write.renumber_apology(paper.dossier_id, next, year).await?;
    }
    if matches!(kind, PaperKind::Supplement | PaperKind::Payment) {
        let (old, new) = ((number, paper.year.unwrap_or(year)), (next, year));
        write
            .renumber_pause(paper.dossier_id, kind.code(), old, new)
            .await?;
    }
    let again = Paper {
        number: Some(next),
        year: Some(year),
        made_at: now,
        made_by: actor.name.clone(),
        body: None,
        release: None,
        printed_at: None,
        printed_by: None,
        ..paper
    };
    let event_of = again.dossier_id;
    write.insert_paper(again).await?;
    tell_dossier(&write, actor, event_of, kind, (number, next), &reason, now).await?;
    write.commit().await?;
    Ok(next)
}

/// The word of the event that a new number leaves.
pub const ACT: &str = "renumber";

/// The dossier says that its paper bears another number.
async fn tell_dossier(
    write: &Write,
    actor: &Actor,
    dossier: i64,
    kind: PaperKind,
    (from, to): (i32, i32),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut row = dossiers::by_id(write.reader(), dossier).await?;
    let at = now.max(row.last_event_at);
    let event = Event {
        id: 0,
        dossier_id: dossier,
        seq: i32::try_from(row.version + 1).map_err(Error::internal)?,
        at,
        recorded_at: now,
        act: ACT.into(),
        actor: actor.name.clone(),
        role: actor.role.code().into(),
        at_desk: false,
        from_status: Some(row.status.clone()),
        to_status: row.status.clone(),
        note: reason.into(),
        data: serde_json::json!({ "paper": kind.code(), "from": from, "number": to }).to_string(),
    };
    row.last_event_at = at;
    if !write.update_dossier(row).await? {
        return Err(Error::conflict(
            "stale_version",
            "Hồ sơ vừa được người khác sửa. Xem lại rồi hủy số lại; chưa có gì được lưu.",
        ));
    }
    write.append_event(event).await
}
