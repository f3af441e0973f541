//! The calendar changes: a day on which nobody works is none of the working days in which
//! feedback is to be handled (NĐ 20/2008/NĐ-CP Điều 9). What is not handled yet is counted
//! anew, with an event; also what came when the calendar did not reach far enough.
use chrono::{DateTime, Utc};

use super::{
    change_calendar::{ACT, By, Change, differ},
    handle_feedback::stale,
};
use crate::{
    app::App,
    domain::{
        feedback::{lapse, working_days_after},
        office::Office,
        time::{local_day, to_local, to_utc},
        viet,
    },
    error::{Error, Result},
    store::{
        Reader, Write,
        feedback::{self, Event, Feedback},
        unchanged::CHANGED_BEHIND,
    },
};

/// No limit of feedback is longer.
const MOST_DAYS: u32 = 400;

/// Those whose limits move, as they are and as they would be.
pub(super) async fn work_out(
    app: &App,
    db: &impl Reader,
    change: Change<'_>,
) -> Result<Vec<(Feedback, Feedback)>> {
    let mut moved = Vec::new();
    for before in feedback::unhandled(db).await? {
        let (old, new) = (
            change.old.of(before.agency_id),
            change.new.of(before.agency_id),
        );
        // What another agency decided for itself.
        if !differ(&old, &new) {
            continue;
        }
        let after = moved_limits(app, &old, &new, &before);
        if after != before {
            moved.push((before, after));
        }
    }
    Ok(moved)
}

/// Each limit has as many working days as it had, in the new calendar; one that could not be
/// counted before has those of today's settings. What the new calendar does not reach stays.
fn moved_limits(app: &App, old: &Office, new: &Office, before: &Feedback) -> Feedback {
    let limits = app.settings.feedback;
    let received = to_local(before.received_at);
    let due = |office: &Office, days: u32| {
        working_days_after(&office.calendar, &office.rules, received, days).ok()
    };
    let moved = |at: Option<DateTime<Utc>>, days: u32| {
        let Some(at) = at else {
            return due(new, days).map(to_utc);
        };
        // By whatever setting it was given: as many as the old calendar says.
        let day = local_day(at);
        let given = (1..=MOST_DAYS)
            .map_while(|days| Some((days, due(old, days)?)))
            .find(|(_, was)| was.date() >= day);
        let is = given
            .filter(|(_, was)| was.date() == day)
            .and_then(|(days, was)| due(new, days).filter(|is| *is != was));
        Some(is.map_or(at, to_utc))
    };
    let mut after = before.clone();
    after.reject_due_at = moved(before.reject_due_at, limits.reject_days);
    after.forward_due_at = moved(before.forward_due_at, limits.forward_days);
    after.due_at = moved(before.due_at, limits.answer_days);
    if after.due_at != before.due_at {
        after.lapse_at = after.due_at.map(|due| lapse(to_local(due)));
    }
    after
}

/// Writes them, with what moved them.
pub(super) async fn write(
    write: &Write,
    by: By<'_>,
    moved: &[(Feedback, Feedback)],
    now: DateTime<Utc>,
) -> Result<()> {
    let ids = moved.iter().map(|(before, _)| before.id);
    // Of whichever agency it is: its number is told to the log alone.
    write
        .feedback_is_as_sealed(ids.collect())
        .await
        .map_err(|error| match error.code {
            CHANGED_BEHIND => Error::conflict(
                CHANGED_BEHIND,
                "Có phản ánh, kiến nghị đã bị sửa dữ liệu ngoài chương trình, nên lịch chưa đổi. Xin báo quản trị chạy motcua verify và đối chiếu với bản sao lưu.",
            ),
            _ => error,
        })?;
    for (before, after) in moved {
        if !write.update_feedback(after.clone()).await? {
            return Err(stale());
        }
        write
            .append_feedback_event(Event {
                id: 0,
                agency_id: before.agency_id,
                feedback_id: before.id,
                seq: i32::try_from(before.version + 1).map_err(Error::internal)?,
                at: now,
                act: ACT.into(),
                actor: by.name.into(),
                role: by.role.into(),
                from_state: Some(before.state.clone()),
                to_state: before.state.clone(),
                note: format!("{}: {}", by.source, said(before, after)),
            })
            .await?;
    }
    Ok(())
}

/// Which limits move, from which day to which.
fn said(before: &Feedback, after: &Feedback) -> String {
    let day =
        |at: Option<DateTime<Utc>>| at.map_or("chưa có".into(), |at| viet::date(local_day(at)));
    let limits = [
        ("hạn từ chối", before.reject_due_at, after.reject_due_at),
        ("hạn chuyển", before.forward_due_at, after.forward_due_at),
        ("hạn trả lời", before.due_at, after.due_at),
    ];
    let moved: Vec<String> = limits
        .into_iter()
        .map(|(name, was, is)| (name, day(was), day(is)))
        .filter(|(_, was, is)| was != is)
        .map(|(name, was, is)| format!("{name} {was} thành {is}"))
        .collect();
    if moved.is_empty() {
        return "ngày hạn giữ nguyên, giờ hạn đổi theo giờ làm việc".into();
    }
    moved.join(", ")
}
