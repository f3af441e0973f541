//! What stays of a dossier whose person is erased? Code, days, outcome and every figure;
//! no name, number, address, nor any free words.
use chrono::{DateTime, Months, Utc};
use serde_json::Value;

use super::{
    mask::mask,
    time::{day_start, local_day},
    viet::fold,
};

/// What stands where a name stood.
pub const ERASED: &str = "(đã xóa)";

/// The word of the event that an erasure leaves.
pub const ACT: &str = "erase";

/// The first moment at which a dossier that ended then may be put on a list.
///
/// ```
/// use motcua::domain::{time::parse_moment, tombstone::from};
/// let ended = parse_moment("2020-02-29T15:00").unwrap();
/// assert_eq!(from(ended, 2), Some(parse_moment("2022-03-01T00:00").unwrap()));
/// ```
pub fn from(ended_at: DateTime<Utc>, years: u32) -> Option<DateTime<Utc>> {
    let day = local_day(ended_at).checked_add_months(Months::new(years.checked_mul(12)?))?;
    Some(day_start(day.succ_opt()?))
}

/// By what a person is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub name: &'a str,
    pub numbers: [&'a str; 3],
}

impl Person<'_> {
    /// Whether words look for this person: by a number of theirs or four signs of one, by
    /// the whole name or two words of it.
    ///
    /// ```
    /// use motcua::domain::tombstone::Person;
    /// let person = Person { name: "Trần Thị Tím", numbers: ["046085001234", "0912345678", ""] };
    /// assert!(["trần thị tím", "thi tim", "1234", "hồ sơ của Trần Thị Tím 2021"].iter().all(|words| person.is_sought(words)));
    /// assert!(["", "Trần", "khai sinh", "99"].iter().all(|words| !person.is_sought(words)));
    /// ```
    pub fn is_sought(&self, words: &str) -> bool {
        let (words, name) = (fold(words), fold(self.name));
        let words = words.trim();
        let apart = |text: &str| format!(" {text} ");
        let named = words.contains(' ') && apart(&name).contains(&apart(words));
        let told = !name.is_empty() && apart(words).contains(&apart(&name));
        let numbered = words.split_whitespace().any(|word| {
            let long = word.chars().count() >= 4 && word.chars().any(|c| c.is_ascii_digit());
            let mut numbers = self.numbers.iter().filter(|number| !number.is_empty());
            long && numbers.any(|number| fold(number).contains(word))
        });
        named || told || numbered
    }
}

/// The words that the address of a list looks for.
///
/// ```
/// use motcua::domain::tombstone::sought;
/// assert_eq!(sought("?standing=late&q=Tr%E1%BA%A7n+Th%E1%BB%8B"), "Trần Thị");
/// assert_eq!(sought("?field=x"), "");
/// ```
pub fn sought(query: &str) -> String {
    url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .find(|(name, _)| name == "q")
        .map_or_else(String::new, |(_, words)| words.into_owned())
}

/// What an event says besides days and numbers, and may go on saying.
const KEPT: [&str; 22] = [
    "agency",
    "amount",
    "answer_by",
    "approved_by",
    "arrived_at",
    "arrived_before",
    "calendar_version",
    "due",
    "due_at",
    "from",
    "legal_basis",
    "line",
    "new_due_at",
    "number",
    "original_due",
    "paper",
    "procedure",
    "reason_code",
    "second",
    "step",
    "to",
    "year",
];

/// What of an event's data is kept whatever is erased, in one form before and after: the
/// facts, and how many papers were asked for. And whether there is nothing else.
///
/// ```
/// use motcua::domain::tombstone::{facts, kept};
/// let data = r#"{"receiver":"Trần Văn Bình","items":["Giấy khai sinh"],"number":3}"#;
/// let after = kept(data, "Trần Văn Bình");
/// assert_eq!(facts(data).0, facts(&after).0);
/// assert!(!facts(data).1 && facts(&after).1 && facts("{}").1);
/// ```
pub fn facts(data: &str) -> (String, bool) {
    let Ok(Value::Object(mut all)) = serde_json::from_str::<Value>(data) else {
        return ("{}".to_owned(), false);
    };
    let items = all.remove("items");
    let whole = all.len();
    all.retain(|key, _| KEPT.contains(&key.as_str()));
    let bare = all.len() == whole;
    if let Some(Value::Array(items)) = items {
        all.insert("items".into(), items.len().into());
    }
    (Value::Object(all).to_string(), bare)
}

/// The data of an event without the person: what is not known to be free of one goes.
/// The papers that were asked for are counted in the yearly review, so they stay, with
/// names and numbers masked.
///
/// ```
/// use motcua::domain::tombstone::kept;
/// let data = r#"{"receiver":"Trần Văn Bình","items":["Giấy khai sinh của Trần Văn Bình"],"number":3}"#;
/// assert_eq!(kept(data, "Trần Văn Bình"), r#"{"items":["Giấy khai sinh của [tên]"],"number":3}"#);
/// assert_eq!(kept("?", "An"), "{}");
/// ```
pub fn kept(data: &str, name: &str) -> String {
    let Ok(Value::Object(mut all)) = serde_json::from_str::<Value>(data) else {
        return "{}".to_owned();
    };
    let items = all.remove("items");
    all.retain(|key, _| KEPT.contains(&key.as_str()));
    if let Some(Value::Array(items)) = items {
        let masked = items.iter().filter_map(Value::as_str);
        let masked: Vec<String> = masked.map(|item| mask(item, &[name])).collect();
        all.insert("items".into(), masked.into());
    }
    Value::Object(all).to_string()
}
