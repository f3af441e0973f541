//! How Vietnamese is searched and spoken: folding without marks, dates in words.
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds text for search: lower case, no marks, `đ` → `d`, single spaces.
///
/// Stored beside what it folds, because neither database folds `đ` by itself
/// (`SQLite`'s `lower()` leaves `Đ`; its accent folding leaves `đ`).
///
/// ```
/// use motcua::domain::viet::fold;
/// assert_eq!(fold("  Đăng ký  KHAI SINH "), "dang ky khai sinh");
/// assert_eq!(fold("Đa\u{306}ng"), "dang");
/// ```
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c) && !is_invisible(*c) && *c != '\0')
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// With a capital at its head.
///
/// ```
/// assert_eq!(motcua::domain::viet::sentence("đúng hẹn"), "Đúng hẹn");
/// ```
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The key by which a Vietnamese list is put in order: a ă â, d đ, e ê, o ô ơ, u ư are
/// letters of their own; tones (huyền, hỏi, ngã, sắc, nặng) decide only between words that
/// are otherwise equal.
///
/// ```
/// use motcua::domain::viet::order;
/// let mut words = ["Đất đai", "Du lịch", "Dân số", "Ân", "Ăn", "An", "Án", "Ản", "Àn"];
/// words.sort_by_key(|word| order(word));
/// assert_eq!(words, ["An", "Àn", "Ản", "Án", "Ăn", "Ân", "Dân số", "Du lịch", "Đất đai"]);
/// ```
pub fn order(text: &str) -> (String, String) {
    let (mut letters, mut tones) = (String::new(), String::new());
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            'đ' => letters.push_str("d\u{7f}"),
            // After z, so that a letter with its mark comes after all words of the plain one.
            '\u{306}' => letters.push('{'),
            '\u{302}' => letters.push('|'),
            '\u{31b}' => letters.push('}'),
            tone if is_combining_mark(tone) => tones.push(tone_place(tone)),
            plain => {
                letters.push(plain);
                tones.push('0');
            }
        }
    }
    (letters, tones)
}

fn tone_place(mark: char) -> char {
    match mark {
        '\u{300}' => '1',
        '\u{309}' => '2',
        '\u{303}' => '3',
        '\u{301}' => '4',
        '\u{323}' => '5',
        _ => '6',
    }
}

/// The key by which persons are put in order, to be compared byte by byte: the given name,
/// then family and middle names, as class lists and registers of households have it. Each
/// word by its letters, then its tone.
///
/// ```
/// use motcua::domain::viet::order_of_person;
/// let mut names = ["Đỗ Văn An", "Lê Thị Đào", "Nguyễn Ánh", "Lê Văn An", "Trần Ân", "Lê Dung"];
/// names.sort_by_key(|name| order_of_person(name));
/// assert_eq!(names, ["Đỗ Văn An", "Lê Văn An", "Nguyễn Ánh", "Trần Ân", "Lê Dung", "Lê Thị Đào"]);
/// ```
pub fn order_of_person(name: &str) -> String {
    let name = tidy(name);
    let words: Vec<&str> = name.split(' ').collect();
    let Some((given, before)) = words.split_last() else {
        return String::new();
    };
    order_of_words(std::iter::once(given).chain(before))
}

/// The same for an organisation, whose name is read from its head.
///
/// ```
/// use motcua::domain::viet::order_of_organisation;
/// assert!(order_of_organisation("Công ty An Phú") < order_of_organisation("Trường Ba"));
/// ```
pub fn order_of_organisation(name: &str) -> String {
    let name = tidy(name);
    order_of_words(name.split(' ').collect::<Vec<_>>().iter())
}

fn order_of_words<'w>(words: impl Iterator<Item = &'w &'w str>) -> String {
    let keys = words.map(|word| {
        let (letters, tones) = order(word);
        // A word is one syllable, with one tone wherever its mark is put (hoà, hòa).
        let tone = tones.chars().find(|tone| *tone != '0').unwrap_or('0');
        format!("{letters} {tone}")
    });
    keys.collect::<Vec<_>>().join(" ")
}

/// The folded words of a search, at most 40: whole titles are pasted, floods are not read.
///
/// ```
/// use motcua::domain::viet::search_words;
/// assert_eq!(search_words(" Khai  SINH "), ["khai", "sinh"]);
/// ```
pub fn search_words(text: &str) -> Vec<String> {
    fold(text)
        .split_whitespace()
        .take(40)
        .map(str::to_owned)
        .collect()
}

