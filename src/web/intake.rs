//! `/ho-so/moi`: a right date and a printed receipt in under a minute.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, error_summary, radio_group, text_field, textarea},
    layout::Section,
    parts::{self, Button, promised},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        applicant::{ApplicantInput, DocumentInput},
        promise, receive,
    },
    app::App,
    domain::{
        procedure::Procedure,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    secret,
    store::procedures,
};

/// The form as typed. `paper` holds the ticked papers.
#[derive(Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    tim: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    id_number: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    due_on: String,
    #[serde(default)]
    due_reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    paper: Vec<String>,
}

/// Names of the page's fields, where the action's differ.
const NAMES: [(&str, &str); 7] = [
    ("procedure_code", "tim"),
    ("applicant.name", "name"),
    ("applicant.id_number", "id_number"),
    ("applicant.phone", "phone"),
    ("applicant.email", "email"),
    ("applicant.address", "address"),
    ("due_at", "due_on"),
];

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(typed): Query<Typed>,
) -> Result<Markup, Failure> {
    Ok(form(&app, &staff, &typed, &FormErrors::new()).await?)
}

pub async fn receive(
    State(app): State<App>,
    staff: Staff,
    axum_extra::extract::Form(typed): axum_extra::extract::Form<Typed>,
) -> Result<Response, Failure> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let closing = app.settings.deadline.hours.closing();
    let input = receive::Input {
        procedure_code: typed.procedure.clone(),
        applicant: ApplicantInput {
            name: typed.name.clone(),
            kind: typed.kind.clone(),
            id_number: some(&typed.id_number),
            phone: some(&typed.phone),
            email: some(&typed.email),
            address: some(&typed.address),
        },
        channel: if typed.channel.is_empty() {
            "desk".into()
        } else {
            typed.channel.clone()
        },
        due_at: some(&typed.due_on).map(|day| format!("{day}T{closing}")),
        due_reason: some(&typed.due_reason),
        documents: typed
            .paper
            .iter()
            .map(|name| DocumentInput {
                name: name.clone(),
                form: "original".into(),
                copies: Some(1),
            })
            .collect(),
        note: some(&typed.note),
        accepted: Some(true),
        ..receive::Input::default()
    };
    let key = some(&typed.key);
    match receive::run(&app, &staff.actor, &input, key.as_deref()).await {
        Ok(received) => {
            let to = paths::with_query(&paths::dossier(&received.code), &[("moi", "1")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let errors = renamed(&error);
            Ok(refused(&error, form(&app, &staff, &typed, &errors).await?))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn renamed(error: &Error) -> FormErrors {
    let mut errors = FormErrors::new();
    for (field, message) in form_errors(error).iter() {
        let name = NAMES
            .iter()
            .find(|(ours, _)| *ours == field)
            .map_or(field, |(_, theirs)| theirs);
        errors.add(name, message);
    }
    errors
}

async fn form(app: &App, staff: &Staff, typed: &Typed, errors: &FormErrors) -> Result<Markup> {
    let now = app.clock.now();
    let today = local_day(now);
    let chosen = if typed.procedure.is_empty() {
        None
    } else {
        procedures::on(app.store.read(), &typed.procedure.replace('\0', ""), today)
            .await?
            .map(|found| found.0)
    };
    let found = if chosen.is_none() && !typed.tim.trim().is_empty() {
        procedures::search(app.store.read(), &typed.tim, None, today).await?
    } else {
        Vec::new()
    };
    let body = match &chosen {
        None => choose(typed, &found, errors),
        Some(procedure) => fill_in(app, typed, procedure, errors).await?,
    };
    Ok(staff.page("Tiếp nhận hồ sơ", Section::Desk, None, body))
}

/// Part 1: which procedure.
fn choose(typed: &Typed, found: &[Procedure], errors: &FormErrors) -> Markup {
    html! {
        h1 { "Tiếp nhận hồ sơ" }
        (error_summary(errors))
        form method="get" action=(paths::NEW_DOSSIER) role="search" {
            (text_field(&Field::new("tim", "Thủ tục", &typed.tim, errors).hint("Gõ tên hoặc mã, không cần dấu; ví dụ: khai sinh").autofocus()))
            p { (Button::primary("Tìm thủ tục").submit()) }
        }
        @if !typed.tim.trim().is_empty() {
            @if found.is_empty() {
                (parts::empty("Không có thủ tục nào khớp.", "Thử ít từ hơn, ví dụ: khai sinh, chung thuc.", None))
            } @else {
                p { (found.len()) " thủ tục" }
                ul.choices {
                    @for procedure in found {
                        li {
                            a href=(paths::new_dossier_for(&procedure.code)) { (procedure.name) }
                            " " span.second { (procedure.code) " · " (procedure.field)
                                @if let Some(limit) = procedure.limit { " · " (limit.to_string()) } }
                        }
                    }
                }
            }
        }
    }
}

/// Parts 2 to 4: papers, applicant, date.
async fn fill_in(
    app: &App,
    typed: &Typed,
    procedure: &Procedure,
    errors: &FormErrors,
) -> Result<Markup> {
    let calendar = app.calendar().await?;
    let now = app.clock.now();
    let (rules, clock) = promise::rules(app, procedure);
    let counted = procedure.limit.map(|limit| {
        crate::domain::deadline::compute(&calendar, &rules, to_local(now), limit, clock, &[])
    });
    let key = if typed.key.is_empty() {
        secret::new()
    } else {
        typed.key.clone()
    };
    let kind = if typed.kind.is_empty() {
        "citizen"
    } else {
        &typed.kind
    };
    let channel = if typed.channel.is_empty() {
        "desk"
    } else {
        &typed.channel
    };
    let fee = procedure.fee_vnd.map_or(procedure.fee_note.clone(), |fee| {
        format!("{} đồng", viet::number(fee))
    });
    Ok(html! {
        h1 { "Tiếp nhận hồ sơ" }
        (error_summary(errors))
        form method="post" action=(paths::NEW_DOSSIER) data-draft="tiep-nhan" {
            input type="hidden" name="key" value=(key);
            input type="hidden" name="procedure" value=(procedure.code);
            section.card { div.body {
                h2 { "1. Thủ tục" }
                p { b { (procedure.name) } " " span.second { (procedure.code) " · " (procedure.field) } }
                p { a href=(paths::NEW_DOSSIER) { "Chọn thủ tục khác" } }
                @if !fee.is_empty() { p.second { "Phí, lệ phí: " (fee) } }
            } }
            section.card { div.body {
                h2 { "2. Giấy tờ" }
                fieldset {
                    legend { "Giấy tờ đã nhận" }
                    @for (place, paper) in procedure.documents.iter().enumerate() {
                        p.tick {
                            input type="checkbox" name="paper" id={ "paper-" (place) } value=(paper)
                                checked[typed.paper.is_empty() || typed.paper.contains(paper)];
                            " " label for={ "paper-" (place) } { (paper) }
                        }
                    }
                    @if procedure.documents.is_empty() { p.second { "Danh mục chưa ghi giấy tờ của thủ tục này." } }
                }
            } }
            section.card { div.body {
                h2 { "3. Người nộp" }
                (text_field(&Field::new("name", "Họ và tên", &typed.name, errors).autofocus().maxlength(200)))
                (text_field(&Field::new("id_number", "Số căn cước", &typed.id_number, errors).inputmode("numeric").optional()))
                (text_field(&Field::new("phone", "Điện thoại", &typed.phone, errors).inputmode("tel").optional()))
                (text_field(&Field::new("email", "Thư điện tử", &typed.email, errors).inputmode("email").optional()))
                (text_field(&Field::new("address", "Địa chỉ", &typed.address, errors).optional()))
                (radio_group(&Field::new("kind", "Đối tượng", kind, errors),
                    &[("citizen", "Công dân"), ("enterprise", "Doanh nghiệp"), ("household_business", "Hộ kinh doanh"), ("organisation", "Cơ quan, tổ chức")], false))
                (radio_group(&Field::new("channel", "Hình thức nộp", channel, errors),
                    &[("desk", "Trực tiếp"), ("online", "Trực tuyến"), ("post", "Bưu chính công ích")], false))
                (textarea(&Field::new("note", "Ghi chú", &typed.note, errors).optional(), 2))
            } }
            section.card.lead { div.body {
                h2 { "4. Ngày hẹn trả" }
                @match &counted {
                    Some(Ok(due)) => {
                        (promised(due.due_at))
                        p.second { (due.rule) @if due.provisional { " Tạm tính: lịch nghỉ năm này chưa công bố." } }
                        details {
                            summary { "Vì sao là ngày này?" }
                            ol { @for day in &due.trace { li { (viet::date_with_weekday(day.date)) ": " (day.text) } } }
                        }
                    }
                    Some(Err(why)) => { p role="alert" { (why.to_string()) } }
                    None => {
                        p { "Thủ tục này không có thời hạn chung: xin đặt ngày hẹn bằng tay." }
                        (super::form::date_field(&Field::new("due_on", "Ngày hẹn trả", &typed.due_on, errors)))
                        (text_field(&Field::new("due_reason", "Lý do của ngày hẹn", &typed.due_reason, errors)))
                    }
                }
                p { (Button::primary("Tiếp nhận và in giấy hẹn").key("F9").submit()) }
            } }
        }
    })
}
