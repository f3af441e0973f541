//! Reporting periods: from the 15th to the 14th unless the office says otherwise.
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Serialize;

use super::viet;

/// Two local days, both within the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// A hundred years.
const MOST_DAYS: i64 = 36_525;

/// Why a period cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("Ngày đầu kỳ ({}) sau ngày cuối kỳ ({}). Xin đổi lại hai ngày.", viet::date(*.0), viet::date(*.1))]
    Reversed(NaiveDate, NaiveDate),
    #[error("Từ {} đến {} dài hơn một trăm năm. Xin xem lại năm của hai ngày.", viet::date(*.0), viet::date(*.1))]
    TooLong(NaiveDate, NaiveDate),
    #[error("Kỳ báo cáo “{0}” chưa đúng. Ví dụ: 2021-Q1, 2021-H1, 2021-9M, 2021-04, 2021.")]
    Unreadable(String),
}

impl Period {
    /// # Errors
    /// When the first day lies after the last, or more than a hundred years before it: a
    /// year typed wrong, and some figures are told month by month.
    ///
    /// ```
    /// use motcua::domain::period::{Period, PeriodError};
    /// let day = |text: &str| text.parse().unwrap();
    /// assert!(Period::new(day("2021-01-01"), day("2021-12-31")).is_ok());
    /// assert!(matches!(Period::new(day("2021-01-01"), day("3021-12-31")), Err(PeriodError::TooLong(..))));
    /// ```
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, PeriodError> {
        if from > to {
            return Err(PeriodError::Reversed(from, to));
        }
        if to.signed_duration_since(from).num_days() > MOST_DAYS {
            return Err(PeriodError::TooLong(from, to));
        }
        Ok(Self { from, to })
    }

    /// Reads `2021`, `2021-Q1`, `2021-H1`, `2021-9M` or `2021-04`.
    ///
    /// With `start_day` 15 the year begins on 15 December of the year before and
    /// a month on the 15th of the month before (NĐ 09/2019/NĐ-CP Điều 12); with
    /// 1 they are those of the calendar.
    ///
    /// # Errors
    /// When the text names no period.
    ///
    /// ```
    /// use motcua::domain::period::Period;
    /// let q1 = Period::parse("2021-Q1", 15).unwrap();
    /// assert_eq!((q1.from.to_string(), q1.to.to_string()), ("2020-12-15".into(), "2021-03-14".into()));
    /// let may = Period::parse("2021-05", 1).unwrap();
    /// assert_eq!((may.from.to_string(), may.to.to_string()), ("2021-05-01".into(), "2021-05-31".into()));
    /// ```
    pub fn parse(text: &str, start_day: u32) -> Result<Self, PeriodError> {
        let wrong = || PeriodError::Unreadable(text.chars().take(40).collect());
        let (year, part) = text.trim().split_once('-').unwrap_or((text.trim(), ""));
        let year: i32 = year.parse().map_err(|_| wrong())?;
        let (first, months) = match part.to_ascii_uppercase().as_str() {
            "" => (1, 12),
            "Q1" => (1, 3),
            "Q2" => (4, 3),
            "Q3" => (7, 3),
            "Q4" => (10, 3),
            "H1" | "6M" => (1, 6),
            "H2" => (7, 6),
            "9M" => (1, 9),
            month if month.len() == 2 => (month.parse().map_err(|_| wrong())?, 1),
            _ => return Err(wrong()),
        };
        Self::months(year, first, months, start_day).ok_or_else(wrong)
    }

    fn months(year: i32, first: u32, months: u32, start_day: u32) -> Option<Self> {
        let start = |y, m| {
            let month = NaiveDate::from_ymd_opt(y, m, 1)?;
            match start_day {
                1 => Some(month),
                day => month.checked_sub_months(Months::new(1))?.with_day(day),
            }
        };
        if !(1990..=2999).contains(&year) {
            return None;
        }
        let after =
            NaiveDate::from_ymd_opt(year, first, 1)?.checked_add_months(Months::new(months))?;
        Some(Self {
            from: start(year, first)?,
            to: start(after.year(), after.month())?.checked_sub_days(Days::new(1))?,
        })
    }

    /// The reporting year that a day falls into: its first and last day.
    ///
    /// ```
    /// use motcua::domain::period::Period;
    /// let at = chrono::NaiveDate::from_ymd_opt(2021, 12, 20).unwrap();
    /// assert_eq!(Period::year_of(at, 15).from.to_string(), "2021-12-15");
    /// ```
    pub fn year_of(at: NaiveDate, start_day: u32) -> Self {
        (at.year()..=at.year() + 1)
            .filter_map(|year| Self::months(year, 1, 12, start_day))
            .find(|period| period.contains(at))
            .unwrap_or(Self { from: at, to: at })
    }

