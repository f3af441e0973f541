//! `/xin-loi/ky`: many letters signed at once, and what became of each.
use axum::{Form, extract::State};
use maud::{Markup, html};

use super::{
    layout::Section,
    parts::{self, Button, Cell, Column, Table, empty},
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::perform,
    app::App,
    domain::{
        dossier::{Act, allowed},
        time::local_day,
    },
    error::{Error, Kind, Result},
    store::apologies::{self, Case, Which},
};

/// More letters than anyone signs at a sitting.
const MOST: u64 = 200;

fn may(staff: &Staff) -> Result<()> {
    if allowed(Act::SignApology, staff.actor.role, true) {
        return Ok(());
    }
    Err(staff
        .actor
        .refused(Act::SignApology.label(), Act::SignApology.roles()))
}

/// What waits, each with a box.
pub async fn page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    may(&staff)?;
    let (cases, _) =
        apologies::cases(app.store.read(), staff.actor.agency, Which::ToSign, MOST).await?;
    let title = "Ký nhiều phiếu xin lỗi";
    Ok(staff.page(title, Section::Apologies, None, html! {
        nav.crumbs aria-label="Xin lỗi" { a href=(paths::APOLOGIES) { "Xin lỗi và hẹn lại ngày trả" } }
        div.head { div { h1 { (title) } p { "Mỗi phiếu được ký riêng: phiếu nào không ký được thì nói rõ vì sao, các phiếu khác vẫn ký." } } }
        @if cases.is_empty() { (empty("Không có phiếu chờ ký.", "Phiếu được soạn từ hồ sơ sắp trễ hoặc đã trễ.", None)) }
        @else {
            form method="post" action=(paths::APOLOGY_BATCH) {
                section.card { (boxes(&cases)) }
                p.row { (Button::primary("Ký các phiếu đã chọn").sending("Đang ký…").submit()) }
            }
        }
    }))
}

fn boxes(cases: &[Case]) -> Markup {
    let columns = ["Chọn", "Hồ sơ", "Đang ở", "Nguyên nhân", "Hẹn", "Hẹn lại"].map(Column::text);
    let rows = cases.iter().map(|case| {
        let id = format!("phieu-{}", case.code);
        vec![
            Cell::Markup(html! { label for=(id) {
                input id=(id) type="checkbox" name="phieu" value={ (case.code) ":" (case.version) } checked;
                span.sr { "Ký phiếu của hồ sơ " (case.code) }
            } }),
            Cell::Markup(html! { a href=(paths::apology(&case.code)) { (case.applicant_name) } p.small { (parts::code(&case.code, true)) } }),
            Cell::Markup(html! { (case.step.as_deref().unwrap_or("–")) @if let Some(holder) = &case.held_by { p.small { (holder) } } }),
            Cell::Markup(html! { (case.reason.as_deref().unwrap_or_default()) p.small { "soạn: " (case.drafted_by.as_deref().unwrap_or_default()) } }),
            Cell::Text(parts::day_month(local_day(case.original_due_at))),
            Cell::Text(case.new_date().map_or_else(|| "không hẹn lại".into(), |at| parts::day_month(local_day(at)))),
        ]
    });
    parts::table(&Table {
        label: "Phiếu chờ ký",
        columns: &columns,
        rows: rows.collect(),
        total: None,
    })
}

/// Signs the chosen ones, each on its own.
pub async fn sign(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Markup, Failure> {
    may(&staff)?;
    let mut results: Vec<(String, Result<(), Error>)> = Vec::new();
    for (_, value) in sent.iter().filter(|(name, _)| name == "phieu") {
        let (code, version) = value.rsplit_once(':').unwrap_or((value, ""));
        let input = perform::Input {
            action: Act::SignApology.code().into(),
            expected_version: version.parse().ok(),
            ..perform::Input::default()
        };
        let done = perform::run(&app, &staff.actor, code, &input).await;
        match done {
            Err(error)
                if !matches!(error.kind, Kind::Conflict | Kind::Invalid | Kind::NotFound) =>
            {
                return Err(Failure(error));
            }
            done => results.push((code.to_owned(), done)),
        }
    }
    let signed = results.iter().filter(|(_, done)| done.is_ok()).count();
    let rows = results.iter().map(|(code, done)| {
        vec![
            Cell::Markup(html! { a href=(paths::dossier(code)) { (parts::code(code, false)) } }),
            Cell::Markup(match done {
                Ok(()) => html! { "Đã ký · " a href=(paths::dossier_letter(code, "xin-loi")) { "in phiếu" } },
                Err(error) => html! { b.bad { "Chưa ký: " } (error.detail) },
            }),
        ]
    });
    let columns = ["Hồ sơ", "Kết quả"].map(Column::text);
    let title = format!("Đã ký {signed} trong {} phiếu", results.len());
    Ok(staff.page(&title, Section::Apologies, None, html! {
        nav.crumbs aria-label="Xin lỗi" { a href=(paths::APOLOGIES) { "Xin lỗi và hẹn lại ngày trả" } }
        div.head { h1 { (title) } }
        @if results.is_empty() { (empty("Chưa chọn phiếu nào.", "", Some((paths::APOLOGY_BATCH, "Chọn lại")))) }
        @else { section.card { (parts::table(&Table { label: "Kết quả từng phiếu", columns: &columns, rows: rows.collect(), total: None })) } }
    }))
}
