//! `/tra-cuu`: is it done, when do I come, what do I bring? By the whole code
//! alone: code, state, promised date, nothing else (TT 01/2018/TT-VPCP Điều 16.2.d).
//! By the receipt's secret, or four digits that are posted and stand in no address: all of it.
use axum::{
    Form,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    feedback::NOT_KEPT,
    form::{Field, FormErrors, text_field},
    icons::{Icon, icon},
    layout::{Room, call_box},
    lookup_proven::more,
    parts::{self, Button, Notice, NoticeKind, promised},
    paths,
    public::Frame,
    session::Failure,
    visitor::Visitor,
};
use crate::{
    app::App,
    domain::{
        calendar::Calendar,
        code,
        dossier::Status,
        time::{local_day, to_local},
    },
    error::Result,
    rate::Asker,
    secret,
    store::{
        dossiers::{self, Dossier},
        seen::{self, Seen},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    code: String,
    /// The receipt's secret, which its QR carries.
    s: String,
    /// The last four of the number of the ID card, as lodged; posted only.
    digits: String,
}

/// A part of a code, a wrong one and one that nobody holds read alike.
const NOT_FOUND: &str = dossiers::UNKNOWN_CODE;
/// So do a code that nobody holds, digits of another person, and a dossier without a number.
pub const NOT_PROVEN: &str =
    "Không tìm thấy hồ sơ với mã và bốn số này. Xin xem lại cả hai, hoặc quét mã trên giấy hẹn.";
pub const TOO_OFTEN: &str =
    "Ông/bà đã thử nhiều lần. Xin chờ một lúc rồi thử lại, hoặc gọi số dưới đây.";

/// More signs than a code has, however it is typed.
const LONGEST_CODE: usize = 100;

/// What shows that the dossier is one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    #[default]
    None,
    Secret(String),
    Digits(String),
}

impl Proof {
    pub fn of(secret: &str, digits: &str) -> Self {
        let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
        match (secret, digits) {
            ("", digits) if digits.is_empty() => Self::None,
            ("", digits) => Self::Digits(digits),
            (secret, _) => Self::Secret(secret.to_owned()),
        }
    }

    /// Hashes are compared, so that the clock tells nothing.
    fn shows(&self, dossier: &Seen) -> bool {
        let equal = |given: &str, kept: &str| secret::hash(given) == kept;
        match self {
            Self::None => false,
            Self::Secret(given) => equal(given, &dossier.receipt_hash),
            Self::Digits(given) => {
                let number = dossier.id_number.as_deref().unwrap_or_default();
                let skipped = number.chars().count().saturating_sub(4);
                let last: String = number.chars().skip(skipped).collect();
                last.chars().count() == 4
                    && equal(&given.to_uppercase(), &secret::hash(&last.to_uppercase()))
            }
        }
    }
}

/// What is found.
pub enum Answer {
    Unknown,
    TooOften,
    /// By its code: state and date.
    State(Seen),
    Proven(Seen, Box<Dossier>),
}

/// Looks once: counted against the address, and, where a proof is wrong or can be
/// guessed, against the code, whether anybody holds it or not.
pub async fn look(app: &App, from: Asker, typed: &str, proof: &Proof) -> Result<Answer> {
    if from.too_often(&app.lookups) {
        return Ok(Answer::TooOften);
    }
    // Longer than any code: nothing is looked for, nothing remembered.
    if typed.chars().count() > LONGEST_CODE {
        return Ok(Answer::Unknown);
    }
    let code = code::typed(typed);
    let found = seen::by_code(app.store.read(), &code).await?;
    let proven = found.as_ref().is_some_and(|dossier| proof.shows(dossier));
    let guessed = match proof {
        Proof::None => false,
        Proof::Secret(_) => !proven,
        Proof::Digits(_) => true,
    };
    if guessed && !app.proofs.allow(&secret::hash(&code)) {
        return Ok(Answer::TooOften);
    }
    let by_code = app.settings.lookup.by_code_alone && !matches!(proof, Proof::Digits(_));
    Ok(match found {
        Some(seen) if proven => {
            let dossier = dossiers::by_id(app.store.read(), seen.id).await?;
            Answer::Proven(seen, Box::new(dossier))
        }
        Some(seen) if by_code => Answer::State(seen),
        _ => Answer::Unknown,
    })
}

pub async fn page(
    Visitor(app): Visitor,
    from: Asker,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    // Digits in an address are not looked at.
    let proof = Proof::of(&asked.s, "");
    shown(&app, from, &asked.code, proof).await
}

