//! `/lich/thay-doi`: a day off that nobody foresaw, a swap announced: whose promises move?
//! Shown before anything is saved.
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    calendar_scope::Scope,
    form::{Field, FormErrors, date_field, error_summary, select, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, empty, notice},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        change_calendar::{By, Moved, Plan},
        import_dossiers,
    },
    app::App,
    domain::{
        calendar::{DayKind, OwnDay},
        office::Own,
        time::local_day,
        viet,
    },
    error::{Error, FieldErrors, Kind, Result},
    store::{dossiers::Dossier, own_days::OwnChange},
};

/// What a day of one's own becomes when the calendar of all is to say again.
pub const SHARED: &str = "chung";

/// Rows of the list on the page; the count is whole.
const SHOWN: usize = 300;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Typed {
    ngay: String,
    loai: String,
    ten: String,
    lam_bu: String,
    /// The version that was looked at: set on the button that saves.
    ban: String,
}

pub async fn page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    import_dossiers::may(&staff.actor)?;
    let scope = Scope::of(&app, &staff).await?;
    Ok(ask(&staff, &scope, &Typed::default(), &FormErrors::new()))
}

/// Shows what would move; with the version that was looked at, saves it.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    import_dossiers::may(&staff.actor)?;
    let today = local_day(app.clock.now());
    let scope = Scope::of(&app, &staff).await?;
    let own = app.offices().await?.own(staff.actor.agency);
    let looked = match read(&scope, &own, &typed, today) {
        Ok((changes, source)) if typed.ban.is_empty() => {
            let plan = scope.plan(&app, &changes).await;
            plan.map(|plan| (changes, source, Some(plan)))
        }
        Ok((changes, source)) => Ok((changes, source, None)),
        Err(error) => Err(error),
    };
    let (changes, source, plan) = match looked {
        Ok(looked) => looked,
        // Pressed twice: what is asked for is in the calendar already.
        Err(_) if saved(&scope, &own, &typed, today) => {
            return Ok(Redirect::to(&done(&typed, today)).into_response());
        }
        Err(error) => {
            let page = ask(&staff, &scope, &typed, &form_errors(&error));
            return Ok(refused(&error, page));
        }
    };
    if let Some(plan) = plan {
        return Ok(shown(&staff, &typed, &source, plan, None).into_response());
    }
    let by = By {
        name: &staff.actor.name,
        role: staff.actor.role.code(),
        source: &source,
    };
    // No number is no version that anybody looked at.
    let seen = Some(typed.ban.parse().unwrap_or(-1));
    match scope.run(&app, by, &changes, seen).await {
        Ok(_) => Ok(Redirect::to(&done(&typed, today)).into_response()),
        Err(error) if error.kind == Kind::Conflict => {
            let plan = scope.plan(&app, &changes).await?;
            let said = Notice::new(NoticeKind::Err, &error.detail);
            Ok(refused(
                &error,
                shown(&staff, &typed, &source, plan, Some(said)),
            ))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// The calendar's page of that year, which says what was saved.
fn done(typed: &Typed, today: NaiveDate) -> String {
    let day = viet::read_date(&typed.ngay, today).unwrap_or(today);
    let (year, day) = (day.format("%Y").to_string(), viet::date(day));
    paths::with_query(paths::CALENDAR, &[("nam", &year), ("xong", &day)])
}

/// Whether the calendar says of the day what is asked for.
fn saved(scope: &Scope, own: &Own, typed: &Typed, today: NaiveDate) -> bool {
    let Ok(day) = viet::read_date(&typed.ngay, today) else {
        return false;
    };
    if typed.loai == SHARED {
        return !typed.ban.is_empty() && !own.days.contains_key(&day);
    }
    let known = scope.calendar.exceptions().find(|known| known.date == day);
    !typed.ban.is_empty()
        && known.map(|known| (known.kind.code(), known.name.as_str()))
            == DayKind::from_code(&typed.loai).map(|kind| (kind.code(), typed.ten.trim()))
}

/// The days that change, and the change in words.
fn read(
    scope: &Scope,
    own: &Own,
    typed: &Typed,
    today: NaiveDate,
) -> Result<(Vec<OwnChange>, String)> {
    let calendar = &scope.calendar;
    let mut errors = FieldErrors::default();
    let day = errors.keep("ngay", viet::read_date(&typed.ngay, today));
    let swapped = match typed.lam_bu.trim() {
        "" => None,
        text => errors.keep("lam-bu", viet::read_date(text, today)),
    };
    let kind = DayKind::from_code(&typed.loai);
    let name: String = typed
        .ten
        .trim()
        .chars()
        .filter(|c| !crate::actions::applicant::unprintable_sign(*c))
        .collect();
    let shared = typed.loai == SHARED && scope.own.is_some();
    if kind.is_none() && typed.loai != "thuong" && !shared {
        errors.add("loai", "Xin chọn ngày này thành gì.");
    }
    if name.is_empty() || name.chars().count() > 200 {
        errors.add(
            "ten",
            "Xin ghi lý do, nhiều nhất 200 chữ, ví dụ: Nghỉ tránh bão số 5.",
        );
    }
    if swapped.is_some() && !matches!(kind, Some(DayKind::Holiday | DayKind::CompensatoryOff)) {
        errors.add("lam-bu", "Chỉ ngày nghỉ mới có ngày làm bù.");
    }
    let works = |field: &str, day: Option<NaiveDate>, errors: &mut FieldErrors| {
        let works = calendar
            .is_working_day(day?)
            .map_err(|_| "Lịch chưa có năm này. Nạp lịch cả năm bằng tệp trước.".to_owned());
        errors.keep(field, works)
    };
    let off = matches!(kind, Some(DayKind::Holiday | DayKind::CompensatoryOff));
    let working = works("ngay", day, &mut errors);
    if let Some(working) = working.filter(|_| kind.is_some())
        && working != off
    {
        let is = if working {
            "ngày làm việc"
        } else {
            "ngày nghỉ"
        };
        errors.add("ngay", format!("Ngày này đã là {is}, không có gì đổi."));
    }
    if works("lam-bu", swapped, &mut errors) == Some(true) {
        errors.add("lam-bu", "Ngày làm bù phải là ngày đang nghỉ.");
    }
    if day.is_some_and(|day| shared && !own.days.contains_key(&day)) {
        errors.add("ngay", "Ngày này đang theo lịch chung, không có gì để bỏ.");
    }
    if let Some(day) = day.filter(|_| kind.is_none() && !shared)
        && calendar.exceptions().all(|known| known.date != day)
    {
        errors.add("ngay", "Ngày này đang là ngày thường, không có gì để bỏ.");
    }
    errors.finish()?;
    let Some(day) = day else {
        return Err(Error::invalid("ngay", "Chưa có ngày."));
    };
    let new = |date, kind, name: String| OwnChange {
        day: OwnDay { date, kind, name },
        shared,
    };
    let shown = viet::date(day);
    let mut changes = vec![new(day, kind, name.clone())];
    let mut source = format!("{name} ({shown})");
    if let Some(swapped) = swapped {
        source = format!("{name} ({shown}, làm bù {})", viet::date(swapped));
        changes.push(new(
            swapped,
            Some(DayKind::SwappedWorkingDay),
            format!("Làm bù cho ngày {shown}"),
        ));
    }
    Ok((changes, source))
}

fn ask(staff: &Staff, scope: &Scope, typed: &Typed, errors: &FormErrors) -> Markup {
    let last = match scope.own {
        Some(_) => (SHARED, "Theo lịch chung trở lại"),
        None => ("holiday", "Nghỉ lễ, tết"),
    };
    let kinds = [
        ("compensatory_off", "Nghỉ bù, nghỉ đột xuất (bão, lũ)"),
        ("swapped_working_day", "Làm bù"),
        ("thuong", "Trở lại ngày thường"),
        last,
    ];
    staff.page("Đổi lịch nghỉ", Section::Calendar, None, html! {
        nav.crumbs aria-label="Lịch" { a href=(paths::CALENDAR) { "Lịch nghỉ" } }
        div.head { div { h1 { "Đổi lịch nghỉ" } p { "Xem trước hồ sơ nào đổi ngày hẹn, chưa ghi gì cho đến khi bấm lưu. " @if scope.own.is_some() { "Ngày đổi ở đây chỉ tính cho cơ quan này; lịch chung và cơ quan khác giữ nguyên." } @else { "Đổi cho mọi cơ quan. Cả năm: " a href=(paths::IMPORTS) { "nạp từ tệp" } "." } } } }
        (error_summary(errors))
        section.card { div.body {
            form method="post" action=(paths::CALENDAR_CHANGE) {
                div.fields {
                    (date_field(&Field::new("ngay", "Ngày", &typed.ngay, errors)))
                    (select(&Field::new("loai", "Đổi thành", &typed.loai, errors), &kinds))
                    div.field.wide { (text_field(&Field::new("ten", "Lý do", &typed.ten, errors).maxlength(200).hint("Ví dụ: Nghỉ tránh bão số 5, theo công điện của tỉnh"))) }
                    (date_field(&Field::new("lam-bu", "Làm bù vào ngày", &typed.lam_bu, errors).optional()))
                }
                p.row { (Button::primary("Xem hồ sơ nào đổi ngày hẹn").submit()) }
            }
        } }
    })
}

fn shown(
    staff: &Staff,
    typed: &Typed,
    source: &str,
    plan: Plan,
    said: Option<Notice<'_>>,
) -> Markup {
    let all = plan.moved.len();
    let version = plan.replaces.unwrap_or_default().to_string();
    let plan = plan.of_agency(staff.actor.agency);
    let words = if all == 0 {
        "Lưu lịch".to_owned()
    } else {
        format!("Lưu lịch, đổi ngày hẹn của {} hồ sơ", viet::number(all))
    };
    let fields = [
        ("ngay", typed.ngay.as_str()),
        ("loai", &typed.loai),
        ("ten", &typed.ten),
        ("lam-bu", &typed.lam_bu),
        ("ban", &version),
    ];
    staff.page("Xem trước khi đổi lịch", Section::Calendar, said, html! {
        nav.crumbs aria-label="Lịch" { a href=(paths::CALENDAR) { "Lịch nghỉ" } " " a href=(paths::CALENDAR_CHANGE) { "Đổi lịch nghỉ" } }
        div.head { div { h1 { (source) } (summary(&plan, all)) } }
        section.card { div.body {
            p { "Người nộp có thư điện tử được báo ngày hẹn mới. Mỗi hồ sơ ghi lại ngày cũ và ngày mới." }
            p.row {
                (Button::primary(&words).post(paths::CALENDAR_CHANGE, &fields))
                (Button::text("Giữ lịch như cũ").key("Esc").link(paths::CALENDAR))
            }
        } }
        (list(&plan))
    })
}

/// How many move, and how they stand then.
pub fn summary(plan: &Plan, all: usize) -> Markup {
    let late = plan.moved.iter().filter(|one| one.becomes_late()).count();
    let saved = plan.moved.iter().filter(|one| one.no_longer_late()).count();
    html! { p {
        b { (plan.moved.len()) } " hồ sơ đổi ngày hẹn: " b { (late) } " thành quá hạn, " b { (saved) } " không còn quá hạn"
        @if !plan.by_hand.is_empty() { "; " b { (plan.by_hand.len()) } " hồ sơ có ngày hẹn đặt bằng tay giữ nguyên" }
        @if !plan.feedback.is_empty() { "; " b { (plan.feedback.len()) } " phản ánh, kiến nghị đổi hạn" }
        @if all > plan.moved.len() { "; và " (all - plan.moved.len()) " hồ sơ của cơ quan khác" } "."
    } }
}

/// The dossiers, before and after.
pub fn list(plan: &Plan) -> Markup {
    let columns = ["Hồ sơ", "Thủ tục", "Hẹn cũ", "Hẹn mới", "Đổi thành"].map(Column::text);
    let day = |at: Option<_>| at.map_or_else(|| "–".to_owned(), |at| parts::day(local_day(at)));
    let rows = plan.moved.iter().take(SHOWN).map(|moved| {
        let promised = |one: &Dossier| {
            if moved.appointment_moves() {
                one.due_at
            } else {
                one.original_due_at
            }
        };
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&moved.before.code)) { (moved.before.applicant_name) } p.small { (parts::code(&moved.before.code, true)) } }),
            Cell::Text(moved.procedure_name.clone()),
            Cell::Text(day(promised(&moved.before))),
            Cell::Text(day(promised(&moved.after))),
            Cell::Markup(fate(moved)),
        ]
    });
    let hand = plan.by_hand.iter().filter(|(_, off)| *off);
    let by_hand = hand.map(|(dossier, _)| {
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&dossier.code)) { (dossier.applicant_name) } p.small { (parts::code(&dossier.code, true)) } }),
            Cell::Text(day(dossier.due_at)),
            Cell::Text("đặt bằng tay, giữ nguyên; ngày này thành ngày nghỉ".into()),
        ]
    });
    let by_hand: Vec<Vec<Cell>> = by_hand.collect();
    html! {
        @if plan.moved.is_empty() { (empty("Không hồ sơ nào đổi ngày hẹn.", "Các hồ sơ đang giải quyết không đi qua ngày này.", None)) }
        @else { section.card {
            (parts::table(&Table { label: "Hồ sơ đổi ngày hẹn", columns: &columns, rows: rows.collect(), total: None }))
            @if plan.moved.len() > SHOWN { p.small { "Chỉ hiện " (SHOWN) " hồ sơ đầu." } }
        } }
        @if !by_hand.is_empty() {
            (notice(&Notice::new(NoticeKind::Warn, "Ngày hẹn đặt bằng tay không tự đổi: xem lại từng hồ sơ dưới đây.")))
            section.card { (parts::table(&Table { label: "Ngày hẹn đặt bằng tay, rơi vào ngày nghỉ", columns: &["Hồ sơ", "Hẹn", "Ghi chú"].map(Column::text), rows: by_hand, total: None })) }
        }
    }
}

fn fate(moved: &Moved) -> Markup {
    html! {
        @if moved.becomes_late() { b.bad { "quá hạn" } }
        @else if moved.no_longer_late() { "không còn quá hạn" }
        @else { "vẫn như trước" }
        @if moved.appointment_stays() { p.small { "đã hẹn lại, ngày hẹn lại giữ nguyên" } }
        @if moved.appointment_moves() { p.small { "đã hẹn lại vào ngày nay thành ngày nghỉ: dời sang ngày làm việc tiếp theo" } }
    }
}
