//! How a moment is read and written: UTC inside, `Asia/Ho_Chi_Minh` on every face.
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};

/// Vietnam has kept +07:00 without summer time since 1975, so a fixed offset
/// says the same as the time zone's table.
const OFFSET_SECONDS: i32 = 7 * 3600;

/// The local wall time of a moment.
///
/// ```
/// use motcua::domain::time::{parse_moment, to_local};
/// let at = parse_moment("2021-02-04T23:30:00Z").unwrap();
/// assert_eq!(to_local(at).to_string(), "2021-02-05 06:30:00");
/// ```
pub fn to_local(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.naive_utc() + TimeDelta::seconds(i64::from(OFFSET_SECONDS))
}

/// The moment of a local wall time.
pub fn to_utc(local: NaiveDateTime) -> DateTime<Utc> {
    Utc.from_utc_datetime(&(local - TimeDelta::seconds(i64::from(OFFSET_SECONDS))))
}

/// The local day of a moment.
pub fn local_day(moment: DateTime<Utc>) -> NaiveDate {
    to_local(moment).date()
}

/// The first moment of a local day.
pub fn day_start(day: NaiveDate) -> DateTime<Utc> {
    to_utc(day.and_time(chrono::NaiveTime::MIN))
}

/// The first moment after a local day (its 24:00).
pub fn day_end(day: NaiveDate) -> DateTime<Utc> {
    day_start(day) + TimeDelta::days(1)
}

/// Reads RFC 3339; without an offset the moment is `Asia/Ho_Chi_Minh`. Whole seconds.
///
/// # Errors
/// A Vietnamese sentence with an example.
///
/// ```
/// use motcua::domain::time::{format_moment, parse_moment};
/// let same = ["2021-02-04T09:00", "2021-02-04T02:00:00Z", "2021-02-04 09:00:00"];
/// for text in same {
///     assert_eq!(format_moment(parse_moment(text).unwrap()), "2021-02-04T09:00:00+07:00");
/// }
/// assert!(parse_moment("4/2/2021").is_err());
/// ```
pub fn parse_moment(text: &str) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .ok()
        .or_else(|| {
            [
                "%Y-%m-%dT%H:%M:%S",
                "%Y-%m-%dT%H:%M",
                "%Y-%m-%d %H:%M:%S",
                "%Y-%m-%d %H:%M",
            ]
            .iter()
            .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok())
            .map(to_utc)
        });
    moment
        .filter(|at| (1900..=2999).contains(&to_local(*at).year()))
        .and_then(|at| Utc.timestamp_opt(at.timestamp(), 0).single())
        .ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            format!("Thời điểm “{shown}” chưa đúng. Ví dụ: 2021-02-04T09:00:00+07:00.")
        })
}

/// RFC 3339 with the local offset and seconds.
pub fn format_moment(moment: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(OFFSET_SECONDS) {
        Some(offset) => moment
            .with_timezone(&offset)
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
        None => moment.to_rfc3339(),
    }
}

/// A local wall time as [`format_moment`] writes it.
pub fn format_local(local: NaiveDateTime) -> String {
    format_moment(to_utc(local))
}

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// A Vietnamese sentence with an example.
pub fn parse_date(text: &str) -> Result<NaiveDate, String> {
    let text = text.trim();
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10)
        .ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            format!("Ngày “{shown}” chưa đúng. Ví dụ: 2021-06-30.")
        })
}
