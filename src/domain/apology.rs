//! When is an apology owed, for what reason, and to which new date?
//!
//! NĐ 61/2018/NĐ-CP Điều 19.9: the letter comes no later than a day before the
//! promise breaks, names the reason, and the date moves at most once.
use chrono::{NaiveDateTime, TimeDelta};

use super::{
    calendar::{Calendar, UnknownYear},
    deadline::{ClockPolicy, DeadlineError, DeadlineRules, TimeLimit, Unit, compute, office_time},
    dossier::codes,
    standing::Bounds,
    time::to_utc,
};

codes! {
    /// Why it is late; the letter adds words of its own.
    Reason {
        Workload = "workload", "Số lượng hồ sơ tăng đột biến";
        Verification = "verification", "Phải xác minh thêm";
        OtherAgency = "other_agency", "Chờ ý kiến cơ quan phối hợp";
        Equipment = "equipment", "Sự cố hệ thống, thiết bị";
        StaffAbsent = "staff_absent", "Cán bộ giải quyết vắng mặt";
        Disaster = "disaster", "Thiên tai, dịch bệnh";
        Other = "other", "Lý do khác";
    }
}

/// The proposed new date: the procedure's whole limit counted from now, at least
/// one working day after today and after the promise. Without a limit: that day.
///
/// # Errors
/// When the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{apology::new_date, calendar::{read, Calendar, SHIPPED}, deadline::*};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let now = "2021-04-20T09:00:00".parse().unwrap();
/// let date = |limit| new_date(&calendar, &DeadlineRules::default(), now, now, limit).unwrap().to_string();
/// assert_eq!(date(Some(TimeLimit::new(0, Unit::SameDay))), "2021-04-22 17:00:00", "21/4 is a holiday");
/// assert_eq!(date(Some(TimeLimit::new(5, Unit::WorkingDays))), "2021-04-28 17:00:00");
/// ```
pub fn new_date(
    calendar: &Calendar,
    rules: &DeadlineRules,
    now: NaiveDateTime,
    promised: NaiveDateTime,
    limit: Option<TimeLimit>,
) -> Result<NaiveDateTime, DeadlineError> {
    let soonest = calendar
        .next_working_day(now.max(promised).date())?
        .and_time(rules.hours.closing());
    let Some(limit) = limit else {
        return Ok(soonest);
    };
    let counted = compute(calendar, rules, now, limit, ClockPolicy::Restart, &[])?.due_at;
    Ok(counted.max(soonest))
}

/// Why an open dossier is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    /// The promise is broken.
    Overdue,
    /// It will be, unless the result comes now.
    WillBeLate,
}

/// When the list begins to speak; settings of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadTime {
    /// A limit of so many working days or more is looked at a working day ahead.
    pub days_or_more: u32,
    /// A shorter one when less than so many office hours are left, so that the
    /// day's photocopies do not flood the list.
    pub short_limit_hours: i64,
}

/// Whether an open dossier whose clock runs is owed an apology (NĐ 61/2018/NĐ-CP
/// Điều 19.9: no later than a day before the promise). `due_at` is the promise by
/// the limit, local like `now`; a limit that is not known was promised by hand
/// and is looked at like a long one.
///
/// # Errors
/// [`UnknownYear`] when the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{apology::{owed, LeadTime, Owed}, calendar::{read, Calendar, SHIPPED}, deadline::*};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let lead = LeadTime { days_or_more: 2, short_limit_hours: 1 };
/// let asked = |now: &str, due: &str, limit| owed(
///     &calendar, &DeadlineRules::default(), lead, now.parse().unwrap(), due.parse().unwrap(), limit,
/// ).unwrap();
/// let five = Some(TimeLimit::new(5, Unit::WorkingDays));
/// assert_eq!(asked("2021-04-20T08:00:00", "2021-04-22T17:00:00", five), Some(Owed::WillBeLate), "21/4 is off");
/// assert_eq!(asked("2021-04-20T08:00:00", "2021-04-23T17:00:00", five), None);
/// assert_eq!(asked("2021-04-23T00:00:00", "2021-04-22T17:00:00", five), Some(Owed::Overdue));
/// let same_day = Some(TimeLimit::new(0, Unit::SameDay));
/// assert_eq!(asked("2021-04-20T16:00:00", "2021-04-20T17:00:00", same_day), None, "an hour is left");
/// assert_eq!(asked("2021-04-20T16:00:01", "2021-04-20T17:00:00", same_day), Some(Owed::WillBeLate));
/// ```
pub fn owed(
    calendar: &Calendar,
    rules: &DeadlineRules,
    lead: LeadTime,
    now: NaiveDateTime,
    due_at: NaiveDateTime,
    limit: Option<TimeLimit>,
) -> Result<Option<Owed>, UnknownYear> {
    let by_moment = limit.is_some_and(|limit| limit.unit.by_moment());
    if to_utc(now) >= Bounds::new(due_at, by_moment).lapse {
        return Ok(Some(Owed::Overdue));
    }
    let soon = if working_days(rules, limit) >= lead.days_or_more {
        due_at.date() <= calendar.next_working_day(now.date())?
    } else if due_at.date() > calendar.next_working_day(now.date())? {
        false
    } else {
        office_time(calendar, &rules.hours, now, due_at)? < TimeDelta::hours(lead.short_limit_hours)
    };
    Ok(soon.then_some(Owed::WillBeLate))
}

/// A limit in whole working days, for comparison only.
fn working_days(rules: &DeadlineRules, limit: Option<TimeLimit>) -> u32 {
    let Some(TimeLimit { amount, unit }) = limit else {
        return u32::MAX;
    };
    match unit {
        Unit::WorkingDays | Unit::Days => amount,
        Unit::Months => amount.saturating_mul(20),
        Unit::SameDay => 0,
        Unit::ClockHours => amount / 24,
        Unit::WorkingHours => {
            let day = rules.hours.length().num_seconds().max(1);
            u32::try_from(i64::from(amount) * 3600 / day).unwrap_or(u32::MAX)
        }
    }
}