/// By code and digits, posted.
pub async fn prove(
    Visitor(app): Visitor,
    from: Asker,
    Form(asked): Form<Asked>,
) -> Result<Response, Failure> {
    let proof = Proof::of(&asked.s, &asked.digits);
    shown(&app, from, &asked.code, proof).await
}

const TITLE: &str = "Tra cứu hồ sơ";

async fn shown(app: &App, from: Asker, typed: &str, proof: Proof) -> Result<Response, Failure> {
    let alone = app.settings.lookup.by_code_alone;
    if typed.trim().is_empty() {
        let page = Box::pin(asking(app, None, "", !alone)).await?;
        return Ok(page.into_response());
    }
    let (dossier, proven) = match look(app, from, typed, &proof).await? {
        Answer::Proven(seen, dossier) => (seen, Some(dossier)),
        Answer::State(seen) => (seen, None),
        Answer::TooOften => {
            let page = Box::pin(asking(app, Some(TOO_OFTEN), typed, !alone)).await?;
            return Ok((StatusCode::TOO_MANY_REQUESTS, NOT_KEPT, page).into_response());
        }
        Answer::Unknown => {
            let digits = matches!(proof, Proof::Digits(_));
            let words = match proof {
                Proof::Digits(_) => Some(NOT_PROVEN),
                // Every code is asked for its digits, also one that nobody holds.
                Proof::None if !alone => None,
                _ => Some(NOT_FOUND),
            };
            let page = Box::pin(asking(app, words, typed, digits || !alone)).await?;
            return Ok((NOT_KEPT, page).into_response());
        }
    };
    // The office that has it speaks, not the first of the house.
    let frame = Frame::of(app, dossier.agency_id).await?;
    let phone = frame.agency.phone.as_deref();
    let today = local_day(app.clock.now());
    let more = match &proven {
        Some(dossier) => Some(Box::pin(more(app, dossier, &proof, today)).await?),
        None => None,
    };
    let office = app.office_seen(&dossier).await?;
    let body = html! {
        (Room(3 * 1024))
        h1 { "Hồ sơ của ông/bà" }
        p { span.second { "Mã hồ sơ" } br; b { (dossier.code) } }
        (state_card(app, &dossier, &office.calendar, today).await?)
        @if let Some(at) = step(dossier.status()) { (parts::steps(&["Đã nhận", "Đang giải quyết", "Có kết quả", "Đã trả"], at)) }
        @if let Some(more) = more { (more) }
        @if matches!(dossier.status(), Status::Received | Status::Processing | Status::Processed) {
            h2 { "Khi đến nhận, xin mang theo" }
            ul.bullets {
                li { "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" }
                li { "Căn cước hoặc chứng minh nhân dân" }
                li { "Nhận thay: thêm giấy ủy quyền" }
            }
        }
        @if proven.is_none() {
            h2 { "Xem đầy đủ" }
            p.second { "Thủ tục, cách tính từng ngày, các bước, giấy tờ còn thiếu, thư đã gửi: quét mã “Quét để tra cứu” trên giấy hẹn, hoặc:" }
            (digits_form(&dossier.code))
        }
        @if let Some(phone) = phone { (call_box(phone)) }
        p { a href=(paths::LOOKUP) { "Tra cứu hồ sơ khác" } }
    };
    let page = frame.page("Hồ sơ của ông/bà", None, body);
    Ok((NOT_KEPT, page).into_response())
}

/// The page that asks for a code, with what is to be said of the one that was typed.
async fn asking(app: &App, words: Option<&str>, typed: &str, digits: bool) -> Result<Markup> {
    let frame = Frame::load(app).await?;
    let notice = words.map(|words| Notice::new(NoticeKind::Warn, words));
    let body = ask(typed, digits, frame.agency.phone.as_deref());
    Ok(frame.page(TITLE, notice, body))
}

/// The box for the code, one button; with `digits` the box for them too.
fn ask(typed: &str, digits: bool, phone: Option<&str>) -> Markup {
    let errors = FormErrors::new();
    let method = if digits { "post" } else { "get" };
    html! {
        h1 { (TITLE) }
        form method=(method) action=(paths::LOOKUP) {
            (text_field(&Field::new("code", "Mã hồ sơ", typed, &errors).hint("Mã in ở đầu giấy hẹn, ví dụ 000.00.00.H57-210415-0007").autofocus().maxlength(60)))
            @if digits { (digits_field(&errors)) }
            p { (Button::primary("Xem").submit()) }
        }
        @if let Some(phone) = phone { (call_box(phone)) }
    }
}

/// Never filled in again: they stand in no page and in no address.
fn digits_field(errors: &FormErrors) -> Markup {
    text_field(
        &Field::new(
            "digits",
            "Bốn số cuối của căn cước, chứng minh nhân dân",
            "",
            errors,
        )
        .hint("Số đã ghi khi nộp hồ sơ")
        .inputmode("numeric")
        .autocomplete("off")
        .maxlength(4),
    )
}

