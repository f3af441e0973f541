//! How is a date or an hour written on a page? As NĐ 30/2020 writes it: days under 10 and months 1, 2 padded.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

/// `05/01/2021`, `20/4/2021`
///
/// ```
/// use motcua::web::parts::day;
/// let date = |m, d| chrono::NaiveDate::from_ymd_opt(2021, m, d).unwrap();
/// assert_eq!(day(date(1, 5)), "05/01/2021");
/// assert_eq!(day(date(4, 20)), "20/4/2021");
/// ```
pub fn day(date: NaiveDate) -> String {
    format!("{}/{}", day_month(date), date.year())
}

/// `16/4`, for tables and rulers.
pub fn day_month(date: NaiveDate) -> String {
    let month = date.month();
    if month < 3 {
        format!("{:02}/{month:02}", date.day())
    } else {
        format!("{:02}/{month}", date.day())
    }
}

/// `T2` … `CN`; its full text is [`weekday`], for screen readers.
pub const fn weekday_short(date: Weekday) -> &'static str {
    match date {
        Weekday::Mon => "T2",
        Weekday::Tue => "T3",
        Weekday::Wed => "T4",
        Weekday::Thu => "T5",
        Weekday::Fri => "T6",
        Weekday::Sat => "T7",
        Weekday::Sun => "CN",
    }
}

/// `thứ Hai`, as within a sentence.
pub const fn weekday(date: Weekday) -> &'static str {
    match date {
        Weekday::Mon => "thứ Hai",
        Weekday::Tue => "thứ Ba",
        Weekday::Wed => "thứ Tư",
        Weekday::Thu => "thứ Năm",
        Weekday::Fri => "thứ Sáu",
        Weekday::Sat => "thứ Bảy",
        Weekday::Sun => "Chủ nhật",
    }
}

/// `Thứ Hai, 26/4/2021`: how a date begins a line.
///
/// ```
/// use motcua::web::parts::date_words;
/// let date = chrono::NaiveDate::from_ymd_opt(2021, 4, 26).unwrap();
/// assert_eq!(date_words(date), "Thứ Hai, 26/4/2021");
/// ```
pub fn date_words(date: NaiveDate) -> String {
    let name = weekday(date.weekday());
    let name = name
        .strip_prefix('t')
        .map_or_else(|| name.to_owned(), |rest| format!("T{rest}"));
    format!("{name}, {}", day(date))
}

/// `17 giờ`, `16 giờ 30`: how an hour is said to citizens.
pub fn hour_words(time: NaiveTime) -> String {
    if time.minute() == 0 {
        format!("{} giờ", time.hour())
    } else {
        format!("{} giờ {:02}", time.hour(), time.minute())
    }
}

/// `17:00, thứ Hai 26/4/2021`: the promised moment at the desk.
pub fn moment_words(at: NaiveDateTime) -> String {
    format!(
        "{}, {} {}",
        at.format("%H:%M"),
        weekday(at.weekday()),
        day(at.date())
    )
}

/// `thứ Hai ngày 26 tháng 4`: what a voice reads, where the eye sees `T2 26/4`.
pub fn spoken(date: NaiveDate) -> String {
    format!(
        "{} ngày {} tháng {}",
        weekday(date.weekday()),
        date.day(),
        date.month()
    )
}
