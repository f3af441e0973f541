//! Is the office open on that day?
use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{
    row::{RowError, Table},
    time,
};

/// Why a day leaves the weekly pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// ngày nghỉ lễ, tết (Bộ luật Lao động 2019 Điều 112)
    Holiday,
    /// nghỉ bù, nghỉ hoán đổi
    CompensatoryOff,
    /// làm bù
    SwappedWorkingDay,
}

impl DayKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::CompensatoryOff => "compensatory_off",
            Self::SwappedWorkingDay => "swapped_working_day",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Holiday,
            Self::CompensatoryOff,
            Self::SwappedWorkingDay,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

/// One day that leaves the weekly pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarException {
    pub date: NaiveDate,
    pub kind: DayKind,
    pub name: String,
    /// `high` where announced; `statutory` or `provisional` where not yet.
    pub confidence: String,
}

/// A day as one agency decided it for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDay {
    pub date: NaiveDate,
    /// `None`: as the week has it, whatever the shared calendar says.
    pub kind: Option<DayKind>,
    pub name: String,
}

/// The calendar does not know that year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Chưa có lịch nghỉ năm {0} nên chưa tính được ngày hẹn. Báo Văn phòng nhập lịch năm {0}, hoặc đặt ngày hẹn bằng tay và ghi lý do."
)]
pub struct UnknownYear(pub i32);

/// Which days the office works: Monday to Friday, but for the exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    version: String,
    days: BTreeMap<NaiveDate, CalendarException>,
    first: NaiveDate,
    last: NaiveDate,
    provisional_from: Option<i32>,
}

impl Calendar {
    /// A calendar of a data version. It knows the days from nine days before its
    /// first row to the end of the last year that has a row.
    pub fn new(version: impl Into<String>, exceptions: Vec<CalendarException>) -> Self {
        let days: BTreeMap<_, _> = exceptions.into_iter().map(|e| (e.date, e)).collect();
        let year = |e: &CalendarException| e.date.year();
        let first_row = days.keys().next().copied().unwrap_or_default();
        let last_year = days.values().map(year).max().unwrap_or_default();
        Self {
            version: version.into(),
            first: first_row
                .checked_sub_days(Days::new(9))
                .unwrap_or(first_row),
            last: NaiveDate::from_ymd_opt(last_year, 12, 31).unwrap_or(first_row),
            provisional_from: days
                .values()
                .filter(|e| matches!(e.confidence.as_str(), "statutory" | "provisional"))
                .map(year)
                .min(),
            days,
        }
    }

