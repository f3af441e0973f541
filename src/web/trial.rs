//! `/ban-thu`: the demo, one click away. For the administrator always; for anybody as long as
//! no dossier was ever taken in, since then there is nothing yet to be mistaken for.
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    parts::{Button, Notice, NoticeKind, definition_list, notice},
    paths,
    public::Frame,
    session::{Failure, Staff},
    works,
};
use crate::{
    app::App,
    demo::PASSWORD,
    domain::role::Role,
    error::{Error, Result},
    store::dossiers,
    trial::Course,
};

const TITLE: &str = "Bản dùng thử";

/// Whoever asks, signed in or not.
type Asker = std::result::Result<Staff, Response>;

fn administers(asker: Asker) -> bool {
    asker.is_ok_and(|staff| staff.actor.role == Role::Admin)
}

/// Whether the settings allow it, and whether it may be offered to anybody.
pub async fn is_offered(app: &App) -> Result<bool> {
    Ok(app.settings.trial.is_on() && dossiers::none(app.store.read()).await?)
}

async fn may(app: &App, administers: bool) -> Result<bool> {
    if !app.settings.trial.is_on() {
        return Err(Error::not_found("Máy chủ này không mở bản dùng thử."));
    }
    Ok(administers || is_offered(app).await?)
}

pub async fn page(State(app): State<App>, asker: Asker) -> Result<Markup, Failure> {
    let administers = administers(asker);
    let may = may(&app, administers).await?;
    let frame = Frame::load(&app).await?;
    let body = html! {
        h1 { (TITLE) }
        @match app.trial.course() {
            Course::Closed => (closed(may)),
            Course::Failed(why) => { (notice(&Notice::new(NoticeKind::Err, &why))) (closed(may)) }
            Course::Wished => (works::following("Đang dựng bản dùng thử", 0, 0, "hồ sơ")),
            Course::Open(address) => (open(&address, administers)),
        }
    };
    let follows = app.trial.course() == Course::Wished;
    Ok(if follows {
        frame.page_that_follows(TITLE, body)
    } else {
        frame.page(TITLE, None, body)
    })
}

fn closed(may: bool) -> Markup {
    html! {
        p { "Một năm giả của một xã: hồ sơ, phiếu, báo cáo đều là bịa, để bấm thử mọi trang mà không sợ hỏng gì." }
        ul.bullets {
            li { "Sổ riêng, địa chỉ riêng, băng vàng trên mọi trang; không đụng tới sổ thật." }
            li { "Không gửi thư, tin nhắn nào ra ngoài." }
            li { "Tự đóng và xóa hết khi không ai dùng." }
        }
        @if may {
            form method="post" action=(paths::TRIAL) { (Button::primary("Mở bản dùng thử").sending("Đang dựng…").submit()) }
        } @else {
            p { "Sổ này đã có hồ sơ thật, nên chỉ Quản trị mở được bản dùng thử." }
            p { a href=(paths::LOGIN) { "Đăng nhập" } }
        }
    }
}

fn open(address: &str, administers: bool) -> Markup {
    let accounts: Vec<(&str, Markup)> = Role::ALL
        .iter()
        .map(|role| (role.code(), html! { (role.label()) }))
        .collect();
    html! {
        p { "Đang mở, tự đóng khi không ai dùng. Địa chỉ 127.0.0.1 chỉ mở được trên chính máy chủ." }
        p { (Button::primary("Vào bản dùng thử").link(address)) }
        p.second { (address) }
        h2 { "Tên đăng nhập" }
        (definition_list(&accounts))
        p { "Mật khẩu chung: " b { (PASSWORD) } }
        @if administers {
            form method="post" action=(paths::TRIAL_CLOSE) { (Button::new("Đóng và xóa bản dùng thử").sending("Đang đóng…").submit()) }
        }
    }
}

pub async fn begin(State(app): State<App>, asker: Asker) -> Result<Response, Failure> {
    if !may(&app, administers(asker)).await? {
        return Err(Failure(Error::forbidden(
            "Sổ này đã có hồ sơ thật: bản dùng thử dành cho Quản trị mở, ở trang Giờ đầu tiên.",
        )));
    }
    app.trial.wish();
    Ok(Redirect::to(paths::TRIAL).into_response())
}

pub async fn end(State(app): State<App>, staff: Staff) -> Result<Redirect, Failure> {
    if staff.actor.role != Role::Admin {
        return Err(Failure(Error::forbidden(
            "Đóng bản dùng thử dành cho: Quản trị.",
        )));
    }
    app.trial.close();
    Ok(Redirect::to(paths::TRIAL))
}

/// The way to it, where it may be taken.
pub fn offer() -> Markup {
    html! {
        form method="post" action=(paths::TRIAL) {
            p { "Chưa quen? Bấm thử trên dữ liệu giả, không đụng tới sổ này." }
            (Button::new("Mở bản dùng thử").sending("Đang dựng…").submit())
        }
    }
}
