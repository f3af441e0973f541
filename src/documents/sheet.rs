//! Rows and columns on their way into a file. One description, whatever the file.
use chrono::{NaiveDate, NaiveDateTime};

use crate::domain::share::Share;

/// What stands in a cell, typed, so that a file can keep the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Count(u64),
    /// A percent with two decimals; empty where nothing was counted.
    Percent(Share),
    Day(Option<NaiveDate>),
    Moment(Option<NaiveDateTime>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl Cell {
    /// The cell as text. A text that a spreadsheet would take for a formula is
    /// led by an apostrophe, which our own import takes off.
    fn text(&self) -> String {
        match self {
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t']) => format!("'{text}"),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Percent(share) => share
                .hundredths()
                .map(|h| format!("{}.{:02}", h / 100, h % 100))
                .unwrap_or_default(),
            Self::Day(day) => day.map(|day| day.to_string()).unwrap_or_default(),
            Self::Moment(at) => at
                .map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string())
                .unwrap_or_default(),
        }
    }
}

/// A head and its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// Comma-separated UTF-8 with the mark by which Excel knows it.
    ///
    /// ```
    /// use motcua::documents::sheet::Sheet;
    /// let sheet = Sheet { head: vec!["Mã", "Số"], rows: vec![vec!["=1+1".into(), 7_u64.into()]] };
    /// assert_eq!(sheet.csv(), "\u{feff}Mã,Số\n'=1+1,7\n");
    /// ```
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::from("\u{feff}"));
        let rows = std::iter::once(self.head.iter().map(ToString::to_string).collect()).chain(
            self.rows
                .iter()
                .map(|row| row.iter().map(Cell::text).collect::<Vec<_>>()),
        );
        for row in rows {
            // Writing into memory does not fail.
            let _ = writer.write_record(&row);
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}
