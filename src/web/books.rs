//! `/so-van-ban`: which numbers left the office this year? A cancelled one stays, with its reason.
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Datelike;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, error_summary, select, text_field},
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, empty, status_badge},
    paths,
    reports::may_measure,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::cancel_number,
    app::App,
    domain::{
        paper::PaperKind,
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    store::papers::{self, Entry},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    loai: String,
    nam: Option<i32>,
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    let this_year = local_day(app.clock.now()).year();
    let year = asked.nam.unwrap_or(this_year);
    let kind = PaperKind::from_code(&asked.loai)
        .filter(|kind| kind.numbered())
        .unwrap_or(PaperKind::Apology);
    let book = papers::book(app.store.read(), staff.actor.agency, kind, year).await?;
    let cancels = matches!(staff.actor.role, Role::Office | Role::Admin);
    let heads = [
        "Số",
        "Ngày",
        "Hồ sơ",
        "Người nộp",
        "Người lập",
        "Tình trạng",
        "",
    ]
    .map(Column::text);
    let rows = book.iter().map(|entry| line(entry, kind, cancels));
    let kinds: Vec<(&str, &str)> = PaperKind::ALL
        .iter()
        .filter(|kind| kind.numbered())
        .map(|kind| (kind.code(), kind.label()))
        .collect();
    let years: Vec<String> = (2021.min(this_year)..=this_year)
        .rev()
        .map(|y| y.to_string())
        .collect();
    let years: Vec<(&str, &str)> = years.iter().map(|y| (y.as_str(), y.as_str())).collect();
    let errors = FormErrors::new();
    let cancelled = book
        .iter()
        .filter(|entry| entry.cancelled_at.is_some())
        .count();
    let done =
        (!asked.xong.is_empty()).then(|| format!("Đã hủy số; giấy mang số mới {}.", asked.xong));
    let notice = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    let shown_year = year.to_string();
    Ok(staff.page("Sổ văn bản đi", Section::Books, notice, html! {
        div.head { div {
            h1 { "Sổ văn bản đi" }
            p { (kind.label()) ", năm " (year) ": " b { (book.len()) } " số" @if cancelled > 0 { ", " (cancelled) " số đã hủy" } (gaps(&book)) }
        } }
        form.card.filter method="get" action=(paths::BOOKS) { div.body { div.fields {
            div.field.wide { (select(&Field::new("loai", "Loại giấy", kind.code(), &errors).quiet(), &kinds)) }
            (select(&Field::new("nam", "Năm", &shown_year, &errors).quiet(), &years))
            div.field { (Button::new("Xem").submit()) }
        } } }
        @if book.is_empty() { (empty("Sổ chưa có số nào.", "Số được cấp khi ký phiếu xin lỗi, yêu cầu bổ sung, từ chối hoặc dừng.", None)) }
        @else { section.card { (parts::table(&Table { label: "Sổ văn bản đi", columns: &heads, rows: rows.collect(), total: None })) } }
    }))
}

/// Numbers are drawn with the act that needs them, so a gap means that a row was lost: it is said.
fn gaps(book: &[Entry]) -> String {
    let last = book.last().map_or(0, |entry| entry.number);
    let missing: Vec<String> = (1..=last)
        .filter(|number| book.iter().all(|entry| entry.number != *number))
        .map(|number| number.to_string())
        .collect();
    if missing.is_empty() {
        ", liền mạch".into()
    } else {
        format!(", thiếu số {}: báo quản trị", missing.join(", "))
    }
}

fn line(entry: &Entry, kind: PaperKind, cancels: bool) -> Vec<Cell> {
    let state = match (&entry.cancelled_at, &entry.printed_at) {
        (Some(at), _) => html! {
            (status_badge(Tone::Dashed, Icon::Close, "Đã hủy"))
            p.small { (entry.cancel_reason.as_deref().unwrap_or_default()) " · "
                (entry.cancelled_by.as_deref().unwrap_or_default()) ", " (parts::day_month(local_day(*at))) }
        },
        (None, Some(at)) => {
            html! { (status_badge(Tone::Good, Icon::Print, "Đã in")) p.small { (viet::moment(to_local(*at))) } }
        }
        (None, None) => status_badge(Tone::Plain, Icon::Clock, "Chưa in"),
    };
    vec![
        Cell::Text(format!("{:02}", entry.number)),
        Cell::Text(parts::day(local_day(entry.made_at))),
        Cell::Markup(
            html! { a href=(paths::dossier(&entry.code)) { (parts::code(&entry.code, false)) } },
        ),
        Cell::Text(entry.applicant_name.clone()),
        Cell::Text(entry.made_by.clone()),
        Cell::Markup(state),
        Cell::Markup(html! { @if cancels && entry.cancelled_at.is_none() {
            a href=(paths::cancel_number(kind.code(), entry.year, entry.number)) { "Hủy số…" }
        } }),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    reason: String,
}

type Which = (String, i32, i32);

/// Asks for the reason: a number cannot be taken back.
pub async fn ask(
    State(app): State<App>,
    staff: Staff,
    Path(which): Path<Which>,
) -> Result<Markup, Failure> {
    Ok(form(&app, &staff, &which, "", &FormErrors::new()).await?)
}

pub async fn cancel(
    State(app): State<App>,
    staff: Staff,
    Path(which): Path<Which>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let kind = kind_of(&which)?;
    match cancel_number::run(&app, &staff.actor, kind, which.1, which.2, &typed.reason).await {
        Ok(next) => {
            let (year, next) = (which.1.to_string(), format!("{next:02}"));
            let to = paths::with_query(
                paths::BOOKS,
                &[("loai", kind.code()), ("nam", &year), ("xong", &next)],
            );
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let page = form(&app, &staff, &which, &typed.reason, &form_errors(&error)).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn kind_of(which: &Which) -> Result<PaperKind> {
    PaperKind::from_code(&which.0)
        .filter(|kind| kind.numbered())
        .ok_or_else(|| Error::not_found("Không có sổ này."))
}

async fn form(
    app: &App,
    staff: &Staff,
    which: &Which,
    reason: &str,
    errors: &FormErrors,
) -> Result<Markup> {
    may_measure(staff)?;
    let kind = kind_of(which)?;
    let (_, year, number) = *which;
    papers::numbered(app.store.read(), staff.actor.agency, kind, year, number)
        .await?
        .ok_or_else(|| Error::not_found("Sổ không có số này, hoặc số đã hủy."))?;
    Ok(staff.page("Hủy số", Section::Books, None, html! {
        h1 { "Hủy số " (format!("{number:02}")) ", năm " (year) }
        p { (kind.label()) ". Số đã hủy vẫn nằm trong sổ kèm lý do; giấy mang số kế tiếp." }
        (error_summary(errors))
        section.card { div.body {
            form method="post" action=(paths::cancel_number(kind.code(), year, number)) {
                (text_field(&Field::new("reason", "Lý do hủy", reason, errors).maxlength(500)))
                p.row { (Button::danger("Hủy số này").submit()) " " a href=(paths::BOOKS) { "Giữ lại" } }
            }
        } }
    }))
}
