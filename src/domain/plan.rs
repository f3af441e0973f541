//! What must be done this year, by whom and by when? The tasks of the plan's annex: each
//! due month, quarter or year is an item that is done or not.
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{dossier::codes, viet::fold};

/// The tasks that the program carries.
pub const SHIPPED: &str = include_str!("../../config/plan-2021.toml");

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    pub version: String,
    pub name: String,
    #[serde(rename = "task")]
    pub tasks: Vec<Task>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub code: String,
    pub section: String,
    pub task: String,
    pub products: Vec<String>,
    pub officer: String,
    pub with: String,
    pub due: Vec<Due>,
    /// As the plan words it.
    pub due_words: String,
    /// Đồng; none where the plan gives none.
    pub budget: Option<u64>,
}

impl Tasks {
    /// Whether its last day had passed when an office began.
    pub fn over_by(&self, begun: NaiveDate) -> bool {
        let dues = self.tasks.iter().flat_map(|task| &task.due);
        dues.map(|due| due.last())
            .max()
            .is_some_and(|last| last < begun)
    }
}

/// When an item is due: within a calendar month, quarter or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Due {
    first: NaiveDate,
    months: u32,
}

impl TryFrom<String> for Due {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("hạn “{text}” chưa đúng; ví dụ 2021-01, 2021-Q1, 2021");
        let (year, part) = text.split_once('-').unwrap_or((text.as_str(), ""));
        let year: i32 = year.parse().map_err(|_| wrong())?;
        if !(1900..2200).contains(&year) {
            return Err(wrong());
        }
        let (month, months) = match part {
            "" => (1, 12),
            "Q1" => (1, 3),
            "Q2" => (4, 3),
            "Q3" => (7, 3),
            "Q4" => (10, 3),
            month if month.len() == 2 => (month.parse().map_err(|_| wrong())?, 1),
            _ => return Err(wrong()),
        };
        let first = NaiveDate::from_ymd_opt(year, month, 1).ok_or_else(wrong)?;
        Ok(Self { first, months })
    }
}

impl From<Due> for String {
    fn from(due: Due) -> Self {
        due.code()
    }
}

impl Due {
    /// The year that it is of.
    pub fn year(self) -> i32 {
        self.first.year()
    }

    /// Reads what `label` writes, or a code.
    ///
    /// # Errors
    /// A sentence with an example.
    ///
    /// ```
    /// use motcua::domain::plan::Due;
    /// for code in ["2027-01", "2027-Q3", "2027"] {
    ///     let due = Due::read(code).unwrap();
    ///     assert_eq!(Due::read(&due.label()), Ok(due));
    /// }
    /// assert_eq!(Due::read("quý 4 / 2027").unwrap().code(), "2027-Q4");
    /// assert!(Due::read("Tháng 13/2027").is_err() && Due::read("Quý I/27").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let folded = fold(text);
        let code = match folded.split_once(' ') {
            Some(("thang", rest)) => rest
                .split_once('/')
                .map(|(month, year)| format!("{}-{:0>2}", year.trim(), month.trim())),
            Some(("quy", rest)) => rest.split_once('/').map(|(quarter, year)| {
                let quarter = match quarter.trim() {
                    "i" => "1",
                    "ii" => "2",
                    "iii" => "3",
                    "iv" => "4",
                    digit => digit,
                };
                format!("{}-Q{quarter}", year.trim())
            }),
            Some(("trong", rest)) => rest.strip_prefix("nam ").map(|year| year.trim().to_owned()),
            _ => Some(text.trim().to_uppercase()),
        };
        let due = code.and_then(|code| Self::try_from(code).ok());
        due.ok_or_else(|| {
            format!("Kỳ “{text}” chưa đúng; ví dụ Tháng 1/2027, Quý II/2027, Trong năm 2027.")
        })
    }

    /// The last day on which it is in time.
    ///
    /// ```
    /// use motcua::domain::plan::Due;
    /// let last = |text: &str| Due::try_from(text.to_owned()).unwrap().last().to_string();
    /// assert_eq!((last("2021-01"), last("2021-Q1"), last("2021")), ("2021-01-31".into(), "2021-03-31".into(), "2021-12-31".into()));
    /// ```
    pub fn last(self) -> NaiveDate {
        let after = self.first.checked_add_months(Months::new(self.months));
        after.and_then(|day| day.pred_opt()).unwrap_or(self.first)
    }

    /// `2021-01`, as it is written in the file and kept with what was entered.
    pub fn code(self) -> String {
        let (year, month) = (self.first.year(), self.first.month());
        match self.months {
            1 => format!("{year}-{month:02}"),
            3 => format!("{year}-Q{}", month.div_ceil(3)),
            _ => year.to_string(),
        }
    }

    pub fn label(self) -> String {
        let (year, month) = (self.first.year(), self.first.month());
        match self.months {
            1 => format!("Tháng {month}/{year}"),
            3 => format!(
                "Quý {}/{year}",
                ["I", "II", "III", "IV"][(month as usize - 1) / 3]
            ),
            _ => format!("Trong năm {year}"),
        }
    }
}

