//! `/phan-anh/danh-sach`: what was said, what waits, and is it handled in time? Every
//! number opens the rows behind it; rows that the reader must not see are in neither.
use axum::extract::{Query, State};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, select},
    icons::Icon,
    layout::Section,
    parts::{
        self, Button, Cell, Column, Pager, Table, Tone, badge, empty, filter_head, fold, fraction,
        pager, status_badge,
    },
    paths,
    reports::shown,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{
        calendar::Calendar,
        feedback::{Act, Kind, Standing, State as Stand},
        period::Period,
        time::{local_day, to_local},
        viet,
    },
    error::{FieldErrors, Result},
    reports::feedback::{self as report, Line, Report},
    store::feedback::{self, Feedback, Filter},
};

const PAGE: u64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    loai: String,
    #[serde(rename = "trang-thai")]
    state: String,
    /// A standing, or `den-han`: whatever was due.
    han: String,
    tu: String,
    den: String,
    trang: u64,
    /// `csv`, `xlsx`: of the file.
    pub dang: String,
}

/// The rows behind the figure of a period: what was due, and how it stands.
pub fn due(from: NaiveDate, to: NaiveDate, how: Option<Standing>) -> String {
    rows("", how.map_or("den-han", Standing::code), Some((from, to)))
}

fn rows(kind: &str, standing: &str, due: Option<(NaiveDate, NaiveDate)>) -> String {
    let days = due.map(|(from, to)| (viet::date(from), viet::date(to)));
    let mut pairs = vec![("loai", kind), ("han", standing)];
    if let Some((from, to)) = &days {
        pairs.extend([("tu", from.as_str()), ("den", to.as_str())]);
    }
    pairs.retain(|(_, value)| !value.is_empty());
    paths::with_query(paths::FEEDBACK_LIST, &pairs)
}

/// What was asked, as the query takes it; the days that could not be read are named.
pub fn filter(app: &App, asked: &Asked) -> (Filter, FormErrors) {
    let today = local_day(app.clock.now());
    let mut wrong = FieldErrors::default();
    let mut day = |name: &str, text: &str| match text.trim() {
        "" => None,
        text => wrong.keep(name, viet::read_date(text, today)),
    };
    let (from, to) = (day("tu", &asked.tu), day("den", &asked.den));
    // One end left out: from the first year of the program, until today.
    let due = (from.is_some() || to.is_some() || asked.han == "den-han").then(|| {
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default();
        Period::new(from.unwrap_or(first), to.unwrap_or(today))
    });
    let due = due.and_then(|due| wrong.keep("den", due.map_err(|why| why.to_string())));
    let mut errors = FormErrors::new();
    for error in &wrong.into_error().errors {
        errors.add(&error.field, error.message.clone());
    }
    let filter = Filter {
        kind: Kind::from_code(&asked.loai),
        state: Stand::from_code(&asked.state),
        standing: Standing::from_code(&asked.han),
        due,
    };
    (filter, errors)
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let now = app.clock.now();
    let today = local_day(now);
    let viewer = staff.actor.viewer();
    let (filter, errors) = filter(&app, &asked);
    let at = asked.trang.max(1);
    let (found, total) =
        feedback::page(app.store.read(), &viewer, &filter, now, at - 1, PAGE).await?;
    let year = Period {
        from: Period::year_of(today, app.settings.figures.period_start_day).from,
        to: today,
    };
    let period = filter.due.unwrap_or(year);
    let figures = report::build(&app, viewer.agency, Some(&viewer), period).await?;
    let office = app.office(viewer.agency).await?;
    let list = table(&found, &office.calendar, now);
    let body = html! {
        div.head {
            div { h1 { "Phản ánh, kiến nghị" } p { b { (total) } " phản ánh, kiến nghị" } }
            div.row {
                @if total > 0 { span { "Tải về: "
                    a href=(paths::with_query(&same(paths::FEEDBACK_FILE, &asked), &[("dang", "xlsx")])) { "Excel" } ", "
                    a href=(paths::with_query(&same(paths::FEEDBACK_FILE, &asked), &[("dang", "csv")])) { "CSV" } } }
                @if Act::Receive.allowed(staff.actor.role) { (Button::primary("Ghi phản ánh").icon(Icon::Plus).link(paths::FEEDBACK_ENTRY)) }
            }
        }
        (figures_card(&figures))
        (filter_form(&asked, &errors))
        @if found.is_empty() {
            (empty("Không có phản ánh, kiến nghị nào.", "Thử bớt điều kiện lọc.", Some((paths::FEEDBACK_LIST, "Bỏ lọc"))))
        } @else {
            section.card {
                (list)
                (pager(&Pager { path: &same(paths::FEEDBACK_LIST, &asked), page: at, per_page: PAGE, total }))
            }
        }
    };
    Ok(staff.page("Phản ánh, kiến nghị", Section::Feedback, None, body))
}

/// The same filter, without the page.
fn same(path: &str, asked: &Asked) -> String {
    let pairs = [
        ("loai", asked.loai.as_str()),
        ("trang-thai", &asked.state),
        ("han", &asked.han),
        ("tu", &asked.tu),
        ("den", &asked.den),
    ];
    let given: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    paths::with_query(path, &given)
}

