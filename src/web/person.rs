//! `/du-lieu-ca-nhan`: all that is held about one person, for that person who asks (Luật
//! 91/2025/QH15). Handed out by the Office, with the password again, and noted.
use axum::{
    Form,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, not_done, radio_group, text_field},
    layout::Section,
    parts::Button,
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{applicant::required, note_read},
    app::App,
    domain::role::Role,
    error::{Error, FieldErrors, Result},
    reports::{
        file::{self, Kind},
        person,
    },
    store::people::Who,
};

/// The face under which it stands in the log of looks.
pub const FACE: &str = "request";

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    id_number: String,
    name: String,
    phone: String,
    request: String,
    dang: String,
}

fn may(staff: &Staff) -> Result<()> {
    if matches!(staff.actor.role, Role::Office | Role::Admin) {
        return Ok(());
    }
    Err(staff
        .actor
        .refused("Cung cấp dữ liệu cá nhân", &[Role::Office, Role::Admin]))
}

pub async fn page(staff: Staff) -> Result<Markup, Failure> {
    may(&staff)?;
    Ok(view(&staff, &Typed::default(), &FormErrors::new()))
}

fn view(staff: &Staff, typed: &Typed, errors: &FormErrors) -> Markup {
    let kinds = [("xlsx", "Excel, để đọc"), ("json", "JSON, đủ từng trường")];
    let kind = if typed.dang.is_empty() {
        "xlsx"
    } else {
        &typed.dang
    };
    staff.page("Dữ liệu của một người", Section::Privacy, None, html! {
        div.head {
            div { h1 { "Dữ liệu của một người" }
                p { "Khi người nộp hồ sơ yêu cầu được biết cơ quan đang giữ dữ liệu gì về mình: mọi hồ sơ, việc đã làm, giấy đã in, tin đã báo, phản ánh, ai đã xem." } }
            div.row { (Button::new("Danh sách xóa dữ liệu").link(paths::ERASURES)) }
        }
        (staff.confirm_first(paths::PERSON))
        (not_done(errors, "Chưa xong"))
        section.card { header { h2 { "Ai yêu cầu" } } div.body {
            p.second { "Xem giấy tờ tùy thân của người yêu cầu trước khi đưa tệp. Lần cung cấp này được ghi vào nhật ký xem, kèm căn cứ." }
            form method="post" action=(paths::PERSON) {
                div.fields {
                    (text_field(&Field::new("id_number", "Số giấy tờ", &typed.id_number, errors).optional().hint("Đủ số như trong hồ sơ").maxlength(30)))
                    (text_field(&Field::new("name", "Hoặc họ và tên", &typed.name, errors).optional().maxlength(200)))
                    (text_field(&Field::new("phone", "cùng số điện thoại", &typed.phone, errors).optional().inputmode("tel").maxlength(30)))
                }
                (text_field(&Field::new("request", "Căn cứ", &typed.request, errors).hint("Ví dụ: đơn ngày 12/11, nhận tại quầy").maxlength(300)))
                (radio_group(&Field::new("dang", "Dạng tệp", kind, errors), &kinds, false))
                p.row { (Button::primary("Lấy tệp").submit()) }
            }
        } }
    })
}

/// The file; every dossier in it is noted.
pub async fn file(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    may(&staff)?;
    staff.confirmed(paths::PERSON)?;
    match answer(&app, &staff, &typed).await {
        Ok(answer) => Ok(answer),
        Err(error) if !error.errors.is_empty() => {
            let page = view(&staff, &typed, &form_errors(&error));
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn answer(app: &App, staff: &Staff, typed: &Typed) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let request = required(&mut errors, "request", "Căn cứ", &typed.request, 300);
    let letters = |text: &str| -> String {
        let plain = text.chars().filter(char::is_ascii_alphanumeric);
        plain.collect()
    };
    let who = Who {
        id_number: letters(&typed.id_number),
        name: crate::domain::viet::tidy(&typed.name),
        phone: typed.phone.chars().filter(char::is_ascii_digit).collect(),
    };
    if who.id_number.is_empty() && (who.name.is_empty() || who.phone.is_empty()) {
        errors.add(
            "id_number",
            "Ghi số giấy tờ, hoặc cả họ tên và số điện thoại: chỉ họ tên thì có thể là người khác trùng tên.",
        );
    }
    errors.finish()?;
    let person = person::build(app, &staff.actor.viewer(), &who).await?;
    if person.dossiers.is_empty() {
        return Err(Error::invalid(
            "id_number",
            "Không có hồ sơ nào của người này. Kiểm tra lại số giấy tờ; họ tên và điện thoại phải đúng như trong hồ sơ.",
        ));
    }
    for dossier in &person.dossiers {
        note_read::always(app, &staff.actor, dossier, FACE, &request).await?;
    }
    let kind = if typed.dang == "json" {
        Kind::Json
    } else {
        Kind::Xlsx
    };
    let bytes = file::bytes(app, kind, &person.json, &person.sheet)?;
    let head = [
        (header::CONTENT_TYPE, kind.content_type().to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename=\"du-lieu-ca-nhan.{}\"",
                kind.extension()
            ),
        ),
    ];
    Ok((head, bytes).into_response())
}