codes! {
    /// How an item stands.
    State {
        Done = "done", "Đã xong";
        /// Its last day has passed.
        Overdue = "overdue", "Quá hạn";
        /// The plan had passed before the office began with the program: nobody is chased.
        Before = "before", "Trước khi dùng chương trình";
        /// Its last day is near: a reminder is owed.
        Soon = "soon", "Sắp đến hạn";
        Open = "open", "Đang làm";
    }
}

/// The state of an item on a day; `over` where the whole plan had passed before the office
/// began with the program, `soon` is how many days before its last it is reminded of.
///
/// ```
/// use motcua::domain::plan::{state, Due, State};
/// let due = Due::try_from("2021-Q1".to_owned()).unwrap();
/// let day = |d: &str| d.parse().unwrap();
/// let on = |d: &str| state(due, None, day(d), false, 15);
/// assert_eq!((on("2021-03-15"), on("2021-03-16"), on("2021-03-31"), on("2021-04-01")), (State::Open, State::Soon, State::Soon, State::Overdue));
/// assert_eq!(state(due, None, day("2026-11-27"), true, 15), State::Before);
/// ```
pub fn state(due: Due, done: Option<NaiveDate>, at: NaiveDate, over: bool, soon: i64) -> State {
    let left = (due.last() - at).num_days();
    match done {
        Some(day) if day <= at => State::Done,
        _ if over => State::Before,
        _ if left < 0 => State::Overdue,
        _ if left <= soon => State::Soon,
        _ => State::Open,
    }
}

/// Whether somebody of that title is meant by the words of the plan: the annex names the
/// part of the office before what else the post does.
///
/// ```
/// use motcua::domain::plan::meant;
/// assert!(meant("Công chức Tư pháp-Hộ tịch", "Tư pháp – Hộ tịch"));
/// assert!(meant("Văn phòng UBND xã", "Công chức Văn phòng – Thống kê"));
/// assert!(!meant("Công chức Tài chính - Kế toán", "Tiếp nhận · Quầy 1"));
/// assert!(!meant("Văn phòng UBND xã", ""));
/// ```
pub fn meant(officer: &str, title: &str) -> bool {
    let words = |text: &str| -> String {
        let folded = fold(text).replace("cong chuc ", "");
        let letters = folded.split(|c: char| !c.is_alphanumeric());
        letters
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let post = title.split(['–', '-', '·', ',']).next().unwrap_or_default();
    let post = words(post);
    // One word alone, as "xã", says too little.
    post.contains(' ') && format!(" {} ", words(officer)).contains(&format!(" {post} "))
}

/// What an entry for a task is kept under: `II.2@2021-Q1`.
pub fn item(task: &str, due: Due) -> String {
    format!("{task}@{}", due.code())
}

/// Reads a file of tasks.
///
/// # Errors
/// A sentence that names what is wrong.
///
/// ```
/// use motcua::domain::plan::{read, SHIPPED};
/// let plan = read(SHIPPED).unwrap();
/// assert_eq!(plan.tasks.iter().filter_map(|task| task.budget).sum::<u64>(), 42_100_000);
/// assert!(read("version = 1").is_err());
/// ```
pub fn read(text: &str) -> Result<Tasks, String> {
    let plan: Tasks = toml::from_str(text).map_err(|error| format!("Nhiệm vụ sai: {error}"))?;
    for (place, task) in plan.tasks.iter().enumerate() {
        if plan.tasks[..place]
            .iter()
            .any(|other| other.code == task.code)
        {
            return Err(format!("Nhiệm vụ sai: mã {} có hai lần.", task.code));
        }
        if task.due.is_empty() {
            return Err(format!("Nhiệm vụ sai: {} không có hạn.", task.code));
        }
    }
    Ok(plan)
}
