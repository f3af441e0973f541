//! What is a citizen asked, and what do the answers add up to?
//!
//! Index = answers 4 or 5 ÷ answers given (SIPAS, Quyết định 2640/QĐ-BNV). "Not
//! applicable" is no answer and is never scored.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{dossier::codes, share::Share};

/// The questionnaire that the program carries.
pub const SHIPPED: &str = include_str!("../../config/questionnaire.toml");

/// The scale, 1 to 5, in the official order and words.
pub const SCALE: [&str; 5] = [
    "Rất không hài lòng",
    "Không hài lòng",
    "Bình thường",
    "Hài lòng",
    "Rất hài lòng",
];

codes! {
    /// How a ballot came.
    Source {
        Qr = "qr", "Mã QR trên giấy hẹn";
        Slip = "slip", "Mã QR trên phiếu trả kết quả";
        Mail = "mail", "Liên kết trong thư điện tử";
        Kiosk = "kiosk", "Màn hình tại quầy";
        Paper = "paper", "Phiếu giấy";
    }
}

codes! {
    /// Why a ballot deserves a second look. It is marked, never dropped.
    Mark {
        Speeder = "speeder", "Trả lời quá nhanh";
        Unopened = "unopened", "Gửi thẳng, không mở bảng hỏi";
        Program = "program", "Phần mềm gửi bằng mã truy cập của cơ quan";
        Burst = "burst", "Nhiều phiếu từ một máy trong thời gian ngắn";
        Duplicate = "duplicate", "Giống hệt phiếu vừa gửi từ cùng một máy, cùng một lô";
    }
}

impl Mark {
    /// As they stand in a column.
    ///
    /// ```
    /// use motcua::domain::survey::Mark;
    /// let marks = [Mark::Speeder, Mark::Burst];
    /// assert_eq!(Mark::read(&Mark::write(&marks)), marks);
    /// assert!(Mark::read("").is_empty());
    /// ```
    pub fn write(marks: &[Self]) -> String {
        let codes: Vec<&str> = marks.iter().map(|mark| mark.code()).collect();
        codes.join(",")
    }

    pub fn read(column: &str) -> Vec<Self> {
        column.split(',').filter_map(Self::from_code).collect()
    }
}

/// The one question of the screen at the counter, where the questionnaire has none.
const KIOSK_TEXT: &str = "Hôm nay, ông/bà có hài lòng với việc phục vụ tại quầy không?";

/// The code of that question; it belongs to no factor.
pub const KIOSK: &str = "kiosk";

/// An answer this low or lower offers a call back.
pub const LOW: i64 = 2;

/// Whether held ballots may be moved: enough of them to hide each other, or the
/// oldest has waited so long that waiting tells more than it hides.
///
/// ```
/// use motcua::domain::survey::ready;
/// let day = |d| chrono::NaiveDate::from_ymd_opt(2021, 4, d).unwrap();
/// assert!(ready(5, day(16), day(16), 5, 7));
/// assert!(!ready(4, day(10), day(16), 5, 7));
/// assert!(ready(1, day(9), day(16), 5, 7));
/// ```
pub fn ready(held: usize, oldest: NaiveDate, today: NaiveDate, least: usize, days: i64) -> bool {
    held >= least || (today - oldest).num_days() >= days
}

/// The settings of the survey (`[survey]` of `config/motcua.toml`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub batch_least: usize,
    pub batch_days: i64,
    pub mix_minutes: u64,
    pub field_least: u64,
    pub early_over_api: bool,
    pub fastest_seconds: i64,
    pub burst_ballots: usize,
    pub burst_minutes: i64,
    pub counters: Vec<String>,
    pub kiosk_thanks_seconds: u32,
    pub second_person: bool,
}

impl Rules {
    /// The counter that an account's title names.
    pub fn counter_of(&self, title: &str) -> Option<&str> {
        let named = |counter: &&String| title.contains(counter.as_str());
        self.counters.iter().find(named).map(String::as_str)
    }
}

/// A version of what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    pub version: String,
    pub title: String,
    /// After which model it was written; shown with every figure.
    pub source: String,
    #[serde(rename = "factor")]
    pub factors: Vec<Factor>,
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// What the screen at the counter asks.
    kiosk: Option<Kiosk>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kiosk {
    text: String,
}

