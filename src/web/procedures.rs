//! `/thu-tuc`: what does a procedure need, how long does it take, what does it cost, and
//! what changed when?
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    feedback::TOO_OFTEN,
    form::{Field, FormErrors, select, text_field},
    parts::{self, Button, definition_list, empty},
    paths,
    public::Frame,
    session::{Failure, account_of},
    visitor::Visitor,
};
use crate::{
    app::App,
    domain::{
        procedure::{FourFlag, Procedure},
        time::{local_day, to_local},
    },
    error::{Error, Kind, Result},
    papers::notice_board::{self, decision_words, fee_words, four_words, limit_words},
    rate::Asker,
    store::{forms, procedures},
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    field: String,
}

pub async fn list(Visitor(app): Visitor, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let today = local_day(app.clock.now());
    let field = Some(asked.field.replace('\0', "")).filter(|field| !field.is_empty());
    let found = procedures::search(app.store.read(), &asked.q, field.as_deref(), today).await?;
    let found = app
        .office_lately(frame.agency.agency_id)
        .await?
        .offered(found, today);
    let fields = procedures::fields(app.store.read(), today).await?;
    let options: Vec<(&str, &str)> = fields.iter().map(|f| (f.as_str(), f.as_str())).collect();
    let errors = FormErrors::new();
    let narrowed = field.is_some() || !asked.q.trim().is_empty();
    let body = html! {
        h1 { "Thủ tục hành chính" }
        form method="get" action=(paths::PROCEDURES) role="search" {
            (text_field(&Field::new("q", "Tìm thủ tục", &asked.q, &errors).quiet().hint("Gõ không dấu cũng được, ví dụ: khai sinh").maxlength(100)))
            (select(&Field::new("field", "Lĩnh vực", &asked.field, &errors).quiet(), &options))
            p { (Button::primary("Tìm").submit()) }
        }
        @if narrowed {
            p { b { (found.len()) } " thủ tục" @if let Some(field) = &field { " lĩnh vực " (field) } ". " a href=(paths::PROCEDURES) { "Xem tất cả lĩnh vực" } }
            @if found.is_empty() { (empty("Không có thủ tục nào khớp.", "Thử ít từ hơn.", Some((paths::PROCEDURES, "Xem mọi thủ tục")))) }
            ul.plain { @for procedure in &found {
                li {
                    a href=(paths::procedure(&procedure.code)) { (procedure.name) }
                    p.second { (limit_words(procedure)) @if procedure.declared(today) { " · 4 tại chỗ" } }
                }
            } }
        } @else {
            h2 { "Theo lĩnh vực" }
            ul.plain { @for name in &fields {
                @let count = found.iter().filter(|procedure| procedure.field == *name).count();
                li { a href=(paths::with_query(paths::PROCEDURES, &[("field", name)])) { (name) } " · " (count) " thủ tục" }
            } }
        }
        p { a href=(paths::PROCEDURE_CHANGES) { "Danh mục thay đổi gì, từ khi nào" } }
        p { a href=(paths::POSTER) { "Bảng niêm yết có mã QR (PDF, khổ A3)" } }
        p.second { "Danh mục có hiệu lực ngày " (parts::day(today)) "." }
    };
    Ok(frame.page("Thủ tục hành chính", None, body))
}

/// A procedure in force today.
async fn in_force(app: &App, agency: i64, code: &str) -> Result<Procedure> {
    let today = local_day(app.clock.now());
    let found = procedures::on(app.store.read(), &code.replace('\0', ""), today).await?;
    let found = found.filter(|(_, earlier)| !earlier);
    let office = app.office_lately(agency).await?;
    found
        .map(|(procedure, _)| office.own(procedure, today))
        .ok_or_else(procedures::unknown_code)
}

