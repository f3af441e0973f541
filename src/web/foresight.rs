//! `/canh-bao`: which dossiers will likely be late, and which step will cause it?
use axum::extract::State;
use maud::{Markup, html};

use super::{
    dossier_way::time_words,
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Table, Tone, empty, status_badge},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{deadline::OfficeHours, dossier::Act, role::Role, time::local_day, viet::number},
    reports::foresight::{self as report, HOW, Row},
};

pub async fn page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    let officer = (staff.actor.role == Role::Specialist).then_some(staff.account.id);
    let found = report::build(&app, staff.actor.agency, officer).await?;
    let office = app.office(staff.actor.agency).await?;
    let columns = [
        "Dự báo",
        "Hồ sơ",
        "Đang ở",
        "Hẹn trả",
        "Còn lại",
        "Thường cần",
        "Bước gây trễ",
        "Việc",
    ]
    .map(Column::text);
    let rows = found
        .rows
        .iter()
        .map(|row| line(office.hours(), &staff, row));
    let looked = found.looked_at - found.unknown;
    Ok(staff.page("Dự báo trễ hạn", Section::Foresight, None, html! {
        div.head { div {
            h1 { "Dự báo trễ hạn" }
            p { "Đã xem " (number(looked)) " hồ sơ chưa quá hạn, so thời gian còn lại với thời gian các bước còn lại đã cần trong một năm qua ở cùng thủ tục." }
            @if found.unknown > 0 { p { "Chưa nói được gì về " (number(found.unknown)) " hồ sơ: có bước chưa đủ " (found.fewest) " trường hợp." } }
        } }
        @if found.rows.is_empty() { (empty("Không thấy hồ sơ nào sẽ trễ.", "Hồ sơ còn ít thời gian hơn các bước còn lại thường cần sẽ hiện ở đây.", Some((paths::DOSSIERS, "Xem mọi hồ sơ")))) }
        @else { section.card { (parts::table(&Table { label: "Hồ sơ có thể trễ", columns: &columns, rows: rows.collect(), total: None })) } }
        details.card { summary { "Cách tính" } div.body {
            p { (HOW) " Dưới " (found.fewest) " trường hợp thì không đoán." }
        } }
    }))
}

fn line(hours: &OfficeHours, staff: &Staff, row: &Row) -> Vec<Cell> {
    let unit = row.limit.map(|limit| limit.unit);
    let words = |seconds: i64| time_words(hours, unit, seconds);
    let some = |seconds: Option<i64>| seconds.map_or_else(|| "–".into(), words);
    let badge = if row.likely {
        status_badge(Tone::Overdue, Icon::Warn, "Sẽ trễ")
    } else {
        status_badge(Tone::Today, Icon::Clock, "Có thể trễ")
    };
    let drafts = crate::domain::dossier::allowed(
        Act::DraftApology,
        staff.actor.role,
        staff.actor.role.at_desk(),
    );
    vec![
        Cell::Markup(badge),
        Cell::Markup(
            html! { a href=(paths::dossier(&row.code)) { (row.applicant_name) } p.small { (row.procedure_name) } },
        ),
        Cell::Markup(html! { (row.now_at) p.small { (row.holder) } }),
        Cell::Text(
            row.due_at
                .map_or_else(|| "–".into(), |due| parts::day_month(local_day(due))),
        ),
        Cell::Text(words(row.seconds_left)),
        Cell::Markup(
            html! { (some(row.usual_seconds)) p.small { "chậm: " (some(row.slow_seconds)) } },
        ),
        Cell::Markup(
            html! { (row.step) p.small { "thường " (some(row.step_usual_seconds)) ", " (row.cases) " trường hợp" } },
        ),
        Cell::Markup(html! {
            @if drafts { (Button::new("Soạn phiếu xin lỗi").link(&paths::dossier_act(&row.code, Act::DraftApology.code()))) }
            @else { a href=(paths::dossier(&row.code)) { "Mở hồ sơ" } }
        }),
    ]
}
