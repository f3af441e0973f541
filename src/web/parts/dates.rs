//! How is a date or an hour written on a page? As NĐ 30/2020 writes it: days under 10 and months 1, 2 padded.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

use crate::domain::viet::sentence;
pub use crate::domain::viet::{date as day, day_month, weekday};

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

/// `Thứ Hai, 26/4/2021`: how a date begins a line.
///
/// ```
/// use motcua::web::parts::date_words;
/// let date = chrono::NaiveDate::from_ymd_opt(2021, 4, 26).unwrap();
/// assert_eq!(date_words(date), "Thứ Hai, 26/4/2021");
/// assert_eq!(date_words(date.pred_opt().unwrap()), "Chủ nhật, 25/4/2021");
/// ```
pub fn date_words(date: NaiveDate) -> String {
    sentence(&format!("{}, {}", weekday(date.weekday()), day(date)))
}

/// `26/4`, and `16/12/2020` where the year is not the one that is thought of.
///
/// ```
/// use motcua::web::parts::near;
/// let day = |year, month, day| chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap();
/// assert_eq!(near(day(2021, 4, 26), day(2021, 12, 10)), "26/4");
/// assert_eq!(near(day(2020, 12, 16), day(2021, 12, 10)), "16/12/2020");
/// ```
pub fn near(date: NaiveDate, today: NaiveDate) -> String {
    if date.year() == today.year() {
        day_month(date)
    } else {
        day(date)
    }
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
