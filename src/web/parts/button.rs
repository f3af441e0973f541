//! What can be pressed? One primary a region; the label is verb and object; the key stands on the button.
use maud::{Markup, html};

use crate::web::icons::{Icon, icon};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    Primary,
    #[default]
    Secondary,
    /// Cannot be undone: red outline, never filled.
    Danger,
    /// For leaving.
    Text,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Danger => "danger",
            Self::Text => "text",
        }
    }
}

/// A button or a link that looks like one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Button<'a> {
    pub label: &'a str,
    pub kind: Kind,
    pub icon: Option<Icon>,
    /// The key that presses it, written on it: `P`, `F9`, `Enter`.
    pub key: Option<&'a str>,
    /// Kept for the four main buttons: works without script.
    pub accesskey: Option<&'a str>,
    /// Name and value that the form gets when this one sent it.
    pub value: Option<(&'a str, &'a str)>,
    /// In focus when the page is there.
    pub focused: bool,
    /// What it says while the server works; "Đang lưu…" by itself.
    pub sending: Option<&'a str>,
}

impl<'a> Button<'a> {
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            ..Self::default()
        }
    }

    pub fn primary(label: &'a str) -> Self {
        Self {
            label,
            kind: Kind::Primary,
            ..Self::default()
        }
    }

    pub fn danger(label: &'a str) -> Self {
        Self {
            label,
            kind: Kind::Danger,
            ..Self::default()
        }
    }

    pub fn text(label: &'a str) -> Self {
        Self {
            label,
            kind: Kind::Text,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    #[must_use]
    pub fn accesskey(mut self, key: &'a str) -> Self {
        self.accesskey = Some(key);
        self
    }

    #[must_use]
    pub fn value(mut self, name: &'a str, value: &'a str) -> Self {
        self.value = Some((name, value));
        self
    }

    #[must_use]
    pub fn focused(mut self) -> Self {
        self.focused = true;
        self
    }

    #[must_use]
    pub fn sending(mut self, words: &'a str) -> Self {
        self.sending = Some(words);
        self
    }

    /// Sends the form it stands in.
    pub fn submit(self) -> Markup {
        self.sender(None)
    }

    /// Sends the form it stands in to another address, which wants less of it.
    pub fn submit_to(self, action: &str) -> Markup {
        self.sender(Some(action))
    }

    fn sender(self, action: Option<&str>) -> Markup {
        html! {
            button.btn.(self.kind.class()) type="submit" formaction=[action] formnovalidate[action.is_some()] name=[self.value.map(|(name, _)| name)]
                value=[self.value.map(|(_, value)| value)] data-key=[self.key.filter(|key| !key.is_empty())] aria-keyshortcuts=[aria_key(self.key)]
                accesskey=[self.accesskey] data-sending-label=[self.sending] autofocus[self.focused] { (self.inside()) }
        }
    }

    /// Opens a page.
    pub fn link(self, href: &str) -> Markup {
        html! {
            a.btn.(self.kind.class()) href=(href) data-key=[self.key] aria-keyshortcuts=[aria_key(self.key)]
                accesskey=[self.accesskey] autofocus[self.focused] { (self.inside()) }
        }
    }

    /// Opens a paper's PDF in the printer's window; without script it is a link to the PDF.
    /// `now` prints as soon as the page is there (after "Tiếp nhận và in").
    pub fn print(self, href: &str, now: bool) -> Markup {
        html! {
            a.btn.(self.kind.class()) href=(href) data-print=(if now { "now" } else { "" }) data-key=[self.key]
                aria-keyshortcuts=[aria_key(self.key)] { (self.inside()) }
        }
    }

    /// A form of one button: an act that needs no further word. `hidden` are its fields.
    pub fn post(self, action: &str, hidden: &[(&str, &str)]) -> Markup {
        html! {
            form method="post" action=(action) {
                @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                (self.submit())
            }
        }
    }

    fn inside(self) -> Markup {
        html! {
            @if let Some(sign) = self.icon { (icon(sign)) }
            span { (self.label) }
            @if let Some(key) = self.key.filter(|key| !key.is_empty()) { kbd aria-hidden="true" { (key) } }
        }
    }
}

/// `aria-keyshortcuts` wants the names of the keyboard standard, not the arrows we print.
fn aria_key(key: Option<&str>) -> Option<&str> {
    key.filter(|key| !key.is_empty()).map(|key| match key {
        "←" => "ArrowLeft",
        "→" => "ArrowRight",
        "Esc" => "Escape",
        other => other,
    })
}
