//! The promised date once more, slowly: one day or one second at a time, from
//! the calendar's file and the written conventions. Imports nothing of motcua.
use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

/// The calendar as the file has it: day, works or not, confidence.
#[derive(Clone)]
pub struct Almanac {
    marked: BTreeMap<NaiveDate, (bool, String)>,
    /// Morning and afternoon, in minutes of the day.
    hours: [(u32, u32); 2],
}

/// From a request to what was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// A fee was waited for, not papers.
    pub fee: bool,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    pub due: NaiveDateTime,
    pub provisional: bool,
}

/// The calendar does not reach that far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

const MORNING: (u32, u32) = (7 * 60 + 30, 11 * 60 + 30);
const AFTERNOON: (u32, u32) = (13 * 60 + 30, 17 * 60);
const SAME_DAY_UNTIL: u32 = 15 * 60 * 60;

fn clock(minutes: u32) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0).unwrap()
}

fn next(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap()
}

fn second_of_day(moment: NaiveDateTime) -> u32 {
    chrono::Timelike::num_seconds_from_midnight(&moment.time())
}

impl Almanac {
    pub fn from_file() -> Self {
        let mut reader = csv::Reader::from_path("config/calendar.csv").unwrap();
        let head = reader.headers().unwrap().clone();
        let column = |name: &str| head.iter().position(|h| h == name).unwrap();
        let (date, kind, sure) = (column("date"), column("kind"), column("confidence"));
        let marked = reader
            .records()
            .map(Result::unwrap)
            .map(|row| {
                let works = &row[kind] == "swapped_working_day";
                (row[date].parse().unwrap(), (works, row[sure].to_owned()))
            })
            .collect();
        let hours = [MORNING, AFTERNOON];
        Self { marked, hours }
    }

    /// The same with one more day off, as a storm forces it.
    pub fn with_day_off(mut self, day: NaiveDate) -> Self {
        self.marked.insert(day, (false, "high".into()));
        self
    }

    /// The same where a day is as somebody decided it.
    pub fn with_day(mut self, day: NaiveDate, works: bool) -> Self {
        self.marked.insert(day, (works, "high".into()));
        self
    }

    /// The same at other hours, in minutes of the day.
    pub fn with_hours(mut self, hours: [(u32, u32); 2]) -> Self {
        self.hours = hours;
        self
    }

    /// Days that leave the weekly pattern, for a generator that looks for trouble.
    pub fn marked_days(&self) -> Vec<NaiveDate> {
        self.marked.keys().copied().collect()
    }

    fn knows(day: NaiveDate) -> bool {
        let known = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        known(2018, 12, 22) <= day && day <= known(2027, 12, 31)
    }

    pub fn works(&self, day: NaiveDate) -> Result<bool, Unknown> {
        if !Self::knows(day) {
            return Err(Unknown);
        }
        let weekend = [Weekday::Sat, Weekday::Sun].contains(&day.weekday());
        Ok(self.marked.get(&day).map_or(!weekend, |(works, _)| *works))
    }

    fn first_open(&self, mut day: NaiveDate) -> Result<NaiveDate, Unknown> {
        while !self.works(day)? {
            day = next(day);
        }
        Ok(day)
    }

    /// `restarts`: the whole limit runs anew from the last supplement; a fee only
    /// makes the clock stand.
    pub fn promise(
        &self,
        received: NaiveDateTime,
        amount: u32,
        unit: &str,
        restarts: bool,
        waits: &[Wait],
    ) -> Result<Promise, Unknown> {
        self.works(received.date())?;
        let last = waits.last().map(|w| w.to);
        let (mut start, mut rest) = (received, Vec::new());
        for wait in waits {
            if unit == "trong_ngay" || (restarts && !wait.fee) {
                start = wait.to;
                rest.clear();
            } else {
                rest.push(*wait);
            }
        }
        let waits = &rest[..];
        self.works(start.date())?;
        let mut due = match unit {
            "ngay_lam_viec" => self.working_days(start, amount, waits)?,
            "ngay" => self.calendar_days(start.date(), amount, waits)?,
            "thang" => self.calendar_days(months_later(start.date(), amount), 0, waits)?,
            "gio" => self.office_seconds(start, amount * 3600, waits)?,
            "gio_lien_tuc" => {
                let waited: TimeDelta = waits.iter().map(|w| w.to - w.from).sum();
                start + TimeDelta::hours(amount.into()) + waited
            }
            "trong_ngay" => self.same_day(start)?,
            other => panic!("unit {other}"),
        };
        let earliest = last.unwrap_or(received).max(received);
        if due < earliest {
            let mut day = self.first_open(earliest.date())?;
            while day.and_time(clock(self.hours[1].1)) < earliest {
                day = self.first_open(next(day))?;
            }
            due = day.and_time(clock(self.hours[1].1));
        }
        self.works(due.date())?;
        let unsure = |(day, (_, sure)): (&NaiveDate, &(bool, String))| {
            day.year() <= due.year() && (sure == "statutory" || sure == "provisional")
        };
        Ok(Promise {
            due,
            provisional: self.marked.iter().any(unsure),
        })
    }

