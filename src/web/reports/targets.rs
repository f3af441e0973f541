//! `/chi-tieu`: what did the plan promise, and how far is it? Each with its line of the plan.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::html;
use serde::Deserialize;

use super::{Asked, file, may_measure, shown, tabs};
use crate::{
    app::App,
    domain::{target::Formula, time::local_day, viet},
    error::{Error, Result},
    reports::targets as report,
    web::{
        feedback_list,
        form::{Field, FormErrors, date_field},
        icons::Icon,
        layout::Section,
        parts::{self, Button, Cell, Column, Table, Tone, fraction, status_badge},
        paths,
        session::{Failure, Staff},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Day {
    ngay: String,
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
    let targets = report::build(&app, staff.actor.agency, at).await?;
    let asked = Asked {
        dang: day.dang.clone(),
        ..Asked::default()
    };
    if let Some(file) = file(
        &app,
        &asked,
        &format!("chi-tieu-{at}"),
        &targets,
        &targets.sheet(),
    )? {
        return Ok(file);
    }
    let heads = [
        "Chỉ tiêu",
        "Cần",
        "Đạt được",
        "Tình trạng",
        "Cách tính, nguồn",
    ]
    .map(Column::text);
    let rows = targets.targets.iter().map(|row| {
        let state = match row.met {
            Some(true) => status_badge(Tone::Good, Icon::Tick, "Đạt"),
            Some(false) => status_badge(Tone::Late, Icon::Warn, "Chưa đạt"),
            None => status_badge(Tone::Dashed, Icon::Info, "Không đủ dữ liệu"),
        };
        vec![
            Cell::Text(row.label.clone()),
            Cell::Text(format!("≥\u{a0}{}\u{a0}%", row.goal.numerator)),
            Cell::Markup(if row.value.denominator == 0 {
                html! { "–" }
            } else if row.formula == Formula::FeedbackInTime {
                // The rows behind it, as the staff's list shows them.
                let href = feedback_list::due(targets.from, targets.at);
                html! { a href=(href) { (fraction(shown(row.value))) } }
            } else {
                fraction(shown(row.value))
            }),
            Cell::Markup(state),
            Cell::Markup(html! { p.second { (row.definition) } p.small { (row.source) } }),
        ]
    });
    let csv = paths::with_query(paths::TARGETS, &[("ngay", &day.ngay), ("dang", "csv")]);
    let errors = FormErrors::new();
    let body = html! {
        (tabs(paths::TARGETS))
        div.head {
            div { h1 { "Chỉ tiêu của kế hoạch" } p { (targets.plan) " · từ " (parts::day(targets.from)) " đến " (parts::day(targets.at)) } }
            div.row { (Button::new("CSV").icon(Icon::Download).link(&csv)) }
        }
        form.card.filter method="get" action=(paths::TARGETS) { div.body { div.fields {
            (date_field(&Field::new("ngay", "Tính đến ngày", &day.ngay, &errors).quiet()))
            div.field { (Button::new("Xem").submit()) }
        } } }
        section.card { (parts::table(&Table { label: "Chỉ tiêu của kế hoạch", columns: &heads, rows: rows.collect(), total: None })) }
    };
    Ok(staff
        .page("Chỉ tiêu", Section::Targets, None, body)
        .into_response())
}
