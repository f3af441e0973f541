//! What has just happened, what is wrong, what is there when there is nothing?
use maud::{Markup, html};

use super::button::Button;
use crate::web::icons::{Icon, icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Ok,
    Info,
    Warn,
    Err,
}

/// One sentence on top of the page and the way on. It stays until the page is left: no toast.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    pub kind: NoticeKind,
    pub text: &'a str,
    /// Address and words of the way on.
    pub link: Option<(&'a str, &'a str)>,
    /// Name of the draft that is saved now and may leave this machine's memory.
    pub wipe_draft: Option<&'a str>,
}

impl<'a> Notice<'a> {
    pub const fn new(kind: NoticeKind, text: &'a str) -> Self {
        Self {
            kind,
            text,
            link: None,
            wipe_draft: None,
        }
    }

    #[must_use]
    pub const fn link(mut self, href: &'a str, words: &'a str) -> Self {
        self.link = Some((href, words));
        self
    }

    #[must_use]
    pub const fn wipe_draft(mut self, name: &'a str) -> Self {
        self.wipe_draft = Some(name);
        self
    }
}

/// The notice itself.
pub fn notice(notice: &Notice) -> Markup {
    let (class, sign, role) = match notice.kind {
        NoticeKind::Ok => ("ok", Icon::Tick, "status"),
        NoticeKind::Info => ("info", Icon::Info, "status"),
        NoticeKind::Warn => ("warn", Icon::Warn, "status"),
        NoticeKind::Err => ("err", Icon::Warn, "alert"),
    };
    html! {
        div.notice.(class) role=(role) data-wipe-draft=[notice.wipe_draft] {
            (icon(sign))
            p {
                (notice.text)
                @if let Some((href, words)) = notice.link { " " a href=(href) { (words) } }
            }
        }
    }
}

/// A page's body when something is refused or broken: what is so, then the way on.
pub fn problem(title: &str, text: &str, ways_on: &[(&str, &str)]) -> Markup {
    html! {
        section.problem {
            h1 { (title) }
            p { (text) }
            @if !ways_on.is_empty() {
                p.row { @for (href, words) in ways_on { a href=(href) { (words) } } }
            }
        }
    }
}

/// What is true, then what next. No drawings.
pub fn empty(title: &str, text: &str, way_on: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            b { (title) }
            @if !text.is_empty() { p.second { (text) } }
            @if let Some((href, words)) = way_on { (Button::new(words).link(href)) }
        }
    }
}

/// A question that cannot be undone has a page of its own, not a dialog: GET shows it, POST acts.
/// `fields` holds the reason, the version and whatever else the act needs.
pub fn confirm(
    question: &str,
    what_happens: &str,
    action: &str,
    fields: &Markup,
    act: &str,
    (back_href, back_words): (&str, &str),
) -> Markup {
    html! {
        form.card.confirm method="post" action=(action) {
            h1 { (question) }
            p { (what_happens) }
            (fields)
            p.row {
                (Button::danger(act).submit())
                (Button::text(back_words).key("Esc").link(back_href))
            }
        }
    }
}

/// How far something is; `words` say it too. Nothing is filled while nobody knows how much
/// there is.
pub fn progress(name: &str, words: &str, done: usize, total: usize) -> Markup {
    let all = total.max(1);
    html! {
        div.progress role="progressbar" aria-label=(name) aria-valuemin="0" aria-valuemax=(all)
            aria-valuenow=[(total > 0).then(|| done.min(all))] aria-valuetext=(words) {
            svg viewBox={ "0 0 " (all) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                rect.track width=(all) height="1" {}
                rect.value width=(done.min(all)) height="1" {}
            }
        }
    }
}
