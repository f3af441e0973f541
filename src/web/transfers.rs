//! `/lien-thong`: what did we ask of other agencies, what do they ask of us?
use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Multipart, Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, textarea},
    icons::Icon,
    layout::Section,
    parts::{
        self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, empty, status_badge, tile,
        tiles,
    },
    paths,
    session::{Failure, Staff, refused},
};
use crate::{
    actions::answer_transfers,
    app::App,
    domain::{
        dossier::Act,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    store::{
        agencies,
        transfers::{self, Asked as Line, Side, TransferKind},
    },
};

/// Rows shown; the number above them is the true one.
const MOST: u64 = 200;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    muc: String,
    xong: String,
}

const SIDES: [(&str, &str, Side); 3] = [
    ("cho", "Chờ trả lời", Side::Sent),
    ("den", "Gửi đến ta", Side::Incoming),
    ("xong", "Đã trả lời", Side::Answered),
];

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let words = match asked.xong.as_str() {
        "" => None,
        "1" => Some("Đã ghi trả lời.".to_owned()),
        count => Some(format!("Đã ghi {count} trả lời.")),
    };
    let notice = words
        .as_deref()
        .map(|words| Notice::new(NoticeKind::Ok, words));
    Ok(view(&app, &staff, &asked.muc, notice).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    chosen: &str,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let now = app.clock.now();
    let chosen = SIDES
        .iter()
        .position(|(name, ..)| *name == chosen)
        .unwrap_or(0);
    let mut cards = Vec::new();
    let mut shown = (Vec::new(), 0);
    for (place, (name, words, side)) in SIDES.iter().enumerate() {
        let most = if place == chosen { MOST } else { 0 };
        let (rows, total) =
            transfers::list(app.store.read(), staff.actor.agency, *side, most).await?;
        let href = paths::with_query(paths::TRANSFERS, &[("muc", name)]);
        let count = usize::try_from(total).unwrap_or(usize::MAX);
        cards.push(tile(&href, count, words, place == chosen, false));
        if place == chosen {
            shown = (rows, total);
        }
    }
    let (_, words, side) = SIDES[chosen];
    let (rows, total) = shown;
    Ok(staff.page("Liên thông", Section::HandOvers, notice, html! {
        nav.crumbs aria-label="Danh sách" { a href=(paths::HAND_OVERS) { "Bàn giao hồ sơ" } }
        div.head { div { h1 { "Liên thông, lấy ý kiến" } p { "Phiếu chuyển ghi việc và thời hạn của từng cơ quan (NĐ 61/2018/NĐ-CP Điều 19.5 đến 19.7). Cơ quan trả lời trễ thì báo người đứng đầu Bộ phận Một cửa." } } }
        (tiles("Lọc liên thông", &cards))
        @if rows.is_empty() { (empty("Không có phiếu nào ở mục này.", "Phiếu được lập trên trang của hồ sơ: Lấy ý kiến cơ quan khác.", Some((paths::DOSSIERS, "Xem hồ sơ")))) }
        @else if side == Side::Incoming { (incoming(app, &rows, now).await?) }
        @else { (list(words, &rows, now)) }
        @if total > MOST { p.second { "Hiện " (MOST) " trong " (total) " phiếu." } }
        @if side == Side::Sent {
            section.card { header { h2 { "Nhập trả lời từ tệp" } } div.body {
                p { "Tệp CSV có các cột code, number, answered_at, answer: mã hồ sơ, số phiếu chuyển, lúc trả lời (2021-04-20T09:00), nội dung. Sai một dòng thì không ghi gì." }
                form method="post" action=(paths::TRANSFER_ANSWERS) enctype="multipart/form-data" {
                    div.field { label for="f-file" { "Tệp trả lời" } input.input id="f-file" type="file" name="file" accept=".csv" required; }
                    p.row { (Button::new("Ghi các trả lời").submit()) }
                }
            } }
        }
    }))
}

fn kind(line: &Line) -> &'static str {
    TransferKind::from_code(&line.kind).map_or("", TransferKind::label)
}