/// Marks that nobody sees, carried along by a copy from a chat or a web page: they
/// would make two names of one, or turn the line around.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Puts text into the one form that is stored and shown: NFC, trimmed, single
/// spaces, nothing invisible.
///
/// ```
/// use motcua::domain::viet::tidy;
/// assert_eq!(tidy("  Nguye\u{302}\u{303}n   An\u{200b} "), "Nguyễn An");
/// ```
pub fn tidy(text: &str) -> String {
    let composed: String = text.nfc().filter(|c| !is_invisible(*c)).collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same for a text of several lines: each tidied, no empty ones at the ends,
/// never two in a row.
///
/// ```
/// use motcua::domain::viet::tidy_lines;
/// assert_eq!(tidy_lines(" Kính gửi  Ủy ban\r\n\r\n\r\nTôi hỏi \n"), "Kính gửi Ủy ban\n\nTôi hỏi");
/// ```
pub fn tidy_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = "";
    for line in text.lines().map(tidy) {
        if line.is_empty() {
            gap = if out.is_empty() { "" } else { "\n" };
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(gap);
        out.push_str(&line);
        gap = "";
    }
    out
}

/// The day's name as written within a sentence.
///
/// ```
/// use motcua::domain::viet::weekday;
/// assert_eq!(weekday(chrono::Weekday::Sun), "Chủ nhật");
/// ```
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "thứ Hai",
        Weekday::Tue => "thứ Ba",
        Weekday::Wed => "thứ Tư",
        Weekday::Thu => "thứ Năm",
        Weekday::Fri => "thứ Sáu",
        Weekday::Sat => "thứ Bảy",
        Weekday::Sun => "Chủ nhật",
    }
}

/// `05/01/2021`, `26/4/2021`: days below 10 and months 1 and 2 padded, as
/// NĐ 30/2020/NĐ-CP writes them.
///
/// ```
/// use motcua::domain::viet::date;
/// let day = |m, d| chrono::NaiveDate::from_ymd_opt(2021, m, d).unwrap();
/// assert_eq!(date(day(1, 5)), "05/01/2021");
/// assert_eq!(date(day(4, 26)), "26/4/2021");
/// ```
pub fn date(date: NaiveDate) -> String {
    format!("{}/{}", day_month(date), date.year())
}

/// `16/4`, for tables and rulers; padded like [`date`].
pub fn day_month(date: NaiveDate) -> String {
    let month = date.month();
    if month < 3 {
        format!("{:02}/{month:02}", date.day())
    } else {
        format!("{:02}/{month}", date.day())
    }
}

/// Reads a day as it is typed: `20/4`, `20-4-2021`, `200421`, `20042021`; a year
/// left out is that of `today`.
///
/// # Errors
/// A Vietnamese sentence with examples.
///
/// ```
/// use motcua::domain::viet::read_date;
/// let day = |m, d| chrono::NaiveDate::from_ymd_opt(2021, m, d).unwrap();
/// for typed in ["20/4", "20/04/2021", "20-4-2021", "20.4.21", "200421", "20042021", "2021-04-20"] {
///     assert_eq!(read_date(typed, day(1, 5)), Ok(day(4, 20)), "{typed}");
/// }
/// assert!(read_date("31/4", day(1, 5)).is_err());
/// assert!(read_date("mai", day(1, 5)).is_err());
/// ```
pub fn read_date(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let wrong = || {
        let shown: String = text.trim().chars().take(40).collect();
        format!("Ngày “{shown}” chưa đúng. Ví dụ: 20/4, 20/4/2021 hoặc 200421.")
    };
    let text = text.trim();
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day).filter(|_| text.len() == 10).ok_or_else(wrong);
    }
    let parts: Vec<&str> = text
        .split(['/', '-', '.', ' '])
        .filter(|p| !p.is_empty())
        .collect();
    if !parts
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(wrong());
    }
    let (day, month, year) = match parts.as_slice() {
        [day, month] => (*day, *month, None),
        [day, month, year] => (*day, *month, Some(*year)),
        [run] if matches!(run.len(), 6 | 8) => (&run[..2], &run[2..4], Some(&run[4..])),
        _ => return Err(wrong()),
    };
    let number = |part: &str| part.parse::<u32>().map_err(|_| wrong());
    let year = match year {
        None => today.year(),
        Some(year) if year.len() == 2 => 2000 + year.parse::<i32>().map_err(|_| wrong())?,
        Some(year) if year.len() == 4 => year.parse().map_err(|_| wrong())?,
        Some(_) => return Err(wrong()),
    };
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).ok_or_else(wrong)
}

