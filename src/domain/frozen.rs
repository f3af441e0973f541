//! What is kept of a period when it is closed? Its head and one line a dossier, in
//! one text that a seal can be of: the same figures give the same text.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::scoring::Cell;

/// The first line: what the figures are of, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub agency: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub closed_at: DateTime<Utc>,
    pub closed_by: String,
    /// Which promised date judged.
    pub judged_by: String,
    /// The other figures of the period as they were then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Figure>,
}

/// A share that was kept beside the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub code: String,
    pub label: String,
    pub numerator: u64,
    pub denominator: u64,
}

/// One dossier as it was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub code: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub field: String,
    pub officer: String,
    pub channel: String,
    #[serde(flatten)]
    pub cell: Cell,
    pub received_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    /// Only where it ended before the period's end.
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

/// Why a kept text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Số liệu đã chốt không đọc được, dòng {line}: {why}")]
pub struct Unreadable {
    pub line: usize,
    pub why: String,
}

/// Head and lines, these by code.
///
/// ```
/// use motcua::domain::frozen::{Head, read, write};
/// let head = Head {
///     agency: "UBND xã".into(), from: "2020-12-15".parse().unwrap(), to: "2021-03-14".parse().unwrap(),
///     closed_at: "2021-03-16T02:00:00Z".parse().unwrap(), closed_by: "Lê Văn A".into(), judged_by: "original".into(), beside: Vec::new(),
/// };
/// let text = write(&head, Vec::new());
/// assert_eq!(text.lines().count(), 1);
/// assert_eq!(read(&text).unwrap(), (head, Vec::new()));
/// assert!(read("{}").is_err());
/// ```
pub fn write(head: &Head, mut lines: Vec<Line>) -> String {
    lines.sort_by(|a, b| a.code.cmp(&b.code));
    let mut text = json(head);
    for line in &lines {
        text.push('\n');
        text.push_str(&json(line));
    }
    text
}

/// Plain data always has a text.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Head and lines out of the kept text.
///
/// # Errors
/// When a line is not what [`write`] wrote.
pub fn read(text: &str) -> Result<(Head, Vec<Line>), Unreadable> {
    let wrong = |place: usize, error: &serde_json::Error| Unreadable {
        line: place + 1,
        why: error.to_string(),
    };
    let mut all = text.split('\n').enumerate();
    let (_, first) = all.next().unwrap_or((0, ""));
    let head = serde_json::from_str(first).map_err(|error| wrong(0, &error))?;
    let lines = all.map(|(place, line)| serde_json::from_str(line).map_err(|e| wrong(place, &e)));
    Ok((head, lines.collect::<Result<_, _>>()?))
}
