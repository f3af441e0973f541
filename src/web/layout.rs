//! What stands around every page? Band, bar, menu by role, notice, legend of keys; for citizens less.
#![expect(
    clippy::needless_pass_by_value,
    reason = "a page hands its body over: `staff_page(&shell, html! { … })`"
)]
use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, Render, html};

use crate::domain::role::Role;
use crate::web::{
    assets,
    icons::{Icon, icon},
    menu::{Entry, entries},
    parts::{Notice, notice},
    paths,
};

/// The part of the program a page belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    Desk,
    Dossiers,
    Approvals,
    Apologies,
    Ballots,
    Feedback,
    Notices,
    Watch,
    Reports,
    Targets,
    Catalogue,
    Calendar,
    Staff,
    Books,
    Pauses,
    HandOvers,
    Foresight,
    Workflows,
    Imports,
    Log,
    Running,
    Privacy,
    FirstHour,
    #[default]
    Other,
}

/// Whose menu. What a role may not open is not shown, rather than greyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Receptionist and specialist.
    Desk,
    Leader,
    Office,
    Admin,
}

impl Menu {
    pub fn of(role: Role) -> Self {
        match role {
            Role::Receptionist | Role::Specialist => Self::Desk,
            Role::Leader => Self::Leader,
            Role::Office => Self::Office,
            Role::Admin => Self::Admin,
        }
    }
}

/// Work that waits, as pills in the menu; 0 shows none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub approvals: u32,
    pub apologies: u32,
    pub feedback: u32,
    pub notices: u32,
    /// Given to the reader and not taken.
    pub hand_overs: u32,
}

/// Who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct UserLine<'a> {
    pub username: &'a str,
    pub name: &'a str,
    /// "Tiếp nhận · Quầy 1"
    pub role_label: &'a str,
    pub menu: Menu,
    pub waiting: Waiting,
    /// One-letter keys switched off by the account (WCAG 2.1.4).
    pub letters_off: bool,
}

/// What every page tells its frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shell<'a> {
    pub title: &'a str,
    /// "UBND xã Quảng Ngạn"
    pub agency_name: &'a str,
    /// "xã Quảng Ngạn" in the staff bar, "Bộ phận Một cửa" on citizens' pages.
    pub parent_line: Option<&'a str>,
    pub user: Option<UserLine<'a>>,
    pub active: Section,
    /// Banner of the demo, with its date.
    pub demo: Option<&'a str>,
    pub notice: Option<Notice<'a>>,
    /// The same number at the same place on every citizens' page.
    pub phone: Option<&'a str>,
    /// "Thứ Hai đến thứ Sáu, 7:30–11:30 và 13:30–17:00"
    pub hours: Option<&'a str>,
    /// Keys of this page and their words; the legend shows the first seven.
    pub keys: &'a [(&'a str, &'a str)],
    /// `light`, `dark`; `None` follows the machine.
    pub theme: Option<&'a str>,
    /// "in lúc 09:42 20/4/2021, Hoàng Thị Kim Hoa", for the printed record.
    pub print_line: Option<&'a str>,
    /// There are other agencies to choose.
    pub many: bool,
    /// Shows something that is under way: asked for again by itself.
    pub follows: bool,
}

fn head(shell: &Shell) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            // Addresses of dossiers and surveys are secrets of their owners.
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content=(shell.theme.unwrap_or("light dark"));
            title { (shell.title) " – " (shell.agency_name) }
            (*ASSETS)
            // With scripts only the bar is renewed, and nothing loses its focus.
            @if shell.follows { noscript { meta http-equiv="refresh" content="2"; } }
        }
    }
}

fn demo_banner(shell: &Shell) -> Markup {
    html! { @if let Some(words) = shell.demo { div.demo role="note" { span { (words) } } } }
}

fn skip_link() -> Markup {
    html! { a.skip href="#noi-dung" { "Đến nội dung chính" } }
}

fn main_part(shell: &Shell, body: &Markup) -> Markup {
    html! {
        main.page id="noi-dung" tabindex="-1" {
            @if let Some(shown) = &shell.notice { (notice(shown)) }
            (body)
        }
    }
}