    fn working_days(
        &self,
        start: NaiveDateTime,
        amount: u32,
        waits: &[Wait],
    ) -> Result<NaiveDateTime, Unknown> {
        let mut day = start.date();
        if amount == 0 {
            return Ok(self.first_open(day)?.and_time(clock(self.hours[1].1)));
        }
        let mut left = amount;
        while left > 0 {
            day = next(day);
            let waiting = waits
                .iter()
                .any(|w| w.from.date() < day && w.to.date() >= day);
            if self.works(day)? && !waiting {
                left -= 1;
            }
        }
        Ok(day.and_time(clock(self.hours[1].1)))
    }

    /// The written words: day 0 + N, moved by the calendar days of the waits,
    /// then to a day on which the office works.
    fn calendar_days(
        &self,
        mut day: NaiveDate,
        amount: u32,
        waits: &[Wait],
    ) -> Result<NaiveDateTime, Unknown> {
        for _ in 0..amount {
            day = next(day);
        }
        for wait in waits {
            let mut waited = wait.from.date();
            while waited < wait.to.date() {
                waited = next(waited);
                day = next(day);
            }
        }
        Ok(self.first_open(day)?.and_time(clock(self.hours[1].1)))
    }

    fn same_day(&self, start: NaiveDateTime) -> Result<NaiveDateTime, Unknown> {
        let day = start.date();
        let today = self.works(day)? && second_of_day(start) <= SAME_DAY_UNTIL;
        let day = if today {
            day
        } else {
            self.first_open(next(day))?
        };
        Ok(day.and_time(clock(self.hours[1].1)))
    }

    /// Whether the office is open in the second that begins at `second` of a working day.
    fn open(&self, second: u32) -> bool {
        self.hours
            .iter()
            .any(|(from, to)| from * 60 <= second && second < to * 60)
    }

    fn seconds_open(&self, wait: &Wait) -> Result<u32, Unknown> {
        let (mut total, mut day) = (0, wait.from.date());
        while day <= wait.to.date() {
            if self.works(day)? {
                for second in 0..86_400 {
                    let moment = day.and_time(NaiveTime::MIN) + TimeDelta::seconds(second.into());
                    let inside = wait.from <= moment && moment < wait.to;
                    total += u32::from(inside && self.open(second));
                }
            }
            day = next(day);
        }
        Ok(total)
    }

    /// The first moment, at a time when somebody is at the desk (its last second
    /// included), by which that many open seconds have passed.
    fn office_seconds(
        &self,
        start: NaiveDateTime,
        amount: u32,
        waits: &[Wait],
    ) -> Result<NaiveDateTime, Unknown> {
        let mut left = amount;
        for wait in waits {
            left += self.seconds_open(wait)?;
        }
        let mut day = start.date();
        let mut second = second_of_day(start);
        loop {
            if self.works(day)? {
                while second < 86_400 {
                    let ends = [self.hours[0].1 * 60, self.hours[1].1 * 60].contains(&second);
                    if left == 0 && (self.open(second) || ends) {
                        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0);
                        return Ok(day.and_time(time.unwrap()));
                    }
                    left -= u32::from(self.open(second));
                    second += 1;
                }
            }
            second = 0;
            day = next(day);
        }
    }
}

/// The same day of the month, or its last day where the month is too short.
fn months_later(day: NaiveDate, months: u32) -> NaiveDate {
    let (mut year, mut month) = (day.year(), day.month());
    for _ in 0..months {
        month += 1;
        if month == 13 {
            (year, month) = (year + 1, 1);
        }
    }
    (1..=day.day())
        .rev()
        .find_map(|d| NaiveDate::from_ymd_opt(year, month, d))
        .unwrap()
}

/// What happened to a dossier, for the slow word on how it stands.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    pub due: Option<NaiveDateTime>,
    pub by_moment: bool,
    pub ended: Option<NaiveDateTime>,
    pub waits_since: Option<NaiveDateTime>,
    pub now: NaiveDateTime,
}

/// Every word that is true of it: a sound rule finds exactly one.
pub fn standings(course: &Course) -> Vec<&'static str> {
    let Some(due) = course.due else {
        return vec!["undated"];
    };
    let past = |moment: NaiveDateTime| {
        if course.by_moment {
            moment >= due
        } else {
            moment.date() > due.date()
        }
    };
    let before = |moment: NaiveDateTime| {
        if course.by_moment {
            moment < due
        } else {
            moment.date() < due.date()
        }
    };
    let mut words = Vec::new();
    match (course.ended, course.waits_since) {
        (Some(ended), _) => {
            words.extend(past(ended).then_some("late"));
            words.extend(before(ended).then_some("early"));
            words.extend((!past(ended) && !before(ended)).then_some("on_time"));
        }
        (None, Some(since)) if !past(since) => words.push("waiting"),
        (None, _) => {
            let today = course.now.date() == due.date() && !past(course.now);
            words.extend(past(course.now).then_some("overdue"));
            words.extend(today.then_some("due_today"));
            words.extend((!past(course.now) && !today).then_some("in_time"));
        }
    }
    words
}
