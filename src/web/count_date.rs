//! `/tinh-ngay`: on which day would it be due? For everyone, by the one rule.
use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, not_done, select, text_field, time_field},
    parts::{self, Button, Deadline},
    paths,
    public::Frame,
    session::Failure,
    trace::{basis, lines},
    visitor::Visitor,
};
use crate::{
    app::App,
    domain::{
        deadline::{TimeLimit, Unit, compute},
        time::to_local,
        viet,
    },
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    ngay: String,
    #[serde(default)]
    gio: String,
    #[serde(default)]
    so: String,
    #[serde(default)]
    don_vi: String,
}

pub async fn page(Visitor(app): Visitor, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let now = to_local(app.clock.now());
    let mut errors = FormErrors::new();
    let units: Vec<(&str, &str)> = Unit::ALL
        .iter()
        .map(|unit| (unit.code(), unit.label()))
        .collect();
    let asked_for_one = !asked.don_vi.is_empty();
    let answer = if asked_for_one {
        answer(&app, &asked, now, &mut errors).await?
    } else {
        None
    };
    let unit = if asked_for_one {
        asked.don_vi.as_str()
    } else {
        Unit::WorkingDays.code()
    };
    let day = if asked_for_one {
        asked.ngay.clone()
    } else {
        viet::date(now.date())
    };
    let body = html! {
        h1 { "Tính ngày hẹn trả" }
        (not_done(&errors, "Chưa tính được"))
        form method="get" action=(paths::COUNT_DATE) {
            (date_field(&Field::new("ngay", "Ngày nộp hồ sơ", &day, &errors).hint("Ví dụ: 20/4 hoặc 20/4/2021")))
            (time_field(&Field::new("gio", "Giờ nộp", &asked.gio, &errors).hint("Bỏ trống: 8 giờ").optional()))
            (text_field(&Field::new("so", "Thời hạn", &asked.so, &errors).inputmode("numeric").hint("Trong ngày: bỏ trống").optional().maxlength(4)))
            (select(&Field::new("don_vi", "Tính theo", unit, &errors), &units))
            p { (Button::primary("Tính").submit()) }
        }
        @if let Some(answer) = answer { (answer) }
    };
    Ok(frame.page("Tính ngày hẹn trả", None, body))
}

async fn answer(
    app: &App,
    asked: &Asked,
    now: chrono::NaiveDateTime,
    errors: &mut FormErrors,
) -> Result<Option<Markup>, Failure> {
    let mut keep = |name: &str, message: String| errors.add(name, message);
    let day = viet::read_date(&asked.ngay, now.date())
        .map_err(|why| keep("ngay", why))
        .ok();
    let time = match asked.gio.trim() {
        "" => chrono::NaiveTime::from_hms_opt(8, 0, 0),
        text => viet::read_time(text).map_err(|why| keep("gio", why)).ok(),
    };
    let unit = Unit::from_code(&asked.don_vi);
    let amount = match (asked.so.trim(), unit) {
        ("", Some(Unit::SameDay)) => Some(0),
        (text, _) => text.parse::<u32>().ok(),
    };
    if unit.is_none() {
        keep("don_vi", "Chưa chọn đơn vị của thời hạn.".into());
    }
    if amount.is_none() {
        keep("so", "Thời hạn là số, ví dụ: 5.".into());
    }
    let (Some(day), Some(time), Some(unit), Some(amount)) = (day, time, unit, amount) else {
        return Ok(None);
    };
    let office = app.office(app.home_agency().await?).await?;
    let due = compute(
        &office.calendar,
        &office.rules,
        day.and_time(time),
        TimeLimit::new(amount, unit),
        app.settings.deadline.clock,
        &[],
    );
    match due {
        Err(why) => {
            errors.add("ngay", why.to_string());
            Ok(None)
        }
        Ok(due) => Ok(Some(html! {
            section.state-card aria-label="Ngày hẹn trả" {
                p { "Hẹn trả kết quả" }
                div { (parts::promised(due.due_at)) @if due.provisional { p.second { "Tạm tính: lịch nghỉ năm này chưa công bố." } } }
            }
            (parts::why(&Deadline {
                due: due.due_at, today: now.date(), provisional: due.provisional,
                trace: &lines(&due), rule: &due.rule, basis: &basis(&due),
            }, true))
        })),
    }
}
