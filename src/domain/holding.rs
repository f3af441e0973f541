//! How long did a hand hold a dossier, against its share; and by when is it passed on?
use chrono::{Days, NaiveDateTime, NaiveTime, TimeDelta};

use super::{
    calendar::{Calendar, UnknownYear, tomorrow},
    deadline::{DeadlineRules, OfficeHours, TimeLimit, Unit, office_time},
    dossier::codes,
    workflow::{Hundredths, whole},
};

codes! {
    /// A hand's time against its share.
    Pace {
        Early = "early", "sớm";
        OnTime = "on_time", "đúng";
        Late = "late", "quá";
    }
}

/// Whether time is counted in office hours: limits in calendar days, months and
/// clock hours run through nights and days off, and so do the shares of them.
pub fn in_office_hours(unit: Option<Unit>) -> bool {
    !matches!(unit, Some(Unit::Days | Unit::Months | Unit::ClockHours))
}

/// The length of one unit of a limit. A month counts as thirty days here: shares
/// compare hands with each other and promise nothing.
///
/// ```
/// use motcua::domain::{deadline::{DeadlineRules, Unit}, holding::unit_length};
/// let hours = DeadlineRules::default().hours;
/// assert_eq!(unit_length(Unit::WorkingDays, &hours).num_minutes(), 450);
/// assert_eq!(unit_length(Unit::Days, &hours).num_hours(), 24);
/// ```
pub fn unit_length(unit: Unit, hours: &OfficeHours) -> TimeDelta {
    match unit {
        Unit::WorkingDays | Unit::SameDay => hours.length(),
        Unit::Days => TimeDelta::days(1),
        Unit::Months => TimeDelta::days(30),
        Unit::WorkingHours | Unit::ClockHours => TimeDelta::hours(1),
    }
}

/// What a share is in time.
///
/// ```
/// use motcua::domain::{deadline::{DeadlineRules, TimeLimit, Unit}, holding::allotted};
/// let hours = DeadlineRules::default().hours;
/// let half = allotted(TimeLimit::new(5, Unit::WorkingDays), 50, &hours);
/// assert_eq!(half.num_minutes(), 225);
/// ```
pub fn allotted(limit: TimeLimit, share: Hundredths, hours: &OfficeHours) -> TimeDelta {
    let unit = unit_length(limit.unit, hours).num_seconds();
    TimeDelta::seconds(unit * i64::from(share.min(whole(limit))) / 100)
}

/// How long a dossier lay in one pair of hands from `from` to `to`, without the
/// stretches in which the clock stood. Local times; whole seconds.
///
/// # Errors
/// [`UnknownYear`] when the calendar does not know a day in between.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::{DeadlineRules, Unit}, holding::held};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let hours = DeadlineRules::default().hours;
/// let at = |text: &str| text.parse().unwrap();
/// let (from, to) = (at("2021-04-20T09:00:00"), at("2021-04-22T09:00:00"));
/// let time = |unit, stood: &[_]| held(&calendar, &hours, Some(unit), from, to, stood).unwrap().num_minutes();
/// assert_eq!(time(Unit::WorkingDays, &[]), 450, "21/4 is a holiday");
/// assert_eq!(time(Unit::Days, &[]), 2 * 24 * 60);
/// assert_eq!(time(Unit::WorkingDays, &[(at("2021-04-20T10:00:00"), at("2021-04-22T08:00:00"))]), 120);
/// ```
pub fn held(
    calendar: &Calendar,
    hours: &OfficeHours,
    unit: Option<Unit>,
    from: NaiveDateTime,
    to: NaiveDateTime,
    stood: &[(NaiveDateTime, NaiveDateTime)],
) -> Result<TimeDelta, UnknownYear> {
    let measure = |from: NaiveDateTime, to: NaiveDateTime| {
        if in_office_hours(unit) {
            office_time(calendar, hours, from, to)
        } else {
            Ok((to - from).max(TimeDelta::zero()))
        }
    };
    let mut total = measure(from, to)?;
    for (begin, end) in stood {
        total -= measure((*begin).max(from), (*end).min(to))?;
    }
    Ok(total.max(TimeDelta::zero()))
}

