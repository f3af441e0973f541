//! The calendar changes: which promises move, and how far? Shown first; then calendar,
//! dates and events are written in one transaction.
//!
//! A date set by hand stays as it was set, and so does a re-appointed one that is
//! still the later of the two – unless nobody would be at the desk on that day: a last
//! day that is off is the next working day (Bộ luật Dân sự 2015 Điều 148.5).
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{promise, redate_feedback, tell};
use crate::{
    app::App,
    domain::{
        calendar::{Calendar, CalendarException},
        office::{Office, Offices},
        standing::Standing,
        time::{format_moment, local_day, to_utc},
    },
    error::{Error, Result},
    store::{
        Reader, Write, calendars,
        dossiers::{self, Dossier, DueChange, Event, Wait},
        feedback::Feedback,
        mergers, procedures,
    },
};

/// What the event of a moved date is called.
pub const ACT: &str = "redate";

/// An open dossier whose promise moves.
#[derive(Clone, Debug)]
pub struct Moved {
    /// As it is now.
    pub before: Dossier,
    /// As it would be.
    pub after: Dossier,
    pub procedure_name: String,
    was_late: bool,
    is_late: bool,
}

impl Moved {
    pub fn becomes_late(&self) -> bool {
        self.is_late && !self.was_late
    }

    pub fn no_longer_late(&self) -> bool {
        self.was_late && !self.is_late
    }

    /// Put off by an apology to a day that stays.
    pub fn appointment_stays(&self) -> bool {
        self.after.appointed_day.is_some() && self.after.due_at == self.before.due_at
    }

    /// Put off by an apology to a day that is now one off.
    pub fn appointment_moves(&self) -> bool {
        self.after.appointed_day.is_some() && !self.appointment_stays()
    }
}

/// What a change of the calendar would do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The version of the calendar that it replaces.
    pub replaces: Option<i64>,
    pub moved: Vec<Moved>,
    /// Open, with a date set by hand: they stay. The flag says that the day becomes one off.
    pub by_hand: Vec<(Dossier, bool)>,
    /// Not handled yet, with other limits: before and after.
    pub feedback: Vec<(Feedback, Feedback)>,
}

impl Plan {
    /// The same, as far as an agency may see it.
    #[must_use]
    pub fn of_agency(mut self, agency: i64) -> Self {
        self.moved.retain(|one| one.before.agency_id == agency);
        self.by_hand.retain(|(one, _)| one.agency_id == agency);
        self.feedback.retain(|(one, _)| one.agency_id == agency);
        self
    }
}

/// Who changes it, and by what.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub name: &'a str,
    pub role: &'a str,
    /// What changes, in words: "Nghỉ tránh bão số 5 (27/9/2021)", a file's name.
    pub source: &'a str,
}

/// Which promises would move; nothing is written.
pub async fn plan(app: &App, days: &[CalendarException]) -> Result<Plan> {
    let old = app.offices().await?;
    let new = old.with_calendar(Calendar::new("mới", days.to_vec()));
    let db = app.store.read();
    let plan = work_out(
        app,
        db,
        Change {
            old: &old,
            new: &new,
        },
        app.clock.now(),
    )
    .await?;
    Ok(Plan {
        replaces: calendars::current_version(db).await?,
        ..plan
    })
}

/// When everybody works, before and after.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub old: &'a Offices,
    pub new: &'a Offices,
}

pub(super) async fn work_out(
    app: &App,
    db: &impl Reader,
    change: Change<'_>,
    now: DateTime<Utc>,
) -> Result<Plan> {
    let open = dossiers::open(db).await?;
    let heirs = open.iter().filter(|one| change.old.is_heir(one.agency_id));
    let moved = mergers::before(db, heirs.map(|one| one.id)).await?;
    let mut waits: HashMap<i64, Vec<Wait>> = HashMap::new();
    for wait in dossiers::waits_of_open(db).await? {
        waits.entry(wait.dossier_id).or_default().push(wait);
    }
    let mut versions: Vec<i64> = open.iter().map(|one| one.procedure_version_id).collect();
    versions.sort_unstable();
    versions.dedup();
    let known = procedures::by_ids(db, versions).await?;
    let mut plan = Plan {
        feedback: redate_feedback::work_out(app, db, change).await?,
        ..Plan::default()
    };
    for before in open {
        let of = |all: &Offices| match moved.get(&before.id) {
            Some(others) => all.of_moved(before.agency_id, others),
            None => all.of(before.agency_id),
        };
        let (old, new) = (of(change.old), of(change.new));
        if !differ(&old, &new) {
            continue;
        }
        let becomes_off = before.due_at.map(local_day).filter(|day| {
            new.calendar.is_working_day(*day) == Ok(false)
                && old.calendar.is_working_day(*day) == Ok(true)
        });
        if before.due_reason.is_some() && before.appointed_day.is_none() {
            plan.by_hand.push((before, becomes_off.is_some()));
            continue;
        }
        let Some(procedure) = known.get(&before.procedure_version_id) else {
            continue;
        };
        let none = Vec::new();
        let waits = waits.get(&before.id).unwrap_or(&none);
        let count = |office: &Office| promise::of_dossier(app, office, procedure, &before, waits);
        let mut after = before.clone();
        // Where the new calendar ends too early, the promise stays.
        if let (Ok(Some(counted)), was) = (count(&new), count(&old)) {
            let due = to_utc(counted.due_at);
            let was = was.ok().flatten().map(|was| to_utc(was.due_at));
            // Only what the calendar moves: a date given under an older rule stays.
            if was != Some(due) {
                after.move_original_due(due, counted.provisional);
            }
        }
        let closing = new.hours().closing();
        if let (Some(day), Some(_)) = (becomes_off, after.appointed_day)
            && let Ok(open) = new.calendar.working_day_from(day)
        {
            after.appoint(to_utc(open.and_time(closing)));
        }
        if (before.original_due_at, before.due_at) == (after.original_due_at, after.due_at) {
            continue;
        }
        let late = |one: &Dossier| one.standing(false, now) == Standing::Overdue;
        plan.moved.push(Moved {
            was_late: late(&before),
            is_late: late(&after),
            procedure_name: procedure.name.clone(),
            before,
            after,
        });
    }
    plan.moved.sort_by(|a, b| {
        (a.after.original_due_at, a.after.id).cmp(&(b.after.original_due_at, b.after.id))
    });
    Ok(plan)
}

