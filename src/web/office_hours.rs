//! `/lich/gio`: an agency's own office hours, over those of all; whose promises move is
//! shown before anything is saved.
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveTime;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    calendar_change::{list, summary},
    form::{Field, FormErrors, error_summary, text_field, time_field},
    layout::Section,
    parts::{Button, Notice, NoticeKind},
    paths,
    public::hours_words,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        change_calendar::{By, Plan},
        change_office::{self, Decided},
        import_dossiers,
    },
    app::App,
    domain::{deadline::OfficeHours, viet},
    error::{FieldErrors, Kind, Result},
    store::agencies,
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Typed {
    sang_tu: String,
    sang_den: String,
    chieu_tu: String,
    chieu_den: String,
    ly_do: String,
    /// `1`: the hours of all again.
    chung: String,
    /// The version that was looked at: set on the button that saves.
    ban: String,
}

impl Typed {
    fn of(hours: &OfficeHours) -> Self {
        let words = |time: NaiveTime| time.format("%H:%M").to_string();
        Self {
            sang_tu: words(hours.morning.0),
            sang_den: words(hours.morning.1),
            chieu_tu: words(hours.afternoon.0),
            chieu_den: words(hours.afternoon.1),
            ..Self::default()
        }
    }

    /// The hours and the reason.
    fn read(&self) -> Result<(Option<OfficeHours>, String)> {
        let mut errors = FieldErrors::default();
        let reason: String = self
            .ly_do
            .trim()
            .chars()
            .filter(|sign| !crate::actions::applicant::unprintable_sign(*sign))
            .collect();
        if reason.is_empty() || reason.chars().count() > 200 {
            errors.add(
                "ly-do",
                "Xin ghi căn cứ, nhiều nhất 200 chữ, ví dụ: Thông báo 12/TB-UBND.",
            );
        }
        if self.chung == "1" {
            errors.finish()?;
            return Ok((None, reason));
        }
        let mut at = |name: &str, text: &str| errors.keep(name, viet::read_time(text));
        let times = [
            at("sang-tu", &self.sang_tu),
            at("sang-den", &self.sang_den),
            at("chieu-tu", &self.chieu_tu),
            at("chieu-den", &self.chieu_den),
        ];
        let hours = match times {
            [Some(a), Some(b), Some(c), Some(d)] => {
                let hours = OfficeHours {
                    morning: (a, b),
                    afternoon: (c, d),
                };
                if !hours.is_in_order() {
                    errors.add(
                        "sang-tu",
                        "Giờ phải theo thứ tự: sáng mở, sáng nghỉ, chiều mở, chiều đóng.",
                    );
                }
                Some(hours)
            }
            _ => None,
        };
        errors.finish()?;
        Ok((hours, reason))
    }
}

pub async fn page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    import_dossiers::may(&staff.actor)?;
    let office = app.office(staff.actor.agency).await?;
    let typed = Typed::of(office.hours());
    Ok(ask(&app, &staff, &typed, &FormErrors::new()).await?)
}

