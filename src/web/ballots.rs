//! `/phieu-khao-sat`: paper ballots, keyed one after another.
use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{
        Field, FormErrors, date_field, error_summary, radio_group, select, text_field, textarea,
    },
    layout::Section,
    parts::{Button, Notice, NoticeKind},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::cast_ballot::{self, Input, Paper},
    app::App,
    domain::{
        survey::{Questionnaire, SCALE},
        time::local_day,
        viet,
    },
    error::{Error, FieldErrors, Kind, Result},
    secret,
    store::{procedures, surveys},
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    lo: String,
    #[serde(default)]
    ngay: String,
    #[serde(default)]
    xong: String,
}

/// The form as typed: batch, day, field, comment, key, and the answers by question.
type Typed = BTreeMap<String, String>;

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let done = if asked.xong.is_empty() {
        None
    } else {
        let batch = viet::tidy(&asked.lo).replace('\0', "");
        let count = surveys::in_batch(app.store.read(), staff.actor.agency, &batch).await?;
        Some(format!("Đã ghi phiếu. Lô {} có {count} phiếu.", asked.lo))
    };
    let typed = Typed::from([
        ("batch".to_owned(), asked.lo),
        ("cast_on".to_owned(), asked.ngay),
    ]);
    let body = form(&app, &typed, &FormErrors::new()).await?;
    let notice = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(staff.page("Phiếu khảo sát giấy", Section::Ballots, notice, body))
}

pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    match keep(&app, &staff, &typed).await {
        Ok(()) => {
            let field = |name: &str| typed.get(name).map_or("", String::as_str);
            let to = paths::with_query(
                paths::BALLOTS,
                &[
                    ("lo", field("batch")),
                    ("ngay", field("cast_on")),
                    ("xong", "1"),
                ],
            );
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let body = form(&app, &typed, &form_errors(&error)).await?;
            let page = staff.page("Phiếu khảo sát giấy", Section::Ballots, None, body);
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn keep(app: &App, staff: &Staff, typed: &Typed) -> Result<()> {
    let field = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let mut errors = FieldErrors::default();
    let today = local_day(app.clock.now());
    let cast_on = match field("cast_on") {
        empty if empty.trim().is_empty() => None,
        day => errors.keep("cast_on", viet::read_date(&day, today)),
    };
    errors.finish()?;
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let answers = asked
        .questions
        .iter()
        .map(|question| (question.code.clone(), field(&question.code).parse().ok()));
    let paper = Paper {
        input: Input {
            answers: answers.collect(),
            comment: Some(field("comment")),
        },
        batch: field("batch"),
        field: field("field"),
        cast_on,
    };
    let key = field("key");
    if key.is_empty() || key.len() > 64 || key.chars().any(char::is_control) {
        return Err(Error::invalid(
            "batch",
            "Trang đã cũ. Xin mở lại trang nhập phiếu.",
        ));
    }
    cast_ballot::on_paper(app, &staff.actor, &paper, &format!("paper:{key}"))
        .await
        .map_err(|mut error| {
            // The page's first question stands for "no answer at all".
            for wrong in &mut error.errors {
                if wrong.field == "answers" {
                    wrong.field.clone_from(&asked.questions[0].code);
                }
            }
            error
        })
}

async fn form(app: &App, typed: &Typed, errors: &FormErrors) -> Result<Markup> {
    let asked: Questionnaire = cast_ballot::questionnaire(app.store.read()).await?;
    let today = local_day(app.clock.now());
    let fields = procedures::fields(app.store.read(), today).await?;
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|field| (field.as_str(), field.as_str()))
        .collect();
    let value = |name: &str| typed.get(name).map_or("", String::as_str);
    let key = match value("key") {
        "" => secret::new(),
        key => key.to_owned(),
    };
    let scale: Vec<(String, &str)> = (1..)
        .zip(SCALE)
        .map(|(value, words): (u8, &str)| (value.to_string(), words))
        .collect();
    let mut options: Vec<(&str, &str)> = scale
        .iter()
        .map(|(value, words)| (value.as_str(), *words))
        .collect();
    options.push(("", "Không có ý kiến"));
    Ok(html! {
        div.head { h1 { "Phiếu khảo sát giấy" } p { (asked.title) " · " (asked.source) } }
        (error_summary(errors))
        form.card method="post" action=(paths::BALLOTS) data-enter-next="" {
            section.part {
                input type="hidden" name="key" value=(key);
                div.fields {
                    (text_field(&Field::new("batch", "Lô phiếu", value("batch"), errors).hint("Ví dụ: 04/2021").maxlength(40)))
                    (date_field(&Field::new("cast_on", "Ngày ghi phiếu", value("cast_on"), errors).optional()))
                    (select(&Field::new("field", "Lĩnh vực", value("field"), errors).optional(), &fields))
                }
            }
            @for (place, question) in asked.questions.iter().enumerate() {
                section.part {
                    (radio_group(&Field::new(&question.code, &format!("{}. {}", place + 1, question.text), value(&question.code), errors), &options, false))
                }
            }
            section.part {
                (textarea(&Field::new("comment", "Ý kiến ghi trên phiếu", value("comment"), errors).optional().maxlength(2000), 2))
                p.row { (Button::primary("Ghi phiếu, sang phiếu sau").key("F9").submit()) }
            }
        }
    })
}
