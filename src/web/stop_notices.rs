//! `/ngung-thong-bao/{token}`: to be told no more. The token names nobody and opens
//! nothing else; a mail program may post here by itself (RFC 8058).
use axum::{Form, extract::Path};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    parts::{self, Button, Notice, NoticeKind},
    paths,
    public::Frame,
    session::Failure,
    visitor::Visitor,
};
use crate::{actions::stop_notices, error::Result, store::notices::Link};

const TITLE: &str = "Ngừng nhận thông báo";

pub async fn page(Visitor(app): Visitor, Path(token): Path<String>) -> Result<Markup, Failure> {
    let link = stop_notices::link(&app, &token).await?;
    let frame = Frame::load(&app).await?;
    Ok(frame.page(TITLE, None, body(&link, &token)))
}

/// Without a field it stops, as mail programs ask it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    again: String,
}

pub async fn stop(
    Visitor(app): Visitor,
    Path(token): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Markup, Failure> {
    stop_notices::run(&app, &token, asked.again.is_empty()).await?;
    let link = stop_notices::link(&app, &token).await?;
    let frame = Frame::load(&app).await?;
    let words = if link.stopped_at.is_some() {
        "Đã ngừng."
    } else {
        "Đã bật lại."
    };
    let notice = Notice::new(NoticeKind::Ok, words);
    Ok(frame.page(TITLE, Some(notice), body(&link, &token)))
}

fn body(link: &Link, token: &str) -> Markup {
    let what = if link.dossier_id.is_some() {
        "hồ sơ"
    } else {
        "phản ánh, kiến nghị"
    };
    let action = paths::stop_notices(token);
    html! {
        h1 { (TITLE) }
        @if link.stopped_at.is_some() {
            p { "Ông/bà không còn nhận thư, tin nhắn về " (what) " này. Phiếu giấy vẫn được gửi khi luật yêu cầu." }
            (Button::new("Nhận lại thông báo").post(&action, &[("again", "1")]))
        } @else {
            p { "Ngừng nhận thư, tin nhắn về " (what) " này?" }
            (Button::primary("Ngừng nhận").post(&action, &[]))
        }
        p { a href=(paths::LOOKUP) { "Tra cứu hồ sơ" } }
        (parts::notice(&Notice::new(NoticeKind::Info, "Đường dẫn này chỉ để ngừng hoặc nhận lại thông báo, không xem được hồ sơ.")))
    }
}