    /// The month that a day falls into; its name is that of the month it ends in.
    ///
    /// ```
    /// use motcua::domain::period::Period;
    /// let at = chrono::NaiveDate::from_ymd_opt(2021, 4, 20).unwrap();
    /// assert_eq!(Period::month_of(at, 15).to.to_string(), "2021-05-14");
    /// assert_eq!(Period::month_of(at, 1).to.to_string(), "2021-04-30");
    /// ```
    pub fn month_of(at: NaiveDate, start_day: u32) -> Self {
        (at.year()..=at.year() + 1)
            .flat_map(|year| (1..=12).map(move |month| (year, month)))
            .filter_map(|(year, month)| Self::months(year, month, 1, start_day))
            .find(|period| period.contains(at))
            .unwrap_or(Self { from: at, to: at })
    }

    /// The last months up to this one, oldest first.
    pub fn months_before(self, count: usize, start_day: u32) -> Vec<Self> {
        let mut all = vec![Self::month_of(self.to, start_day)];
        while all.len() < count {
            let Some(day) = all.last().and_then(|month| month.from.pred_opt()) else {
                break;
            };
            all.push(Self::month_of(day, start_day));
        }
        all.reverse();
        all
    }

    /// Its name, where it is a reporting month, quarter, half, nine months or year:
    /// `Quý I năm 2021`.
    ///
    /// ```
    /// use motcua::domain::period::Period;
    /// let quarter = Period::parse("2021-Q1", 15).unwrap();
    /// assert_eq!(quarter.named(15).as_deref(), Some("Quý I năm 2021"));
    /// assert_eq!(quarter.named(1), None);
    /// ```
    pub fn named(self, start_day: u32) -> Option<String> {
        let year = self.to.year();
        let parts = ["-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-9M", ""].map(str::to_owned);
        let months = (1..=12).map(|month| format!("-{month:02}"));
        let mut names = parts.into_iter().chain(months);
        let of_it = |part: String| {
            let name = format!("{year}{part}");
            let same = Self::parse(&name, start_day).is_ok_and(|period| period == self);
            same.then(|| Self::title(&name))
        };
        names.find_map(of_it)
    }

    /// The reporting months that it touches, whole ones, oldest first.
    ///
    /// ```
    /// use motcua::domain::period::Period;
    /// let quarter = Period::parse("2021-Q1", 15).unwrap();
    /// let ends: Vec<String> = quarter.months_within(15).iter().map(|m| m.to.to_string()).collect();
    /// assert_eq!(ends, ["2021-01-14", "2021-02-14", "2021-03-14"]);
    /// ```
    pub fn months_within(self, start_day: u32) -> Vec<Self> {
        let mut all = vec![Self::month_of(self.from, start_day)];
        while let Some(next) = all.last().and_then(|month| month.to.succ_opt()) {
            if next > self.to {
                break;
            }
            all.push(Self::month_of(next, start_day));
        }
        all
    }

    /// How a named period is called.
    ///
    /// ```
    /// use motcua::domain::period::Period;
    /// assert_eq!(Period::title("2021-Q1"), "Quý I năm 2021");
    /// assert_eq!(Period::title("2021-04"), "Tháng 4 năm 2021");
    /// assert_eq!(Period::title("2021"), "Năm 2021");
    /// ```
    pub fn title(name: &str) -> String {
        let (year, part) = name.split_once('-').unwrap_or((name, ""));
        match part.to_ascii_uppercase().as_str() {
            "" => format!("Năm {year}"),
            "Q1" => format!("Quý I năm {year}"),
            "Q2" => format!("Quý II năm {year}"),
            "Q3" => format!("Quý III năm {year}"),
            "Q4" => format!("Quý IV năm {year}"),
            "H1" | "6M" => format!("6 tháng đầu năm {year}"),
            "H2" => format!("6 tháng cuối năm {year}"),
            "9M" => format!("9 tháng năm {year}"),
            month => format!("Tháng {} năm {year}", month.trim_start_matches('0')),
        }
    }

    /// The quarter that a day falls into.
    pub fn quarter_of(at: NaiveDate, start_day: u32) -> Self {
        (at.year()..=at.year() + 1)
            .flat_map(|year| [1, 4, 7, 10].map(|first| (year, first)))
            .filter_map(|(year, first)| Self::months(year, first, 3, start_day))
            .find(|period| period.contains(at))
            .unwrap_or(Self { from: at, to: at })
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}
