//! `/bao-cao/trach-nhiem`: who kept the share of the time limit? An officer sees his own.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, Chosen, chosen, current_quarter,
    cut::{agency_box, boxes_with, said},
    file, files, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    domain::{
        deadline::Unit,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    reports::{
        access::whose,
        accountability::{self as report, By, Column as Counted, Line},
        spent::{People, Spent},
    },
    store::{accounts, hands::Whose},
    web::{
        dossier_way::time_words,
        form::{Field, FormErrors, select},
        layout::Section,
        parts::{self, Cell, Column, Table, counted, empty},
        paths,
        session::{Failure, Staff},
    },
};

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
    let whose = whose(&staff.actor);
    let agency = staff.actor.agency;
    let wanted = report::Asked {
        whose: &whose,
        cut: &asked.cut(),
        agency: &asked.co_quan,
    };
    let found = report::build(&app, agency, chosen.period, by, &wanted).await?;
    let name = format!("trach-nhiem-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &found, &found.sheet())? {
        return Ok(file);
    }
    let columns = [
        Column::text(by.label()),
        Column::number("Đã xong"),
        Column::number("Sớm"),
        Column::number("Đúng"),
        Column::number("Quá phần"),
        Column::number("Chuyển ngay"),
        Column::number("Không chia"),
        Column::number("Đang giữ, đã quá phần"),
        Column::number("Giữ đúng phần"),
        Column::number("Kể cả đang giữ quá phần"),
        Column::number("Lần dừng đồng hồ"),
    ];
    let row = |line: &Line, all: bool| {
        let group = if all { "" } else { line.key.as_str() };
        let href = |column: Counted| rows_of(&asked, &chosen, by, group, column);
        vec![
            Cell::Text(line.label.clone()),
            Cell::Linked(line.stretches, href(Counted::All)),
            Cell::Linked(line.early, href(Counted::Early)),
            Cell::Linked(line.on_time, href(Counted::OnTime)),
            Cell::Late(line.late, href(Counted::Late)),
            Cell::Linked(line.passed, href(Counted::Passed)),
            Cell::Linked(line.undated, href(Counted::Undated)),
            Cell::Late(line.over, href(Counted::Over)),
            Cell::Markup(counted(
                shown(line.kept),
                &[href(Counted::Kept), href(Counted::Shared)],
            )),
            Cell::Markup(counted(
                shown(line.kept_with_over),
                &[href(Counted::Kept), href(Counted::SharedOver)],
            )),
            line.pauses_asked.map_or_else(
                || Cell::Text("–".into()),
                |times| match pauses_of(&chosen, group, &line.label) {
                    Some(href) => Cell::Linked(times, href),
                    None => Cell::Count(times),
                },
            ),
        ]
    };
    let rows: Vec<Vec<Cell>> = found.rows.iter().map(|line| row(line, false)).collect();
    let title = format!("Thời gian giữ hồ sơ, {}", chosen.within());
    let people = People::of(&app, agency).await?;
    let more = filters(&app, agency, &asked, &chosen, &whose, &people).await?;
    let body = html! {
        @if staff.actor.role.measures() { (tabs(paths::REPORT_ACCOUNTABILITY)) }
        div.head { div { h1 { (title) } (span(&app, chosen.period)) @if !staff.actor.role.measures() { p { "Hồ sơ từng ở tay tôi." } } } div.row { (files(paths::REPORT_ACCOUNTABILITY, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_ACCOUNTABILITY, &asked, &chosen, &more))
        (said(&asked.cut()))
        @if found.rows.is_empty() { (empty("Không có lượt giữ nào kết thúc trong kỳ, không ai đang giữ quá phần.", "Chọn kỳ khác ở trên để xem.", None)) }
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

/// How the rows are told apart, and of which dossiers and agencies they are.
async fn filters(
    app: &App,
    agency: i64,
    asked: &Asked,
    chosen: &Chosen,
    whose: &Whose,
    people: &People,
) -> Result<Markup> {
    let options: Vec<(&str, &str)> = By::ALL.iter().map(|by| (by.code(), by.label())).collect();
    let names = report::agencies(app, agency, chosen.period, whose).await?;
    let officers = accounts::enabled(app.store.read(), agency).await?;
    let officers = officers.iter().map(|one| people.choice(one)).collect();
    Ok(html! {
        (select(&Field::new("theo", "Theo", by(asked).code(), &FormErrors::new()).quiet(), &options))
        (boxes_with(app, asked, officers).await?)
        (agency_box(asked, names.into_iter().collect()))
    })
}

/// The stops of one officer, named by key and words; a name that several bear, written
/// down without an account, leads to nobody's.
fn pauses_of(chosen: &Chosen, key: &str, words: &str) -> Option<String> {
    let (from, to) = (parts::day(chosen.period.from), parts::day(chosen.period.to));
    let account = key.strip_prefix('@').unwrap_or_default();
    let officer = match words.strip_suffix(')') {
        None => ("nguoi", words),
        Some(_) if !account.is_empty() => ("tai-khoan", account),
        Some(_) => return None,
    };
    let days = [("tu", from.as_str()), ("den", &to), officer];
    Some(paths::with_query(paths::PAUSES, &days))
}

fn rows_of(asked: &Asked, chosen: &Chosen, by: By, group: &str, column: Counted) -> String {
    let mut pairs = asked.pairs(&chosen.name);
    pairs.retain(|(name, _)| *name != "theo");
    let more = [("theo", by.code()), ("nhom", group), ("o", column.code())];
    pairs.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
    paths::with_query(paths::REPORT_ACCOUNTABILITY_ROWS, &pairs)
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
    let own = app.agency_name(staff.actor.agency).await?.name.clone();
    let wanted = report::Asked {
        whose: &whose(&staff.actor),
        cut: &asked.cut(),
        agency: &asked.co_quan,
    };
    let people = People::of(&app, staff.actor.agency).await?;
    let agency = staff.actor.agency;
    let mut found = report::counted(&app, agency, chosen.period, by, &wanted, &people).await?;
    found.retain(|one| {
        (asked.nhom.is_empty() || report::key(by, one, &own, &people) == asked.nhom)
            && column.holds(one)
    });
    // As the row of the report was called.
    let group = found.first().map_or_else(
        || asked.nhom.clone(),
        |one| report::label(by, one, &own, &people),
    );
    let columns = [
        "Hồ sơ",
        "Bước",
        "Ai giữ",
        "Giao lúc",
        "Đã dùng",
        "Được dùng",
    ]
    .map(Column::text);
    let office = app.office(agency).await?;
    let words = |one: &Spent, seconds: Option<i64>| {
        let unit = one.last.unit.as_deref().and_then(Unit::from_code);
        seconds.map_or_else(
            || "–".into(),
            |seconds| time_words(office.hours(), unit, seconds),
        )
    };
    let shown = found.iter().map(|one| {
        let at = to_local(one.given_at);
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&one.last.code)) { (parts::code(&one.last.code, false)) } p.small { (one.last.procedure_name) } }),
            Cell::Text(one.last.step_name.clone()),
            Cell::Text(hands(one)),
            Cell::Text(format!("{}, {}", at.format("%H:%M"), parts::day(local_day(one.given_at)))),
            Cell::Text(words(one, one.used)),
            Cell::Text(words(one, one.allotted())),
        ]
    });
    let title = if asked.nhom.is_empty() {
        format!("{}: {}", column.label(), chosen.within())
    } else {
        format!(
            "{}, {}: {}",
            group,
            column.label().to_lowercase(),
            chosen.within()
        )
    };
    let count = found.len();
    Ok(staff.page(&title, Section::Reports, None, html! {
        nav.crumbs aria-label="Báo cáo" { a href=(paths::with_query(paths::REPORT_ACCOUNTABILITY, &asked.pairs(&chosen.name))) { "Thời gian giữ hồ sơ" } }
        div.head { div { h1 { (title) } p { b { (viet::number(count)) } " lượt giữ" } } }
        @if count == 0 { (empty("Không có lượt giữ nào.", "Chọn kỳ hoặc con số khác trong báo cáo.", None)) }
        @else { section.card { (parts::table(&Table { label: "Các lượt giữ", columns: &columns, rows: shown.collect(), total: None })) } }
    }))
}

/// All who had it, in their order.
fn hands(one: &Spent) -> String {
    let names = one.holders.iter().map(|name| match name.as_str() {
        "" => one.last.duty().role().label(),
        name => name,
    });
    names.collect::<Vec<_>>().join(", rồi ")
}
