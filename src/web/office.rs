//! `/danh-muc`, `/nhat-ky`: the catalogue as the office sees it, and what was done.
use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, select, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, empty, notice},
    paths,
    reports::may_measure,
    session::{Failure, Staff},
};
use crate::{
    actions::{cancel_number, merge_agencies},
    app::App,
    domain::{
        dossier::{Act, Status},
        feedback as said,
        procedure::{FourFlag, Procedure},
        time::{local_day, to_local},
        tombstone, viet,
    },
    error::Result,
    store::{agencies, feedback, log, procedures},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    field: String,
    truoc: Option<i64>,
    /// `phan-anh`: what was done with feedback.
    xem: String,
}

/// The catalogue in force, with its decisions and how sure each row is.
pub async fn catalogue(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let field = Some(asked.field.replace('\0', "")).filter(|field| !field.is_empty());
    let found = procedures::search(app.store.read(), &asked.q, field.as_deref(), today).await?;
    let office = app.office(staff.actor.agency).await?;
    let found: Vec<Procedure> = found
        .into_iter()
        .map(|one| office.own(one, today))
        .collect();
    let above = agencies::above(app.store.read(), staff.actor.agency).await?;
    let fields = procedures::fields(app.store.read(), today).await?;
    let options: Vec<(&str, &str)> = fields.iter().map(|f| (f.as_str(), f.as_str())).collect();
    let mut heads = [
        "Thủ tục",
        "Lĩnh vực",
        "Thời hạn",
        "Phí, lệ phí",
        "4 tại chỗ",
        "Hiệu lực từ",
        "Độ tin cậy",
        "Tờ khai",
    ]
    .map(Column::text)
    .to_vec();
    if above.is_some() {
        heads.push(Column::text("Ở cơ quan này"));
    }
    let rows = found.iter().map(|procedure| {
        let mut row = vec![
            Cell::Markup(html! { a href=(paths::procedure(&procedure.code)) { (procedure.name) } p.small { (procedure.code) } }),
            Cell::Text(procedure.field.clone()),
            Cell::Text(procedure.limit.map_or_else(|| "đặt bằng tay".into(), |limit| limit.to_string())),
            Cell::Text(procedure.fee_vnd.map_or_else(|| "–".into(), |fee| format!("{}\u{a0}đ", viet::number(fee)))),
            Cell::Text(four_words(procedure)),
            Cell::Text(parts::day(procedure.valid_from)),
            Cell::Text(confidence(&procedure.confidence).to_owned()),
            Cell::Markup(html! { a href=(paths::procedure_forms(&procedure.code)) { "Mẫu" span.sr { " tờ khai của " (procedure.name) } } }),
        ];
        if above.is_some() {
            row.push(Cell::Markup(html! {
                a href=(paths::procedure_terms(&procedure.code)) {
                    @if !procedure.offered() { "không tiếp nhận" } @else if procedure.own.is_some() { "có mức riêng" } @else { "như chung" }
                    span.sr { ": " (procedure.name) }
                }
            }));
        }
        row
    });
    let errors = FormErrors::new();
    Ok(staff.page("Danh mục thủ tục", Section::Catalogue, None, html! {
        div.head { div { h1 { "Danh mục thủ tục" } p { b { (found.len()) } " thủ tục đang có hiệu lực" } } }
        form.card.filter method="get" action=(paths::CATALOGUE) role="search" { div.body { div.fields {
            div.field.wide { (text_field(&Field::new("q", "Tên hoặc mã", &asked.q, &errors).quiet())) }
            (select(&Field::new("field", "Lĩnh vực", &asked.field, &errors).quiet(), &options))
            div.field { (Button::new("Lọc").submit()) }
        } } }
        (notice(&Notice::new(NoticeKind::Info, "Danh mục mới có số quyết định, diện 4 tại chỗ: nạp từ tệp. Hồ sơ cũ giữ phiên bản của ngày nhận.").link(paths::IMPORTS, "Nhập từ tệp")))
        @if found.is_empty() { (empty("Không có thủ tục nào khớp.", "Thử ít từ hơn.", Some((paths::CATALOGUE, "Bỏ lọc")))) }
        @else { section.card { (parts::table(&Table { label: "Danh mục thủ tục", columns: &heads, rows: rows.collect(), total: None })) } }
    }))
}

fn four_words(procedure: &Procedure) -> String {
    match (procedure.four, &procedure.four_decision) {
        (FourFlag::Yes, Some(number)) => number.clone(),
        (FourFlag::Yes, None) => "có, chưa có số quyết định".into(),
        (FourFlag::Unknown, _) => "chưa rõ".into(),
        (FourFlag::No, _) => "–".into(),
    }
}

fn confidence(code: &str) -> &'static str {
    match code {
        "high" => "đã thấy trong danh mục chính thức",
        "medium" => "chưa đối chiếu hết",
        _ => "cần kiểm trước khi dùng",
    }
}

const PAGE: u64 = 100;
const FEEDBACK: &str = "phan-anh";

