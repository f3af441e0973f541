//! `/nhat-ky/xem`: who looked at whose data outside their own work? For the Office.
use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::Section,
    parts::{self, Cell, Column, Table, empty},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{role::Role, time::to_local, viet},
    error::Error,
    store::reads,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    truoc: Option<i64>,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    const PAGE: u64 = 100;
    if !matches!(staff.actor.role, Role::Office | Role::Admin) {
        let detail = "Nhật ký xem dữ liệu dành cho: Văn phòng, Quản trị.";
        return Err(Failure(Error::forbidden(detail)));
    }
    let lines = reads::recent(app.store.read(), &staff.actor.viewer(), asked.truoc, PAGE).await?;
    let heads = ["Lúc", "Người xem", "Vai trò", "Hồ sơ", "Xem gì"].map(Column::text);
    let rows = lines.iter().map(|reads::Line { read: line, code }| {
        let face = match line.face.as_str() {
            "page" => "trang hồ sơ",
            "paper" => "giấy tờ của hồ sơ",
            "api" => "qua API",
            "api-list" => "danh sách qua API",
            "list" => "danh sách trên màn hình",
            "book" => "sổ theo dõi",
            "feedback" => "phản ánh",
            "request" => "cung cấp cho chính người đó",
            "cli" => "dòng lệnh trên máy chủ",
            _ => "xuất cả danh sách",
        };
        vec![
            Cell::Text(viet::moment(to_local(line.at))),
            Cell::Text(line.actor.clone()),
            Cell::Text(
                Role::from_code(&line.role)
                    .map_or("–", Role::label)
                    .to_owned(),
            ),
            Cell::Markup(html! { @match code {
                Some(code) => a href=(paths::dossier(code)) { (parts::code(code, true)) },
                None => "–",
            } }),
            Cell::Text(if line.about.is_empty() {
                face.to_owned()
            } else {
                format!("{face} · {}", line.about)
            }),
        ]
    });
    let next = lines
        .last()
        .filter(|_| lines.len() as u64 == PAGE)
        .map(|line| line.read.id.to_string());
    Ok(staff.page("Nhật ký xem", Section::Log, None, html! {
        nav.crumbs aria-label="Nhật ký" { a href=(paths::LOG) { "Nhật ký" } }
        div.head { div { h1 { "Ai đã xem dữ liệu ngoài việc của mình" } p { "Mỗi người, mỗi hồ sơ, mỗi giờ một dòng. Xem hồ sơ mình nhận, được giao hoặc đã làm thì không ghi." } } }
        @if lines.is_empty() { (empty("Chưa có lượt xem nào.", "Ai xem dữ liệu cá nhân ngoài phần việc của mình sẽ hiện ở đây.", None)) }
        @else { section.card { (parts::table(&Table { label: "Lượt xem dữ liệu", columns: &heads, rows: rows.collect(), total: None })) } }
        @if let Some(next) = next { p { a href=(paths::with_query(paths::READS, &[("truoc", &next)])) { "Xem " (PAGE) " dòng trước nữa" } } }
    }))
}