/// Shows what would move; with the version that was looked at, saves it.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    import_dossiers::may(&staff.actor)?;
    let agency = staff.actor.agency;
    let (hours, reason) = match typed.read() {
        Ok(read) => read,
        Err(error) => {
            let page = ask(&app, &staff, &typed, &form_errors(&error)).await?;
            return Ok(refused(&error, page));
        }
    };
    let decided = Decided::Hours(hours);
    if typed.ban.is_empty() {
        let plan = change_office::plan(&app, agency, &decided).await?;
        return Ok(shown(&staff, &typed, hours, &plan, None).into_response());
    }
    let by = By {
        name: &staff.actor.name,
        role: staff.actor.role.code(),
        source: &format!("Giờ làm việc: {reason}"),
    };
    let done = paths::with_query(paths::CALENDAR, &[("xong", "giờ làm việc")]);
    // Pressed twice: these are the hours already.
    if app.offices().await?.own(agency).hours == hours {
        return Ok(Redirect::to(&done).into_response());
    }
    let seen = Some(typed.ban.parse().unwrap_or(-1));
    match change_office::run(&app, by, agency, &decided, seen).await {
        Ok(_) => Ok(Redirect::to(&done).into_response()),
        Err(error) if error.kind == Kind::Conflict => {
            let plan = change_office::plan(&app, agency, &decided).await?;
            let said = Notice::new(NoticeKind::Err, &error.detail);
            Ok(refused(
                &error,
                shown(&staff, &typed, hours, &plan, Some(said)),
            ))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn ask(app: &App, staff: &Staff, typed: &Typed, errors: &FormErrors) -> Result<Markup> {
    let offices = app.offices().await?;
    let own = offices.own(staff.actor.agency).hours;
    let above = agencies::above(app.store.read(), staff.actor.agency).await?;
    let shared = if above.is_some() {
        "giờ chung"
    } else {
        "giờ lúc cài đặt"
    };
    let field = |name, label, value| time_field(&Field::new(name, label, value, errors));
    let why = format!("Trở lại {shared}");
    let back = [("chung", "1"), ("ly-do", why.as_str())];
    Ok(staff.page("Giờ làm việc", Section::Calendar, None, html! {
        nav.crumbs aria-label="Lịch" { a href=(paths::CALENDAR) { "Lịch nghỉ" } }
        div.head { div { h1 { "Giờ làm việc của cơ quan này" }
            p {
                @match &own {
                    Some(own) => { "Đang dùng giờ đã đổi: " b { (hours_words(own)) } ". " (viet::sentence(shared)) ": " (hours_words(offices.shared().hours())) "." }
                    None => { "Đang dùng " (shared) ": " b { (hours_words(offices.shared().hours())) } "." }
                } } } }
        (error_summary(errors))
        section.card { div.body {
            form method="post" action=(paths::CALENDAR_HOURS) {
                div.fields {
                    (field("sang-tu", "Sáng từ", &typed.sang_tu))
                    (field("sang-den", "Sáng đến", &typed.sang_den))
                    (field("chieu-tu", "Chiều từ", &typed.chieu_tu))
                    (field("chieu-den", "Chiều đến", &typed.chieu_den))
                    div.field.wide { (text_field(&Field::new("ly-do", "Căn cứ", &typed.ly_do, errors).maxlength(200).hint("Ví dụ: Thông báo 12/TB-UBND về giờ làm việc mùa hè"))) }
                }
                p.row { (Button::primary("Xem hồ sơ nào đổi ngày hẹn").submit()) }
            }
            @if own.is_some() { (Button::text(&why).post(paths::CALENDAR_HOURS, &back)) }
        } }
    }))
}

fn shown(
    staff: &Staff,
    typed: &Typed,
    hours: Option<OfficeHours>,
    plan: &Plan,
    said: Option<Notice<'_>>,
) -> Markup {
    let version = plan.replaces.unwrap_or_default().to_string();
    let fields = [
        ("sang-tu", typed.sang_tu.as_str()),
        ("sang-den", &typed.sang_den),
        ("chieu-tu", &typed.chieu_tu),
        ("chieu-den", &typed.chieu_den),
        ("ly-do", &typed.ly_do),
        ("chung", &typed.chung),
        ("ban", &version),
    ];
    let words = hours
        .as_ref()
        .map_or_else(|| "Theo giờ chung".to_owned(), hours_words);
    staff.page("Xem trước khi đổi giờ", Section::Calendar, said, html! {
        nav.crumbs aria-label="Lịch" { a href=(paths::CALENDAR) { "Lịch nghỉ" } " " a href=(paths::CALENDAR_HOURS) { "Giờ làm việc" } }
        div.head { div { h1 { (words) } (summary(plan, plan.moved.len())) } }
        section.card { div.body { p.row {
            (Button::primary("Lưu giờ làm việc").post(paths::CALENDAR_HOURS, &fields))
            (Button::text("Giữ giờ như cũ").key("Esc").link(paths::CALENDAR))
        } } }
        (list(plan))
    })
}
