//! How is a figure shown? Never a share without its numerator, denominator and definition.
use maud::{Markup, html};

use crate::domain::{share::FEW, viet::number};
use crate::web::icons::{Icon, icon};

/// A share: what of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub numerator: u32,
    pub denominator: u32,
}

fn few(whole: u32) -> bool {
    u64::from(whole) < FEW
}

/// `97,6 %`, rounded to `decimals`. 100 and 0 only where they are true: 99,95 reads "99,9 %".
/// `None` where there is nothing to divide by.
///
/// ```
/// use motcua::web::parts::{Share, percent};
/// let of = |numerator, denominator| percent(Share { numerator, denominator }, 1);
/// assert_eq!(of(162, 166).unwrap(), "97,6\u{a0}%");
/// assert_eq!(of(1999, 2000).unwrap(), "99,9\u{a0}%");
/// assert_eq!(of(1, 3000).unwrap(), "0,1\u{a0}%");
/// assert_eq!(of(3, 3).unwrap(), "100\u{a0}%");
/// assert_eq!(of(0, 0), None);
/// ```
pub fn percent(share: Share, decimals: u32) -> Option<String> {
    let (part, whole) = (u64::from(share.numerator), u64::from(share.denominator));
    if whole == 0 {
        return None;
    }
    if part == 0 || part == whole {
        return Some(format!("{}\u{a0}%", if part == 0 { 0 } else { 100 }));
    }
    let unit = 10_u64.pow(decimals);
    let mut value = (part * 100 * unit * 2 + whole) / (whole * 2);
    if part < whole {
        value = value.clamp(1, 100 * unit - 1);
    }
    let places = decimals as usize;
    if places == 0 {
        return Some(format!("{value}\u{a0}%"));
    }
    Some(format!("{},{:0places$}\u{a0}%", value / unit, value % unit))
}

/// `16/138 = 11,59 %`, in running text and tables; of a few no percent.
pub fn fraction(share: Share) -> Markup {
    let of = format!("{}/{}", number(share.numerator), number(share.denominator));
    html! {
        span.nowrap {
            (of)
            @if !few(share.denominator) { @if let Some(percent) = percent(share, 2) { " = " (percent) } }
        }
    }
}

/// `16/138 = 11,59 %`, each number leading to the rows it counts; of a few no percent.
pub fn counted(share: Share, behind: &[String; 2]) -> Markup {
    html! {
        @if share.denominator == 0 { "–" } @else {
            span.nowrap {
                (linked(share.numerator, Some(&behind[0]))) "/" (linked(share.denominator, Some(&behind[1])))
                @if !few(share.denominator) { @if let Some(percent) = percent(share, 2) { " = " (percent) } }
            }
        }
    }
}

/// A number that opens its rows; 0 has none.
pub fn linked(count: u32, behind: Option<&str>) -> Markup {
    let figure = number(count);
    html! {
        @match behind {
            Some(href) if count > 0 && !href.is_empty() => a href=(href) { (figure) },
            _ => (figure),
        }
    }
}

/// A figure card.
#[derive(Clone, Copy, Debug)]
pub struct Figure<'a> {
    pub title: &'a str,
    pub share: Share,
    /// What is counted: "hồ sơ", "thủ tục", "phiếu".
    pub noun: &'a str,
    pub definition: &'a str,
    /// Where the rows are that numerator and denominator count.
    pub behind: Option<&'a [String; 2]>,
    /// Address and words of what to look at first.
    pub rows: Option<(&'a str, &'a str)>,
    pub sign: Option<Icon>,
}

/// The card: percent, the two numbers, the definition, the rows behind it.
pub fn figure(figure: &Figure) -> Markup {
    let Share {
        numerator,
        denominator,
    } = figure.share;
    let [part, whole] = [0, 1].map(|place| figure.behind.map(|behind| behind[place].as_str()));
    let of = html! { (linked(numerator, part)) " / " (linked(denominator, whole)) };
    html! {
        section.card.figure {
            h2 { (figure.title) }
            @if denominator == 0 {
                p.big.muted { "Chưa có " (figure.noun) }
            } @else if few(denominator) {
                p.big { (of) }
                p.of { (figure.noun) }
            } @else {
                @if let Some(percent) = percent(figure.share, 1) { p.big { (percent) } }
                p.of { (of) "\u{a0}" (figure.noun) }
            }
            p.small {
                (figure.definition)
                @if denominator > 0 && few(denominator) { " Dưới 10 " (figure.noun) ": không ghi phần trăm." }
            }
            @if let Some((href, words)) = figure.rows {
                p.more { @if let Some(sign) = figure.sign { (icon(sign)) " " } a href=(href) { (words) } }
            }
        }
    }
}

/// One tile of the desk: a number that filters the list under it.
pub fn tile(href: &str, count: usize, words: &str, current: bool, bad: bool) -> Markup {
    html! {
        a.tile.bad[bad] href=(href) aria-current=[current.then_some("page")] {
            b { @if bad { (icon(Icon::Warn)) } (number(count)) }
            (words)
        }
    }
}

/// The row of tiles.
pub fn tiles(label: &str, tiles: &[Markup]) -> Markup {
    html! {
        nav aria-label=(label) { ul.tiles { @for tile in tiles { li { (tile) } } } }
    }
}

/// A share against its target, from zero: the target is a line with its number.
/// Attributes only, since the page's policy allows no inline style; percent places, so that
/// the words keep their size on a phone.
pub fn goal_bar(share: Share, goal: u32, noun: &str) -> Markup {
    // Half as much again as the target: the line stands clear of the edge.
    let most = u64::from((goal.saturating_add(goal / 2)).max(share.numerator)).max(1);
    let at = |count: u32| thousandths(u64::from(count), most);
    let goal_at = at(goal);
    // Words before the line where there is room, else after it.
    let anchor = if u64::from(goal) * 2 > most {
        "end"
    } else {
        "start"
    };
    let said = format!(
        "{} trên {} {noun}; cần {goal}.",
        share.numerator, share.denominator
    );
    html! {
        svg.share width="100%" height="68" role="img" aria-label=(said) {
            rect.track.fill x="0" y="22" width="100%" height="18" {}
            rect.value.fill x="0" y="22" width=(at(share.numerator)) height="18" {}
            line.goal x1=(goal_at) x2=(goal_at) y1="16" y2="46" {}
            text x="0" y="14" { (share.numerator) " " (noun) }
            text x=(goal_at) y="62" text-anchor=(anchor) { "cần " (goal) }
        }
    }
}

/// A small bar in a table, beside its numbers (which say it to a voice).
pub fn small_bar(share: Share) -> Markup {
    let whole = u64::from(share.denominator).max(1);
    html! {
        svg.share.mini width="72" height="8" aria-hidden="true" {
            rect.track.fill x="0" y="0" width="100%" height="8" {}
            rect.value.fill x="0" y="0" width=(thousandths(u64::from(share.numerator), whole)) height="8" {}
        }
    }
}

/// `38.1%`, as SVG wants it; never past the edge.
fn thousandths(part: u64, whole: u64) -> String {
    let share = part.min(whole) * 1000 / whole.max(1);
    format!("{}.{}%", share / 10, share % 10)
}
