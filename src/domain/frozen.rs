//! What is kept of a period when it is closed? Its head and one line a dossier, in
//! one text that a seal can be of: the same figures give the same text.
use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{
    Deserialize, Serialize,
    de::{
        IntoDeserializer,
        value::{self, StrDeserializer},
    },
};

use super::scoring::{Arrival, Cell, Course};

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
    pub arrival: Arrival,
    pub course: Course,
    pub waiting: bool,
    pub received_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    /// Only where it ended before the period's end.
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

impl Line {
    /// Where it was counted.
    pub fn cell(&self) -> Cell {
        Cell {
            arrival: self.arrival,
            course: self.course,
            waiting: self.waiting,
        }
    }
}

/// Of a dossier that was pending: which it is, and by what it may be told from others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Pending<'a> {
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    #[serde(borrow)]
    pub procedure_code: Cow<'a, str>,
    #[serde(borrow)]
    pub field: Cow<'a, str>,
    #[serde(borrow)]
    pub officer: Cow<'a, str>,
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    course: Course,
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
///
/// A line's fields stand in this order for ever, or the seals of old would not hold:
/// ```
/// use motcua::domain::frozen::{Line, read, write};
/// let head = r#"{"agency":"UBND xã","from":"2020-12-15","to":"2021-03-14","closed_at":"2021-03-16T02:00:00Z","closed_by":"Lê Văn A","judged_by":"original"}"#;
/// let line = r#"{"code":"H57-210301-0001","procedure_code":"1.004873","procedure_name":"Xác nhận","field":"Hộ tịch","officer":"Lê Văn A","channel":"desk","arrival":"direct","course":"late","waiting":false,"received_at":"2021-03-01T02:00:00Z","due_at":"2021-03-04T10:00:00Z","ended_at":"2021-03-05T02:00:00Z","outcome":"result"}"#;
/// let text = format!("{head}\n{line}");
/// let (head, lines) = read(&text).unwrap();
/// assert_eq!(write(&head, lines), text);
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
    let mut all = text.split('\n').enumerate();
    let (_, first) = all.next().unwrap_or((0, ""));
    let head = serde_json::from_str(first).map_err(|error| wrong(0, &error))?;
    let lines = all.map(|(place, line)| serde_json::from_str(line).map_err(|e| wrong(place, &e)));
    Ok((head, lines.collect::<Result<_, _>>()?))
}

/// Those that were pending at the period's end, and nothing else of the kept text.
///
/// # Errors
/// When a line is not what [`write`] wrote.
///
/// ```
/// use motcua::domain::frozen::pending;
/// let line = |code: &str, course: &str| format!(
///     r#"{{"code":"{code}","procedure_code":"1.004873","procedure_name":"Xác nhận","field":"Hộ tịch","officer":"Lê Văn A","channel":"desk","arrival":"direct","course":"{course}","waiting":false,"received_at":null,"due_at":null,"ended_at":null,"outcome":null}}"#
/// );
/// let text = ["{}".to_owned(), line("A-1", "late"), line("A-2", "overdue")].join("\n");
/// let found = pending(&text).unwrap();
/// assert_eq!(found.len(), 1);
/// assert_eq!((&*found[0].code, &*found[0].officer), ("A-2", "Lê Văn A"));
/// assert!(pending("{}\nhai").is_err());
/// // Whoever is called so was not late for it.
/// let text = ["{}".to_owned(), line("A-3", "overdue").replace("Lê Văn A", r#"\"course\":\"late\""#)].join("\n");
/// assert_eq!(&*pending(&text).unwrap()[0].officer, r#""course":"late""#);
/// ```
pub fn pending(text: &str) -> Result<Vec<Pending<'_>>, Unreadable> {
    let mut found = Vec::new();
    for (at, line) in text.split('\n').enumerate().skip(1) {
        // Most had ended, and need not be opened.
        if course_of(line).is_some_and(|course| !course.pending()) {
            continue;
        }
        let line: Pending<'_> = serde_json::from_str(line).map_err(|error| wrong(at, &error))?;
        if line.course.pending() {
            found.push(line);
        }
    }
    Ok(found)
}

/// The course alone: a quote within a value is written with a stroke before it, so that
/// only the field itself reads so.
fn course_of(line: &str) -> Option<Course> {
    let (_, then) = line.split_once(r#""course":""#)?;
    let (word, _) = then.split_once('"')?;
    let word: StrDeserializer<'_, value::Error> = word.into_deserializer();
    Course::deserialize(word).ok()
}

fn wrong(place: usize, error: &serde_json::Error) -> Unreadable {
    Unreadable {
        line: place + 1,
        why: error.to_string(),
    }
}
