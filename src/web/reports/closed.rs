//! `/bao-cao/chot-so`: which periods are closed, by whom, and what changed since?
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{Asked, chosen, may_measure, names, tabs};
use crate::{
    actions::close_period,
    app::App,
    domain::{
        period::Period,
        role::Role,
        share::Share,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    reports::{
        closed::{self, Closed},
        closed_beside::{self, Kept},
        reading::Reading,
    },
    store::closed_periods,
    web::{
        form::{Field, FormErrors, date_field, error_summary, select},
        layout::Section,
        parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, notice},
        paths,
        session::{Failure, Staff, refused},
        sign_in::form_errors,
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    Ok(view(&app, &staff, &asked, &FormErrors::new()).await?)
}

async fn view(app: &App, staff: &Staff, asked: &Asked, errors: &FormErrors) -> Result<Markup> {
    let rows = closed_periods::heads(app.store.read(), staff.actor.agency).await?;
    let heads = ["Kỳ", "Chốt lúc", "Người chốt", "Dấu niêm phong"].map(Column::text);
    let lines = rows.iter().map(|row| {
        let span = format!("{} – {}", parts::day(row.from_day), parts::day(row.to_day));
        vec![
            Cell::Markup(html! { a href=(paths::closed_period(row.id)) { (span) } }),
            Cell::Text(viet::moment(to_local(row.closed_at))),
            Cell::Text(row.closed_by.clone()),
            Cell::Markup(html! { code { (row.seal.chars().take(16).collect::<String>()) } }),
        ]
    });
    let may = close_period::MAY.contains(&staff.actor.role) || staff.actor.role == Role::Admin;
    let body = html! {
        (tabs(paths::REPORT_CLOSED))
        div.head { div { h1 { "Chốt số liệu" } p { "Số liệu của kỳ đã chốt không đổi; thay đổi ghi sau khi chốt hiện ở “Điều chỉnh kỳ trước” với lý do." } } }
        (error_summary(errors))
        @if may { (staff.confirm_first(paths::REPORT_CLOSED)) (form(app, asked, errors)) }
        section.card { header { h2 { "Kỳ đã chốt" } }
            @if rows.is_empty() { div.body { p.second { "Chưa chốt kỳ nào." } } }
            @else { (parts::table(&Table { label: "Kỳ đã chốt", columns: &heads, rows: lines.collect(), total: None })) }
        }
    };
    Ok(staff.page("Chốt số liệu", Section::Reports, None, body))
}

/// Which period to close: one that has ended, or any two days.
fn form(app: &App, asked: &Asked, errors: &FormErrors) -> Markup {
    let today = local_day(app.clock.now());
    let start = app.settings.figures.period_start_day;
    let over: Vec<(String, String)> = names(today, start)
        .into_iter()
        .filter(|name| Period::parse(name, start).is_ok_and(|period| period.to < today))
        .map(|name| (name.clone(), Period::title(&name)))
        .collect();
    let options: Vec<(&str, &str)> = over
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_str()))
        .collect();
    html! {
        section.card { header { h2 { "Chốt một kỳ" } } div.body {
            p.second { "Việc này không hoàn tác được. Kỳ phải đã hết." }
            form method="post" action=(paths::REPORT_CLOSED) {
                div.fields {
                    (select(&Field::new("ky", "Kỳ báo cáo", &asked.ky, errors).optional(), &options))
                    (date_field(&Field::new("tu", "Hoặc từ ngày", &asked.tu, errors).quiet()))
                    (date_field(&Field::new("den", "đến ngày", &asked.den, errors).quiet()))
                    div.field { (Button::danger("Chốt số liệu kỳ này").submit()) }
                }
            }
        } }
    }
}

pub async fn close(
    State(app): State<App>,
    staff: Staff,
    Form(asked): Form<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    staff.confirmed(paths::REPORT_CLOSED)?;
    let done = match wanted(&app, &asked) {
        Ok(period) => closed_now(&app, &staff, period).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&paths::closed_period(id)).into_response()),
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            let mut errors = form_errors(&error);
            if errors.is_empty() {
                errors.add("ky", error.detail.clone());
            }
            let page = view(&app, &staff, &asked, &errors).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn closed_now(app: &App, staff: &Staff, period: Period) -> Result<i64> {
    let beside = async {
        let reading = Reading::of(app, staff.actor.agency, &[period]).await?;
        closed_beside::figures(app, &reading, period).await
    };
    close_period::run(app, &staff.actor, period, beside).await
}

