//! `/phan-anh/nhap`: staff write down faithfully what came on paper or by telephone
//! (NĐ 20/2008/NĐ-CP Điều 6).
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::Form;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    feedback::{NOT_KEPT, Typed, kind_field, notify_field, taken_card},
    form::{
        Field, FormErrors, checkbox_group, date_field, error_summary, radio_group, text_field,
        textarea,
    },
    layout::Section,
    parts::{Button, Notice, NoticeKind},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::receive_feedback::{self, Entry, Taken},
    app::App,
    domain::feedback::{Act, Source},
    error::{self, Error, Result},
    store::accounts,
};

/// The form as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sheet {
    #[serde(flatten)]
    typed: Typed,
    source: String,
    received_on: String,
    about: Vec<String>,
}

const TITLE: &str = "Ghi phản ánh, kiến nghị";

pub async fn page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    if !Act::Receive.allowed(staff.actor.role) {
        return Err(Failure(Error::forbidden(
            "Ghi phản ánh, kiến nghị dành cho: Công chức một cửa, Văn phòng.",
        )));
    }
    let body = form(&app, &staff, &Sheet::default(), &FormErrors::new()).await?;
    Ok(staff.page(TITLE, Section::Feedback, None, body))
}

pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Form(sheet): Form<Sheet>,
) -> Result<Response, Failure> {
    match keep(&app, &staff, &sheet).await {
        Ok(taken) => {
            let words = "Đã ghi. Mã bí mật chỉ hiện một lần: xin đọc hoặc ghi cho người phản ánh.";
            let notice = Notice::new(NoticeKind::Ok, words);
            let page = staff.page(
                "Đã ghi phản ánh",
                Section::Feedback,
                Some(notice),
                kept(&taken),
            );
            Ok((NOT_KEPT, page).into_response())
        }
        Err(error) if error.kind == error::Kind::Invalid => {
            let body = form(&app, &staff, &sheet, &form_errors(&error)).await?;
            Ok(refused(
                &error,
                staff.page(TITLE, Section::Feedback, None, body),
            ))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn keep(app: &App, staff: &Staff, sheet: &Sheet) -> Result<Taken> {
    let entry = Entry {
        input: sheet.typed.input(),
        source: sheet.source.clone(),
        received_on: sheet.received_on.clone(),
        about: sheet.about.clone(),
    };
    receive_feedback::by_staff(app, &staff.actor, &entry, &sheet.typed.key).await
}

fn kept(taken: &Taken) -> Markup {
    html! {
        h1 { "Đã ghi phản ánh, kiến nghị" }
        (taken_card(taken))
        p.row {
            (Button::primary("Ghi phản ánh khác").link(paths::FEEDBACK_ENTRY))
            " " a href=(paths::FEEDBACK_LIST) { "Danh sách phản ánh" }
        }
    }
}

/// The enabled accounts, as a select offers them.
pub async fn people(app: &App, staff: &Staff) -> Result<Vec<(String, String)>> {
    let people = accounts::enabled(app.store.read(), staff.actor.agency).await?;
    let words = |person: accounts::Account| {
        let title = if person.title.is_empty() {
            person.role().label().to_owned()
        } else {
            person.title
        };
        (person.username, format!("{} ({title})", person.name))
    };
    Ok(people.into_iter().map(words).collect())
}

/// Whom it is about: any number of them.
pub fn people_field(
    name: &str,
    chosen: &[String],
    people: &[(String, String)],
    errors: &FormErrors,
) -> Markup {
    let hint = "Chọn được nhiều người. Người được chọn, và người có họ tên trong nội dung, không thấy phản ánh trước khi được trả lời.";
    let field = Field::new(name, "Cán bộ bị phản ánh", "", errors)
        .optional()
        .hint(hint);
    let options: Vec<(&str, &str, bool)> = people
        .iter()
        .map(|(value, words)| (value.as_str(), words.as_str(), chosen.contains(value)))
        .collect();
    checkbox_group(&field, &options)
}

async fn form(app: &App, staff: &Staff, sheet: &Sheet, errors: &FormErrors) -> Result<Markup> {
    let people = people(app, staff).await?;
    let sources = [Source::Paper, Source::Phone].map(|source| (source.code(), source.label()));
    let typed = &sheet.typed;
    Ok(html! {
        div.head { h1 { (TITLE) } p { "Nhận bằng văn bản hoặc điện thoại: ghi đúng lời người phản ánh." } }
        (error_summary(errors))
        form.card method="post" action=(paths::FEEDBACK_ENTRY) {
            section.part {
                input type="hidden" name="key" value=(typed.key());
                div.fields {
                    (radio_group(&Field::new("source", "Nhận bằng", &sheet.source, errors), &sources, false))
                    (date_field(&Field::new("received_on", "Ngày nhận", &sheet.received_on, errors).optional().hint("Để trống là hôm nay")))
                }
                (kind_field(&typed.kind, errors))
            }
            section.part {
                (textarea(&Field::new("content", "Nội dung", &typed.content, errors).maxlength(4000), 6))
                div.fields {
                    (text_field(&Field::new("name", "Họ và tên", &typed.name, errors).optional().maxlength(200)))
                    (text_field(&Field::new("contact", "Điện thoại, thư điện tử hoặc địa chỉ", &typed.contact, errors).optional().maxlength(300)))
                    (text_field(&Field::new("dossier_code", "Mã hồ sơ", &typed.dossier_code, errors).optional().maxlength(60)))
                }
                (notify_field(&typed.notify, errors))
                (people_field("about", &sheet.about, &people, errors))
                p.row { (Button::primary("Ghi phản ánh").key("F9").submit()) }
            }
        }
    })
}
