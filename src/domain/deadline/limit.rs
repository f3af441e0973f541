//! The time limit of a procedure: a number and a unit.
use std::fmt;

use serde::Serialize;

use crate::domain::viet::fold;

/// In what a limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Unit {
    #[serde(rename = "ngay_lam_viec")]
    WorkingDays,
    #[serde(rename = "ngay")]
    Days,
    #[serde(rename = "gio")]
    WorkingHours,
    #[serde(rename = "gio_lien_tuc")]
    ClockHours,
    #[serde(rename = "thang")]
    Months,
    #[serde(rename = "trong_ngay")]
    SameDay,
}

impl Unit {
    pub const ALL: [Self; 6] = [
        Self::WorkingDays,
        Self::Days,
        Self::WorkingHours,
        Self::ClockHours,
        Self::Months,
        Self::SameDay,
    ];

    /// The code in files and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::WorkingDays => "ngay_lam_viec",
            Self::Days => "ngay",
            Self::WorkingHours => "gio",
            Self::ClockHours => "gio_lien_tuc",
            Self::Months => "thang",
            Self::SameDay => "trong_ngay",
        }
    }

    /// What is said of a code that is none of these.
    ///
    /// ```
    /// use motcua::domain::deadline::Unit;
    /// assert!(Unit::unknown_code().ends_with(" ngay_lam_viec, ngay, gio, gio_lien_tuc, thang, trong_ngay."));
    /// ```
    pub fn unknown_code() -> String {
        format!("Đơn vị chỉ nhận {}.", Self::ALL.map(Self::code).join(", "))
    }

    /// The words after the number.
    pub fn label(self) -> &'static str {
        match self {
            Self::WorkingDays => "ngày làm việc",
            Self::Days => "ngày",
            Self::WorkingHours => "giờ làm việc",
            Self::ClockHours => "giờ liên tục",
            Self::Months => "tháng",
            Self::SameDay => "trong ngày",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }

    /// Kept to the moment (hours), not to the end of a day.
    pub fn by_moment(self) -> bool {
        matches!(self, Self::WorkingHours | Self::ClockHours)
    }
}

/// thời hạn giải quyết
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct TimeLimit {
    pub amount: u32,
    pub unit: Unit,
}

impl TimeLimit {
    pub fn new(amount: u32, unit: Unit) -> Self {
        Self { amount, unit }
    }

    /// Reads "5 ngày làm việc", "trong ngày" …, with or without marks, and the codes.
    ///
    /// # Errors
    /// A Vietnamese sentence with the units there are.
    ///
    /// ```
    /// use motcua::domain::deadline::{TimeLimit, Unit};
    /// let five = TimeLimit::new(5, Unit::WorkingDays);
    /// assert_eq!(TimeLimit::parse("5 ngày làm việc"), Ok(five));
    /// assert_eq!(TimeLimit::parse("5 ngay lam viec"), Ok(five));
    /// assert_eq!(five.to_string(), "5 ngày làm việc");
    /// assert!(TimeLimit::parse("5 tuần").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let folded = fold(text);
        let wrong = || {
            let shown: String = text.chars().take(40).collect();
            format!(
                "Thời hạn “{shown}” chưa đúng. Ví dụ: 5 ngày làm việc, 15 ngày, 4 giờ làm việc, \
                 24 giờ liên tục, 2 tháng, trong ngày."
            )
        };
        let named = |words: &str| {
            Unit::ALL
                .into_iter()
                .find(|unit| fold(unit.label()) == words || unit.code() == words)
        };
        if named(&folded) == Some(Unit::SameDay) {
            return Ok(Self::new(0, Unit::SameDay));
        }
        let (amount, words) = folded.split_once(' ').ok_or_else(wrong)?;
        Ok(Self {
            amount: amount.parse().map_err(|_| wrong())?,
            unit: named(words).ok_or_else(wrong)?,
        })
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::SameDay => f.write_str(Unit::SameDay.label()),
            unit => write!(f, "{} {}", self.amount, unit.label()),
        }
    }
}
