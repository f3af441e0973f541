//! `/van-hanh`: is the program well, and are there copies? For the Office.
use axum::{
    extract::{Query, State},
    response::Redirect,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, empty, status_badge},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{role::Role, time::to_local, viet},
    error::{Error, Result},
    store::{copies, seals},
    upkeep::{
        backup,
        doctor::{self, Grade},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    xong: String,
}

fn may_look(staff: &Staff) -> Result<()> {
    if matches!(staff.actor.role, Role::Office | Role::Admin) {
        return Ok(());
    }
    Err(Error::forbidden("Vận hành dành cho: Văn phòng, Quản trị."))
}

fn badge(grade: Grade) -> Markup {
    match grade {
        Grade::Good => status_badge(Tone::Good, Icon::Tick, "Tốt"),
        Grade::Warn => status_badge(Tone::Wait, Icon::Info, "Nên xem"),
        Grade::Bad => status_badge(Tone::Overdue, Icon::Warn, "Phải sửa"),
    }
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_look(&staff)?;
    let checks = doctor::run(&app, false).await?;
    let runs = copies::recent(app.store.read(), 20).await?;
    let head = seals::head(app.store.read(), staff.actor.agency).await?;
    let (standing, _) = backup::standing(&app).await?;
    let notice = if standing.is_red() {
        Some((
            NoticeKind::Err,
            "Bản sao lưu gần nhất không dùng được hoặc đã quá cũ. Xem lý do ở bảng dưới, sửa, rồi sao lưu lại.",
        ))
    } else if asked.xong == "sao-luu" {
        Some((NoticeKind::Ok, "Đã sao lưu, phục hồi thử và soát lại."))
    } else {
        None
    };
    let notice = notice.map(|(kind, text)| Notice::new(kind, text));
    let heads = ["Việc", "Tình trạng", "Chi tiết"].map(Column::text);
    let rows = checks.into_iter().map(|check| {
        vec![
            Cell::Text(check.name.to_owned()),
            Cell::Markup(badge(check.grade)),
            Cell::Text(check.words),
        ]
    });
    let copy_heads = ["Lúc", "Cách", "Kết quả", "Dung lượng", "Tệp", "Chi tiết"].map(Column::text);
    let copies = runs.iter().map(|run| {
        let grade = if run.good { Grade::Good } else { Grade::Bad };
        vec![
            Cell::Text(viet::moment(to_local(run.started_at))),
            Cell::Text(
                if run.kind == "nightly" {
                    "hằng đêm"
                } else {
                    "bấm tay"
                }
                .to_owned(),
            ),
            Cell::Markup(badge(grade)),
            Cell::Text(format!("{}\u{a0}KB", viet::number(run.bytes / 1024))),
            Cell::Text(run.file.clone()),
            Cell::Text(run.message.clone()),
        ]
    });
    Ok(staff.page("Vận hành", Section::Running, notice, html! {
        div.head { div { h1 { "Vận hành" } p { "Máy chủ, sao lưu, niêm phong." } } }
        section.card { (parts::table(&Table { label: "Tình trạng máy chủ", columns: &heads, rows: rows.collect(), total: None })) }
        section.card {
            header { h2 { "Bản sao lưu" } (Button::new("Sao lưu ngay").post(paths::BACKUP, &[])) }
            @if runs.is_empty() { (empty("Chưa có bản sao lưu nào.", "Bản đầu tiên được làm đêm nay; cũng có thể bấm “Sao lưu ngay”.", None)) }
            @else { (parts::table(&Table { label: "Các bản sao lưu", columns: &copy_heads, rows: copies.collect(), total: None })) }
        }
        @if let Some(head) = head {
            section.card { header { h2 { "Niêm phong" } } div.body {
                p { "Mỗi việc ghi vào sổ được nối vào một chuỗi; ai sửa sổ ngoài chương trình thì lần kiểm tra niêm phong chỉ ra chỗ sửa đầu tiên." }
                p { "Đến việc thứ " b { (viet::number(head.number)) } ", mã niêm phong: " code { (head.head) } }
            } }
        }
    }))
}

/// A copy at once.
pub async fn make(State(app): State<App>, staff: Staff) -> Result<Redirect, Failure> {
    may_look(&staff)?;
    backup::at_once(&app).await?;
    Ok(Redirect::to(&paths::with_query(
        paths::RUNNING,
        &[("xong", "sao-luu")],
    )))
}
