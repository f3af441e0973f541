//! When is it due? The one rule, for page, API, command line and letter alike.
//!
//! The day of receipt is day 0 (Bộ luật Dân sự 2015 Điều 147.2); an end that
//! falls on a day off moves to the next working day (Điều 148.5); the desk
//! promises closing time.
use chrono::{Datelike, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{
    calendar::{Calendar, UnknownYear},
    dossier::codes,
    pause::PauseKind,
    viet,
};

mod count;
mod limit;

pub use limit::{TimeLimit, Unit};

/// What the clock does when a supplement is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockPolicy {
    /// It stands from the request to the supplement.
    Pause,
    /// The whole limit runs anew from the supplement (NĐ 61/2018/NĐ-CP Điều 19.4).
    /// Waiting for a fee is no supplement: there the clock only stands.
    Restart,
}

impl ClockPolicy {
    pub fn code(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Restart => "restart",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pause, Self::Restart]
            .into_iter()
            .find(|c| c.code() == code)
    }
}

/// From a request to what was asked for, in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub kind: PauseKind,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

/// When the office is open on a working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeHours {
    pub morning: (NaiveTime, NaiveTime),
    pub afternoon: (NaiveTime, NaiveTime),
}

impl OfficeHours {
    /// The moment to which the desk promises.
    pub fn closing(&self) -> NaiveTime {
        self.afternoon.1
    }

    /// Whether each half of the day ends after it begins, and the morning first.
    pub fn is_in_order(&self) -> bool {
        let ((opens, pauses), (goes_on, closes)) = (self.morning, self.afternoon);
        opens < pauses && pauses <= goes_on && goes_on < closes
    }

    /// Morning and afternoon of a working day.
    pub fn sessions(&self, day: chrono::NaiveDate) -> [(NaiveDateTime, NaiveDateTime); 2] {
        [self.morning, self.afternoon]
            .map(|(open, close)| (day.and_time(open), day.and_time(close)))
    }

    /// How long the office is open on a working day.
    pub fn length(&self) -> TimeDelta {
        [self.morning, self.afternoon]
            .iter()
            .map(|(open, close)| *close - *open)
            .sum()
    }
}

/// The settings that the count depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineRules {
    pub hours: OfficeHours,
    /// Received after this moment, same-day work is due the next working day.
    pub same_day_cut_off: NaiveTime,
}

impl Default for DeadlineRules {
    fn default() -> Self {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
        Self {
            hours: OfficeHours {
                morning: (at(7, 30), at(11, 30)),
                afternoon: (at(13, 30), at(17, 0)),
            },
            same_day_cut_off: at(15, 0),
        }
    }
}

codes! {
    /// What a day is to the count.
    DayRole {
        /// The day of receipt, or of the supplement that restarts the clock.
        Received = "received", "ngày nhận";
        Counted = "counted", "tính";
        /// Outside the office's week.
        Off = "off", "nghỉ";
        Holiday = "holiday", "nghỉ lễ";
        /// The clock stood.
        Paused = "paused", "dừng";
        /// The result is due.
        Due = "due", "trả kết quả";
    }
}

/// One day of the count, as printed under the date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceDay {
    pub date: chrono::NaiveDate,
    pub counts: bool,
    pub role: DayRole,
    /// The running number of a day that counts.
    pub number: Option<u32>,
    pub text: String,
}

impl TraceDay {
    /// A day outside the office's week, or a holiday by its name. Saturday and Sunday say
    /// the same, so that a page may merge them.
    ///
    /// ```
    /// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::{DayRole, TraceDay}};
    /// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
    /// let saturday = chrono::NaiveDate::from_ymd_opt(2021, 4, 17).unwrap();
    /// assert_eq!(TraceDay::off(&calendar, saturday).role, DayRole::Off);
    /// ```
    pub fn off(calendar: &Calendar, date: chrono::NaiveDate) -> Self {
        let (role, text) = match calendar.name(date) {
            Some(name) => (DayRole::Holiday, format!("nghỉ {name}, không tính")),
            None => (DayRole::Off, "nghỉ cuối tuần, không tính".to_owned()),
        };
        Self {
            date,
            counts: false,
            role,
            number: None,
            text,
        }
    }

    /// A day on which the citizen was waited for (NĐ 61/2018/NĐ-CP Điều 19.4).
    ///
    /// ```
    /// use motcua::domain::{deadline::{DayRole, TraceDay}, pause::PauseKind};
    /// let day = chrono::NaiveDate::from_ymd_opt(2021, 4, 20).unwrap();
    /// assert_eq!(TraceDay::waiting(day, PauseKind::Payment).role, DayRole::Paused);
    /// ```
    pub fn waiting(date: chrono::NaiveDate, kind: PauseKind) -> Self {
        let text = match kind {
            PauseKind::Supplement => "chờ bổ sung giấy tờ, không tính",
            PauseKind::Payment => "chờ nộp phí, lệ phí, không tính",
        };
        Self {
            date,
            counts: false,
            role: DayRole::Paused,
            number: None,
            text: text.to_owned(),
        }
    }
}

/// The promised moment and how it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Local time.
    pub due_at: NaiveDateTime,
    /// The count ran into a year that is not announced yet.
    pub provisional: bool,
    /// The rule in one sentence.
    pub rule: String,
    pub calendar_version: String,
    pub trace: Vec<TraceDay>,
}

