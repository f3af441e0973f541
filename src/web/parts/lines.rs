//! How did a rate move? Points joined by lines on a scale from 0 to 100 %, and the same
//! numbers as a table. A month with nothing to divide by has no point.
use maud::{Markup, html};

use super::{Share, counted, fraction, percent};

/// One line: how it is called, and its share in each month.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    pub name: &'a str,
    pub shares: Vec<Share>,
    /// Where both numbers of each month have their rows; empty where they have none.
    pub behind: Vec<[String; 2]>,
}

const WIDTH: u64 = 720;
const LEFT: u64 = 44;
const TOP: u64 = 14;
const TALL: u64 = 150;

/// At most three lines: the second is dashed, the third dotted.
pub fn rates(id: &str, finding: &str, months: &[String], lines: &[Line]) -> Markup {
    let step = (WIDTH - LEFT) / (months.len() as u64).max(1);
    let x = |place: usize| LEFT + place as u64 * step + step / 2;
    html! {
        section.card {
            header { h2 id=(id) { (finding) } }
            div.body {
                p.key.second { @for (place, line) in lines.iter().enumerate() { span.stroke.dash[place == 1].dots[place == 2] { (line.name) } } "Thang từ 0 đến 100, tính bằng phần trăm." }
                svg.chart viewBox={ "0 0 " (WIDTH) " " (TOP + TALL + 30) } role="img" aria-labelledby=(id) {
                    @for mark in [0_u64, 50, 100] {
                        @let y = TOP + TALL - TALL * mark / 100;
                        line.grid x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                        text.tick x=(LEFT - 6) y=(y + 4) { (mark) }
                    }
                    @for (place, line) in lines.iter().enumerate() {
                        @for run in runs(line, x) { polyline.line.dash[place == 1].dots[place == 2] points=(run) {} }
                        @for (month, share) in line.shares.iter().enumerate() {
                            @if let Some(y) = height(*share) { circle.dot.dash[place == 1].dots[place == 2] cx=(x(month)) cy=(y) r="3" {} }
                        }
                    }
                    @for (place, month) in months.iter().enumerate() { text.label x=(x(place)) y=(TOP + TALL + 20) { (month) } }
                }
                details.why {
                    summary { "Xem bảng số liệu" }
                    div.scroll tabindex="0" role="region" aria-label=(finding) { table.data {
                        caption.sr { (finding) }
                        thead { tr { th scope="col" { "Tháng" } @for line in lines { th.num scope="col" { (line.name) } } } }
                        tbody { @for (place, month) in months.iter().enumerate() {
                            tr { th scope="row" { (month) } @for line in lines {
                                td.num { @if line.shares[place].denominator == 0 { "–" }
                                    @else if let Some(behind) = line.behind.get(place) { (counted(line.shares[place], behind)) }
                                    @else { (fraction(line.shares[place])) } }
                            } }
                        } }
                    } }
                }
            }
        }
    }
}

/// Where a share lies; 99,95 % lies below 100 as it is written.
fn height(share: Share) -> Option<u64> {
    percent(share, 1)?;
    let (part, whole) = (u64::from(share.numerator), u64::from(share.denominator));
    Some(TOP + TALL - TALL * part.min(whole) / whole)
}

/// Months without a number interrupt the line.
fn runs(line: &Line, x: impl Fn(usize) -> u64) -> Vec<String> {
    let mut runs: Vec<Vec<String>> = vec![Vec::new()];
    for (place, share) in line.shares.iter().enumerate() {
        match (height(*share), runs.last_mut()) {
            (Some(y), Some(run)) => run.push(format!("{},{y}", x(place))),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| run.len() > 1);
    runs.into_iter().map(|run| run.join(" ")).collect()
}
