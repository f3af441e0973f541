//! `/kiosk`: the screen at the counter. One question, five answers; the tap is the vote.
//! Opened by staff with a PIN; a machine with a staff session does not vote.
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    cookies::SCREEN,
    form::{Field, FormErrors, not_done, password_field, select},
    icons::{Icon, icon},
    layout::{Section, Shell, kiosk_page},
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, problem},
    paths,
    public::Frame,
    session::{Failure, Staff, account_of, refused},
    sign_in::form_errors,
    visitor::Visitor,
};
use crate::{
    actions::{cast_ballot, open_kiosk},
    app::App,
    domain::{survey::SCALE, time::to_local, viet},
    error::{Error, Kind, Result},
    secret,
    store::kiosks::{self, Kiosk},
};

/// The screen that asks, if it is open.
async fn kiosk_of(app: &App, jar: &CookieJar) -> Result<Option<Kiosk>> {
    match SCREEN.of(app, jar) {
        Some(token) => kiosks::by_hash(app.store.read(), &secret::hash(&token)).await,
        None => Ok(None),
    }
}

/// The question, where a screen is open; else what opens one.
pub async fn page(Visitor(app): Visitor, jar: CookieJar) -> Result<Response, Failure> {
    if account_of(&app, &jar).await?.is_some() {
        return Ok(Redirect::to(paths::KIOSKS).into_response());
    }
    let Some(kiosk) = kiosk_of(&app, &jar).await? else {
        let page = opening(&app, &Opening::default(), &FormErrors::new()).await?;
        return Ok(page.into_response());
    };
    let frame = Frame::of(&app, kiosk.agency_id).await?;
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let body = html! {
        h1 { (asked.kiosk_text()) }
        p.second { "Xin chạm vào một ô" }
        form method="post" action=(paths::KIOSK) data-tap-guard="" {
            input type="hidden" name="key" value=(secret::new());
            div.answers { @for (value, words) in (1_u8..).zip(SCALE) {
                button type="submit" name="answer" value=(value) { (icon(Icon::Face(value))) span { (words) } }
            } }
        }
        p.second.promise { (icon(Icon::Lock)) " Không ghi tên. Cán bộ không biết ai đã trả lời." }
    };
    Ok(screen(&frame, &kiosk, asked.kiosk_text(), None, body).into_response())
}

fn screen(frame: &Frame, kiosk: &Kiosk, title: &str, reset: Option<u32>, body: Markup) -> Markup {
    let shell = Shell {
        title,
        agency_name: &frame.agency.name,
        parent_line: Some("Bộ phận Tiếp nhận và Trả kết quả"),
        demo: frame.demo.as_deref(),
        ..Shell::default()
    };
    kiosk_page(
        &shell,
        &kiosk.counter,
        reset.map(|after| (paths::KIOSK, after)),
        body,
    )
}

