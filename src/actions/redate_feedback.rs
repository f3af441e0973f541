//! The calendar changes: a day on which nobody works is none of the working days in which
//! feedback is to be handled (NĐ 20/2008/NĐ-CP Điều 9). What is not handled yet is counted
//! anew, with an event; also what came when the calendar did not reach far enough.
use chrono::{DateTime, Utc};

use super::{
    change_calendar::{ACT, By, Change, differ},
    handle_feedback::stale,
    receive_feedback::set_limits,
};
use crate::{
    app::App,
    domain::{office::Office, time::local_day, viet},
    error::{Error, Result},
    store::{
        Reader, Write,
        feedback::{self, Event, Feedback},
    },
};

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
        let counted = |office: &Office| {
            let mut row = Feedback {
                reject_due_at: None,
                forward_due_at: None,
                due_at: None,
                lapse_at: None,
                ..before.clone()
            };
            set_limits(app, office, &mut row);
            row
        };
        let after = moved_limits(&before, &counted(&old), &counted(&new));
        if after != before {
            moved.push((before, after));
        }
    }
    Ok(moved)
}

/// Only what the calendar moves, or could not be counted before: a limit under an older
/// setting stays, and so does one that the new calendar does not reach.
fn moved_limits(before: &Feedback, was: &Feedback, is: &Feedback) -> Feedback {
    let mut after = before.clone();
    let moved = |limit: fn(&Feedback) -> Option<DateTime<Utc>>| {
        let at = limit(before);
        limit(is)
            .filter(|_| at.is_none() || at == limit(was))
            .or(at)
    };
    after.reject_due_at = moved(|row| row.reject_due_at);
    after.forward_due_at = moved(|row| row.forward_due_at);
    after.due_at = moved(|row| row.due_at);
    after.lapse_at = moved(|row| row.lapse_at);
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
    write.feedback_is_as_sealed(ids.collect()).await?;
    for (before, after) in moved {
        let day = |at: Option<DateTime<Utc>>| {
            at.map_or("chưa có".into(), |at| viet::date(local_day(at)))
        };
        let (was, is) = (day(before.due_at), day(after.due_at));
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
                note: format!("{}: hạn trả lời {was} thành {is}", by.source),
            })
            .await?;
    }
    Ok(())
}
