//! An agency decides for itself when it works: a day off by its own decision, other hours.
//! Its own promises move, nobody else's; like a change of the calendar of all it is looked
//! at first and written with its events in one transaction.
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::change_calendar::{By, Change, Plan, carry_out, overtaken, work_out};
use crate::{
    app::App,
    domain::{
        calendar::{Calendar, DayKind},
        deadline::OfficeHours,
        office::{Offices, Own},
    },
    error::{Error, Result},
    store::{
        Reader,
        own_days::{Decision, OwnChange},
    },
};

/// What an agency decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    Days(Vec<OwnChange>),
    /// `None`: the hours of all.
    Hours(Option<OfficeHours>),
}

/// What the law leaves to an agency: a day on which it does not work and one on which it
/// makes up for it. A public holiday is everybody's (Bộ luật Lao động 2019 Điều 112).
///
/// # Errors
/// A sentence that names the day's field.
pub fn may_decide(shared: &Calendar, change: &OwnChange) -> Result<()> {
    let date = change.day.date;
    let holiday = |known: &crate::domain::calendar::CalendarException| {
        known.date == date && known.kind == DayKind::Holiday
    };
    if !change.shared && shared.exceptions().any(holiday) {
        let detail = "Ngày này là ngày lễ, tết của cả nước: không một cơ quan nào đổi riêng được.";
        return Err(Error::invalid("ngay", detail));
    }
    if !change.shared && change.day.kind == Some(DayKind::Holiday) {
        let detail = "Ngày lễ, tết do cấp trên đưa vào lịch chung. Riêng một cơ quan: chọn nghỉ bù, nghỉ đột xuất.";
        return Err(Error::invalid("loai", detail));
    }
    shared
        .is_working_day(date)
        .map_err(|_| {
            let detail = format!("Lịch chung chưa có năm {}.", date.year());
            Error::invalid("ngay", detail)
        })
        .map(|_| ())
}

/// Which promises of the agency would move; nothing is written.
pub async fn plan(app: &App, agency: i64, decided: &Decided) -> Result<Plan> {
    let old = app.offices().await?;
    let db = app.store.read();
    look(app, db, &old, agency, decided, app.clock.now()).await
}

async fn look(
    app: &App,
    db: &impl Reader,
    old: &Offices,
    agency: i64,
    decided: &Decided,
    now: DateTime<Utc>,
) -> Result<Plan> {
    let mut own = old.own(agency);
    let replaces = match decided {
        Decided::Days(changes) => {
            for change in changes {
                may_decide(&old.shared().calendar, change)?;
                put(&mut own, change);
            }
            own.version
        }
        Decided::Hours(hours) => {
            own.hours = *hours;
            own.hours_version
        }
    };
    let new = old.with_own(agency, own);
    let plan = work_out(app, db, Change { old, new: &new }, now).await?;
    Ok(Plan {
        replaces: Some(replaces),
        ..plan
    })
}

fn put(own: &mut Own, change: &OwnChange) {
    let date: NaiveDate = change.day.date;
    if change.shared {
        own.days.remove(&date);
    } else {
        own.days.insert(date, change.day.clone());
    }
}

/// Writes the decision and what follows from it. `seen` is the version that was looked at
/// when the list was shown; `None` takes what is there.
///
/// # Errors
/// A conflict when somebody decided meanwhile, or changed one of the dossiers.
pub async fn run(
    app: &App,
    by: By<'_>,
    agency: i64,
    decided: &Decided,
    seen: Option<i64>,
) -> Result<Plan> {
    let now = app.clock.now();
    let write = app.store.write_alone().await?;
    let old = app.offices_by(write.reader()).await?;
    let plan = look(app, write.reader(), &old, agency, decided, now).await?;
    if seen.is_some_and(|seen| plan.replaces != Some(seen)) {
        return Err(overtaken());
    }
    let decision = Decision {
        agency,
        by: by.name,
        at: now,
    };
    let mut newest = plan.replaces.unwrap_or_default();
    let basis = match decided {
        Decided::Days(changes) => {
            for change in changes {
                let written = write.decide_day(decision, change, newest).await?;
                newest = written.ok_or_else(overtaken)?;
            }
            serde_json::json!({ "own_day": newest })
        }
        Decided::Hours(hours) => {
            let written = write
                .decide_hours(decision, *hours, by.source, newest)
                .await?;
            newest = written.ok_or_else(overtaken)?;
            serde_json::json!({ "own_hours": newest })
        }
    };
    carry_out(app, &write, by, &plan, &basis, now).await?;
    write.commit().await?;
    Ok(plan)
}