pub async fn one(Visitor(app): Visitor, Path(code): Path<String>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let agency = frame.agency.agency_id;
    let procedure = in_force(&app, agency, &code).await?;
    let offered = forms::of_procedure(db, agency, &procedure.code).await?;
    let versions = procedures::versions(db, &procedure.code).await?;
    let changes = forms::changes(db, Some(&procedure.code), 20).await?;
    let mut facts = vec![
        ("Mã thủ tục", html! { (procedure.code) }),
        ("Lĩnh vực", html! { (procedure.field) }),
        ("Thời hạn", html! { b { (limit_words(&procedure)) } }),
        ("Phí, lệ phí", html! { (fee_words(&procedure)) }),
        ("Cơ quan", html! { (procedure.authority) }),
    ];
    if !procedure.legal_basis.is_empty() {
        facts.push(("Căn cứ", html! { (procedure.legal_basis) }));
    }
    facts.push(("Công bố", html! { (decision_words(&procedure)) }));
    facts.push(("Hiệu lực từ", html! { (parts::day(procedure.valid_from)) }));
    let four = four_words(&procedure, today);
    if !four.is_empty() {
        facts.push(("4 tại chỗ", html! { (four) }));
    }
    if let Some(terms) = procedure.own.as_deref() {
        if !terms.place.is_empty() {
            facts.push(("Nơi nộp", html! { (terms.place) }));
        }
        facts.push(("Riêng tại đây", html! { "Theo " (terms.basis) ", từ " (parts::day(terms.from)) ", khác danh mục chung." }));
    }
    let body = html! {
        p { a href=(paths::PROCEDURES) { "Thủ tục hành chính" } }
        h1 { (procedure.name) }
        @if !procedure.offered() { p { b { (frame.agency.name) " không tiếp nhận thủ tục này." } } }
        h2 { "Giấy tờ cần nộp" }
        @if procedure.documents.is_empty() { p { "Danh mục chưa ghi giấy tờ. Xin hỏi Bộ phận Một cửa." } }
        ul.bullets { @for document in &procedure.documents { li { (document) } } }
        h2 { "Mẫu tờ khai" }
        @if offered.is_empty() { p { "Chưa có mẫu để tải. Bộ phận Một cửa phát mẫu giấy tại quầy." } }
        ul.plain { @for (id, name, file) in &offered {
            li { a href=(paths::procedure_form(&procedure.code, *id)) download { (name) } " " span.second { "(" (file.rsplit('.').next().unwrap_or_default().to_uppercase()) ")" } }
        } }
        h2 { "Thời hạn, lệ phí" }
        (definition_list(&facts))
        @if procedure.confidence != "high" { p.second { "Dữ liệu tham khảo, chưa đối chiếu với quyết định công bố." } }
        p { a href=(paths::procedure_sheet(&procedure.code)) { "Tờ niêm yết của thủ tục này, có mã QR (PDF)" } }
        @if versions.len() > 1 || !changes.is_empty() {
            h2 { "Đã thay đổi" }
            ul.plain {
                @for change in &changes { li { b { (parts::day(to_local(change.at).date())) } ": " (change.what) } }
                @for pair in versions.windows(2).rev() {
                    li { b { "Từ " (parts::day(pair[1].valid_from)) } ": " (version_words(&pair[0], &pair[1])) }
                }
            }
        }
    };
    Ok(frame.page(&procedure.name, None, body))
}

/// What a version says that the one before did not.
fn version_words(old: &Procedure, new: &Procedure) -> String {
    let words = crate::domain::procedure::changes(old, new);
    if words.is_empty() {
        "bản mới, nội dung như trước.".to_owned()
    } else {
        format!("{}.", words.join("; "))
    }
}

/// What changed in the whole catalogue, the latest first.
pub async fn changes(Visitor(app): Visitor) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let all = forms::changes(app.store.read(), None, 200).await?;
    let body = html! {
        p { a href=(paths::PROCEDURES) { "Thủ tục hành chính" } }
        h1 { "Danh mục đã thay đổi" }
        @if all.is_empty() { (empty("Chưa có thay đổi nào.", "Danh mục như khi chương trình bắt đầu dùng.", None)) }
        ul.plain { @for change in &all {
            li {
                b { (parts::day(to_local(change.at).date())) } " · "
                a href=(paths::procedure(&change.procedure_code)) { (change.procedure_name) }
                p.second { (change.what) }
            }
        } }
    };
    Ok(frame.page("Danh mục đã thay đổi", None, body))
}

/// A PDF for everyone; making one costs more than a page, so askers share the look-ups' limit.
fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    let head = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}.pdf\""),
        ),
    ];
    (head, bytes).into_response()
}

fn slow_down(app: &App, from: Asker) -> Result<()> {
    if from.too_often(&app.lookups) {
        return Err(Error::new(Kind::TooMany, "too_many", TOO_OFTEN));
    }
    Ok(())
}

/// The poster of the notice board.
pub async fn poster(Visitor(app): Visitor, from: Asker) -> Result<Response, Failure> {
    slow_down(&app, from)?;
    let frame = Frame::load(&app).await?;
    Ok(pdf(
        "niem-yet",
        notice_board::poster(&app, &frame.hours).await?,
    ))
}

/// The sheet of one procedure.
pub async fn sheet(
    Visitor(app): Visitor,
    from: Asker,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    slow_down(&app, from)?;
    let frame = Frame::load(&app).await?;
    let procedure = in_force(&app, frame.agency.agency_id, &code).await?;
    let bytes = notice_board::sheet(&app, &procedure, &frame.hours).await?;
    Ok(pdf(&format!("niem-yet-{}", procedure.code), bytes))
}

/// A form, as a file.
pub async fn form(
    Visitor(app): Visitor,
    Path((code, id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let agency = app.home_agency().await?;
    let found = forms::get(app.store.read(), agency, &code.replace('\0', ""), id).await?;
    let found =
        found.ok_or_else(|| Error::not_found("Không còn mẫu này. Xin xem lại trang thủ tục."))?;
    let head = [
        (header::CONTENT_TYPE, found.content_type),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", found.file_name),
        ),
    ];
    Ok((head, found.body).into_response())
}

/// JSON for the procedure box: `[{code, name, field, limit, four}]`, at most 8.
pub async fn search(
    Visitor(app): Visitor,
    jar: CookieJar,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Failure> {
    let today = local_day(app.clock.now());
    let found = procedures::find(app.store.read(), &asked.q, today).await?;
    // At the desk it is the desk's own.
    let staff = account_of(&app, &jar)
        .await?
        .map(|account| account.agency_id);
    let agency = match staff {
        Some(agency) => agency,
        None => app.home_agency().await?,
    };
    let found = app.office_lately(agency).await?.offered(found, today);
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
