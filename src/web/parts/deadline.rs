//! When is the result due, and why on that day? Drawn from the trace alone.
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use maud::{Markup, html};

use super::dates::{date_words, day_month, hour_words, moment_words, spoken, weekday_short};

/// What one calendar day is to the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// The day of receipt, not counted (Bộ luật Dân sự 2015, Điều 147).
    Received,
    Counted,
    /// Outside the office's week.
    Off,
    Holiday,
    /// The clock stood still.
    Paused,
    /// The result is due.
    Due,
    /// After the promise broke.
    Late,
    /// On the way to the new day of an apology.
    Ahead,
}

impl Day {
    const fn class(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Counted => "counted",
            Self::Off => "off",
            Self::Holiday => "holiday",
            Self::Paused => "paused",
            Self::Due => "due",
            Self::Late => "late",
            Self::Ahead => "ahead",
        }
    }

    const fn note(self) -> &'static str {
        match self {
            Self::Received => "nhận",
            Self::Counted | Self::Due | Self::Late | Self::Ahead => "",
            Self::Off => "nghỉ",
            Self::Holiday => "lễ",
            Self::Paused => "dừng",
        }
    }
}

/// One calendar day of the count.
#[derive(Clone, Debug)]
pub struct TraceLine {
    pub date: NaiveDate,
    pub day: Day,
    /// The running number, where the day counts.
    pub number: Option<u32>,
    /// The full sentence: "Nghỉ Giỗ Tổ Hùng Vương".
    pub text: String,
    /// The word in the ruler's cell ("Giỗ Tổ"); empty means the usual one.
    pub note: String,
}

/// The deadline block of a dossier.
#[derive(Clone, Copy, Debug)]
pub struct Deadline<'a> {
    pub due: NaiveDateTime,
    pub today: NaiveDate,
    /// Counted with a calendar that is not confirmed: the due cell is dashed.
    pub provisional: bool,
    pub trace: &'a [TraceLine],
    /// One sentence of rule and of every move of the date.
    pub rule: &'a str,
    /// Article, rule and calendar version.
    pub basis: &'a str,
}

/// More than two weeks do not fit in one row.
const ONE_ROW: usize = 14;

/// The date in one line, the ruler, the sentence, and day by day on request.
/// `beside` is the badge.
pub fn deadline(deadline: &Deadline, beside: &Markup) -> Markup {
    html! {
        section.card.lead aria-label="Hẹn trả kết quả" {
            div.body {
                div.due-head {
                    div {
                        p.second { "Hẹn trả kết quả" @if deadline.provisional { " (tạm tính)" } }
                        (due_line(deadline.due))
                    }
                    (beside)
                }
                @if !deadline.trace.is_empty() { (ruler(deadline)) }
                p.second { (deadline.rule) }
                @if !deadline.trace.is_empty() {
                    details.why {
                        summary { "Từng ngày và căn cứ" }
                        (count_table(deadline.trace, deadline.today))
                        p.small { (deadline.basis) }
                    }
                }
            }
        }
    }
}

/// `17:00, thứ Hai 26/4/2021` in the largest type; "thứ Hai" never breaks.
pub fn due_line(due: NaiveDateTime) -> Markup {
    let words = moment_words(due);
    let (hour, day) = words.split_once(' ').unwrap_or(("", &words));
    html! {
        p.due-date data-say="" {
            time datetime=(due.format("%Y-%m-%dT%H:%M:%S+07:00")) { (hour) " " span.nowrap { (day) } }
        }
    }
}

