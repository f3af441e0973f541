//! What has happened to a dossier, what is happening, what is to come?
use maud::{Markup, html};

use crate::web::icons::{Icon, icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventState {
    Done,
    /// The clock stood still.
    Paused,
    Now,
    /// Foreseen, not happened.
    Ahead,
    Bad,
}

/// One line of "Diễn biến".
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub state: EventState,
    /// `19/4, 09:10`
    pub when: &'a str,
    /// RFC 3339 for machines; `None` where there is only a date to come.
    pub datetime: Option<&'a str>,
    pub title: &'a str,
    /// Who, paper number, reason.
    pub detail: &'a str,
}

/// Newest first for staff, oldest first for citizens: the caller orders.
pub fn timeline(events: &[Event]) -> Markup {
    html! {
        ol.timeline {
            @for event in events {
                @let (class, sign) = look(event.state);
                li.(class) {
                    @if let Some(datetime) = event.datetime {
                        time datetime=(datetime) { (event.when) }
                    } @else {
                        span.when { @if event.state == EventState::Ahead { "Dự kiến " } (event.when) }
                    }
                    span.dot { @if let Some(sign) = sign { (icon(sign)) } }
                    div {
                        b { (event.title) }
                        @if !event.detail.is_empty() { p.second { (event.detail) } }
                    }
                }
            }
        }
    }
}

const fn look(state: EventState) -> (&'static str, Option<Icon>) {
    match state {
        EventState::Done => ("done", Some(Icon::Tick)),
        EventState::Paused => ("paused", Some(Icon::Bars)),
        EventState::Now => ("now", Some(Icon::Right)),
        EventState::Ahead => ("ahead", None),
        EventState::Bad => ("bad", Some(Icon::Warn)),
    }
}

/// The four dots of a citizen's page: Đã nhận – Đang giải quyết – Có kết quả – Đã trả.
/// `current` counts from 0; past the end, all is done.
pub fn steps(words: &[&str], current: usize) -> Markup {
    html! {
        ol.steps {
            @for (place, word) in words.iter().enumerate() {
                @if place == current {
                    li aria-current="step" { (word) }
                } @else if place < current {
                    li.done { (word) span.sr { ", xong" } }
                } @else {
                    li { (word) span.sr { ", chưa đến" } }
                }
            }
        }
    }
}
