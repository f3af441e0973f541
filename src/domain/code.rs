//! The dossier code: agency identifier – YYMMDD – sequence.
use chrono::{Datelike, NaiveDate};

/// Writes a dossier code (TT 01/2018/TT-VPCP Điều 19): four digits that restart
/// each local day of receipt, going on with five and six after 9999.
///
/// ```
/// use motcua::domain::code::format;
/// let day = chrono::NaiveDate::from_ymd_opt(2021, 1, 5).unwrap();
/// assert_eq!(format("000.00.00.H57", day, 1), "000.00.00.H57-210105-0001");
/// assert_eq!(format("000.00.00.H57", day, 10_000), "000.00.00.H57-210105-10000");
/// ```
pub fn format(identifier: &str, day: NaiveDate, sequence: i64) -> String {
    format!(
        "{identifier}-{:02}{:02}{:02}-{sequence:04}",
        day.year().rem_euclid(100),
        day.month(),
        day.day()
    )
}

/// The sequence of a code that this office gave, or would give, on a day; `None` for
/// a code of another office or another day.
///
/// ```
/// use motcua::domain::code::sequence;
/// let day = chrono::NaiveDate::from_ymd_opt(2021, 1, 5).unwrap();
/// assert_eq!(sequence("000.00.00.H57", day, "000.00.00.H57-210105-0012"), Some(12));
/// assert_eq!(sequence("000.00.00.H57", day, "000.17.22.H56-210105-0012"), None);
/// ```
pub fn sequence(identifier: &str, day: NaiveDate, code: &str) -> Option<i64> {
    let number = code.rsplit('-').next()?.parse().ok()?;
    (number <= MOST && format(identifier, day, number) == code).then_some(number)
}

/// Six digits: more people than that come on no day, and what a file says beyond it is
/// nothing to count on from.
const MOST: i64 = 999_999;

/// The identifier and the day that a code begins with, where it is written as codes are.
///
/// ```
/// use motcua::domain::code::begun;
/// let day = chrono::NaiveDate::from_ymd_opt(2021, 1, 5).unwrap();
/// assert_eq!(begun("000.00.00.H57-210105-0012"), Some(("000.00.00.H57", day)));
/// assert_eq!(begun("SO-CU-001"), None);
/// ```
pub fn begun(code: &str) -> Option<(&str, NaiveDate)> {
    let mut parts = code.rsplitn(3, '-').skip(1);
    let day = NaiveDate::parse_from_str(parts.next()?, "%y%m%d").ok()?;
    Some((parts.next()?, day))
}

/// Whether an agency can bear this identifier: what stands in its codes is found again by
/// what a citizen types of it ([`typed`]), and looks like no other agency's.
///
/// ```
/// use motcua::domain::code::is_identifier;
/// assert!(is_identifier("000.00.00.H57") && is_identifier("H57"));
/// assert!(!is_identifier("h57") && !is_identifier(" H57") && !is_identifier(""));
/// ```
pub fn is_identifier(text: &str) -> bool {
    let known = |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '.';
    !text.is_empty() && text.len() <= 40 && text.chars().all(known)
}

/// What a citizen types, brought to the way codes are written: upper case, no
/// spaces, any dash a hyphen. Never completes a part of a code.
///
/// ```
/// use motcua::domain::code::typed;
/// assert_eq!(typed(" 000.00.00.h57 – 210105 — 0001 "), "000.00.00.H57-210105-0001");
/// ```
pub fn typed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{200b}')
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
            c => c.to_ascii_uppercase(),
        })
        .collect()
}