fn digits_form(code: &str) -> Markup {
    let errors = FormErrors::new();
    html! {
        form method="post" action=(paths::LOOKUP) {
            input type="hidden" name="code" value=(code);
            (digits_field(&errors))
            p { (Button::new("Xem đầy đủ").submit()) }
        }
    }
}

/// Which of the four dots it stands on.
fn step(status: Status) -> Option<usize> {
    match status {
        Status::Received => Some(0),
        Status::Processing | Status::AwaitingSupplement | Status::AwaitingPayment => Some(1),
        Status::Processed => Some(2),
        Status::Returned => Some(4),
        _ => None,
    }
}

/// State and date: all that the code alone may show.
async fn state_card(
    app: &App,
    dossier: &Seen,
    calendar: &Calendar,
    today: NaiveDate,
) -> Result<Markup> {
    let status = dossier.status();
    let arrived = match status {
        Status::AwaitingSupplement => arrived(app, dossier.id).await?,
        _ => None,
    };
    let due = dossier
        .due_at
        .filter(|_| app.settings.lookup.show_due)
        .map(to_local);
    let open = status.is_open() && !status.is_waiting();
    let now = app.clock.now();
    let lapsed = || dossier.lapses_at().is_some_and(|at| at <= now);
    let late = open && due.is_some() && lapsed();
    let (class, sign) = match status {
        _ if late => ("late", Icon::Warn),
        Status::Processed | Status::Returned => ("good", Icon::Tick),
        Status::AwaitingSupplement | Status::AwaitingPayment => ("wait", Icon::Pause),
        _ => ("", Icon::Clock),
    };
    Ok(html! {
        section.state-card.(class) aria-label="Tình trạng hồ sơ" {
            p { (icon(sign)) @if arrived.is_some() { "Đã nhận giấy tờ bổ sung" } @else { (citizen_words(status)) } }
            div {
                @match status {
                    Status::AwaitingSupplement if arrived.is_some() => p { "Giấy tờ của ông/bà đã đến, cơ quan đang kiểm tra. Đủ rồi thì ngày hẹn mới ghi tại đây." },
                    Status::Processed => {
                        p { "Mời ông/bà mang giấy hẹn đến nhận kết quả." }
                    }
                    Status::Returned => p { "Kết quả đã được trao." },
                    Status::AwaitingSupplement => p { "Xin ông/bà bổ sung giấy tờ theo phiếu yêu cầu. Thời gian chờ không tính vào thời hạn." },
                    Status::AwaitingPayment => p { "Xin ông/bà nộp phí, lệ phí theo thông báo. Thời gian chờ không tính vào thời hạn." },
                    Status::Registered => p { "Hồ sơ đã gửi đến, đang chờ kiểm tra." },
                    Status::Rejected | Status::Withdrawn | Status::Stopped => p { "Cần hỏi thêm, xin liên hệ Bộ phận Một cửa." },
                    _ => (promise_words(due, calendar, today, late)),
                }
            }
        }
    })
}

/// When the papers asked for came, while nobody has looked at them.
pub async fn arrived(app: &App, dossier: i64) -> Result<Option<DateTime<Utc>>> {
    let waits = dossiers::waits(app.store.read(), dossier).await?;
    let open = waits.last().filter(|wait| wait.to_at.is_none());
    Ok(open.and_then(|wait| wait.arrived_at))
}

fn promise_words(
    due: Option<NaiveDateTime>,
    calendar: &Calendar,
    today: NaiveDate,
    late: bool,
) -> Markup {
    let Some(due) = due else {
        return html! { p { "Ngày hẹn ghi trên giấy hẹn." } };
    };
    let left = calendar
        .working_days_between(today, due.date())
        .ok()
        .filter(|_| due.date() > today);
    html! {
        @if late {
            p { "Hồ sơ trễ hẹn. Ủy ban nhân dân xin lỗi ông/bà. Ngày hẹn đã ghi:" }
        } @else { p { "Hẹn trả kết quả" } }
        (promised(due))
        @if let Some(left) = left { p.second { "Còn " (left) " ngày làm việc nữa." } }
        @if due.date() == today && !late { p.second { "Hẹn trả hôm nay." } }
    }
}

/// The state as it is said to a citizen.
fn citizen_words(status: Status) -> &'static str {
    match status {
        Status::AwaitingSupplement => "Chờ ông/bà bổ sung giấy tờ",
        Status::Processed => "Đã có kết quả, mời đến nhận",
        other => other.label(),
    }
}
