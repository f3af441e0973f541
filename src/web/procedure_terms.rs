//! `/danh-muc/{code}/o-day`: what is the catalogue's, what is this agency's own, and who
//! decided that?
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Days;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, error_summary, select, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, notice},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        import_dossiers,
        set_terms::{self, Input},
    },
    app::App,
    domain::{
        procedure::Procedure,
        terms::{self, Terms},
        time::{local_day, to_local},
        viet,
    },
    error::{Kind, Result},
    papers::notice_board::{fee_words, limit_words},
    store::{agencies, own_terms, procedures},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// From which day what was saved just now counts.
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    import_dossiers::may(&staff.actor)?;
    // A day that we wrote into the address; other words are not ours.
    let today = local_day(app.clock.now());
    let done = viet::read_date(&asked.xong, today).ok();
    let done = done.map(|day| format!("Đã lưu, có hiệu lực từ {}.", viet::date(day)));
    let done = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(view(&app, &staff, &code, None, &FormErrors::new(), done).await?)
}

pub async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Form(input): Form<Input>,
) -> Result<Response, Failure> {
    let code = code.replace('\0', "");
    match set_terms::run(&app, &staff.actor, &code, &input).await {
        Ok(from) => {
            let day = viet::date(from);
            let to = paths::with_query(&paths::procedure_terms(&code), &[("xong", &day)]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            let errors = form_errors(&error);
            let said =
                (error.kind == Kind::Conflict).then(|| Notice::new(NoticeKind::Err, &error.detail));
            let page = view(&app, &staff, &code, Some(&input), &errors, said).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What the form holds when it is opened: the terms that were decided last.
fn typed(newest: Option<&Terms>, tomorrow: String) -> Input {
    let Some(terms) = newest else {
        return Input {
            tu_ngay: tomorrow,
            tiep_nhan: "co".into(),
            tai_cho: "chung".into(),
            ..Input::default()
        };
    };
    Input {
        tu_ngay: tomorrow,
        tiep_nhan: if terms.offered { "co" } else { "khong" }.into(),
        thoi_han: terms.limit.map(|n| n.to_string()).unwrap_or_default(),
        phi: terms.fee_vnd.map(|fee| fee.to_string()).unwrap_or_default(),
        ghi_chu_phi: terms.fee_note.clone(),
        tai_cho: match terms.four {
            Some(true) => "co",
            Some(false) => "khong",
            None => "chung",
        }
        .into(),
        noi_nop: terms.place.clone(),
        can_cu: String::new(),
        ban: String::new(),
    }
}

async fn view(
    app: &App,
    staff: &Staff,
    code: &str,
    input: Option<&Input>,
    errors: &FormErrors,
    said: Option<Notice<'_>>,
) -> Result<Markup> {
    let code = code.replace('\0', "");
    let (db, agency) = (app.store.read(), staff.actor.agency);
    let today = local_day(app.clock.now());
    let found = procedures::on(db, &code, today).await?;
    let (shared, _) = found.ok_or_else(procedures::unknown_code)?;
    let office = app.office(agency).await?;
    let decided = office.decided(&code);
    let here = office.own(shared.clone(), today);
    let above = match agencies::above(db, agency).await? {
        Some(above) => Some(agencies::name_by(db, above, today).await?.name),
        None => None,
    };
    let tomorrow = viet::date(today.checked_add_days(Days::new(1)).unwrap_or(today));
    let mut opened = typed(decided.last(), tomorrow.clone());
    if let Some(input) = input {
        opened = input.clone();
    }
    let rows = own_terms::of(db, agency, &code).await?;
    // What was looked at when the page was made, also of a page that came back.
    let version = rows.first().map_or(0, |row| row.id).to_string();
    let planned = decided.last().filter(|terms| terms.from > today);
    Ok(staff.page("Thủ tục ở cơ quan này", Section::Catalogue, said, html! {
        nav.crumbs aria-label="Danh mục" { a href=(paths::CATALOGUE) { "Danh mục thủ tục" } }
        div.head { div { h1 { (shared.name) } p { (shared.code) " · " a href=(paths::procedure(&code)) { "Trang của người dân" } } } }
        (error_summary(errors))
        @match &above {
            None => (notice(&Notice::new(NoticeKind::Info, "Danh mục chung là của cơ quan này: sửa bằng cách nạp lại danh mục ở trang Nhập từ tệp."))),
            Some(above) => {
                (beside(&shared, &here, above))
                @if let Some(terms) = planned { (notice(&Notice::new(NoticeKind::Info, &format!("Từ {}: {}.", viet::date(terms.from), words(terms, &shared))))) }
                section.card { header { h2 { "Quyết định riêng" } } div.body { (form(&code, &opened, &version, &shared, errors)) } }
                @if terms::on(decided, today).is_some() || planned.is_some_and(|terms| !terms.is_shared()) {
                    p { (Button::new("Theo danh mục chung từ ngày mai").post(&paths::procedure_terms(&code), &[("tu-ngay", tomorrow.as_str()), ("can-cu", "Trở lại danh mục chung"), ("ban", &version)])) }
                }
                (history(rows, &shared))
            }
        }
    }))
}

/// Line by line: the catalogue's, and what counts here.
fn beside(shared: &Procedure, here: &Procedure, above: &str) -> Markup {
    let own = here.own.as_deref();
    let offered = |yes: bool| if yes { "có" } else { "không" }.to_owned();
    let place = own.map_or("", |terms| &terms.place);
    let lines = [
        ("Tiếp nhận", offered(true), offered(here.offered())),
        ("Thời hạn", limit_words(shared), limit_words(here)),
        ("Phí, lệ phí", fee_words(shared), fee_words(here)),
        (
            "4 tại chỗ",
            shared.four.label().into(),
            here.four.label().into(),
        ),
        (
            "Nơi nộp",
            "Bộ phận Một cửa".into(),
            if place.is_empty() {
                "Bộ phận Một cửa".into()
            } else {
                place.to_owned()
            },
        ),
    ];
    let of_all = format!("Chung ({above})");
    let columns = ["Mục", &of_all, "Ở cơ quan này", "Của ai"].map(Column::text);
    let rows = lines.into_iter().map(|(what, all, ours)| {
        let whose = if all == ours { "chung" } else { "riêng" };
        vec![
            Cell::Text(what.into()),
            Cell::Text(all),
            Cell::Text(ours),
            Cell::Text(whose.into()),
        ]
    });
    html! { section.card { (parts::table(&Table { label: "Danh mục chung và ở cơ quan này", columns: &columns, rows: rows.collect(), total: None })) } }
}

fn form(
    code: &str,
    typed: &Input,
    version: &str,
    shared: &Procedure,
    errors: &FormErrors,
) -> Markup {
    let unit = shared.limit.map_or_else(
        || "Thủ tục không có thời hạn chung".to_owned(),
        |limit| format!("Ngắn hơn {limit}, cùng đơn vị; trống: theo danh mục chung"),
    );
    let field = |name, label, value| Field::new(name, label, value, errors).optional();
    html! {
        form method="post" action=(paths::procedure_terms(code)) {
            input type="hidden" name="ban" value=(version);
            div.fields {
                (date_field(&Field::new("tu-ngay", "Có hiệu lực từ ngày", &typed.tu_ngay, errors)))
                (select(&Field::new("tiep-nhan", "Tiếp nhận ở đây", &typed.tiep_nhan, errors), &[("co", "Có"), ("khong", "Không tiếp nhận")]))
                (text_field(&field("thoi-han", "Thời hạn riêng", &typed.thoi_han).hint(&unit).maxlength(5)))
                (select(&Field::new("tai-cho", "4 tại chỗ", &typed.tai_cho, errors), &[("chung", "Theo danh mục chung"), ("co", "Có, ở đây"), ("khong", "Không, ở đây")]))
                (text_field(&field("phi", "Mức thu riêng, đồng", &typed.phi).hint("Mức hội đồng nhân dân định cho địa bàn; không thu: 0").maxlength(14)))
                (text_field(&field("ghi-chu-phi", "Ghi chú phí", &typed.ghi_chu_phi).maxlength(500)))
                div.field.wide { (text_field(&field("noi-nop", "Nơi nộp", &typed.noi_nop).hint("Trống: Bộ phận Một cửa").maxlength(300))) }
                div.field.wide { (text_field(&Field::new("can-cu", "Căn cứ", &typed.can_cu, errors).hint("Ví dụ: Quyết định 45/QĐ-UBND ngày 3/6/2025").maxlength(200))) }
            }
            p.row { (Button::primary("Lưu quyết định riêng").submit()) }
        }
    }
}

/// A decision in one line.
fn words(terms: &Terms, shared: &Procedure) -> String {
    if terms.is_shared() {
        return "theo danh mục chung".into();
    }
    let mut said = Vec::new();
    if !terms.offered {
        said.push("không tiếp nhận".to_owned());
    }
    if let (Some(_), Some(limit)) = (terms.limit, terms::limit(shared.limit, terms)) {
        said.push(format!("thời hạn {limit}"));
    }
    if let Some(fee) = terms.fee_vnd {
        said.push(format!("thu {}\u{a0}đ", viet::number(fee)));
    }
    match terms.four {
        Some(true) => said.push("4 tại chỗ".into()),
        Some(false) => said.push("không 4 tại chỗ".into()),
        None => {}
    }
    if !terms.place.is_empty() {
        said.push(format!("nộp tại {}", terms.place));
    }
    said.join(", ")
}

fn history(rows: Vec<own_terms::Decided>, shared: &Procedure) -> Markup {
    let columns = ["Từ ngày", "Quyết định", "Căn cứ", "Ai ghi, lúc nào"].map(Column::text);
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|row| {
            let by = format!("{}, {}", row.set_by, viet::moment(to_local(row.set_at)));
            let terms = own_terms::terms(row);
            vec![
                Cell::Text(parts::day(terms.from)),
                Cell::Text(words(&terms, shared)),
                Cell::Text(terms.basis),
                Cell::Text(by),
            ]
        })
        .collect();
    html! { @if !rows.is_empty() { section.card { header { h2 { "Đã quyết định" } }
    (parts::table(&Table { label: "Các quyết định riêng", columns: &columns, rows, total: None })) } } }
}
