//! Which row of a file is wrong: line, column, reason.
use std::fmt;

/// One wrong row; nothing of the file is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Counted from 1, the head being line 1.
    pub line: u64,
    pub column: String,
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Dòng {}, cột {}: {}",
            self.line, self.column, self.reason
        )
    }
}

impl std::error::Error for RowError {}