/// A page of the staff. Without a user (log-in, set-up) the bar has neither menu nor search.
pub fn staff_page(shell: &Shell, body: Markup) -> Markup {
    let user = shell.user.as_ref();
    html! {
        (DOCTYPE)
        html lang="vi" data-theme=[shell.theme] data-demo=[shell.demo.map(|_| "")] {
            (head(shell))
            body data-user=[user.map(|user| user.username)] data-scan-url=[user.map(|_| paths::SCAN)]
                data-letters=[user.filter(|user| user.letters_off).map(|_| "off")] {
                (skip_link())
                (demo_banner(shell))
                header.appbar {
                    a.brand href=(if user.is_some() { paths::DESK } else { paths::HOME }) {
                        (icon(Icon::Door))
                        span { b { "Một cửa" } span { (shell.parent_line.unwrap_or(shell.agency_name)) } }
                    }
                    @if let Some(user) = user { (staff_bar(user, shell.active)) }
                }
                p.print-only { (shell.agency_name) " · " (shell.title) @if let Some(line) = shell.print_line { " · " (line) } }
                (main_part(shell, &body))
                @if !shell.keys.is_empty() { (legend(shell.keys)) }
            }
        }
    }
}

fn staff_bar(user: &UserLine, active: Section) -> Markup {
    let (main, more) = entries(user.menu, user.waiting);
    let waiting: u32 = main.iter().map(|entry| entry.3).sum();
    html! {
        nav.nav.wide aria-label="Chính" {
            ul {
                (entry_items(&main, active))
                @if !more.is_empty() {
                    li { details.menu { summary { "Thêm" } ul { (entry_items(&more, active)) } } }
                }
            }
        }
        form.find role="search" method="post" action=(paths::DOSSIERS) {
            (icon(Icon::Search))
            label.sr for="find" { "Tìm hồ sơ, thủ tục, trang" }
            div.combo {
                input id="find" name="q" type="search" placeholder="Mã, họ tên, thủ tục" autocomplete="off"
                    data-find="" aria-keyshortcuts="Control+K" role="combobox" aria-expanded="false"
                    aria-autocomplete="list" aria-controls="find-list" data-search-url=(paths::PALETTE) data-search-post="";
                ul id="find-list" role="listbox" aria-label="Tìm thấy" hidden {}
            }
            kbd aria-hidden="true" { "Ctrl K" }
        }
        details.menu.narrow {
            summary { "Menu" @if waiting > 0 { span.pill { (waiting) } } }
            nav aria-label="Chính" { ul { (entry_items(&main, active)) (entry_items(&more, active)) } }
        }
        details.menu.me {
            summary {
                (icon(Icon::User))
                span.who { (user.name) span { (user.role_label) } }
                span.sr { ", tài khoản" }
            }
            div {
                a href=(paths::ACCOUNT) { "Tài khoản" }
                a href=(paths::GUIDE) { "Hướng dẫn" }
                a href=(paths::WORKS) { "Việc chạy lâu của tôi" }
                form method="post" action=(paths::LOGOUT) data-signout="" { button type="submit" { "Đăng xuất" } }
            }
        }
    }
}

fn entry_items(entries: &[Entry], active: Section) -> Markup {
    html! {
        @for (section, words, href, count) in entries {
            li {
                a href=(href) aria-current=[(*section == active).then_some("page")] {
                    (words)
                    @if *count > 0 { span.pill { (count) span.sr { " việc đang chờ" } } }
                }
            }
        }
    }
}

/// The bar at the foot: at most seven keys, all of them behind "?".
fn legend(keys: &[(&str, &str)]) -> Markup {
    const SHOWN: usize = 7;
    html! {
        footer.legend aria-label="Phím tắt" {
            ul {
                @for (key, words) in keys.iter().take(SHOWN) { (legend_key(key, words)) }
                li.js-only { button type="button" data-open="all-keys" { kbd { "?" } " mọi phím" } }
            }
            span { "Quét mã trên giấy hẹn để mở hồ sơ" }
        }
        dialog id="all-keys" aria-label="Mọi phím của trang này" {
            h2 { "Mọi phím của trang này" }
            ul {
                @for (key, words) in keys { (legend_key(key, words)) }
                (legend_key("F2", "tiếp nhận hồ sơ"))
                (legend_key("Ctrl K", "tìm"))
                (legend_key("Esc", "lùi một bước"))
            }
            form method="dialog" { button.btn type="submit" { "Đóng" } }
        }
        // F2 works on every page of the staff, also where no button shows it.
        a.sr href=(paths::NEW_DOSSIER) data-key="F2" tabindex="-1" { "Tiếp nhận hồ sơ" }
    }
}

