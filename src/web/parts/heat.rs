//! Where is much, where is little? Squares in five shades with their numbers in them, and
//! the same numbers as a table whose cells lead to the rows.
use maud::{Markup, html};

use crate::domain::viet::number;

/// A square: how dark (0 to 4), the numbers in it (`3/40`), and where their rows are.
#[derive(Clone, Debug, Default)]
pub struct Square {
    pub shade: u8,
    pub numbers: Vec<(u64, String)>,
}

impl Square {
    fn words(&self) -> String {
        let numbers = self.numbers.iter();
        let numbers: Vec<String> = numbers.map(|(count, _)| number(*count)).collect();
        numbers.join("/")
    }
}

/// A row and its squares.
pub type Line = (String, Vec<Square>);

const LEFT: u64 = 230;
const WIDTH: u64 = 900;
const TALL: u64 = 26;

/// How dark a part of the most is: 0 for nothing, then four steps.
pub fn shade(part: u64, most: u64) -> u8 {
    if part == 0 || most == 0 {
        return 0;
    }
    u8::try_from((part * 4).div_ceil(most)).unwrap_or(4).min(4)
}

/// The chart, and the table under it.
pub fn heat(id: &str, finding: &str, about: &str, columns: &[String], lines: &[Line]) -> Markup {
    let step = (WIDTH - LEFT) / (columns.len() as u64).max(1);
    let height = TALL * (lines.len() as u64 + 1) + 6;
    html! {
        section.card {
            header { h2 id=(id) { (finding) } }
            div.body {
                p.second { (about) }
                div.scroll tabindex="0" role="region" aria-label=(finding) {
                    svg.chart.heat viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-labelledby=(id) {
                        @for (place, words) in columns.iter().enumerate() { text.label x=(LEFT + place as u64 * step + step / 2) y="16" { (words) } }
                        @for (row, (name, squares)) in lines.iter().enumerate() {
                            @let y = TALL * (row as u64 + 1);
                            text.name x="0" y=(y + 16) { (name) }
                            @for (place, square) in squares.iter().enumerate() {
                                @let x = LEFT + place as u64 * step;
                                rect.s0[square.shade == 0].s1[square.shade == 1].s2[square.shade == 2].s3[square.shade == 3].s4[square.shade == 4] x=(x) y=(y) width=(step - 2) height=(TALL - 2) {}
                                text.label.on[square.shade > 2] x=(x + step / 2 - 1) y=(y + 16) { (square.words()) }
                            }
                        }
                    }
                }
                details.why {
                    summary { "Xem bảng số liệu" }
                    div.scroll tabindex="0" role="region" aria-label={ (finding) ", bảng" } { table.data {
                        caption.sr { (finding) }
                        thead { tr { th scope="col" { "" span.sr { "Hàng" } } @for words in columns { th.num scope="col" { (words) } } } }
                        tbody { @for (name, squares) in lines { tr { th scope="row" { (name) }
                            @for square in squares { td.num { @for (place, (count, href)) in square.numbers.iter().enumerate() {
                                @if place > 0 { "/" } @if *count == 0 { "0" } @else { a href=(href) { (number(*count)) } }
                            } } }
                        } } }
                    } }
                }
            }
        }
    }
}
