//! `/phieu-khao-sat`: paper ballots, keyed sheet by sheet, each of them twice.
use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{
        Field, FormErrors, date_field, error_summary, radio_group, select, text_field, textarea,
    },
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        cast_ballot::{self, Input},
        key_paper_ballot::{self, Keyed, Keying},
    },
    app::App,
    domain::{
        survey::{Questionnaire, SCALE},
        time::local_day,
        viet,
    },
    error::{Error, FieldErrors, Kind, Result},
    secret,
    store::{paper_sheets, procedures},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lo: String,
    so: String,
    ngay: String,
    quay: String,
    /// `1`: keyed once; `2`: it counts.
    xong: String,
}

/// The form as typed: batch, number, day, field, counter, comment, key, and the answers
/// by question.
type Typed = BTreeMap<String, String>;

/// What the first keying says where this one differs.
type Differences = [(String, String)];

const TITLE: &str = "Phiếu khảo sát giấy";

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let number: i32 = asked.so.parse().unwrap_or_default();
    let done = match asked.xong.as_str() {
        "1" => Some(format!(
            "Đã ghi phiếu {number} của lô {}, lần 1. Phiếu được tính sau lần nhập thứ hai.",
            asked.lo
        )),
        "2" => Some(format!(
            "Hai lần nhập phiếu {number} của lô {} khớp nhau. Phiếu đã được tính.",
            asked.lo
        )),
        _ => None,
    };
    let next = if asked.xong.is_empty() {
        asked.so
    } else {
        number.saturating_add(1).to_string()
    };
    let typed = Typed::from([
        ("batch".to_owned(), asked.lo),
        ("number".to_owned(), next),
        ("cast_on".to_owned(), asked.ngay),
        ("counter".to_owned(), asked.quay),
    ]);
    let body = view(&app, &staff, &typed, &FormErrors::new(), &[]).await?;
    let notice = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(staff.page(TITLE, Section::Ballots, notice, body))
}

pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let field = |name: &str| typed.get(name).map_or("", String::as_str);
    match keep(&app, &staff, &typed).await {
        Ok(Keyed::Differs(differs)) => {
            let body = view(&app, &staff, &typed, &FormErrors::new(), &differs).await?;
            let page = staff.page(TITLE, Section::Ballots, None, body);
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Ok(done) => {
            let done = if done == Keyed::First { "1" } else { "2" };
            let to = paths::with_query(
                paths::BALLOTS,
                &[
                    ("lo", field("batch")),
                    ("so", field("number")),
                    ("ngay", field("cast_on")),
                    ("quay", field("counter")),
                    ("xong", done),
                ],
            );
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let body = view(&app, &staff, &typed, &form_errors(&error), &[]).await?;
            let page = staff.page(TITLE, Section::Ballots, None, body);
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn keep(app: &App, staff: &Staff, typed: &Typed) -> Result<Keyed> {
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
    let keying = Keying {
        input: Input {
            answers: answers.collect(),
            comment: Some(field("comment")),
            opened: None,
        },
        batch: field("batch"),
        number: field("number").trim().parse().ok(),
        field: field("field"),
        counter: field("counter"),
        cast_on,
        settled: field("settled") == "1",
    };
    let key = field("key");
    if key.is_empty() || key.len() > 64 || key.chars().any(char::is_control) {
        return Err(Error::invalid(
            "batch",
            "Trang đã cũ. Xin mở lại trang nhập phiếu.",
        ));
    }
    // The same form, held against the paper once more, is another act.
    let key = format!("paper{}:{key}", if keying.settled { "2" } else { "" });
    key_paper_ballot::run(app, &staff.actor, &keying, &key)
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

async fn view(
    app: &App,
    staff: &Staff,
    typed: &Typed,
    errors: &FormErrors,
    differs: &Differences,
) -> Result<Markup> {
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let today = local_day(app.clock.now());
    let fields = procedures::fields(app.store.read(), today).await?;
    let batches = paper_sheets::batches(app.store.read(), staff.actor.agency, 6).await?;
    Ok(html! {
        div.head { h1 { (TITLE) } p { (asked.title) " · " (asked.source) } p { a href=(paths::KIOSKS) { "Màn hình khảo sát tại quầy" } } }
        (error_summary(errors))
        @if !differs.is_empty() { (difference_table(&asked, differs)) }
        div.split {
            (form(&asked, &fields, &app.settings.survey.counters, typed, errors, !differs.is_empty()))
            aside { (batch_table(&batches)) }
        }
    })
}

fn form(
    asked: &Questionnaire,
    fields: &[String],
    counters: &[String],
    typed: &Typed,
    errors: &FormErrors,
    settle: bool,
) -> Markup {
    let value = |name: &str| typed.get(name).map_or("", String::as_str);
    let key = match value("key") {
        "" => secret::new(),
        key => key.to_owned(),
    };
    let same = |names: &[String]| -> Vec<(String, String)> {
        names
            .iter()
            .map(|name| (name.clone(), name.clone()))
            .collect()
    };
    let (fields, counters) = (same(fields), same(counters));
    let scale: Vec<(String, &str)> = (1..)
        .zip(SCALE)
        .map(|(value, words): (u8, &str)| (value.to_string(), words))
        .collect();
    let mut options: Vec<(&str, &str)> = scale
        .iter()
        .map(|(value, words)| (value.as_str(), *words))
        .collect();
    options.push(("", "Không có ý kiến"));
    html! {
        form.card method="post" action=(paths::BALLOTS) data-enter-next="" {
            section.part {
                input type="hidden" name="key" value=(key);
                @if settle { input type="hidden" name="settled" value="1"; }
                div.fields {
                    (text_field(&Field::new("batch", "Lô phiếu", value("batch"), errors).hint("Ví dụ: 04/2021").maxlength(40)))
                    (text_field(&Field::new("number", "Số phiếu trong lô", value("number"), errors).hint("Ghi ở góc phiếu").inputmode("numeric").maxlength(5)))
                    (date_field(&Field::new("cast_on", "Ngày ghi phiếu", value("cast_on"), errors).optional()))
                    (select(&Field::new("field", "Lĩnh vực", value("field"), errors).optional(), &borrowed(&fields)))
                    (select(&Field::new("counter", "Quầy", value("counter"), errors).optional(), &borrowed(&counters)))
                }
            }
            @for (place, question) in asked.questions.iter().enumerate() {
                section.part {
                    (radio_group(&Field::new(&question.code, &format!("{}. {}", place + 1, question.text), value(&question.code), errors), &options, false))
                }
            }
            section.part {
                (textarea(&Field::new("comment", "Ý kiến ghi trên phiếu", value("comment"), errors).optional().maxlength(2000), 2))
                p.row { (Button::primary(if settle { "Đã đối chiếu phiếu giấy, ghi như trên" } else { "Ghi phiếu, sang phiếu sau" }).key("F9").submit()) }
            }
        }
    }
}

fn borrowed(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter()
        .map(|(value, words)| (value.as_str(), words.as_str()))
        .collect()
}

/// Where the second keying differs from the first: the paper decides.
fn difference_table(asked: &Questionnaire, differs: &Differences) -> Markup {
    let words = |code: &str| {
        let question = asked
            .questions
            .iter()
            .position(|question| question.code == code);
        match (question, code) {
            (Some(place), _) => format!("Câu {}", place + 1),
            (None, "comment") => "Ý kiến".to_owned(),
            (None, "field") => "Lĩnh vực".to_owned(),
            (None, "counter") => "Quầy".to_owned(),
            (None, _) => "Ngày ghi phiếu".to_owned(),
        }
    };
    let text = format!(
        "Hai lần nhập khác nhau ở {} chỗ. Xin xem lại phiếu giấy, sửa bên dưới nếu cần rồi ghi.",
        differs.len()
    );
    html! {
        div tabindex="-1" data-focus="" { (parts::notice(&Notice::new(NoticeKind::Warn, &text))) }
        section.card {
            header { h2 { "Lần 1 ghi khác" } }
            ul.list { @for (code, first) in differs {
                li { b { (words(code)) } ": " @if first.is_empty() { "để trống" } @else { (first) } }
            } }
        }
    }
}

/// How far the batches are.
fn batch_table(batches: &[paper_sheets::Batch]) -> Markup {
    let heads = [
        Column::text("Lô"),
        Column::number("Nhập lần 1"),
        Column::number("Đã tính"),
        Column::number("Chờ lần 2"),
    ];
    let count = |count: i64| Cell::Count(u64::try_from(count).unwrap_or_default());
    let rows = batches.iter().map(|batch| {
        vec![
            Cell::Text(batch.batch.clone()),
            count(batch.sheets),
            count(batch.done),
            count(batch.sheets - batch.done),
        ]
    });
    html! {
        section.card {
            header { h2 { "Các lô" } }
            @if batches.is_empty() { div.body { p.second { "Chưa có lô nào." } } }
            @else { (parts::table(&Table { label: "Các lô phiếu giấy", columns: &heads, rows: rows.collect(), total: None })) }
            div.body { p.small { "Mỗi phiếu nhập hai lần, lần 2 do người khác nhập từ phiếu giấy. Khớp mới tính." } }
        }
    }
}
