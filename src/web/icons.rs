//! Which signs stand beside words? About thirty strokes on a 16 grid, our own; never without a word.
use maud::{Markup, PreEscaped, html};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Door,
    Search,
    User,
    Plus,
    Warn,
    Clock,
    Ring,
    Pause,
    /// The two bars alone, where a circle already stands.
    Bars,
    Tick,
    Ticks,
    Info,
    Lock,
    Phone,
    Print,
    Left,
    Right,
    Close,
    Pencil,
    Download,
    Mail,
    Menu,
    Calendar,
    Inbox,
    /// The five faces of the survey, 1 (very dissatisfied) to 5 (very satisfied).
    Face(u8),
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Door => "M4.5 14V2.5h5V14M9.5 2.5l3 1V14M2 14h12M11 8.2v.6",
            Self::Search => "M11.5 11.5L15 15M7 12.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11z",
            Self::User => {
                "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14.5c.5-3.5 2.5-4.5 5.5-4.5s5 1 5.5 4.5"
            }
            Self::Plus => "M8 2.5v11M2.5 8h11",
            Self::Warn => "M8 2L15 14H1zM8 6.5v3.5M8 12v.1",
            Self::Clock => "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 4.5V8l2.5 1.5",
            Self::Ring => "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z",
            Self::Pause => "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM6.3 5.8v4.4M9.7 5.8v4.4",
            Self::Bars => "M5.5 4v8M10.5 4v8",
            Self::Tick => "M2.5 8.5l3.5 3.5 7.5-8",
            Self::Ticks => "M1 9l3 3 6-7.5M7.5 11l1 1L15 4.5",
            Self::Info => "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.5v4M8 4.7v.1",
            Self::Lock => "M3 7.5h10V14H3zM5 7.5V5a3 3 0 0 1 6 0v2.5",
            Self::Phone => {
                "M3 1.8l2.5-.3 1.5 3.5-1.7 1.4c.8 1.9 2 3.1 3.9 3.9l1.4-1.7 3.5 1.5-.3 2.5c-.1.9-.8 1.5-1.7 1.4C6.5 13.5 2.5 9.5 1.8 3.9 1.7 2.8 2.2 1.9 3 1.8z"
            }
            Self::Print => "M4.5 5V1.5h7V5M4.5 12H2V5.5h12V12h-2.5M4.5 9.5h7v5h-7z",
            Self::Left => "M14 8H2.5M7 3L2 8l5 5",
            Self::Right => "M2 8h11.5M9 3l5 5-5 5",
            Self::Close => "M3 3l10 10M13 3L3 13",
            Self::Pencil => "M2 14l.8-3.5L11 2.3l2.7 2.7-8.2 8.2zM9.3 4l2.7 2.7",
            Self::Download => "M8 1.5v9M4 7l4 4 4-4M2 14.5h12",
            Self::Mail => "M1.5 3.5h13v9.5h-13zM1.5 4l6.5 5 6.5-5",
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::Calendar => "M2 3.5h12v11H2zM2 7h12M5 1.5v3M11 1.5v3",
            Self::Inbox => "M1.5 9.5L3.5 2h9l2 7.5V14h-13zM1.5 9.5H5L6 11.5h4l1-2h3.5",
            Self::Face(1) => {
                "M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14zM4.6 12c.7-3.2 6.1-3.2 6.8 0M4 4.6l2 .9M12 4.6l-2 .9M5.5 6.9v.5M10.5 6.9v.5"
            }
            Self::Face(2) => {
                "M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14zM5 11.3c1-1.6 5-1.6 6 0M5.5 6.7v.6M10.5 6.7v.6"
            }
            Self::Face(3) => {
                "M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14zM5.2 10.5h5.6M5.5 6.7v.6M10.5 6.7v.6"
            }
            Self::Face(4) => {
                "M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14zM5 9.7c1 2 5 2 6 0M5.5 6.5v.6M10.5 6.5v.6"
            }
            Self::Face(_) => {
                "M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14zM4.6 8.8h6.8c-.4 4-6.4 4-6.8 0zM5.5 5.7v.6M10.5 5.7v.6"
            }
        }
    }
}

/// The sign itself, hidden from screen readers: the word beside it is what they read.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.i viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(PreEscaped(icon.path()));
        }
    }
}