/// Dossiers and feedback have each their log.
fn log_head(view: &str) -> Markup {
    html! {
        div.head { div { h1 { "Nhật ký" } p { "Mỗi việc một dòng, chỉ thêm, không sửa, không xóa. " a href=(paths::READS) { "Ai đã xem dữ liệu" } } } }
        nav.tabs aria-label="Xem" {
            @for (name, words) in [("", "Hồ sơ"), (FEEDBACK, "Phản ánh, kiến nghị")] {
                a href=(paths::with_query(paths::LOG, &[("xem", name)])) aria-current=[(name == view).then_some("page")] { (words) }
            }
        }
    }
}

/// Of what the reader may see; a complaint about the reader comes here when it is answered.
async fn feedback_log(app: &App, staff: &Staff, before: Option<i64>) -> Result<Markup> {
    let viewer = staff.actor.viewer();
    let lines = feedback::recent(app.store.read(), &viewer, before, PAGE).await?;
    let heads = ["Lúc", "Việc", "Phản ánh", "Người làm", "Trạng thái sau đó"].map(Column::text);
    let rows = lines.iter().map(|(event, code)| {
        let act = said::Act::from_code(&event.act).map_or("Xóa dữ liệu cá nhân", said::Act::label);
        let state = said::State::from_code(&event.to_state).map_or("–", said::State::label);
        vec![
            Cell::Text(viet::moment(to_local(event.at))),
            Cell::Text(act.to_owned()),
            Cell::Markup(html! { a href=(paths::feedback(code)) { (code) } }),
            Cell::Text(event.actor.clone()),
            Cell::Text(state.to_owned()),
        ]
    });
    let next = lines
        .last()
        .filter(|_| lines.len() as u64 == PAGE)
        .map(|(event, _)| event.id.to_string());
    Ok(staff.page("Nhật ký", Section::Log, None, html! {
        (log_head(FEEDBACK))
        @if lines.is_empty() { (empty("Chưa có việc nào.", "Mỗi việc làm với hồ sơ, phản ánh được ghi tại đây ngay khi làm.", None)) }
        @else { section.card { (parts::table(&Table { label: "Nhật ký phản ánh", columns: &heads, rows: rows.collect(), total: None })) } }
        @if let Some(next) = next { p { a href=(paths::with_query(paths::LOG, &[("xem", FEEDBACK), ("truoc", &next)])) { "Xem " (PAGE) " dòng trước nữa" } } }
    }))
}

/// What was done, newest first.
pub async fn log(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    if asked.xem == FEEDBACK {
        return Ok(feedback_log(&app, &staff, asked.truoc).await?);
    }
    let mut lines = log::recent(app.store.read(), staff.actor.agency, asked.truoc, PAGE).await?;
    let next = lines
        .last()
        .filter(|_| lines.len() as u64 == PAGE)
        .map(|line| line.id.to_string());
    // Two that were written side by side may have got their numbers the other way round.
    lines.sort_by_key(|line| std::cmp::Reverse((line.recorded_at, line.id)));
    let heads = [
        "Lúc",
        "Việc",
        "Hồ sơ",
        "Người làm",
        "Trạng thái sau đó",
        "Nhập lúc",
    ]
    .map(Column::text);
    let rows = lines.iter().map(|line| {
        let act = match Act::from_code(&line.act) {
            Some(act) => act.label(),
            None if line.act == "redate" => "Ngày hẹn tính lại",
            None if line.act == merge_agencies::ACT => "Sáp nhập cơ quan",
            None if line.act == tombstone::ACT => "Xóa dữ liệu cá nhân",
            None if line.act == cancel_number::ACT => "Hủy số giấy, lấy số mới",
            None if line.act == "import" => "Nhập từ sổ cũ",
            None => "Nộp trực tuyến",
        };
        let status = Status::from_code(&line.to_status).map_or("–", Status::label);
        let late_entry = (line.recorded_at - line.at).num_minutes() > 5;
        vec![
            Cell::Text(viet::moment(to_local(line.at))),
            Cell::Text(act.to_owned()),
            Cell::Markup(
                html! { a href=(paths::dossier(&line.code)) { (parts::code(&line.code, true)) } },
            ),
            Cell::Text(format!(
                "{}{}",
                line.actor,
                if line.at_desk { ", tại quầy" } else { "" }
            )),
            Cell::Text(status.to_owned()),
            Cell::Text(if late_entry {
                viet::moment(to_local(line.recorded_at))
            } else {
                "ngay lúc đó".into()
            }),
        ]
    });
    Ok(staff.page("Nhật ký", Section::Log, None, html! {
        (log_head(""))
        @if lines.is_empty() { (empty("Chưa có việc nào.", "Mỗi việc làm với hồ sơ, phản ánh được ghi tại đây ngay khi làm.", None)) }
        @else { section.card { (parts::table(&Table { label: "Nhật ký", columns: &heads, rows: rows.collect(), total: None })) } }
        @if let Some(next) = next { p { a href=(paths::with_query(paths::LOG, &[("truoc", &next)])) { "Xem " (PAGE) " dòng trước nữa" } } }
    }))
}
