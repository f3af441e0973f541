//! `/xin-loi/ky`: many letters signed at once.
use axum::{Form, extract::State, response::Redirect};
use chrono::NaiveDate;
use maud::{Markup, html};

use super::{
    apology_lists::day,
    layout::Section,
    many,
    parts::{self, Button, Cell, Column, Table, empty},
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::act_on_many::{self, Seen},
    app::App,
    domain::{
        dossier::{Act, allowed},
        time::local_day,
    },
    error::{Error, Result},
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
                section.card { (boxes(&cases, local_day(app.clock.now()))) }
                p.row { (Button::primary("Ký các phiếu đã chọn").sending("Đang ký…").submit()) }
            }
        }
    }))
}

fn boxes(cases: &[Case], today: NaiveDate) -> Markup {
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
            Cell::Text(day(case.original_due_at, today)),
            Cell::Text(case.new_date().map_or_else(|| "không hẹn lại".into(), |at| day(at, today))),
        ]
    });
    parts::table(&Table {
        label: "Phiếu chờ ký",
        columns: &columns,
        rows: rows.collect(),
        total: None,
    })
}

/// Signs the chosen ones, each on its own; the page of the batch says what became of each.
pub async fn sign(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    may(&staff)?;
    let seen: Vec<Seen> = sent
        .iter()
        .filter(|(name, _)| name == "phieu")
        .map(|(_, value)| {
            let (code, version) = value.rsplit_once(':').unwrap_or((value, ""));
            Seen {
                code: code.to_owned(),
                version: version.parse().unwrap_or(-1),
            }
        })
        .collect();
    if seen.is_empty() {
        return Err(Failure(Error::invalid(
            "phieu",
            "Chưa chọn phiếu nào. Đánh dấu ở đầu dòng rồi ký lại.",
        )));
    }
    let (actor, account) = (&staff.actor, staff.account.id);
    let id = act_on_many::open(&app, actor, account, Act::SignApology, "", &seen).await?;
    many::go(app, staff, id).await?;
    Ok(Redirect::to(&paths::batch(id)))
}