/// Early, exactly, or beyond its share.
///
/// ```
/// use motcua::domain::holding::{pace, Pace};
/// assert_eq!([pace(1, 2), pace(2, 2), pace(3, 2)], [Pace::Early, Pace::OnTime, Pace::Late]);
/// ```
pub fn pace(held_seconds: i64, allotted_seconds: i64) -> Pace {
    match held_seconds.cmp(&allotted_seconds) {
        std::cmp::Ordering::Less => Pace::Early,
        std::cmp::Ordering::Equal => Pace::OnTime,
        std::cmp::Ordering::Greater => Pace::Late,
    }
}

/// When a hop has to be taken; settings of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Received after this: it may wait for the next working day (15:00 by the law).
    pub cut_off: NaiveTime,
    /// Until when it is still "the start of the day"; the law does not say.
    pub start_of_day: NaiveTime,
}

/// By when what came at a moment is passed on: the same working day, or the start
/// of the next when it came after 15:00 (NĐ 61/2018/NĐ-CP Điều 18.2) or on a day off.
///
/// # Errors
/// [`UnknownYear`] when the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::DeadlineRules, holding::{pass_on_by, HandOver}};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let at = |h, m| chrono::NaiveTime::from_hms_opt(h, m, 0).unwrap();
/// let rule = HandOver { cut_off: at(15, 0), start_of_day: at(8, 30) };
/// let by = |text: &str| pass_on_by(&calendar, &DeadlineRules::default(), rule, text.parse().unwrap()).unwrap().to_string();
/// assert_eq!(by("2021-04-20T15:00:00"), "2021-04-20 17:00:00");
/// assert_eq!(by("2021-04-20T15:00:01"), "2021-04-22 08:30:00", "21/4 is a holiday");
/// assert_eq!(by("2021-04-21T08:00:00"), "2021-04-22 08:30:00");
/// ```
pub fn pass_on_by(
    calendar: &Calendar,
    rules: &DeadlineRules,
    rule: HandOver,
    at: NaiveDateTime,
) -> Result<NaiveDateTime, UnknownYear> {
    if calendar.is_working_day(at.date())? && at.time() <= rule.cut_off {
        return Ok(at.date().and_time(rules.hours.closing()));
    }
    Ok(calendar
        .next_working_day(at.date())?
        .and_time(rule.start_of_day))
}

/// When an agency that got its share of a limit at `from` owes its answer: the
/// share as office time (or clock time) from there, at closing time where whole days are given.
///
/// # Errors
/// [`UnknownYear`] when the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::{DeadlineRules, TimeLimit, Unit}, holding::answer_by};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let hours = DeadlineRules::default().hours;
/// let five = TimeLimit::new(5, Unit::WorkingDays);
/// let by = |share| answer_by(&calendar, &hours, five, share, "2021-04-20T09:00:00".parse().unwrap()).unwrap().to_string();
/// assert_eq!(by(200), "2021-04-23 17:00:00", "21/4 is a holiday");
/// assert_eq!(by(50), "2021-04-20 14:45:00");
/// ```
pub fn answer_by(
    calendar: &Calendar,
    hours: &OfficeHours,
    limit: TimeLimit,
    share: Hundredths,
    from: NaiveDateTime,
) -> Result<NaiveDateTime, UnknownYear> {
    if !in_office_hours(Some(limit.unit)) {
        let end = from + allotted(limit, share, hours);
        let mut day = end.date();
        while !calendar.is_working_day(day)? {
            day = tomorrow(day)?;
        }
        return Ok(if day == end.date() {
            end
        } else {
            day.and_time(hours.closing())
        });
    }
    if share.is_multiple_of(100) && limit.unit == Unit::WorkingDays {
        let mut day = from.date();
        for _ in 0..(share / 100).max(1) {
            day = calendar.next_working_day(day)?;
        }
        return Ok(day.and_time(hours.closing()));
    }
    let mut left = allotted(limit, share, hours);
    let mut day = from.date();
    loop {
        if calendar.is_working_day(day)? {
            for (open, close) in hours.sessions(day) {
                let open = open.max(from);
                let room = (close - open).max(TimeDelta::zero());
                if left <= room {
                    return Ok(open + left);
                }
                left -= room;
            }
        }
        day = day.checked_add_days(Days::new(1)).unwrap_or(day);
        tomorrow(day)?;
    }
}
