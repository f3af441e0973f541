//! Which row of a file is wrong: line, column, reason.

/// One wrong row; nothing of the file is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Dòng {line}, cột {column}: {reason}")]
pub struct RowError {
    /// Counted from 1, the head being line 1.
    pub line: u64,
    pub column: String,
    pub reason: String,
}

/// A comma-separated file with a head, read row by row.
pub struct Table<'a> {
    head: Vec<String>,
    rows: csv::StringRecordsIntoIter<&'a [u8]>,
    lines: Lines<'a>,
}

/// Which line of the file a row begins at. The reader counts the end of a line, where it is of
/// two signs, and lines that are empty, only when it reads on.
pub struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// Those of the text that the reader reads.
    pub fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of what begins there, or after the ends of lines that stand there; asked from
    /// the beginning of the file to its end.
    pub fn of(&mut self, begins: &csv::Position) -> u64 {
        let begins = usize::try_from(begins.byte()).unwrap_or(usize::MAX);
        while let Some(sign) = self.text.get(self.at)
            && (self.at < begins || matches!(sign, b'\r' | b'\n'))
        {
            let next = self.text.get(self.at + 1);
            let ends = *sign == b'\n' || (*sign == b'\r' && next != Some(&b'\n'));
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}

/// One row, asked by column name.
pub struct Row<'t> {
    pub line: u64,
    head: &'t [String],
    record: csv::StringRecord,
}

impl<'a> Table<'a> {
    /// Opens UTF-8 text, with or without a byte-order mark.
    ///
    /// # Errors
    /// When a required column is missing.
    pub fn open(text: &'a str, required: &[&str]) -> Result<Self, RowError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let head = reader.headers().map_err(|e| unreadable(&e, 1))?;
        let head: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(missing) = required
            .iter()
            .find(|name| !head.iter().any(|h| h == *name))
        {
            return Err(RowError {
                line: 1,
                column: (*missing).to_owned(),
                reason: format!(
                    "Thiếu cột {missing}. Tệp cần các cột: {}.",
                    required.join(", ")
                ),
            });
        }
        Ok(Self {
            head,
            rows: reader.into_records(),
            lines: Lines::new(text),
        })
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    /// When the row has more or fewer cells than the head.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, RowError> {
        let Some(record) = self.rows.next() else {
            return Ok(None);
        };
        let begins = match &record {
            Ok(record) => record.position(),
            Err(error) => error.position(),
        };
        let line = begins.map_or(1, |begins| self.lines.of(begins));
        let record = record.map_err(|e| unreadable(&e, line))?;
        Ok(Some(Row {
            line,
            head: &self.head,
            record,
        }))
    }
}

impl Row<'_> {
    /// The trimmed cell; empty where the file has no such column.
    pub fn get(&self, column: &str) -> &str {
        let place = self.head.iter().position(|name| name == column);
        place.and_then(|p| self.record.get(p)).map_or("", str::trim)
    }

    /// An error of this row.
    pub fn wrong(&self, column: &str, reason: impl Into<String>) -> RowError {
        RowError {
            line: self.line,
            column: column.to_owned(),
            reason: reason.into(),
        }
    }
}

fn unreadable(error: &csv::Error, line: u64) -> RowError {
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!(
                "Dòng có {len} ô, đầu bảng có {expected_len}. Xin xem lại dấu phẩy và dấu nháy."
            )
        }
        csv::ErrorKind::Utf8 { .. } => "Tệp không phải UTF-8. Xin lưu lại dạng CSV UTF-8.".into(),
        _ => "Dòng không đọc được.".into(),
    };
    RowError {
        line,
        column: "–".into(),
        reason,
    }
}