/// Reads an hour as it is typed: `9:05`, `09.05`, `0905`, `9h05`, `9`.
///
/// # Errors
/// A Vietnamese sentence with examples.
///
/// ```
/// use motcua::domain::viet::read_time;
/// for typed in ["9:05", "09.05", "0905", "905", "9h05", "9 giờ 05"] {
///     assert_eq!(read_time(typed).unwrap().to_string(), "09:05:00", "{typed}");
/// }
/// assert_eq!(read_time("9").unwrap().to_string(), "09:00:00");
/// assert!(read_time("25:00").is_err());
/// ```
pub fn read_time(text: &str) -> Result<chrono::NaiveTime, String> {
    let wrong = || {
        let shown: String = text.trim().chars().take(40).collect();
        format!("Giờ “{shown}” chưa đúng. Ví dụ: 9:05 hoặc 0905.")
    };
    let parts: Vec<&str> = text
        .split(|mark: char| !mark.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let (hour, minute) = match parts.as_slice() {
        [run] if matches!(run.len(), 3 | 4) => run.split_at(run.len() - 2),
        [hour] => (*hour, "0"),
        [hour, minute] => (*hour, *minute),
        _ => return Err(wrong()),
    };
    let number = |part: &str| part.parse::<u32>().map_err(|_| wrong());
    chrono::NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0).ok_or_else(wrong)
}

/// `thứ Hai, 26/4/2021`
pub fn date_with_weekday(day: NaiveDate) -> String {
    format!("{}, {}", weekday(day.weekday()), date(day))
}

/// The place-and-date line of an official paper: `ngày 06 tháng 4 năm 2021`.
///
/// Days below 10 and months 1 and 2 carry a leading zero (NĐ 30/2020/NĐ-CP,
/// Phụ lục I, mục II.4), so that nothing can be written in front of them.
///
/// ```
/// use motcua::domain::viet::date_in_words;
/// let day = |m, d| chrono::NaiveDate::from_ymd_opt(2021, m, d).unwrap();
/// assert_eq!(date_in_words(day(2, 6)), "ngày 06 tháng 02 năm 2021");
/// assert_eq!(date_in_words(day(4, 26)), "ngày 26 tháng 4 năm 2021");
/// ```
pub fn date_in_words(date: NaiveDate) -> String {
    let month = match date.month() {
        m @ (1 | 2) => format!("{m:02}"),
        m => m.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// `09 giờ 05 phút, ngày 06 tháng 4 năm 2021`, as the forms write it.
///
/// ```
/// use motcua::domain::viet::moment_in_words;
/// let at = chrono::NaiveDate::from_ymd_opt(2021, 4, 6).unwrap().and_hms_opt(9, 5, 0).unwrap();
/// assert_eq!(moment_in_words(at), "09 giờ 05 phút, ngày 06 tháng 4 năm 2021");
/// ```
pub fn moment_in_words(at: NaiveDateTime) -> String {
    format!(
        "{:02} giờ {:02} phút, {}",
        at.hour(),
        at.minute(),
        date_in_words(at.date())
    )
}

/// `17 giờ 00 phút, ngày 26 tháng 4 năm 2021` for a promise; the day alone where
/// the hour says nothing would be a promise nobody made, so the hour is always said.
///
/// ```
/// use motcua::domain::viet::hour_and_day_in_words;
/// let at = chrono::NaiveDate::from_ymd_opt(2021, 4, 26).unwrap().and_hms_opt(17, 0, 0).unwrap();
/// assert_eq!(hour_and_day_in_words(at), "trước 17 giờ 00 phút, ngày 26 tháng 4 năm 2021");
/// ```
pub fn hour_and_day_in_words(at: NaiveDateTime) -> String {
    format!("trước {}", moment_in_words(at))
}

/// `09:05 06/4/2021`, for lists.
pub fn moment(at: NaiveDateTime) -> String {
    format!("{:02}:{:02} {}", at.hour(), at.minute(), date(at.date()))
}

/// A whole amount as people write it, fifteen digits at most.
///
/// ```
/// use motcua::domain::viet::amount;
/// assert_eq!(["1.250.000 đ", "1250000", "95 %"].map(amount), [Some(1_250_000), Some(1_250_000), Some(95)]);
/// assert_eq!(["", "-5", "2,5", "nhiều"].map(amount), [None; 4]);
/// ```
pub fn amount(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches(['đ', 'Đ', '%']);
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | ' ' | '\u{a0}'))
        .collect();
    let digits = Some(digits).filter(|digits| digits.len() <= 15)?;
    digits.parse().ok().filter(|number| *number >= 0)
}

/// A number as written in Vietnamese: `1.234.567`; any whole number, of whatever size.
///
/// ```
/// assert_eq!(motcua::domain::viet::number(1_234_567), "1.234.567");
/// assert_eq!(motcua::domain::viet::number(-12), "-12");
/// ```
pub fn number(value: impl TryInto<i64>) -> String {
    let value = value.try_into().unwrap_or(i64::MAX);
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}