fn filter_form(asked: &Asked, errors: &FormErrors) -> Markup {
    let kinds: Vec<(&str, &str)> = Kind::ALL.iter().map(|k| (k.code(), k.label())).collect();
    let states: Vec<(&str, &str)> = Stand::ALL.iter().map(|s| (s.code(), s.label())).collect();
    let mut standings: Vec<(&str, &str)> = Standing::ALL
        .iter()
        .map(|s| (s.code(), s.label()))
        .collect();
    standings.push(("den-han", "Đến hạn trong khoảng"));
    let narrowed = [&asked.loai, &asked.state, &asked.han, &asked.tu, &asked.den];
    let conditions = narrowed.iter().filter(|value| !value.is_empty()).count();
    html! {
        (fold(&filter_head(conditions), &html! { form.card.filter method="get" action=(paths::FEEDBACK_LIST) role="search" { div.body { div.fields {
            (select(&Field::new("loai", "Về việc", &asked.loai, errors).quiet(), &kinds))
            (select(&Field::new("trang-thai", "Trạng thái", &asked.state, errors).quiet(), &states))
            (select(&Field::new("han", "Hạn", &asked.han, errors).quiet(), &standings))
            (date_field(&Field::new("tu", "Đến hạn từ ngày", &asked.tu, errors).quiet()))
            (date_field(&Field::new("den", "Đến ngày", &asked.den, errors).quiet()))
            div.field { (Button::new("Lọc").submit()) @if conditions > 0 { " " a href=(paths::FEEDBACK_LIST) { "Bỏ lọc" } } }
        } } } }))
    }
}

/// Each kind apart, and all together.
fn figures_card(figures: &Report) -> Markup {
    let Period { from, to } = figures.period;
    let columns = [
        Column::text("Về việc"),
        Column::number("Đến hạn"),
        Column::number("Đúng hạn"),
        Column::number("Trễ hạn"),
        Column::number("Quá hạn, chưa xử lý"),
        Column::text("Tỷ lệ đúng hạn"),
        Column::number("Đang xử lý, còn hạn"),
    ];
    let line = |name: &str, kind: &str, line: &Line| {
        let of = |standing: Standing| rows(kind, standing.code(), Some((from, to)));
        vec![
            Cell::Text(name.to_owned()),
            Cell::Linked(line.due(), rows(kind, "den-han", Some((from, to)))),
            Cell::Linked(line.in_time, of(Standing::InTime)),
            Cell::Late(line.late, of(Standing::Late)),
            Cell::Late(line.overdue, of(Standing::Overdue)),
            Cell::Markup(if line.due() == 0 {
                html! { "–" }
            } else {
                fraction(shown(line.share()))
            }),
            Cell::Linked(line.open, rows(kind, Standing::Open.code(), None)),
        ]
    };
    let kinds = figures
        .kinds
        .iter()
        .map(|(kind, of)| line(kind.label(), kind.code(), of));
    let label = "Xử lý đúng hạn, theo loại";
    html! {
        section.card {
            header {
                h2 { "Xử lý đúng hạn" }
                span.small { "Hạn từ " (parts::day(from)) " đến " (parts::day(to)) ". Trả lời, chuyển hoặc không tiếp nhận trong hạn ÷ đến hạn." }
            }
            (parts::table(&Table { label, columns: &columns, rows: kinds.collect(), total: Some(line("Tất cả", "", &figures.total)) }))
        }
    }
}

fn table(found: &[Feedback], calendar: &Calendar, now: DateTime<Utc>) -> Markup {
    let columns = ["Số", "Nội dung", "Trạng thái", "Nhận", "Hạn"].map(Column::text);
    let rows = found.iter().map(|row| {
        // The limit that counts: of what was done, else of the answer.
        let due = row.lapse_at.map_or("–".into(), |lapse| {
            parts::day(local_day(lapse - TimeDelta::seconds(1)))
        });
        vec![
            Cell::Markup(html! {
                a.nowrap href=(paths::feedback(&row.code)) { (row.code) }
                div { (standing_badge(row, calendar, now)) }
            }),
            Cell::Markup(
                html! { div.words { (beginning(&row.content)) p.small { (row.kind().label()) } } },
            ),
            Cell::Text(row.state().label().to_owned()),
            Cell::Text(parts::day(local_day(row.received_at))),
            Cell::Text(due),
        ]
    });
    parts::table(&Table {
        label: "Phản ánh, kiến nghị",
        columns: &columns,
        rows: rows.collect(),
        total: None,
    })
}

/// How it stands, counted in working days.
pub fn standing_badge(row: &Feedback, calendar: &Calendar, now: DateTime<Utc>) -> Markup {
    let today = local_day(now);
    let between = |after, until| {
        calendar
            .working_days_between(after, until)
            .unwrap_or_default()
    };
    let due = row.due_at.map(to_local);
    match (row.standing(now), due) {
        (Standing::Open, Some(due)) if due.date() == today => {
            badge(parts::Standing::DueToday { at: due.time() })
        }
        (Standing::Open, Some(due)) => badge(parts::Standing::InTime {
            days: between(today, due.date()),
        }),
        (Standing::Overdue, Some(due)) => badge(parts::Standing::Overdue {
            days: between(due.date(), today),
        }),
        (Standing::InTime, _) => badge(parts::Standing::OnTime),
        (Standing::Late, _) => status_badge(Tone::Late, Icon::Warn, "Trễ hạn"),
        _ => status_badge(Tone::Dashed, Icon::Info, "Chưa có hạn"),
    }
}

/// The first words of a long text, cut between two words.
fn beginning(text: &str) -> String {
    const MOST: usize = 140;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{whole} …")
}
