//! Rows and columns on their way into a file. One description, whatever the file.
use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::{DocumentError, xlsx::Book};
use crate::domain::share::Share;

/// What stands in a cell, typed, so that a file can keep the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// "+84 …" is no formula.
    Phone(String),
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
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The same, after what stands in `to`.
    fn write(&self, to: &mut String) {
        // Writing into memory does not fail.
        let _ = match self {
            Self::Text(text) => {
                if text.starts_with(GUARDED) {
                    to.push('\'');
                }
                to.push_str(text);
                Ok(())
            }
            Self::Phone(text) => {
                to.push_str(text);
                Ok(())
            }
            Self::Count(count) => write!(to, "{count}"),
            Self::Percent(share) => share
                .hundredths()
                .map_or(Ok(()), |h| write!(to, "{}.{:02}", h / 100, h % 100)),
            Self::Day(day) => day.map_or(Ok(()), |day| write!(to, "{day}")),
            Self::Moment(at) => at.map_or(Ok(()), |at| {
                // Not by a pattern, which is read anew for every cell.
                write!(
                    to,
                    "{} {:02}:{:02}:{:02}",
                    at.date(),
                    at.hour(),
                    at.minute(),
                    at.second()
                )
            }),
        };
    }
}

/// What a spreadsheet takes for the beginning of a formula. An apostrophe is
/// guarded too, so that taking the guard off gives back what was there.
const GUARDED: [char; 6] = ['=', '+', '-', '@', '\t', '\''];

/// Takes off the apostrophe that [`Cell::text`] puts on.
///
/// ```
/// use motcua::documents::sheet::{Cell, unguarded};
/// for text in ["=1+1", "-5", "'quoted", "plain", "+84 912"] {
///     assert_eq!(unguarded(&Cell::from(text).text()), text);
/// }
/// ```
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(GUARDED) => rest,
        _ => text,
    }
}

/// The words over a column, and how wide it is in characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub label: String,
    pub width: f64,
}

impl Head {
    /// How many lines the words take in bold, broken between words.
    pub fn lines(&self) -> u32 {
        let (mut lines, mut used) = (1, 0.0);
        for word in self.label.split(' ') {
            let length = f64::from(u32::try_from(word.chars().count()).unwrap_or(60)) * 1.15;
            if used > 0.0 && used + 1.0 + length > self.width {
                lines += 1;
                used = length;
            } else {
                used += length + 1.0;
            }
        }
        lines
    }
}

/// What a column or a figure means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub of: String,
    pub says: String,
}

/// A definition.
pub fn define(of: impl Into<String>, says: impl Into<String>) -> Definition {
    Definition {
        of: of.into(),
        says: says.into(),
    }
}

/// A head and its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// Written on the second sheet of an Excel file.
    pub definitions: Vec<Definition>,
}

impl Sheet {
    /// Separated UTF-8 text with the mark by which Excel knows it.
    ///
    /// ```
    /// use motcua::documents::sheet::Sheet;
    /// let rows = vec![vec!["=1+1".into(), 7_u64.into()]];
    /// let sheet = Sheet { head: vec!["Mã", "Số"], rows, ..Sheet::default() };
    /// assert_eq!(sheet.csv(b','), "\u{feff}Mã,Số\n'=1+1,7\n");
    /// ```
    pub fn csv(&self, separator: u8) -> String {
        let head: Vec<String> = self.head.iter().map(ToString::to_string).collect();
        format!(
            "{BOM}{}{}",
            lines(separator, std::iter::once(head)),
            cells(separator, &self.rows)
        )
    }

    /// The same as an Excel file.
    ///
    /// # Errors
    /// When no scratch file can be written.
    pub fn xlsx(&self, name: &str) -> Result<Vec<u8>, DocumentError> {
        let broken = |error: std::io::Error| DocumentError(error.to_string());
        let head: Vec<Head> = self
            .head
            .iter()
            .enumerate()
            .map(|(column, label)| Head {
                label: (*label).to_owned(),
                width: self.width(column),
            })
            .collect();
        let mut book = Book::new(name, &head)?;
        for row in &self.rows {
            book.row(row)?;
        }
        let file = tempfile::NamedTempFile::new().map_err(broken)?;
        book.save(&self.definitions, file.path())?;
        std::fs::read(file.path()).map_err(broken)
    }

    /// As wide as the longest text and the longest word of the head, within reason.
    fn width(&self, column: usize) -> f64 {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.text().chars().count()).max();
        let head = self.head.get(column).copied().unwrap_or_default();
        let word = head.split(' ').map(|word| word.chars().count()).max();
        let longest = longest.max(word).unwrap_or_default();
        f64::from(u32::try_from(longest).unwrap_or(60).clamp(9, 60)) + 2.0
    }
}

/// The mark by which Excel knows UTF-8.
pub const BOM: char = '\u{feff}';

/// Rows of cells as separated text.
pub fn cells<'a>(separator: u8, rows: impl IntoIterator<Item = &'a Vec<Cell>>) -> String {
    let mut text = String::new();
    written(separator, |writer| {
        for row in rows {
            for cell in row {
                text.clear();
                cell.write(&mut text);
                writer.write_field(&text)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        Ok(())
    })
}

/// Rows as separated text.
pub fn lines(separator: u8, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    written(separator, |writer| {
        rows.into_iter()
            .try_for_each(|row| writer.write_record(&row))
    })
}

fn written(
    separator: u8,
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>,
) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = write(&mut writer);
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