impl Questionnaire {
    /// The one question of the screen at the counter.
    pub fn kiosk_text(&self) -> &str {
        self.kiosk.as_ref().map_or(KIOSK_TEXT, |kiosk| &kiosk.text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    pub code: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub code: String,
    pub factor: String,
    pub text: String,
}

/// Reads a questionnaire file.
///
/// # Errors
/// A sentence that names what is wrong.
///
/// ```
/// use motcua::domain::survey::{read, SHIPPED};
/// let shipped = read(SHIPPED).unwrap();
/// assert_eq!((shipped.factors.len(), shipped.questions.len()), (5, 6));
/// assert!(read(&SHIPPED.replace("\"q2\"", "\"q1\"")).is_err(), "two questions of one code");
/// ```
pub fn read(text: &str) -> Result<Questionnaire, String> {
    let read: Questionnaire =
        toml::from_str(text).map_err(|error| format!("Bảng hỏi sai: {error}"))?;
    let mut codes = BTreeSet::new();
    for question in &read.questions {
        if question.code == KIOSK {
            return Err(format!(
                "Bảng hỏi sai: mã “{KIOSK}” dành cho màn hình tại quầy."
            ));
        }
        if !codes.insert(&question.code) {
            return Err(format!(
                "Bảng hỏi sai: hai câu cùng mã “{}”.",
                question.code
            ));
        }
        if !read.factors.iter().any(|f| f.code == question.factor) {
            return Err(format!(
                "Bảng hỏi sai: câu “{}” thuộc yếu tố “{}” không có.",
                question.code, question.factor
            ));
        }
    }
    if read.questions.is_empty() {
        return Err("Bảng hỏi sai: không có câu nào.".into());
    }
    Ok(read)
}

/// The share of answers 4 and 5. `answers` are values and how often each was given.
///
/// ```
/// use motcua::domain::{share::Share, survey::index};
/// assert_eq!(index([(Some(5), 2), (Some(3), 1), (None, 7)]), Share::new(2, 3));
/// ```
pub fn index(answers: impl IntoIterator<Item = (Option<i32>, u64)>) -> Share {
    answers
        .into_iter()
        .fold(Share::default(), |share, (value, times)| match value {
            None => share,
            Some(value) => Share::new(
                share.numerator + if value >= 4 { times } else { 0 },
                share.denominator + times,
            ),
        })
}

/// How many ballots a period with so many finished dossiers asks for:
/// n = N / (1 + N·0,05²), rounded up.
///
/// ```
/// use motcua::domain::survey::sample;
/// assert_eq!([100, 200, 300, 500, 1000, 2000].map(sample), [80, 134, 172, 223, 286, 334]);
/// assert_eq!(sample(0), 0);
/// ```
pub fn sample(finished: u64) -> u64 {
    // 0,05² = 1/400, so n = 400·N / (400 + N).
    (400 * finished).div_ceil(400 + finished)
}

/// The margin of error of an index in hundredths of a percent point, at 95 %: half the
/// width of Wilson's interval, which is no nought where all said the same, narrowed by
/// √((N−n)/(N−1)) where the ballots are part of N finished dossiers; `None` where it
/// cannot be told. Ballots from the kiosk are tied to no dossier: with as many of them as
/// dossiers nothing is narrowed.
///
/// ```
/// use motcua::domain::{share::Share, survey::margin};
/// assert_eq!(margin(Share::new(88, 96), 96, 166), Some(368));
/// assert!(margin(Share::new(7, 7), 3, 166) > Some(2_500), "three of one mind prove little");
/// assert_eq!(margin(Share::new(0, 0), 0, 10), None);
/// ```
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts lie far below 2^53, and the margin between 0 and 10 000"
)]
pub fn margin(index: Share, ballots: u64, finished: u64) -> Option<u64> {
    const Z: f64 = 1.96;
    if index.denominator == 0 || ballots == 0 || finished < 2 {
        return None;
    }
    let p = index.numerator as f64 / index.denominator as f64;
    let (n, all) = (ballots as f64, finished as f64);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let half = spread / (1.0 + Z * Z / n);
    let rest = if ballots < finished {
        ((all - n) / (all - 1.0)).sqrt()
    } else {
        1.0
    };
    Some((10_000.0 * half * rest).round() as u64)
}