/// One cell a calendar day. On a phone the same list reads Ngày – Đếm – Vì sao.
fn ruler(deadline: &Deadline) -> Markup {
    let trace = deadline.trace;
    let weeks = trace.len() > ONE_ROW;
    html! {
        ol.ruler.weeks[weeks] {
            @for (place, line) in trace.iter().enumerate() {
                @let rest = place > 0 && same_rest(&trace[place - 1], line);
                @let run = trace[place..].iter().skip(1).take_while(|next| same_rest(line, next)).count();
                @let merged = !rest && run > 0;
                li.(line.day.class()).(format!("d{}", line.date.weekday().number_from_monday()))
                    .today[line.date == deadline.today] .maybe[deadline.provisional] .rest[rest] .merged[merged] {
                    span.wd aria-hidden="true" { (weekday_short(line.date.weekday())) }
                    span.dm aria-hidden="true" { (day_month(line.date)) }
                    @if merged {
                        span.range aria-hidden="true" { (range(line.date, trace[place + run].date)) }
                    }
                    @match line.number {
                        Some(number) => span.n aria-hidden="true" { (number) },
                        None => span.note aria-hidden="true" { (if line.note.is_empty() { line.day.note() } else { line.note.as_str() }) },
                    }
                    span.full aria-hidden="true" { (line.text) }
                    span.sr { (sentence(line, deadline.today)) }
                }
            }
        }
    }
}

/// `Thứ Hai ngày 26 tháng 4, hôm nay: đếm 3. Ngày làm việc.`
fn sentence(line: &TraceLine, today: NaiveDate) -> String {
    let when = if line.date == today { ", hôm nay" } else { "" };
    let count = match (line.number, line.day) {
        (Some(number), _) => format!("đếm {number}. "),
        (None, Day::Due | Day::Late | Day::Ahead) => String::new(),
        (None, _) => "không tính. ".to_owned(),
    };
    format!("{}{when}: {count}{}.", spoken(line.date), line.text)
}

/// Two neighbouring days off with the same reason read as one line.
fn same_rest(first: &TraceLine, second: &TraceLine) -> bool {
    matches!(first.day, Day::Off | Day::Holiday | Day::Paused)
        && first.day == second.day
        && first.text == second.text
}

/// `17–18/4`, `30/4–02/5`
fn range(from: NaiveDate, to: NaiveDate) -> String {
    if from.month() == to.month() {
        format!("{}–{}", from.day(), day_month(to))
    } else {
        format!("{}–{}", day_month(from), day_month(to))
    }
}

/// The count as a table, weekends merged: Ngày – Đếm – Vì sao.
pub fn count_table(trace: &[TraceLine], today: NaiveDate) -> Markup {
    let runs = trace.chunk_by(same_rest);
    html! {
        table.count aria-label="Đếm từng ngày đến ngày hẹn" {
            thead { tr { th scope="col" { "Ngày" } th.n scope="col" { "Đếm" } th scope="col" { "Vì sao" } } }
            tbody {
                @for run in runs {
                    @if let (Some(first), Some(last)) = (run.first(), run.last()) {
                        tr.(first.day.class()) {
                            th scope="row" {
                                @if first.date == last.date {
                                    (short_weekday(first.date)) ", " (day_month(first.date))
                                } @else {
                                    (range(first.date, last.date))
                                }
                            }
                            td.n {
                                @match first.number {
                                    Some(number) => (number),
                                    None => { span aria-hidden="true" { "–" } span.sr { "không tính" } },
                                }
                            }
                            td {
                                (first.text)
                                @if first.date <= today && today <= last.date { " (hôm nay)" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `Thứ 5`, `CN`: short for a phone's column, read in full by a voice.
fn short_weekday(date: NaiveDate) -> Markup {
    let number = date.weekday().number_from_monday() + 1;
    html! {
        @if number == 8 { abbr title="Chủ nhật" { "CN" } } @else { "Thứ " (number) }
    }
}

/// "Vì sao là ngày 26/4?" for citizens, closed until asked.
pub fn why(deadline: &Deadline, open: bool) -> Markup {
    html! {
        details.why open[open] {
            summary { "Vì sao là ngày " (day_month(deadline.due.date())) "?" }
            p.second { (deadline.rule) }
            (count_table(deadline.trace, deadline.today))
            p.small { (deadline.basis) }
        }
    }
}

/// `Thứ Hai, 26/4/2021, trước 17 giờ`: the date as a citizen is told it.
pub fn promised(due: NaiveDateTime) -> Markup {
    html! {
        p.due-date {
            time datetime=(due.format("%Y-%m-%dT%H:%M:%S+07:00")) {
                span.nowrap { (date_words(due.date())) } " "
                span.nowrap { "trước " (hour_words(due.time())) }
            }
        }
    }
}
