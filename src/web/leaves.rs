//! `/nghi-phep`: who is away, and who stands in?
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, error_summary, select, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, empty},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::take_leave::{self, Input},
    app::App,
    domain::{role::Role, time::local_day},
    error::{Kind, Result},
    store::{accounts, leaves},
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let notice = match asked.xong.as_str() {
        "ghi" => Some(Notice::new(
            NoticeKind::Ok,
            "Đã ghi. Hồ sơ giao trong những ngày này chuyển cho người thay.",
        )),
        "huy" => Some(Notice::new(NoticeKind::Ok, "Đã hủy lần nghỉ.")),
        _ => None,
    };
    let typed = Input {
        who: staff.account.username.clone(),
        ..Input::default()
    };
    Ok(view(&app, &staff, &typed, &FormErrors::new(), notice).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    typed: &Input,
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let all = leaves::from_day(db, staff.actor.agency, today).await?;
    let colleagues = accounts::enabled(db, staff.actor.agency).await?;
    let leads = matches!(staff.actor.role, Role::Leader | Role::Office | Role::Admin);
    let named: Vec<(String, String)> = colleagues
        .iter()
        .map(|person| {
            let words = if person.title.is_empty() {
                person.role().label()
            } else {
                &person.title
            };
            (
                person.username.clone(),
                format!("{} ({words})", person.name),
            )
        })
        .collect();
    let people: Vec<(&str, &str)> = named
        .iter()
        .map(|(username, words)| (username.as_str(), words.as_str()))
        .collect();
    let own: Vec<(&str, &str)> = people
        .iter()
        .copied()
        .filter(|(username, _)| leads || *username == staff.account.username)
        .collect();
    let columns = [
        "Người nghỉ",
        "Từ ngày",
        "Đến ngày",
        "Người thay",
        "Ghi chú",
        "",
    ]
    .map(Column::text);
    let rows = all.iter().map(|leave| {
        let may_cancel =
            leave.cancelled_at.is_none() && (leads || leave.account_id == staff.account.id);
        vec![
            Cell::Text(leave.name.clone()),
            Cell::Text(parts::day(leave.from_day)),
            Cell::Text(parts::day(leave.to_day)),
            Cell::Text(leave.stand_in.clone()),
            Cell::Text(leave.note.clone()),
            Cell::Markup(html! {
                @if leave.cancelled_at.is_some() { span.muted { "Đã hủy" } }
                @else if may_cancel { (Button::new("Hủy").post(&format!("{}/{}/huy", paths::LEAVES, leave.id), &[])) }
            }),
        ]
    });
    Ok(staff.page("Nghỉ phép, người thay", Section::HandOvers, notice, html! {
        nav.crumbs aria-label="Danh sách" { a href=(paths::HAND_OVERS) { "Bàn giao hồ sơ" } }
        div.head { div { h1 { "Nghỉ phép, người thay" } p { "Người thay nhận hồ sơ giao trong những ngày này và thấy hồ sơ đang nằm ở người nghỉ." } } }
        @if all.is_empty() { (empty("Không có ai nghỉ từ hôm nay.", "Ghi lần nghỉ ở dưới để hồ sơ chuyển cho người thay.", None)) }
        @else { section.card { (parts::table(&Table { label: "Các lần nghỉ từ hôm nay", columns: &columns, rows: rows.collect(), total: None })) } }
        (error_summary(errors))
        section.card { header { h2 { "Ghi lần nghỉ" } } div.body {
            form method="post" action=(paths::LEAVES) {
                div.fields {
                    (select(&Field::new("who", "Người nghỉ", &typed.who, errors), &own))
                    (select(&Field::new("stand_in", "Người thay", &typed.stand_in, errors), &people))
                }
                div.fields {
                    (date_field(&Field::new("from", "Từ ngày", &typed.from, errors)))
                    (date_field(&Field::new("to", "Đến hết ngày", &typed.to, errors)))
                    (text_field(&Field::new("note", "Ghi chú", &typed.note, errors).optional().maxlength(500)))
                }
                p.row { (Button::primary("Ghi lần nghỉ").submit()) }
            }
        } }
    }))
}

pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Input>,
) -> Result<Response, Failure> {
    match take_leave::run(&app, &staff.actor, &typed).await {
        Ok(()) => {
            Ok(Redirect::to(&paths::with_query(paths::LEAVES, &[("xong", "ghi")])).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let page = view(&app, &staff, &typed, &form_errors(&error), None).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

pub async fn cancel(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Redirect, Failure> {
    take_leave::cancel(&app, &staff.actor, id).await?;
    Ok(Redirect::to(&paths::with_query(
        paths::LEAVES,
        &[("xong", "huy")],
    )))
}
