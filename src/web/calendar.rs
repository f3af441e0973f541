//! `/lich`: on which days and at which hours does the office work, and who decided that?
use axum::extract::{Query, State};
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, empty, notice},
    paths,
    public::hours_words,
    reports::may_measure,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{
        calendar::DayKind,
        office::{Office, Own},
        role::Role,
        time::local_day,
        viet,
    },
    store::agencies,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    nam: Option<i32>,
    /// What was changed just now.
    xong: String,
}

/// Days off and swapped working days of a year.
pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    let offices = app.offices().await?;
    let office = offices.of(staff.actor.agency);
    let calendar = &office.calendar;
    let today = local_day(app.clock.now());
    let db = app.store.read();
    let above = match agencies::above(db, staff.actor.agency).await? {
        Some(above) => Some(agencies::name_by(db, above, today).await?.name),
        None => None,
    };
    let own = offices.own(staff.actor.agency);
    let years: std::collections::BTreeSet<i32> =
        calendar.exceptions().map(|day| day.date.year()).collect();
    let year = asked.nam.unwrap_or(today.year());
    let next_known = calendar
        .exceptions()
        .any(|day| day.date.year() == today.year() + 1)
        && !calendar.is_provisional(today.year() + 1);
    let changes = matches!(staff.actor.role, Role::Office | Role::Admin);
    let done = (!asked.xong.is_empty())
        .then(|| format!("Đã lưu lịch: {}. Ngày hẹn được tính lại.", asked.xong));
    let done = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    let rows = rows(&office, year, above.as_deref(), &own, changes);
    let mut heads = ["Ngày", "Thứ", "Loại", "Tên", "Độ tin cậy"]
        .map(Column::text)
        .to_vec();
    if above.is_some() {
        heads.push(Column::text("Của ai"));
    }
    Ok(staff.page("Lịch nghỉ", Section::Calendar, done, html! {
        div.head { div { h1 { "Lịch nghỉ năm " (year) } p { "Bản lịch số " (calendar.version()) } }
            @if changes { div.row {
                (Button::new("Đổi một ngày, hoán đổi ngày nghỉ").link(paths::CALENDAR_CHANGE))
                (Button::new("Đổi giờ làm việc").link(paths::CALENDAR_HOURS))
            } } }
        nav.tabs aria-label="Năm" { @for known in &years {
            a href=(paths::with_query(paths::CALENDAR, &[("nam", &known.to_string())])) aria-current=[(*known == year).then_some("page")] { (known) }
        } }
        @if !next_known && today.month() >= 11 {
            (notice(&Notice::new(NoticeKind::Warn, "Lịch nghỉ năm sau chưa công bố: ngày hẹn rơi vào năm sau là tạm tính. Khi có thông báo, nạp lịch từ tệp.").link(paths::IMPORTS, "Nhập từ tệp")))
        }
        @if let Some(above) = &above {
            p { "Lịch chung do " (above) " sửa; ngày riêng chỉ tính cho cơ quan này. Giờ làm việc: "
                b { (hours_words(office.hours())) } ", " @if own.hours.is_some() { "giờ riêng" } @else { "giờ chung" } "." }
        }
        @if rows.is_empty() { (empty("Chưa có lịch của năm này.", "Ngày hẹn rơi vào năm này chưa tính được.", Some((paths::IMPORTS, "Nạp lịch từ tệp")))) }
        @else { section.card { (parts::table(&Table { label: "Ngày nghỉ và ngày làm bù", columns: &heads, rows, total: None })) } }
    }))
}

/// The days of a year; those that the agency made like any other day by its own decision too.
fn rows(
    office: &Office,
    year: i32,
    above: Option<&str>,
    own: &Own,
    changes: bool,
) -> Vec<Vec<Cell>> {
    let mut days: Vec<(NaiveDate, &str, String, &str)> = office
        .calendar
        .exceptions()
        .map(|day| {
            (
                day.date,
                kind(Some(day.kind)),
                day.name.clone(),
                sure(&day.confidence),
            )
        })
        .collect();
    let plain = own.days.values().filter(|day| day.kind.is_none());
    days.extend(plain.map(|day| (day.date, kind(None), day.name.clone(), sure("high"))));
    days.sort_by_key(|day| day.0);
    days.into_iter()
        .filter(|day| day.0.year() == year)
        .map(|(date, kind, name, sure)| {
            let mut row = vec![
                Cell::Text(parts::day(date)),
                Cell::Text(parts::dates::weekday(date.weekday()).to_owned()),
                Cell::Text(kind.to_owned()),
                Cell::Text(name),
                Cell::Text(sure.to_owned()),
            ];
            if let Some(above) = above {
                row.push(Cell::Markup(whose(date, above, own, changes)));
            }
            row
        })
        .collect()
}

fn whose(date: NaiveDate, above: &str, own: &Own, changes: bool) -> Markup {
    let day = viet::date(date);
    let back = [
        ("ngay", day.as_str()),
        ("loai", super::calendar_change::SHARED),
        ("ten", "Trở lại lịch chung"),
    ];
    html! {
        @if own.days.contains_key(&date) {
            b { "riêng" }
            @if changes { " " (Button::text(&format!("Theo lịch chung ngày {day}")).post(paths::CALENDAR_CHANGE, &back)) }
        } @else { "chung (" (above) ")" }
    }
}

fn kind(kind: Option<DayKind>) -> &'static str {
    match kind {
        Some(DayKind::Holiday) => "nghỉ lễ, tết",
        Some(DayKind::CompensatoryOff) => "nghỉ bù, nghỉ hoán đổi",
        Some(DayKind::SwappedWorkingDay) => "làm bù",
        None => "ngày thường",
    }
}

fn sure(code: &str) -> &'static str {
    match code {
        "high" => "đã công bố",
        "medium" | "low" => "cần đối chiếu",
        "statutory" => "theo luật, chưa công bố",
        _ => "tạm tính, chưa công bố",
    }
}
