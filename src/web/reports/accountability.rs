//! `/bao-cao/trach-nhiem`: who kept the share of the time limit? An officer sees his own.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{Asked, Chosen, chosen, current_quarter, file, files, period_bar, span, tabs};
use crate::{
    app::App,
    domain::{
        deadline::Unit,
        time::{local_day, to_local},
    },
    error::{Error, Result},
    reports::accountability::{self as report, By, Column as Counted, Line},
    store::hands::{Stretch, Whose},
    web::{
        dossier_way::time_words,
        form::{Field, FormErrors, select},
        layout::Section,
        parts::{self, Cell, Column, Table, empty},
        paths,
        session::{Failure, Staff},
    },
};

/// Leaders and the Office see all; an officer what lay in his own hands.
fn whose(staff: &Staff) -> Whose {
    if staff.actor.role.measures() {
        Whose::All
    } else {
        Whose::Of(staff.actor.name.clone())
    }
}

fn by(asked: &Asked) -> By {
    By::from_code(&asked.theo).unwrap_or(By::Officer)
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let by = by(&asked);
    let whose = whose(&staff);
    let found = report::build(&app, staff.actor.agency, chosen.period, by, &whose).await?;
    let name = format!("trach-nhiem-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &found, &found.sheet())? {
        return Ok(file);
    }
    let columns = [
        Column::text(by.label()),
        Column::number("Lượt giữ"),
        Column::number("Sớm"),
        Column::number("Đúng"),
        Column::number("Quá phần"),
        Column::number("Không chia"),
        Column::number("Giữ đúng phần"),
        Column::number("Lần dừng đồng hồ"),
    ];
    let row = |line: &Line, all: bool| {
        let group = if all { "" } else { line.label.as_str() };
        let href = |column: Counted| rows_of(&chosen, by, group, column);
        vec![
            Cell::Text(line.label.clone()),
            Cell::Linked(line.stretches, href(Counted::All)),
            Cell::Linked(line.early, href(Counted::Early)),
            Cell::Linked(line.on_time, href(Counted::OnTime)),
            Cell::Late(line.late, href(Counted::Late)),
            Cell::Linked(line.undated, href(Counted::Undated)),
            Cell::Text(parts::percent(super::shown(line.kept), 1).unwrap_or_else(|| "–".into())),
            line.pauses_asked.map_or_else(
                || Cell::Text("–".into()),
                |asked| Cell::Linked(asked, pauses_of(&chosen, &line.label)),
            ),
        ]
    };
    let rows: Vec<Vec<Cell>> = found.rows.iter().map(|line| row(line, false)).collect();
    let title = format!("Thời gian giữ hồ sơ, {}", chosen.within());
    let body = html! {
        @if staff.actor.role.measures() { (tabs(paths::REPORT_ACCOUNTABILITY)) }
        div.head { div { h1 { (title) } (span(&app, chosen.period)) @if !staff.actor.role.measures() { p { "Hồ sơ từng ở tay tôi." } } } div.row { (files(paths::REPORT_ACCOUNTABILITY, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_ACCOUNTABILITY, &asked, &chosen, &by_field(by)))
        @if found.rows.is_empty() { (empty("Không có lượt giữ nào kết thúc trong kỳ.", "", None)) }
        @else {
            section.card { (parts::table(&Table { label: "Thời gian giữ hồ sơ so với phần được giao", columns: &columns, rows, total: Some(row(&found.total, true)) })) }
            details.card { summary { "Cách tính" } div.body {
                @for definition in &found.sheet().definitions { p { b { (definition.of) } ": " (definition.says) } }
            } }
        }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

fn by_field(by: By) -> Markup {
    let options: Vec<(&str, &str)> = By::ALL.iter().map(|by| (by.code(), by.label())).collect();
    select(
        &Field::new("theo", "Theo", by.code(), &FormErrors::new()).quiet(),
        &options,
    )
}

fn rows_of(chosen: &Chosen, by: By, group: &str, column: Counted) -> String {
    let (from, to) = (chosen.period.from.to_string(), chosen.period.to.to_string());
    paths::with_query(
        paths::REPORT_ACCOUNTABILITY_ROWS,
        &[
            ("tu", from.as_str()),
            ("den", to.as_str()),
            ("theo", by.code()),
            ("nhom", group),
            ("o", column.code()),
        ],
    )
}

/// The book of pauses, of one officer.
fn pauses_of(chosen: &Chosen, officer: &str) -> String {
    let (from, to) = (chosen.period.from.to_string(), chosen.period.to.to_string());
    paths::with_query(
        paths::PAUSES,
        &[
            ("tu", from.as_str()),
            ("den", to.as_str()),
            ("nguoi", officer),
        ],
    )
}

/// The stretches behind a number.
pub async fn rows(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let by = by(&asked);
    let column = Counted::from_code(&asked.o)
        .ok_or_else(|| Error::not_found("Không có số liệu này. Mở lại từ báo cáo."))?;
    let own = app.agency_name(staff.actor.agency).await?.name;
    let all = report::stretches(&app, staff.actor.agency, chosen.period, &whose(&staff)).await?;
    let found: Vec<&Stretch> = all
        .iter()
        .filter(|one| asked.nhom.is_empty() || report::label(by, one, &own) == asked.nhom)
        .filter(|one| column == Counted::All || report::column(one) == column)
        .collect();
    let columns = [
        "Hồ sơ",
        "Bước",
        "Ai giữ",
        "Giao lúc",
        "Đã dùng",
        "Được dùng",
    ]
    .map(Column::text);
    let words = |one: &Stretch, seconds: Option<i64>| {
        let unit = one.unit.as_deref().and_then(Unit::from_code);
        seconds.map_or_else(|| "–".into(), |seconds| time_words(&app, unit, seconds))
    };
    let shown = found.iter().map(|one| {
        let at = to_local(one.given_at);
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&one.code)) { (parts::code(&one.code, false)) } p.small { (one.procedure_name) } }),
            Cell::Text(one.step_name.clone()),
            Cell::Text(if one.holder.is_empty() { one.duty().role().label().into() } else { one.holder.clone() }),
            Cell::Text(format!("{}, {}", at.format("%H:%M"), parts::day(local_day(one.given_at)))),
            Cell::Text(words(one, one.held_seconds)),
            Cell::Text(words(one, one.allotted_seconds)),
        ]
    });
    let title = if asked.nhom.is_empty() {
        format!("{}: {}", column.label(), chosen.within())
    } else {
        format!(
            "{}, {}: {}",
            asked.nhom,
            column.label().to_lowercase(),
            chosen.within()
        )
    };
    let count = found.len();
    Ok(staff.page(&title, Section::Reports, None, html! {
        nav.crumbs aria-label="Báo cáo" { a href=(paths::with_query(paths::REPORT_ACCOUNTABILITY, &[("theo", by.code())])) { "Thời gian giữ hồ sơ" } }
        div.head { div { h1 { (title) } p { (count) " lượt giữ" } } }
        @if count == 0 { (empty("Không có lượt giữ nào.", "", None)) }
        @else { section.card { (parts::table(&Table { label: "Các lượt giữ", columns: &columns, rows: shown.collect(), total: None })) } }
    }))
}
