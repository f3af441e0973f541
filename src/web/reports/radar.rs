//! `/bao-cao/ra-xet`: what deserves a look, rule by rule; what was looked at stays so.
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, chosen, current_month, file, files, may_measure, period_bar, span, tabs};
use crate::{
    actions::review_finding,
    app::App,
    domain::{radar::Rule, viet},
    error::{Kind, Result},
    reports::radar::{self as report, MEANT, Row},
    web::{
        form::{Field, FormErrors, error_summary, text_field},
        layout::Section,
        parts::{self, Button, Notice, NoticeKind, notice},
        paths,
        session::{Failure, Staff, refused},
        sign_in::form_errors,
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_month(&app))?;
    let report = report::build(&app, staff.actor.agency, chosen.period).await?;
    let name = format!("can-xem-lai-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &report, &report.sheet())? {
        return Ok(file);
    }
    Ok(view(&app, &staff, &asked, &FormErrors::new())
        .await?
        .into_response())
}

async fn view(app: &App, staff: &Staff, asked: &Asked, errors: &FormErrors) -> Result<Markup> {
    let chosen = chosen(app, asked, &current_month(app))?;
    let report = report::build(app, staff.actor.agency, chosen.period).await?;
    let rows = report.findings;
    let open = rows.iter().filter(|row| row.reviewed.is_none()).count();
    let title = format!("Điểm cần xem lại, {}", chosen.within());
    let words = format!("{MEANT} Ghi kết quả xem xét để mục không hiện lại như chưa xem.");
    let body = html! {
        (tabs(paths::REPORT_RADAR))
        div.head { div { h1 { (title) } (span(app, chosen.period)) } div.row { (files(paths::REPORT_RADAR, asked, &chosen)) } }
        (period_bar(app, paths::REPORT_RADAR, asked, &chosen, &html! {}))
        (notice(&Notice::new(NoticeKind::Info, &words)))
        (error_summary(errors))
        p { b { (open) } " mục chưa xem, " b { (rows.len() - open) } " mục đã xem." }
        @for rule in Rule::ALL { (of_rule(*rule, &rows, asked, errors)) }
    };
    Ok(staff.page(&title, Section::Reports, None, body))
}

fn of_rule(rule: Rule, rows: &[Row], asked: &Asked, errors: &FormErrors) -> Markup {
    let own: Vec<&Row> = rows.iter().filter(|row| row.rule == rule).collect();
    html! {
        @if !own.is_empty() {
            section.card {
                header { h2 { (rule.label()) } span.small { (own.len()) " mục" } }
                ul.list { @for row in own { li { (one(row, asked, errors)) } } }
            }
        }
    }
}

/// Dossiers, each a link.
fn codes(all: &[String]) -> Markup {
    html! { @for (place, code) in all.iter().enumerate() { @if place > 0 { ", " } a.tall href=(paths::dossier(code)) { (parts::code(code, false)) } } }
}

fn one(row: &Row, asked: &Asked, errors: &FormErrors) -> Markup {
    html! {
        p { (row.words) }
        @let (first, rest) = row.dossiers.split_at(row.dossiers.len().min(20));
        p.second { (codes(first)) }
        @if !rest.is_empty() { details.why { summary { "Xem " (viet::number(rest.len())) " hồ sơ nữa" } p.second { (codes(rest)) } } }
        @match &row.reviewed {
            Some(words) => p.second { "Đã xem: " (words) },
            None => details.why {
                summary { "Ghi kết quả xem xét" span.sr { ": " (row.words) } }
                form method="post" action=(paths::REPORT_RADAR) {
                    input type="hidden" name="finding" value=(row.key);
                    input type="hidden" name="ky" value=(asked.ky);
                    input type="hidden" name="tu" value=(asked.tu);
                    input type="hidden" name="den" value=(asked.den);
                    (field(&row.key, errors))
                    p.row { (Button::new("Ghi đã xem").submit()) }
                }
            },
        }
    }
}

/// Its name holds the finding's, so that labels stay apart; the form sends it as `note`.
fn field(key: &str, errors: &FormErrors) -> Markup {
    let id = format!("note-{key}");
    let field = Field::new(&id, "Kết quả xem xét", "", errors).maxlength(500);
    text_field(&field)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Reviewed {
    finding: String,
    ky: String,
    tu: String,
    den: String,
    #[serde(flatten)]
    rest: std::collections::HashMap<String, String>,
}

pub async fn review(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Reviewed>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let asked = Asked {
        ky: typed.ky.clone(),
        tu: typed.tu.clone(),
        den: typed.den.clone(),
        ..Asked::default()
    };
    let note = typed.rest.get(&format!("note-{}", typed.finding));
    let note = note.map(String::as_str).unwrap_or_default();
    match review_finding::run(&app, &staff.actor, &typed.finding, note).await {
        Ok(()) => {
            let to = paths::with_query(paths::REPORT_RADAR, &asked.pairs(&asked.ky));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            let mut errors = form_errors(&error);
            if errors.is_empty() {
                errors.add("finding", error.detail.clone());
            }
            let page = view(&app, &staff, &asked, &errors).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}