/// Whether an agency works at other times than before.
pub(super) fn differ(old: &Office, new: &Office) -> bool {
    old.rules != new.rules || !old.calendar.exceptions().eq(new.calendar.exceptions())
}

/// Writes the calendar and what follows from it. `seen` is the version that was
/// looked at when the list was shown; `None` takes what is there.
///
/// # Errors
/// A conflict when somebody changed the calendar or one of the dossiers meanwhile.
pub async fn run(
    app: &App,
    by: By<'_>,
    days: &[CalendarException],
    seen: Option<i64>,
) -> Result<Plan> {
    let now = app.clock.now();
    let write = app.store.write_alone().await?;
    let old = app.offices_by(write.reader()).await?;
    let new = old.with_calendar(Calendar::new("mới", days.to_vec()));
    let change = Change {
        old: &old,
        new: &new,
    };
    let mut plan = work_out(app, write.reader(), change, now).await?;
    plan.replaces = calendars::current_version(write.reader()).await?;
    let same = old.shared().calendar.version() == plan.replaces.unwrap_or_default().to_string();
    if seen.is_some_and(|seen| plan.replaces != Some(seen)) || !same {
        return Err(overtaken());
    }
    let version = write
        .insert_calendar(now, by.source, days, plan.replaces)
        .await?
        .ok_or_else(overtaken)?;
    let basis = serde_json::json!({ "calendar_version": version });
    carry_out(app, &write, by, &plan, &basis, now).await?;
    write.commit().await?;
    Ok(plan)
}

/// The promises that move are moved, with an event each, and who is to be told is told.
pub(super) async fn carry_out(
    app: &App,
    write: &Write,
    by: By<'_>,
    plan: &Plan,
    basis: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let all = plan.moved.iter().map(|moved| moved.before.id).collect();
    write.dossiers_are_as_sealed(all).await?;
    for moved in &plan.moved {
        redate(write, by, moved, basis, now).await?;
        if let (Some(before), Some(after)) = (moved.before.due_at, moved.after.due_at)
            && before != after
        {
            tell::redated(app, write, &moved.after, before, after, now).await?;
        }
    }
    redate_feedback::write(write, by, &plan.feedback, now).await
}

pub(super) fn overtaken() -> Error {
    Error::conflict(
        "calendar_changed",
        "Lịch vừa được người khác sửa. Xem lại danh sách rồi lưu lại; chưa có gì được lưu.",
    )
}

async fn redate(
    write: &Write,
    by: By<'_>,
    moved: &Moved,
    basis: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let Moved { before, after, .. } = moved;
    let at = now.max(before.last_event_at);
    let shift = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| serde_json::json!({ "before": from.map(format_moment), "after": to.map(format_moment) });
    let mut row = after.clone();
    row.last_event_at = at;
    if !write.update_dossier(row).await? {
        return Err(Error::conflict(
            "stale_version",
            format!(
                "Hồ sơ {} vừa được người khác sửa. Xem lại danh sách rồi lưu lại; chưa có gì được lưu.",
                before.code
            ),
        ));
    }
    let mut data = serde_json::json!({
        "original_due": shift(before.original_due_at, after.original_due_at),
        "due": shift(before.due_at, after.due_at),
        "due_at": after.due_at.map(format_moment),
    });
    if let (Some(data), Some(basis)) = (data.as_object_mut(), basis.as_object()) {
        data.extend(basis.clone());
    }
    write
        .append_event(Event {
            id: 0,
            dossier_id: before.id,
            seq: i32::try_from(before.version + 1).map_err(Error::internal)?,
            at,
            recorded_at: now,
            act: ACT.into(),
            actor: by.name.into(),
            role: by.role.into(),
            at_desk: false,
            from_status: Some(before.status.clone()),
            to_status: before.status.clone(),
            note: by.source.into(),
            data: data.to_string(),
        })
        .await?;
    write
        .append_due_change(DueChange {
            id: 0,
            dossier_id: before.id,
            set_at: at,
            original_due_at: after.original_due_at,
            due_at: after.due_at,
        })
        .await?;
    Ok(())
}
