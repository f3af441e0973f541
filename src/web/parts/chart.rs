//! How are months compared? Bars from zero; what failed above, the volume below;
//! the same numbers as a table for eyes and voices. Attributes and classes only.
use maud::{Markup, html};

use crate::domain::viet::number;

/// One month: its label and what was finished in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// "4", "01/21"
    pub label: String,
    pub early: u64,
    pub on_time: u64,
    pub late: u64,
    /// Where the rows are of early, on time, late and all.
    pub behind: [String; 4],
}

impl Month {
    fn total(&self) -> u64 {
        self.early + self.on_time + self.late
    }
}

const WIDTH: u64 = 720;
const LEFT: u64 = 44;
/// Tops and heights of the two frames.
const LATE: (u64, u64) = (34, 60);
const VOLUME: (u64, u64) = (142, 96);
const HEIGHT: u64 = 264;

/// The frame: the finding as its heading, two rows of bars, the table.
pub fn months(finding: &str, months: &[Month]) -> Markup {
    let most_late = months
        .iter()
        .map(|month| month.late)
        .max()
        .unwrap_or_default();
    let most = months.iter().map(Month::total).max().unwrap_or_default();
    let step = (WIDTH - LEFT) / (months.len() as u64).max(1);
    let bar = step * 3 / 5;
    html! {
        section.card {
            header { h2 id="chart-months" { (finding) } }
            div.body {
                p.key.second {
                    span.early { "Trước hạn" } span.on-time { "Đúng hạn" } span.late { "Trễ hẹn" }
                }
                div.scroll tabindex="0" role="region" aria-label=(finding) {
                    svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby="chart-months" {
                        (frame("Trễ hẹn", LATE, most_late))
                        (frame("Tổng số", VOLUME, most))
                        @for (place, month) in months.iter().enumerate() {
                            @let x = LEFT + place as u64 * step + (step - bar) / 2;
                            @let middle = x + bar / 2;
                            (bar_of("late", x, bar, LATE, 0, month.late, most_late))
                            @if month.late > 0 { text.value x=(middle) y=(top(LATE, month.late, most_late).saturating_sub(5)) { (month.late) } }
                            (bar_of("early", x, bar, VOLUME, 0, month.early, most))
                            (bar_of("on-time", x, bar, VOLUME, month.early, month.on_time, most))
                            (bar_of("late", x, bar, VOLUME, month.early + month.on_time, month.late, most))
                            text.value x=(middle) y=(top(VOLUME, month.total(), most).saturating_sub(5)) { (month.total()) }
                            text.label x=(middle) y=(HEIGHT - 8) { (month.label) }
                        }
                    }
                }
                details.why {
                    summary { "Xem bảng số liệu" }
                    table.data {
                        caption.sr { (finding) }
                        thead { tr { th scope="col" { "Tháng" } @for head in ["Trước hạn", "Đúng hạn", "Trễ hẹn", "Tổng"] { th.num scope="col" { (head) } } } }
                        tbody { @for month in months {
                            tr { th scope="row" { (month.label) } @for (count, href) in [month.early, month.on_time, month.late, month.total()].into_iter().zip(&month.behind) {
                                td.num { @if count == 0 { "0" } @else { a href=(href) { (number(count)) } } } } }
                        } }
                    }
                }
            }
        }
    }
}

/// Name, zero line, and the most that the scale reaches.
fn frame(name: &str, (at, height): (u64, u64), most: u64) -> Markup {
    html! {
        text.name x="0" y=(at - 20) { (name) }
        line.grid x1=(LEFT) x2=(WIDTH) y1=(at) y2=(at) {}
        line.zero x1=(LEFT) x2=(WIDTH) y1=(at + height) y2=(at + height) {}
        text.tick x=(LEFT - 6) y=(at + 4) { (number(most)) }
        text.tick x=(LEFT - 6) y=(at + height + 4) { "0" }
    }
}

/// How high a count reaches.
fn pixels(height: u64, count: u64, most: u64) -> u64 {
    (height * count).checked_div(most).unwrap_or_default()
}

fn top((at, height): (u64, u64), count: u64, most: u64) -> u64 {
    at + height - pixels(height, count, most)
}

/// A bar that begins where the ones under it end.
fn bar_of(
    class: &str,
    x: u64,
    width: u64,
    frame: (u64, u64),
    under: u64,
    count: u64,
    most: u64,
) -> Markup {
    let from = top(frame, under, most);
    let to = top(frame, under + count, most);
    html! { @if count > 0 { rect.(class).fill x=(x) y=(to) width=(width) height=((from - to).max(1)) {} } }
}

/// One series, as narrow as a telephone: what failed, month by month. The numbers stand
/// on the bars; `table` is shown beside it.
pub fn bars(finding: &str, noun: &str, counts: &[(String, u64)]) -> Markup {
    const NARROW: u64 = 336;
    const AT: (u64, u64) = (24, 110);
    let most = counts
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or_default()
        .max(1);
    let step = NARROW / (counts.len() as u64).max(1);
    let bar = step * 3 / 5;
    let said: Vec<String> = counts
        .iter()
        .map(|(label, count)| format!("{label}: {count}"))
        .collect();
    html! {
        figure.months {
            figcaption { (finding) }
            svg.chart viewBox={ "0 0 " (NARROW) " 164" } role="img" aria-label={ (noun) ". " (said.join("; ")) } {
                line.zero x1="0" x2=(NARROW) y1=(AT.0 + AT.1) y2=(AT.0 + AT.1) {}
                @for (place, (label, count)) in counts.iter().enumerate() {
                    @let x = place as u64 * step + (step - bar) / 2;
                    (bar_of("late", x, bar, AT, 0, *count, most))
                    text.value x=(x + bar / 2) y=(top(AT, *count, most) - 6) { (count) }
                    text.label x=(x + bar / 2) y=(AT.0 + AT.1 + 18) { (label) }
                }
            }
        }
    }
}
