//! What stays of a dossier whose person is erased? Code, days, outcome and every figure;
//! no name, number, address, nor any free words.
use chrono::{DateTime, Months, Utc};
use serde_json::Value;

use super::{
    mask::mask,
    time::{day_start, local_day},
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
