//! How does a dossier stand? A word and a shape first, a colour last.
use chrono::NaiveTime;
use maud::{Markup, html};

use crate::web::icons::{Icon, icon};

/// The colour of a badge, where it is not a standing that decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Overdue,
    Today,
    Wait,
    Good,
    Late,
    Dashed,
    Info,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Wait => "wait",
            Self::Good => "good",
            Self::Late => "late",
            Self::Dashed => "dashed",
            Self::Info => "info",
        }
    }
}

/// The standings a dossier can have, with what their words need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    InTime {
        days: u32,
    },
    DueToday {
        at: NaiveTime,
    },
    Overdue {
        days: u32,
    },
    /// The clock stands still: supplement or payment.
    Waiting,
    Early {
        days: u32,
    },
    OnTime,
    Late {
        days: u32,
    },
    Undated,
    /// Counted with a calendar that is not confirmed yet.
    Provisional {
        year: i32,
    },
}

impl Standing {
    /// The word, as it also stands in exports: never told by colour alone.
    pub fn words(self) -> String {
        match self {
            Self::InTime { days } => format!("Còn {days} ngày"),
            Self::DueToday { at } => format!("Hẹn {}", at.format("%H:%M")),
            // Due earlier today counts no working day yet.
            Self::Overdue { days: 0 } => "Quá hạn hôm nay".to_owned(),
            Self::Overdue { days } => format!("Quá hạn {days} ngày"),
            Self::Waiting => "Chờ bổ sung, đồng hồ dừng".to_owned(),
            Self::Early { days: 0 } => "Trước hạn".to_owned(),
            Self::Early { days } => format!("Trước hạn {days} ngày"),
            Self::OnTime => "Đúng hạn".to_owned(),
            Self::Late { days: 0 } => "Trễ trong ngày".to_owned(),
            Self::Late { days } => format!("Trễ {days} ngày"),
            Self::Undated => "Chưa có ngày hẹn".to_owned(),
            Self::Provisional { year } => format!("Tạm tính, chờ lịch {year}"),
        }
    }

    const fn look(self) -> (Tone, Icon) {
        match self {
            Self::InTime { .. } => (Tone::Plain, Icon::Ring),
            Self::DueToday { .. } => (Tone::Today, Icon::Clock),
            Self::Overdue { .. } => (Tone::Overdue, Icon::Warn),
            Self::Waiting => (Tone::Wait, Icon::Pause),
            Self::Early { .. } => (Tone::Good, Icon::Ticks),
            Self::OnTime => (Tone::Good, Icon::Tick),
            Self::Late { .. } => (Tone::Late, Icon::Warn),
            Self::Undated | Self::Provisional { .. } => (Tone::Dashed, Icon::Info),
        }
    }

    /// What a voice adds: "ngày" alone does not say that days off are left out.
    const fn spoken(self) -> &'static str {
        match self {
            Self::InTime { days }
            | Self::Overdue { days }
            | Self::Early { days }
            | Self::Late { days }
                if days > 0 =>
            {
                " làm việc"
            }
            _ => "",
        }
    }
}

/// The badge of a standing.
pub fn badge(standing: Standing) -> Markup {
    let (tone, sign) = standing.look();
    html! {
        span.badge.(tone.class()) {
            (icon(sign))
            span { (standing.words()) span.sr { (standing.spoken()) } }
        }
    }
}

/// Any other state in the same dress: "Đã khóa", "Đang chạy, chưa chốt" …
pub fn status_badge(tone: Tone, sign: Icon, words: &str) -> Markup {
    html! { span.badge.(tone.class()) { (icon(sign)) span { (words) } } }
}

/// A dossier's code with what people say aloud in bold: `000.21.33.H57-210415-`**`0007`**.
/// In lists (`short`) the agency's part, the same on every row, is left to screen readers.
pub fn code(code: &str, short: bool) -> Markup {
    let (head, tail) = code
        .rsplit_once('-')
        .map_or(("", code), |(head, tail)| (head, tail));
    let (agency, date) = head
        .rsplit_once('-')
        .map_or(("", head), |(agency, date)| (agency, date));
    html! {
        span.code {
            @if !agency.is_empty() {
                span.sr[short] { (agency) "-" }
            }
            @if !date.is_empty() { (date) "-" }
            b { (tail) }
        }
    }
}