    /// The same with days that one agency decided for itself. They reach no further than what
    /// is known: a year that nobody announced stays unknown.
    #[must_use]
    pub fn with_own(&self, version: String, own: impl IntoIterator<Item = OwnDay>) -> Self {
        let mut calendar = Self {
            version,
            ..self.clone()
        };
        for day in own {
            match day.kind {
                None => calendar.days.remove(&day.date),
                Some(kind) => calendar.days.insert(
                    day.date,
                    CalendarException {
                        date: day.date,
                        kind,
                        name: day.name,
                        confidence: "high".into(),
                    },
                ),
            };
        }
        calendar
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn exceptions(&self) -> impl Iterator<Item = &CalendarException> {
        self.days.values()
    }

    /// Whether a year is known only as statute or guess.
    pub fn is_provisional(&self, year: i32) -> bool {
        self.provisional_from.is_some_and(|from| year >= from)
    }

    /// Whether the office works that day.
    ///
    /// # Errors
    /// [`UnknownYear`] outside the data.
    pub fn is_working_day(&self, day: NaiveDate) -> Result<bool, UnknownYear> {
        if day < self.first || day > self.last {
            return Err(UnknownYear(day.year()));
        }
        Ok(match self.days.get(&day).map(|e| e.kind) {
            Some(DayKind::SwappedWorkingDay) => true,
            Some(DayKind::Holiday | DayKind::CompensatoryOff) => false,
            None => !is_weekend(day),
        })
    }

    /// The first working day on or after a day.
    ///
    /// # Errors
    /// [`UnknownYear`] when the search leaves the data.
    pub fn working_day_from(&self, day: NaiveDate) -> Result<NaiveDate, UnknownYear> {
        let mut day = day;
        while !self.is_working_day(day)? {
            day = tomorrow(day)?;
        }
        Ok(day)
    }

    /// The working day after a day.
    ///
    /// # Errors
    /// [`UnknownYear`] when the search leaves the data.
    pub fn next_working_day(&self, after: NaiveDate) -> Result<NaiveDate, UnknownYear> {
        self.working_day_from(tomorrow(after)?)
    }

    /// How many working days lie after one day, up to and including another;
    /// 0 when the other does not lie after it.
    ///
    /// # Errors
    /// [`UnknownYear`] when a day in between is not known.
    ///
    /// ```
    /// use motcua::domain::calendar::{read, Calendar, SHIPPED};
    /// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
    /// let day = |d| chrono::NaiveDate::from_ymd_opt(2021, 4, d).unwrap();
    /// assert_eq!(calendar.working_days_between(day(20), day(26)), Ok(3), "21/4 and the weekend are off");
    /// assert_eq!(calendar.working_days_between(day(26), day(20)), Ok(0));
    /// ```
    pub fn working_days_between(
        &self,
        after: NaiveDate,
        until: NaiveDate,
    ) -> Result<u32, UnknownYear> {
        let mut count = 0;
        let mut day = after;
        while day < until {
            day = tomorrow(day)?;
            count += u32::from(self.is_working_day(day)?);
        }
        Ok(count)
    }

    /// Why a day leaves the weekly pattern; `None` on plain days and weekends.
    pub fn name(&self, day: NaiveDate) -> Option<&str> {
        self.days.get(&day).map(|e| e.name.as_str())
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The day after.
///
/// # Errors
/// [`UnknownYear`] at the end of representable time.
pub fn tomorrow(day: NaiveDate) -> Result<NaiveDate, UnknownYear> {
    day.succ_opt().ok_or(UnknownYear(day.year()))
}

/// The calendar that the program carries (`config/calendar.csv`).
pub const SHIPPED: &str = include_str!("../../config/calendar.csv");

/// Reads a calendar file: columns `date,kind,name,confidence`, others ignored.
///
/// # Errors
/// [`RowError`] names the first wrong line and column.
///
/// ```
/// use motcua::domain::calendar::{read, SHIPPED};
/// assert_eq!(read(SHIPPED).unwrap().len(), 133);
/// let wrong = read("date,name,kind,confidence\n2021-13-01,x,holiday,high\n").unwrap_err();
/// assert_eq!((wrong.line, wrong.column.as_str()), (2, "date"));
/// ```
pub fn read(text: &str) -> Result<Vec<CalendarException>, RowError> {
    let mut table = Table::open(text, &["date", "name", "kind", "confidence"])?;
    let mut days: Vec<CalendarException> = Vec::new();
    while let Some(row) = table.next_row()? {
        let date = time::parse_date(row.get("date")).map_err(|e| row.wrong("date", e))?;
        if days.iter().any(|other| other.date == date) {
            return Err(row.wrong("date", format!("Ngày {date} có hai dòng. Xin bỏ một dòng.")));
        }
        let kind = DayKind::from_code(row.get("kind")).ok_or_else(|| {
            row.wrong(
                "kind",
                "Loại ngày chỉ nhận holiday, compensatory_off, swapped_working_day.",
            )
        })?;
        let confidence = row.get("confidence");
        if !["high", "medium", "low", "statutory", "provisional"].contains(&confidence) {
            return Err(row.wrong(
                "confidence",
                "Độ tin cậy chỉ nhận high, medium, low, statutory, provisional.",
            ));
        }
        if kind != DayKind::SwappedWorkingDay && row.get("name").is_empty() {
            return Err(row.wrong("name", "Chưa ghi tên ngày nghỉ."));
        }
        days.push(CalendarException {
            date,
            kind,
            name: row.get("name").to_owned(),
            confidence: confidence.to_owned(),
        });
    }
    if days.is_empty() {
        return Err(RowError {
            line: 2,
            column: "date".into(),
            reason: "Tệp không có dòng nào.".into(),
        });
    }
    Ok(days)
}