fn due(line: &Line, now: DateTime<Utc>) -> Markup {
    let late = line.answered_at.is_none() && line.due_at.is_some_and(|due| due < now);
    html! {
        @match line.due_at { Some(due) => (viet::moment(to_local(due))), None => "–" }
        @if late { p { (status_badge(Tone::Overdue, Icon::Warn, "quá hạn")) } }
    }
}

fn list(label: &str, rows: &[Line], now: DateTime<Utc>) -> Markup {
    let columns = ["Hồ sơ", "Gửi", "Phiếu", "Nội dung", "Hạn", "Trả lời"].map(Column::text);
    let rows = rows.iter().map(|line| {
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&line.code)) { (line.applicant_name) } p.small { (parts::code(&line.code, true)) } }),
            Cell::Markup(html! { (line.to_name) p.small { (parts::day_month(local_day(line.sent_at))) ", " (line.sent_by) } }),
            Cell::Markup(html! { @if let Some(number) = line.number { "số " (format!("{number:02}")) } p.small { (kind(line)) } }),
            Cell::Text(line.content.clone()),
            Cell::Markup(due(line, now)),
            Cell::Markup(html! {
                @if let Some(at) = line.answered_at { (parts::day_month(local_day(at))) p.small { (line.answer.as_deref().unwrap_or_default()) } }
                @else { a href=(paths::dossier_act(&line.code, Act::AgencyAnswered.code())) { "Ghi trả lời" } }
            }),
        ]
    });
    html! { section.card { (parts::table(&Table { label, columns: &columns, rows: rows.collect(), total: None })) } }
}

/// What other agencies of this installation ask: no more of their dossier than the slip says.
async fn incoming(app: &App, rows: &[Line], now: DateTime<Utc>) -> Result<Markup> {
    let errors = FormErrors::new();
    let mut from = Vec::new();
    for line in rows {
        let day = local_day(line.sent_at);
        from.push(
            agencies::name_by(app.store.read(), line.from_agency, day)
                .await?
                .name,
        );
    }
    Ok(html! {
        @for (line, from) in rows.iter().zip(&from) {
            section.card {
                header { h2 { (from) } span.small { (kind(line)) } }
                div.body {
                    p { b { (line.procedure_name) } " · " (line.applicant_name) " · " (parts::code(&line.code, false)) }
                    p { (line.content) }
                    p { "Hạn: " (due(line, now)) }
                    form method="post" action=(format!("{}/{}/tra-loi", paths::TRANSFERS, line.id)) {
                        (textarea(&Field::new(&format!("answer-{}", line.id), "Trả lời", "", &errors).maxlength(2000), 3))
                        p.row { (Button::primary("Gửi trả lời").submit()) }
                    }
                }
            }
        }
    })
}

/// The agency that was asked answers with its own account.
pub async fn answer(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<Redirect, Failure> {
    let answer = typed
        .get(&format!("answer-{id}"))
        .map_or("", String::as_str);
    answer_transfers::one(&app, &staff.actor, id, answer).await?;
    Ok(Redirect::to(&paths::with_query(
        paths::TRANSFERS,
        &[("muc", "den"), ("xong", "1")],
    )))
}

/// Many answers from a file.
pub async fn answers(
    State(app): State<App>,
    staff: Staff,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        Error::invalid("file", format!("Không nhận đủ tệp ({}).", error.status()))
    };
    let mut text = String::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() == Some("file") {
            let body = part.bytes().await.map_err(broken)?;
            text = String::from_utf8_lossy(&body).into_owned();
        }
    }
    match answer_transfers::file(&app, &staff.actor, &text).await {
        Ok(count) => Ok(Redirect::to(&paths::with_query(
            paths::TRANSFERS,
            &[("xong", &count.to_string())],
        ))
        .into_response()),
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            let words = error.detail.clone();
            let page = view(
                &app,
                &staff,
                "cho",
                Some(Notice::new(NoticeKind::Err, &words)),
            )
            .await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}