/// Why no moment can be promised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineError {
    #[error(transparent)]
    UnknownYear(#[from] UnknownYear),
    #[error(
        "Lần tạm dừng từ {} đến {} kết thúc trước khi bắt đầu. Xin xem lại hai thời điểm.",
        viet::moment(*.from), viet::moment(*.to)
    )]
    PauseReversed {
        from: NaiveDateTime,
        to: NaiveDateTime,
    },
    #[error("Lần tạm dừng từ {} bắt đầu trước khi nhận hồ sơ. Xin xem lại thời điểm.", viet::moment(*.0))]
    PauseBeforeReceipt(NaiveDateTime),
    #[error("Hai lần tạm dừng chồng lên nhau ở {}. Xin xem lại các thời điểm.", viet::moment(*.0))]
    PausesOverlap(NaiveDateTime),
}

/// The moment by which the result must be at the desk. Local times throughout.
///
/// # Errors
/// [`DeadlineError`] when the calendar does not know a day that the count
/// touches, or when the pauses contradict each other.
///
/// ```
/// use motcua::domain::{calendar::{Calendar, CalendarException, DayKind}, deadline::*};
/// let day = |m, d| chrono::NaiveDate::from_ymd_opt(2021, m, d).unwrap();
/// let off = CalendarException {
///     date: day(4, 21), kind: DayKind::Holiday,
///     name: "Giỗ Tổ Hùng Vương".into(), confidence: "high".into(),
/// };
/// let due = compute(
///     &Calendar::new("1", vec![off]), &DeadlineRules::default(),
///     day(4, 20).and_hms_opt(9, 0, 0).unwrap(),
///     TimeLimit::new(1, Unit::WorkingDays), ClockPolicy::Restart, &[],
/// ).unwrap();
/// assert_eq!(due.due_at.to_string(), "2021-04-22 17:00:00");
/// assert_eq!(due.trace.len(), 3, "day of receipt, the holiday, the day that counts");
/// ```
pub fn compute(
    calendar: &Calendar,
    rules: &DeadlineRules,
    received_at: NaiveDateTime,
    limit: TimeLimit,
    clock: ClockPolicy,
    pauses: &[Pause],
) -> Result<Deadline, DeadlineError> {
    check(received_at, pauses)?;
    let anew = match (clock, limit.unit) {
        (_, Unit::SameDay) => pauses.len(),
        (ClockPolicy::Restart, _) => pauses
            .iter()
            .rposition(|pause| pause.kind == PauseKind::Supplement)
            .map_or(0, |last| last + 1),
        (ClockPolicy::Pause, _) => 0,
    };
    let (before, running) = pauses.split_at(anew);
    let start = before.last().map_or(received_at, |last| last.to);
    let mut note = String::new();
    if let Some(last) = before.last() {
        let since = match last.kind {
            PauseKind::Supplement => "khi nhận đủ giấy tờ",
            PauseKind::Payment => "khi nộp phí, lệ phí",
        };
        note = format!("; tính lại từ {since}, {}", super::viet::moment(last.to));
    }
    if let Some(first) = running.first() {
        let same = running.iter().all(|pause| pause.kind == first.kind);
        note += match first.kind {
            PauseKind::Supplement if same => "; không tính thời gian chờ bổ sung",
            PauseKind::Payment if same => "; không tính thời gian chờ nộp phí, lệ phí",
            _ => "; không tính thời gian chờ bổ sung và chờ nộp phí, lệ phí",
        };
    }
    calendar.is_working_day(received_at.date())?;
    let mut count = count::Count::new(calendar, rules, start, running);
    let ended = count.run(limit)?;
    let earliest = pauses
        .last()
        .map_or(received_at, |last| last.to.max(received_at));
    let due_at = count.not_before(ended, earliest)?;
    calendar.is_working_day(due_at.date())?;
    let mut trace = count.trace;
    if let Some(last) = trace.last_mut() {
        last.role = DayRole::Due;
    }
    Ok(Deadline {
        due_at,
        provisional: calendar.is_provisional(due_at.year()),
        rule: format!("Thời hạn {limit}, {}{note}.", count::rule_of(limit.unit)),
        calendar_version: calendar.version().to_owned(),
        trace,
    })
}

fn check(received_at: NaiveDateTime, pauses: &[Pause]) -> Result<(), DeadlineError> {
    let mut free_from = received_at;
    for (place, pause) in pauses.iter().enumerate() {
        if pause.to < pause.from {
            return Err(DeadlineError::PauseReversed {
                from: pause.from,
                to: pause.to,
            });
        }
        if pause.from < free_from {
            return Err(match place {
                0 => DeadlineError::PauseBeforeReceipt(pause.from),
                _ => DeadlineError::PausesOverlap(pause.from),
            });
        }
        free_from = pause.to;
    }
    Ok(())
}

/// How long the office is open between two local moments; nothing when they are reversed.
///
/// # Errors
/// [`UnknownYear`] when the calendar does not know a day in between.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::{office_time, DeadlineRules}};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let hours = DeadlineRules::default().hours;
/// let between = |from: &str, to: &str| {
///     office_time(&calendar, &hours, from.parse().unwrap(), to.parse().unwrap()).unwrap().num_minutes()
/// };
/// assert_eq!(between("2021-04-20T16:30:00", "2021-04-22T08:00:00"), 60, "21/4 is a holiday");
/// assert_eq!(between("2021-04-20T11:00:00", "2021-04-20T14:00:00"), 60, "nobody works at noon");
/// ```
pub fn office_time(
    calendar: &Calendar,
    hours: &OfficeHours,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Result<TimeDelta, UnknownYear> {
    let mut total = TimeDelta::zero();
    let mut day = from.date();
    while day <= to.date() {
        if calendar.is_working_day(day)? {
            for (open, close) in hours.sessions(day) {
                total += seconds(open.max(from), close.min(to));
            }
        }
        day = super::calendar::tomorrow(day)?;
    }
    Ok(total)
}

/// How long a stretch is, in whole seconds, never negative.
fn seconds(from: NaiveDateTime, to: NaiveDateTime) -> TimeDelta {
    (to - from).max(TimeDelta::zero())
}
