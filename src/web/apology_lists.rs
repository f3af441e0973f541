//! The lists of `/xin-loi`: what wants a letter, and what became of the letters that
//! were signed, by each way that one can leave.
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::{
    parts::{self, Button, Cell, Column, Standing, Table, badge},
    paths,
};
use crate::{
    domain::{
        calendar::Calendar,
        dossier::{Act, allowed},
        notice::State,
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    store::{apologies::Case, outbox::Outgoing},
};

pub fn day(at: DateTime<Utc>, today: NaiveDate) -> String {
    parts::near(local_day(at), today)
}

/// The badge of an open case, by its first promise.
pub fn standing(case: &Case, calendar: &Calendar, today: NaiveDate) -> Standing {
    let due = to_local(case.original_due_at);
    let days = |after, until| {
        calendar
            .working_days_between(after, until)
            .unwrap_or_default()
    };
    match (case.ended_at, due.date()) {
        (Some(ended), due) => Standing::Late {
            days: days(due, local_day(ended)),
        },
        (None, day) if day < today => Standing::Overdue {
            days: days(day, today),
        },
        (None, day) if day == today => Standing::DueToday { at: due.time() },
        (None, day) => Standing::InTime {
            days: days(today, day),
        },
    }
}

/// Cases that want a draft, which the reader writes where the role allows it.
pub fn drafts(
    label: &str,
    cases: &[Case],
    calendar: &Calendar,
    today: NaiveDate,
    role: Role,
) -> Markup {
    let may = allowed(Act::DraftApology, role, role.at_desk());
    let columns: Vec<Column> = ["Tình trạng", "Hồ sơ", "Thủ tục", "Đang ở", "Hẹn trả"]
        .into_iter()
        .chain(may.then_some("Việc"))
        .map(Column::text)
        .collect();
    let rows = cases.iter().map(|case| {
        let act = paths::dossier_act(&case.code, Act::DraftApology.code());
        let holder = case.holder.clone().filter(|_| case.ended_at.is_none());
        let cells = vec![
            Cell::Markup(badge(standing(case, calendar, today))),
            Cell::Markup(html! { a href=(paths::dossier(&case.code)) { (case.applicant_name) } p.small { (parts::code(&case.code, true)) } }),
            Cell::Text(case.procedure_name.clone()),
            Cell::Text(holder.unwrap_or_else(|| case.status().label().to_owned())),
            Cell::Text(day(case.original_due_at, today)),
        ];
        let write = || if case.drafted_at.is_some() {
            html! { a href=(paths::apology(&case.code)) { "Phiếu chờ ký" } }
        } else {
            Button::new("Soạn phiếu").link(&act)
        };
        cells.into_iter().chain(may.then(|| Cell::Markup(write()))).collect()
    });
    html! { section.card { (parts::table(&Table { label, columns: &columns, rows: rows.collect(), total: None })) } }
}

/// Cases to be read: what was said, and by which way it left.
pub fn listed(
    label: &str,
    cases: &[Case],
    told: &[Outgoing],
    calendar: &Calendar,
    today: NaiveDate,
) -> Markup {
    let columns = [
        "Tình trạng",
        "Hồ sơ",
        "Thủ tục",
        "Hẹn lần đầu",
        "Hẹn lại",
        "Phiếu xin lỗi",
        "Đã tới người nộp bằng",
    ]
    .map(Column::text);
    let rows = cases.iter().map(|case| {
        let letter = if let (Some(number), Some(at)) = (case.number, case.signed_at) {
            html! {
                a href=(paths::dossier_letter(&case.code, "xin-loi")) { "số " (format!("{number:02}")) }
                ", " (day(at, today)) @if local_day(at) >= local_day(case.original_due_at) { " (sau hạn)" }
            }
        } else {
            html! { "chưa có" }
        };
        let told = told.iter().filter(|row| row.dossier_id == Some(case.dossier_id));
        vec![
            Cell::Markup(badge(standing(case, calendar, today))),
            Cell::Markup(html! { a href=(paths::dossier(&case.code)) { (case.applicant_name) } p.small { (parts::code(&case.code, true)) } }),
            Cell::Text(case.procedure_name.clone()),
            Cell::Text(day(case.original_due_at, today)),
            Cell::Text(case.new_date().filter(|_| case.signed_at.is_some()).map_or_else(|| "–".into(), |at| day(at, today))),
            Cell::Markup(letter),
            Cell::Markup(if case.signed_at.is_some() { proofs(case, told) } else { html! { "–" } }),
        ]
    });
    html! { section.card { (parts::table(&Table { label, columns: &columns, rows: rows.collect(), total: None })) } }
}

/// What each way of telling can show for itself: when, by whom, or why not yet.
fn proofs<'a>(case: &Case, told: impl Iterator<Item = &'a Outgoing>) -> Markup {
    let moment = |at: DateTime<Utc>| viet::moment(to_local(at));
    html! {
        @match case.printed_at {
            Some(at) => p.small { "In: " (moment(at)) @if let Some(by) = &case.printed_by { ", " (by) } },
            None => p.small { "In: chưa in" },
        }
        // A letter that was printed needs no slip that says so.
        @for row in told.filter(|row| !matches!(row.state(), State::Waiting | State::Over) || case.printed_at.is_none()) { p.small {
            (row.channel().label()) ": "
            @match (row.state(), row.settled_at, row.delivered_at.or(row.sent_at)) {
                (State::Settled, Some(at), _) => { "đã báo trực tiếp " (moment(at)) @if let Some(by) = &row.settled_by { ", " (by) } },
                (State::Sent | State::Delivered, _, Some(at)) => { (row.state().label().to_lowercase()) " " (moment(at)) },
                (State::Failed, ..) => { a href=(paths::NOTICES) { "không đến" } @if let Some(why) = &row.last_error { ", " (why) } },
                (state, ..) => (state.label().to_lowercase()),
            }
        } }
    }
}
