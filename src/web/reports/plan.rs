//! `/ke-hoach`: how far are the tasks of the plan, what is overdue, what was spent?
use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, file, may_measure, tabs};
use crate::{
    actions::enter_plan::{self, Input, What},
    app::App,
    domain::{
        notice,
        plan::State as Stand,
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    reports::plan::{self as report, Item, Report, Row},
    store::{accounts, outbox},
    web::{
        form::{
            Field, FormErrors, date_field, error_summary, radio_group, select, text_field, textarea,
        },
        icons::Icon,
        layout::Section,
        parts::{
            self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, notice as told,
            status_badge,
        },
        paths,
        session::{Failure, Staff, refused},
        sign_in::form_errors,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Day {
    ngay: String,
    /// `1`: something was entered just now.
    xong: String,
    /// Only what stands so: `done`, `overdue`, `soon`, `open`; `all` for every item.
    #[serde(rename = "tinh-trang")]
    stand: String,
    dang: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(day): Query<Day>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let at = match day.ngay.trim() {
        "" => today,
        text => viet::read_date(text, today).map_err(|why| Error::invalid("ngay", why))?,
    };
    let plan = report::build(&app, staff.actor.agency, at).await?;
    let asked = Asked {
        dang: day.dang.clone(),
        ..Asked::default()
    };
    if let Some(file) = file(
        &app,
        &asked,
        &format!("ke-hoach-{at}"),
        &plan,
        &plan.sheet(),
    )? {
        return Ok(file);
    }
    let notice = (day.xong == "1").then(|| Notice::new(NoticeKind::Ok, "Đã ghi."));
    let typed = Input::default();
    let body = match day.stand.as_str() {
        "" => {
            let reminded = reminded(&app, staff.actor.agency, &plan).await?;
            view(&staff, &plan, at, &reminded, &typed, &FormErrors::new())
        }
        stand => items(&plan, at, Stand::from_code(stand)),
    };
    Ok(staff
        .page("Nhiệm vụ kế hoạch", Section::Targets, notice, body)
        .into_response())
}

pub async fn enter(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Input>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    match enter_plan::run(&app, &staff.actor, &typed).await {
        Ok(()) => {
            let to = paths::with_query(paths::PLAN, &[("xong", "1")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let at = local_day(app.clock.now());
            let plan = report::build(&app, staff.actor.agency, at).await?;
            let reminded = reminded(&app, staff.actor.agency, &plan).await?;
            let body = view(&staff, &plan, at, &reminded, &typed, &form_errors(&error));
            let page = staff.page("Nhiệm vụ kế hoạch", Section::Targets, None, body);
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn dong(amount: u64) -> String {
    format!("{}\u{a0}đ", viet::number(amount))
}

/// Who is told by mail, and who cannot be; nothing where nothing is owed.
async fn reminded(app: &App, agency: i64, plan: &Report) -> Result<Markup> {
    let people = accounts::enabled(app.store.read(), agency).await?;
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut untold: BTreeSet<&str> = BTreeSet::new();
    for (row, _) in plan.chased() {
        for account in report::answering(&row.officer, &people) {
            let takes = account.digest && account.email.is_some();
            if takes { &mut told } else { &mut untold }.insert(&account.name);
        }
    }
    let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    let written = outbox::last(app.store.read(), agency, notice::Kind::Plan).await?;
    Ok(html! {
        @if told.len() + untold.len() > 0 { p.second {
            @if !app.settings.notices.plan { "Nhắc qua thư đang tắt." }
            @else {
                "Nhắc qua thư mỗi tuần một lần, cho người đang nhận thư nhắc việc"
                @if !told.is_empty() { ": " (list(&told)) } "."
                @if !untold.is_empty() { " Chưa nhắc được: " (list(&untold)) " (chưa ghi địa chỉ thư, hoặc không nhận nhắc việc)." }
                @if let Some(at) = written { " Lần gần nhất: " (viet::moment(to_local(at))) "." }
            }
        } }
    })
}

fn view(
    staff: &Staff,
    plan: &Report,
    at: NaiveDate,
    reminded: &Markup,
    typed: &Input,
    errors: &FormErrors,
) -> Markup {
    let may = enter_plan::MAY.contains(&staff.actor.role) || staff.actor.role == Role::Admin;
    let csv = paths::with_query(paths::PLAN, &[("ngay", &parts::day(at)), ("dang", "xlsx")]);
    let of = |count: usize, stand| {
        let href = paths::with_query(
            paths::PLAN,
            &[("ngay", &parts::day(at)), ("tinh-trang", stand)],
        );
        parts::linked(u32::try_from(count).unwrap_or(u32::MAX), Some(&href))
    };
    html! {
        (tabs(paths::PLAN))
        div.head {
            div { h1 { "Nhiệm vụ của kế hoạch" } p { (plan.name) " · tính đến " (parts::day(at)) } }
            div.row { (Button::new("Excel").icon(Icon::Download).link(&csv)) (Button::new("Báo cáo quý").link(paths::REPORT_QUARTERLY)) }
        }
        (error_summary(errors))
        @if plan.over { (told(&Notice::new(NoticeKind::Info, "Kế hoạch này đã hết trước khi cơ quan dùng chương trình: không tính quá hạn, không nhắc ai. Tải tệp Excel ở đây, sửa thành kế hoạch năm nay rồi nạp lại.").link(paths::IMPORTS, "Nhập từ tệp"))) }
        section.card { header { h2 { (of(plan.done, "done")) " / " (of(plan.items, "all")) " kỳ có sản phẩm đã xong" } span.small { "Mỗi tháng, quý hoặc năm phải có sản phẩm là một kỳ." } } div.body {
            p { (of(plan.overdue, "overdue")) " kỳ quá hạn · " (of(plan.soon, "soon")) " kỳ sắp đến hạn · dự trù " b { (dong(plan.budget)) } ", đã chi " b { (dong(plan.spent)) } }
            (list(&plan.chased()))
            (reminded)
        } }
        @for section in sections(plan) { (tasks(section.0, &section.1)) }
        @if may { (form(plan, typed, errors)) }
    }
}

/// The items behind a number; `None`: all of them.
fn items(plan: &Report, at: NaiveDate, stand: Option<Stand>) -> Markup {
    let found = plan.items_in(|state| stand.is_none_or(|stand| stand == state));
    let back = paths::with_query(paths::PLAN, &[("ngay", &parts::day(at))]);
    let label = stand.map_or("mọi tình trạng".to_owned(), |one| {
        one.label().to_lowercase()
    });
    html! {
        nav.crumbs aria-label="Nhiệm vụ" { a href=(back) { "Nhiệm vụ của kế hoạch" } }
        div.head { div { h1 { "Kỳ phải có sản phẩm: " (label) } p { b { (found.len()) } " kỳ · tính đến " (parts::day(at)) } } }
        section.card { @if found.is_empty() { div.body { p.second { "Không có kỳ nào." } } } @else { (list(&found)) } }
    }
}

fn list(items: &[(&Row, &Item)]) -> Markup {
    html! {
        @if !items.is_empty() { ul.list { @for (row, item) in items {
            li.row { (badge(item)) span { b { (row.code) } " " (row.task) ": " (item.due) ", " (row.officer) } }
        } } }
    }
}

fn badge(item: &Item) -> Markup {
    match item.state {
        Stand::Done => status_badge(Tone::Good, Icon::Tick, item.state_label),
        Stand::Overdue => status_badge(Tone::Late, Icon::Warn, item.state_label),
        Stand::Soon => status_badge(Tone::Today, Icon::Clock, item.state_label),
        Stand::Before => status_badge(Tone::Dashed, Icon::Info, item.state_label),
        Stand::Open => status_badge(Tone::Dashed, Icon::Ring, item.state_label),
    }
}

fn sections(plan: &Report) -> Vec<(&str, Vec<&Row>)> {
    let mut all: Vec<(&str, Vec<&Row>)> = Vec::new();
    for row in &plan.rows {
        match all.last_mut() {
            Some((name, rows)) if *name == row.section => rows.push(row),
            _ => all.push((&row.section, vec![row])),
        }
    }
    all
}

fn tasks(section: &str, rows: &[&Row]) -> Markup {
    let heads = [
        Column::text("Nhiệm vụ, sản phẩm"),
        Column::text("Ai làm"),
        Column::text("Kỳ, tình trạng"),
        Column::number("Dự trù"),
        Column::number("Đã chi"),
    ];
    let lines = rows.iter().map(|row| {
        vec![
            Cell::Markup(html! { (row.code) " " (row.task) p.small { (row.products.join("; ")) } @if !row.remark.is_empty() { p.small { "Ghi chú: " (row.remark) } } }),
            Cell::Markup(html! { (row.officer) p.small { "Phối hợp: " (row.with) } }),
            Cell::Markup(html! { @for item in &row.items { p { (badge(item)) " " (item.due)
                @if let Some(day) = item.done_on { span.small { " · " (parts::day(day)) ": " (item.evidence) } } } }
                p.small { (row.due_words) } }),
            Cell::Text(row.budget.map(dong).unwrap_or_default()),
            Cell::Text(if row.spent == 0 { String::new() } else { dong(row.spent) }),
        ]
    });
    html! { section.card { header { h2 { (section) } } (parts::table(&Table { label: section, columns: &heads, rows: lines.collect(), total: None })) } }
}

fn form(plan: &Report, typed: &Input, errors: &FormErrors) -> Markup {
    let items: Vec<(String, String)> = plan
        .rows
        .iter()
        .flat_map(|row| row.items.iter().map(move |item| (row, item)))
        .map(|(row, item)| {
            let task: String = row.task.chars().take(80).collect();
            (
                item.item.clone(),
                format!("{} {task}, {}", row.code, item.due),
            )
        })
        .collect();
    let items: Vec<(&str, &str)> = items
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let kinds = [What::Done, What::Spent, What::Remark].map(|what| (what.code(), what.label()));
    html! {
        section.card { header { h2 id="ghi" { "Ghi tiến độ" } } div.body {
            form method="post" action=(paths::PLAN) {
                (select(&Field::new("item", "Nhiệm vụ, kỳ", &typed.item, errors), &items))
                (radio_group(&Field::new("kind", "Việc ghi", &typed.kind, errors), &kinds, false))
                (text_field(&Field::new("amount", "Số tiền đã chi (đồng)", &typed.amount, errors).optional().hint("Chỉ khi ghi “Đã chi”").inputmode("numeric")))
                (date_field(&Field::new("on_day", "Ngày", &typed.on_day, errors).optional().hint("Bỏ trống: hôm nay")))
                (textarea(&Field::new("evidence", "Căn cứ, ghi chú", &typed.evidence, errors).hint("Số văn bản, chứng từ hoặc việc đã làm").maxlength(1000), 2))
                p.row { (Button::primary("Ghi vào kế hoạch").submit()) }
            }
        } }
    }
}