fn wanted(app: &App, asked: &Asked) -> Result<Period> {
    if asked.ky.is_empty() && asked.tu.trim().is_empty() && asked.den.trim().is_empty() {
        return Err(Error::invalid("ky", "Xin chọn kỳ, hoặc ghi hai ngày."));
    }
    Ok(chosen(app, asked, "")?.period)
}

/// One closed period.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    let row = closed_periods::by_id(app.store.read(), staff.actor.agency, id).await?;
    let row = row.ok_or_else(|| Error::not_found("Không có kỳ đã chốt này."))?;
    let closed = closed::open(row).await?;
    let periods = [closed.period()];
    let (holds, reading) = tokio::try_join!(
        closed::seal_holds(&app, &closed),
        Reading::of(&app, staff.actor.agency, &periods)
    )?;
    let adjustments = closed::adjustments(&app, &reading, &closed).await?;
    let heads = ["Mã hồ sơ", "Lúc chốt", "Bây giờ", "Lý do"].map(Column::text);
    let none = "không tính";
    let lines = adjustments.iter().map(|one| {
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&one.code)) { (parts::code(&one.code, false)) } },
            ),
            Cell::Text(one.was.clone().unwrap_or_else(|| none.into())),
            Cell::Text(one.is.clone().unwrap_or_else(|| none.into())),
            Cell::Text(one.reason.clone()),
        ]
    });
    let beside = closed_beside::compare(&app, &reading, &closed).await?;
    let period = closed.period();
    let (from, to) = (parts::day(period.from), parts::day(period.to));
    let table = paths::with_query(paths::REPORT_PROCESSING, &[("tu", &from), ("den", &to)]);
    let title = format!("Số liệu đã chốt, {from} – {to}");
    let broken = "Nội dung đã lưu không khớp dấu niêm phong. Báo quản trị, không dùng số liệu này.";
    let body = html! {
        nav.crumbs aria-label="Báo cáo" { a href=(paths::REPORT_CLOSED) { "Chốt số liệu" } }
        div.head { div { h1 { (title) } p { (viet::number(closed.counted.len())) " hồ sơ trong biểu" } }
            div.row { (Button::new("Mở biểu II.06a đã chốt").link(&table)) } }
        @if !holds { (notice(&Notice::new(NoticeKind::Err, broken))) }
        section.card { header { h2 { "Dấu niêm phong" } } div.body { (facts(&closed, holds)) } }
        section.card { header { h2 { "Điều chỉnh kỳ trước" } span.small { (viet::number(adjustments.len())) " hồ sơ" } }
            @if adjustments.is_empty() { div.body { p.second { "Không có hồ sơ nào khác với lúc chốt." } } }
            @else { (parts::table(&Table { label: "Điều chỉnh kỳ trước", columns: &heads, rows: lines.collect(), total: None })) }
        }
        (others(&beside))
    };
    Ok(staff.page(&title, Section::Reports, None, body))
}

/// The other figures, as they were and as they are.
fn others(beside: &[Kept]) -> Markup {
    let heads = [
        Column::text("Số liệu"),
        Column::number("Lúc chốt"),
        Column::number("Bây giờ"),
        Column::text(""),
    ];
    let share = |share: Share| Cell::Markup(parts::fraction(super::shown(share)));
    let lines = beside.iter().map(|one| {
        let moved = if one.moved() {
            "đã đổi sau khi chốt"
        } else {
            ""
        };
        vec![
            Cell::Text(one.label.clone()),
            share(one.was),
            share(one.is),
            Cell::Text(moved.to_owned()),
        ]
    });
    html! {
        @if !beside.is_empty() {
            section.card { header { h2 { "Số liệu khác của kỳ" } span.small { "giữ cùng biểu, dưới cùng dấu niêm phong" } }
                (parts::table(&Table { label: "Số liệu khác của kỳ", columns: &heads, rows: lines.collect(), total: None }))
            }
        }
    }
}

fn facts(closed: &Closed, holds: bool) -> Markup {
    let row = &closed.row;
    let chain = row.chain_head.as_deref().unwrap_or("chưa có");
    parts::definition_list(&[
        ("Người chốt", html! { (row.closed_by) }),
        (
            "Chốt lúc",
            html! { (viet::moment(to_local(row.closed_at))) },
        ),
        ("SHA-256 của số liệu", html! { code.wrap { (row.seal) } }),
        (
            "Kiểm tra",
            html! { @if holds { "Còn nguyên: nội dung lưu cho lại đúng dấu này, và chuỗi nhật ký giữ cùng dấu." } @else { "KHÔNG khớp." } },
        ),
        (
            "Đầu chuỗi nhật ký lúc chốt",
            html! { code.wrap { (chain) } },
        ),
    ])
}
