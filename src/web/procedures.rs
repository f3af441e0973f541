//! `/thu-tuc`: what does a procedure need, how long does it take, what does it cost?
use axum::{
    Json,
    extract::{Path, Query, State},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    form::{Field, FormErrors, text_field},
    parts::{self, Button, definition_list, empty},
    paths,
    public::Frame,
    session::Failure,
};
use crate::{
    app::App,
    domain::{
        procedure::{FourFlag, Procedure},
        time::local_day,
        viet,
    },
    error::Error,
    store::procedures,
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    field: String,
}

pub async fn list(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let today = local_day(app.clock.now());
    let field = Some(asked.field.replace('\0', "")).filter(|field| !field.is_empty());
    let found = procedures::search(app.store.read(), &asked.q, field.as_deref(), today).await?;
    let fields = procedures::fields(app.store.read(), today).await?;
    let errors = FormErrors::new();
    let narrowed = field.is_some() || !asked.q.trim().is_empty();
    let body = html! {
        h1 { "Thủ tục hành chính" }
        form method="get" action=(paths::PROCEDURES) role="search" {
            (text_field(&Field::new("q", "Tìm thủ tục", &asked.q, &errors).hint("Gõ không dấu cũng được, ví dụ: khai sinh").maxlength(100)))
            p { (Button::primary("Tìm").submit()) }
        }
        @if narrowed {
            p { b { (found.len()) } " thủ tục" @if let Some(field) = &field { " lĩnh vực " (field) } ". " a href=(paths::PROCEDURES) { "Xem tất cả lĩnh vực" } }
            @if found.is_empty() { (empty("Không có thủ tục nào khớp.", "Thử ít từ hơn.", None)) }
            ul.plain { @for procedure in &found {
                li {
                    a href=(paths::procedure(&procedure.code)) { (procedure.name) }
                    p.second { (limit_words(procedure)) @if procedure.four == FourFlag::Yes { " · 4 tại chỗ" } }
                }
            } }
        } @else {
            h2 { "Theo lĩnh vực" }
            ul.plain { @for name in &fields {
                @let count = found.iter().filter(|procedure| procedure.field == *name).count();
                li { a href=(paths::with_query(paths::PROCEDURES, &[("field", name)])) { (name) } " · " (count) " thủ tục" }
            } }
        }
    };
    Ok(frame.page("Thủ tục hành chính", None, body))
}

fn limit_words(procedure: &Procedure) -> String {
    procedure.limit.map_or_else(
        || "không có thời hạn chung".to_owned(),
        |limit| limit.to_string(),
    )
}

pub async fn one(State(app): State<App>, Path(code): Path<String>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let today = local_day(app.clock.now());
    let found = procedures::on(app.store.read(), &code.replace('\0', ""), today).await?;
    let Some((procedure, _)) = found.filter(|(_, earlier)| !earlier) else {
        return Err(Failure(Error::not_found(
            "Không có thủ tục mã này trong danh mục đang có hiệu lực.",
        )));
    };
    let fee = match procedure.fee_vnd {
        Some(0) => "Không thu".to_owned(),
        Some(fee) => format!("{}\u{a0}đ", viet::number(fee)),
        None => "Chưa có mức thu trong danh mục".to_owned(),
    };
    let decision = match (&procedure.decision, procedure.decided_on) {
        (Some(number), Some(day)) => format!("{number}, ngày {}", parts::day(day)),
        (Some(number), None) => number.clone(),
        _ => "Chưa có số quyết định công bố".to_owned(),
    };
    let mut facts = vec![
        ("Mã thủ tục", html! { (procedure.code) }),
        ("Lĩnh vực", html! { (procedure.field) }),
        ("Thời hạn", html! { b { (limit_words(&procedure)) } }),
        (
            "Phí, lệ phí",
            html! { (fee) @if !procedure.fee_note.is_empty() { " (" (procedure.fee_note) ")" } },
        ),
        ("Cơ quan", html! { (procedure.authority) }),
    ];
    if !procedure.legal_basis.is_empty() {
        facts.push(("Căn cứ", html! { (procedure.legal_basis) }));
    }
    facts.push(("Công bố", html! { (decision) }));
    if procedure.four == FourFlag::Yes {
        facts.push((
            "4 tại chỗ",
            html! {
                "Tiếp nhận, thẩm định, phê duyệt và trả kết quả ngay tại quầy"
                @if procedure.four_decision.is_none() { " (chưa có số quyết định)" }
            },
        ));
    }
    let body = html! {
        p { a href=(paths::PROCEDURES) { "Thủ tục hành chính" } }
        h1 { (procedure.name) }
        h2 { "Giấy tờ cần nộp" }
        @if procedure.documents.is_empty() { p { "Danh mục chưa ghi giấy tờ. Xin hỏi Bộ phận Một cửa." } }
        ul.bullets { @for document in &procedure.documents { li { (document) } } }
        h2 { "Thời hạn, lệ phí" }
        (definition_list(&facts))
        @if procedure.confidence != "high" { p.second { "Dữ liệu tham khảo, chưa đối chiếu với quyết định công bố." } }
    };
    Ok(frame.page(&procedure.name, None, body))
}

/// JSON for the procedure box: `[{code, name, field, limit, four}]`, at most 8.
pub async fn search(
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Failure> {
    let today = local_day(app.clock.now());
    let found = procedures::find(app.store.read(), &asked.q, today).await?;
    let items: Vec<Value> = found
        .iter()
        .take(8)
        .map(|procedure| {
            json!({
                "code": procedure.code,
                "name": procedure.name,
                "field": procedure.field,
                "limit": limit_words(procedure),
                "four": procedure.four == FourFlag::Yes,
            })
        })
        .collect();
    Ok(Json(Value::Array(items)))
}
