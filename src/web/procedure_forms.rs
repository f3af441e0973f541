//! `/danh-muc/{code}/to-khai`: the forms that citizens may download, kept by the Office.
use axum::{
    extract::{Multipart, Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    form::{Field, FormErrors, error_summary, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Table},
    paths,
    reports::may_measure,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::offer_form::{self, Input},
    app::App,
    domain::time::local_day,
    error::{Error, Kind, Result},
    store::{forms, procedures},
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    Ok(view(&app, &staff, &code, "", &FormErrors::new()).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    code: &str,
    name: &str,
    errors: &FormErrors,
) -> Result<Markup> {
    let code = code.replace('\0', "");
    let today = local_day(app.clock.now());
    let found = procedures::on(app.store.read(), &code, today).await?;
    let (procedure, _) = found.ok_or_else(procedures::unknown_code)?;
    let offered = forms::of_procedure(app.store.read(), staff.actor.agency, &code).await?;
    let may = offer_form::ROLES.contains(&staff.actor.role);
    let heads = ["Tờ khai", "Tệp", ""].map(Column::text);
    let rows = offered.iter().map(|(id, name, file)| {
        vec![
            Cell::Markup(html! { a href=(paths::procedure_form(&code, *id)) { (name) } }),
            Cell::Text(file.clone()),
            Cell::Markup(html! { @if may { (Button::new("Gỡ").post(&paths::procedure_form_withdraw(&code, *id), &[])) } }),
        ]
    });
    let body = html! {
        div.head { div { h1 { "Mẫu tờ khai" } p { (procedure.name) " · " (procedure.code) } } p { a href=(paths::procedure(&code)) { "Trang của người dân" } } }
        (error_summary(errors))
        section.card {
            header { h2 { "Đang cho tải" } span.small { (offered.len()) } }
            @if offered.is_empty() { div.body { p.second { "Chưa có mẫu nào." } } }
            @else { (parts::table(&Table { label: "Mẫu tờ khai", columns: &heads, rows: rows.collect(), total: None })) }
        }
        @if may {
            section.card { header { h2 { "Thêm mẫu" } } div.body {
                form method="post" action=(paths::procedure_forms(&code)) enctype="multipart/form-data" {
                    (text_field(&Field::new("name", "Tên tờ khai", name, errors).hint("Như người dân đọc, ví dụ: Tờ khai đăng ký khai sinh").maxlength(200)))
                    div.field.bad[errors.of("file").is_some()] {
                        label for="f-file" { "Tệp" }
                        p.hint id="f-file-hint" { "PDF, Word (.docx, .doc), Excel (.xlsx) hoặc .odt, đến 5 MB" }
                        @if let Some(wrong) = errors.of("file") { p.error id="f-file-error" { (wrong) } }
                        input id="f-file" type="file" name="file" accept=".pdf,.docx,.doc,.xlsx,.odt" required aria-describedby="f-file-hint";
                    }
                    p.row { (Button::primary("Đăng mẫu").submit()) }
                }
            } }
        }
    };
    Ok(staff.page("Mẫu tờ khai", Section::Catalogue, None, body))
}

pub async fn offer(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    let mut input = Input::default();
    let broken = |error: axum::extract::multipart::MultipartError| {
        Error::invalid(
            "file",
            format!("Không nhận đủ tệp ({}). Tệp lớn nhất 5 MB.", error.status()),
        )
    };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("name") => input.name = part.text().await.map_err(broken)?,
            Some("file") => {
                part.file_name()
                    .unwrap_or_default()
                    .clone_into(&mut input.file_name);
                input.body = part.bytes().await.map_err(broken)?.to_vec();
            }
            _ => {}
        }
    }
    let name = input.name.clone();
    match offer_form::run(&app, &staff.actor, &code.replace('\0', ""), input).await {
        Ok(()) => Ok(Redirect::to(&paths::procedure_forms(&code)).into_response()),
        Err(error) if error.kind == Kind::Invalid => {
            let page = view(&app, &staff, &code, &name, &form_errors(&error)).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

pub async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path((code, id)): Path<(String, i64)>,
) -> Result<Redirect, Failure> {
    offer_form::withdraw(&app, &staff.actor, &code.replace('\0', ""), id).await?;
    Ok(Redirect::to(&paths::procedure_forms(&code)))
}