fn legend_key(keys: &str, words: &str) -> Markup {
    html! { li { @for key in keys.split(' ').filter(|key| !key.is_empty()) { kbd { (key) } } " " (words) } }
}

/// Our own files, at addresses that stay while the program runs.
static ASSETS: LazyLock<Markup> = LazyLock::new(|| {
    html! {
        link rel="icon" href=(assets::icon_url()) type="image/svg+xml";
        link rel="stylesheet" href=(assets::css_url());
        script src=(assets::js_url()) defer {}
    }
});

/// Room for what follows, taken at once: what grows as it is written is copied each time.
pub struct Room(pub usize);

impl Render for Room {
    fn render_to(&self, page: &mut String) {
        page.reserve(self.0);
    }
}

/// The way to each page, at the foot of all of them.
static PAGES: LazyLock<Markup> = LazyLock::new(|| {
    html! {
        nav aria-label="Các trang" {
            ul {
                @for (href, words) in [
                    (paths::PROCEDURES, "Thủ tục"), (paths::LOOKUP, "Tra cứu hồ sơ"),
                    (paths::COUNT_DATE, "Tính ngày hẹn trả"), (paths::SCOREBOARD, "Kết quả phục vụ"), (paths::FEEDBACK, "Phản ánh, kiến nghị"), (paths::HOME, "Trang đầu"),
                ] { li { a href=(href) { (words) } } }
            }
        }
    }
});

/// A page of the citizens: one column, one telephone, no log-in.
pub fn citizen_page(shell: &Shell, body: Markup) -> Markup {
    html! {
        (Room(body.0.len() + 3 * 1024))
        (DOCTYPE)
        html lang="vi" data-theme=[shell.theme] data-demo=[shell.demo.map(|_| "")] {
            (head(shell))
            body.citizen {
                (skip_link())
                (demo_banner(shell))
                header.top { div { (citizen_brand(shell)) @if shell.many { a.small href=(paths::CHOOSE_AGENCY) { "Đơn vị khác" } } } }
                (main_part(shell, &body))
                footer.foot {
                    div {
                        (*PAGES)
                        @if let Some(phone) = shell.phone {
                            p { "Điện thoại: " a href={ "tel:" (dialled(phone)) } { (phone) } }
                        }
                        @if let Some(hours) = shell.hours {
                            // Days on one line, hours on the next: an hour must not break at its dash.
                            @for line in hours.splitn(2, ", ") { p { (line) } }
                        }
                    }
                }
            }
        }
    }
}

/// The screen on the counter: the question, five answers, nothing that leads away.
/// `reset` is where an untouched screen returns, and after how many seconds.
pub fn kiosk_page(
    shell: &Shell,
    counter: &str,
    reset: Option<(&str, u32)>,
    body: Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="vi" data-theme=[shell.theme] data-demo=[shell.demo.map(|_| "")] {
            (head(shell))
            body.citizen.kiosk data-reset-url=[reset.map(|reset| reset.0)] data-reset-after=[reset.map(|reset| reset.1)] {
                (demo_banner(shell))
                header { div.brand { (icon(Icon::Door)) span { b { (shell.agency_name) } span { (shell.parent_line.unwrap_or_default()) } } } p { (counter) } }
                (main_part(shell, &body))
            }
        }
    }
}

fn citizen_brand(shell: &Shell) -> Markup {
    html! {
        a.brand href=(paths::HOME) {
            (icon(Icon::Door))
            span { b { (shell.agency_name) } span { (shell.parent_line.unwrap_or("Bộ phận Một cửa")) } }
        }
    }
}

/// The telephone as a button, at the same place on every page of the citizens.
pub fn call_box(phone: &str) -> Markup {
    html! {
        a.call href={ "tel:" (dialled(phone)) } {
            (icon(Icon::Phone))
            span { span { "Hỏi Bộ phận Một cửa" } b { (phone) } }
        }
    }
}

/// Digits only, as a telephone wants them.
fn dialled(phone: &str) -> String {
    phone
        .chars()
        .filter(|mark| mark.is_ascii_digit() || *mark == '+')
        .collect()
}