/// What opens a screen: PIN and counter.
async fn opening(app: &App, given: &Opening, errors: &FormErrors) -> Result<Markup> {
    let frame = Frame::load(app).await?;
    let directory = app.directory().await?;
    let agencies: Vec<(&str, &str)> = directory
        .open
        .iter()
        .map(|one| (one.key.as_str(), one.name.as_str()))
        .collect();
    let counters: Vec<(&str, &str)> = app
        .settings
        .survey
        .counters
        .iter()
        .map(|counter| (counter.as_str(), counter.as_str()))
        .collect();
    let body = html! {
        h1 { "Mở màn hình khảo sát" }
        p { "Dành cho cán bộ: đặt máy ở quầy, nhập mã PIN. Từ đó người dân chạm để đánh giá." }
        (not_done(errors, "Chưa xong"))
        form method="post" action=(paths::KIOSK_OPEN) {
            @if frame.many { (select(&Field::new("agency", "Cơ quan", &given.agency, errors), &agencies)) }
            (select(&Field::new("counter", "Quầy", &given.counter, errors), &counters))
            (password_field(&Field::new("pin", "Mã PIN", "", errors).inputmode("numeric").maxlength(12)))
            p { (Button::primary("Mở màn hình").sending("Đang mở…").submit()) }
        }
    };
    Ok(frame.page("Mở màn hình khảo sát", None, body))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Opening {
    pin: String,
    counter: String,
    /// Whose counter it is, where there are several agencies.
    agency: String,
}

pub async fn open(
    Visitor(app): Visitor,
    jar: CookieJar,
    Form(given): Form<Opening>,
) -> Result<Response, Failure> {
    if account_of(&app, &jar).await?.is_some() {
        return Ok(Redirect::to(paths::KIOSKS).into_response());
    }
    let directory = app.directory().await?;
    let opened = if directory.open.len() > 1 {
        match directory.of_key(&given.agency) {
            Some(agency) => open_kiosk::run(&app, agency, &given.pin, &given.counter).await,
            None => Err(Error::invalid("agency", "Xin chọn cơ quan có quầy này.")),
        }
    } else {
        let agency = app.home_agency().await?;
        open_kiosk::run(&app, agency, &given.pin, &given.counter).await
    };
    match opened {
        Ok(token) => {
            let screen = [SCREEN.set(&app, &token)];
            Ok((screen, Redirect::to(paths::KIOSK)).into_response())
        }
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::TooMany) => {
            let mut errors = form_errors(&error);
            if errors.is_empty() {
                errors.add("pin", error.detail.clone());
            }
            Ok(refused(&error, opening(&app, &given, &errors).await?))
        }
        Err(error) => Err(Failure(error)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Tap {
    answer: String,
    /// Of the page that was tapped: sent twice, the second ballot is marked.
    key: String,
    /// After the tap: its ballot, and what it was about.
    ballot: String,
    reason: String,
}

/// Why a tap is not taken, as a page.
fn staff_refusal(frame: &Frame) -> Response {
    let title = "Phiếu dành cho người dân";
    let text = "Máy này đang đăng nhập tài khoản cán bộ nên không đánh giá được. Đăng xuất rồi mở lại bằng mã PIN.";
    let page = problem(title, text, &[(paths::KIOSKS, "Màn hình khảo sát")]);
    (StatusCode::FORBIDDEN, frame.page(title, None, page)).into_response()
}

/// The tap, then what it was about.
pub async fn tap(
    State(app): State<App>,
    jar: CookieJar,
    Form(tap): Form<Tap>,
) -> Result<Response, Failure> {
    if account_of(&app, &jar).await?.is_some() {
        return Ok(staff_refusal(&Frame::load(&app).await?));
    }
    let Some(kiosk) = kiosk_of(&app, &jar).await? else {
        return Ok(Redirect::to(paths::KIOSK).into_response());
    };
    let frame = Frame::of(&app, kiosk.agency_id).await?;
    if let Ok(ballot) = tap.ballot.parse() {
        cast_ballot::reason(&app, kiosk.agency_id, ballot, &tap.reason).await?;
        return Ok(Redirect::to(paths::KIOSK).into_response());
    }
    let Ok(value) = tap.answer.parse() else {
        return Ok(Redirect::to(paths::KIOSK).into_response());
    };
    let device = format!("kiosk {}", kiosk.id);
    let ballot = cast_ballot::at_kiosk(
        &app,
        kiosk.agency_id,
        &kiosk.counter,
        value,
        (&device, &tap.key),
    )
    .await?;
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let body = html! {
        h1 { "Cảm ơn ông/bà." }
        p.second { "Điều gì khiến ông/bà thấy vậy? (không bắt buộc)" }
        form.reasons method="post" action=(paths::KIOSK) data-tap-guard="" {
            input type="hidden" name="ballot" value=(ballot);
            @for factor in &asked.factors {
                button type="submit" name="reason" value=(factor.code) { (factor.label) }
            }
        }
    };
    let after = app.settings.survey.kiosk_thanks_seconds;
    let page = screen(&frame, &kiosk, "Cảm ơn", Some(after), body);
    // Back to the question without script too.
    let back = (
        HeaderName::from_static("refresh"),
        format!("{after}; url={}", paths::KIOSK),
    );
    Ok(([back, (header::CACHE_CONTROL, "no-store".to_owned())], page).into_response())
}

/// For staff: the PIN, and which screens are open.
pub async fn staff_page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    Ok(view(&app, &staff, &FormErrors::new(), None).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let agency = staff.actor.agency;
    let open = kiosks::open_of(app.store.read(), agency).await?;
    let chosen = kiosks::pin(app.store.read(), agency).await?.is_some();
    let may = open_kiosk::ROLES.contains(&staff.actor.role);
    let heads = ["Quầy", "Mở lúc", ""].map(Column::text);
    let rows = open.iter().map(|kiosk| {
        vec![
            Cell::Text(kiosk.counter.clone()),
            Cell::Text(viet::moment(to_local(kiosk.opened_at))),
            Cell::Markup(html! { @if may { (Button::new("Đóng").post(&paths::kiosk_close(kiosk.id), &[])) } }),
        ]
    });
    let body = html! {
        div.head { h1 { "Màn hình khảo sát tại quầy" } }
        (not_done(errors, "Chưa xong"))
        div.columns.wide {
            section.card { header { h2 { "Mở ở quầy" } } div.body {
                ol.steps-text {
                    li { "Trên máy ở quầy, đăng xuất nếu đang đăng nhập." }
                    li { "Mở địa chỉ " b { (paths::KIOSK) } ", chọn quầy, nhập mã PIN." }
                    li { "Máy hỏi một câu, người dân chạm; máy tự về câu hỏi." }
                }
                p.small { "Máy đang đăng nhập tài khoản cán bộ không gửi phiếu được." }
            } }
            section.card { header { h2 { "Mã PIN" } } div.body {
                p { @if chosen { "Đã đặt mã PIN. Đặt mã khác thì mã cũ hết dùng, màn hình đang mở vẫn mở." } @else { "Chưa đặt mã PIN." } }
                @if may {
                    form method="post" action=(paths::KIOSK_PIN) {
                        (password_field(&Field::new("pin", "Mã PIN mới", "", errors).inputmode("numeric").maxlength(12).hint("6 đến 12 chữ số").autocomplete("new-password")))
                        p.row { (Button::primary("Đặt mã PIN").submit()) }
                    }
                } @else { p.second { "Công chức một cửa và Văn phòng đặt mã." } }
            } }
        }
        section.card {
            header { h2 { "Đang mở" } span.small { (open.len()) } }
            @if open.is_empty() { div.body { p.second { "Chưa có màn hình nào." } } }
            @else { (parts::table(&Table { label: "Màn hình đang mở", columns: &heads, rows: rows.collect(), total: None })) }
        }
    };
    Ok(staff.page("Màn hình khảo sát", Section::Ballots, notice, body))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    pin: String,
}

pub async fn choose_pin(
    State(app): State<App>,
    staff: Staff,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failure> {
    match open_kiosk::choose_pin(&app, &staff.actor, &chosen.pin).await {
        Ok(()) => {
            let done = Notice::new(NoticeKind::Ok, "Đã đặt mã PIN.");
            let page = view(&app, &staff, &FormErrors::new(), Some(done)).await?;
            Ok(page.into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let page = view(&app, &staff, &form_errors(&error), None).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

pub async fn close(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Redirect, Failure> {
    open_kiosk::close(&app, &staff.actor, id).await?;
    Ok(Redirect::to(paths::KIOSKS))
}
