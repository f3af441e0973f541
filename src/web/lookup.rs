//! `/tra-cuu`: is it done, when do I come, what do I bring? By the whole code
//! alone: code, state, promised date, nothing else (TT 01/2018/TT-VPCP Điều 16.2.d).
use std::net::IpAddr;

use axum::{
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{NaiveDate, NaiveDateTime};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, text_field},
    icons::{Icon, icon},
    layout::call_box,
    parts::{self, Button, Deadline, Notice, NoticeKind, promised},
    paths,
    public::Frame,
    session::Failure,
    trace::{basis, lines},
};
use crate::{
    actions::promise,
    app::App,
    domain::{
        calendar::Calendar,
        code,
        dossier::Status,
        time::{local_day, to_local},
    },
    error::Result,
    secret,
    store::{
        dossiers::{self, Dossier},
        procedures,
    },
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    code: String,
    /// The receipt's secret, which its QR carries.
    #[serde(default)]
    s: String,
}

/// A part of a code, a wrong one and one that nobody holds read alike.
const NOT_FOUND: &str =
    "Không tìm thấy hồ sơ với mã này. Xin xem lại mã trên giấy hẹn, gồm cả dấu chấm và dấu gạch.";
const TOO_OFTEN: &str =
    "Ông/bà đã thử nhiều lần. Xin chờ một phút rồi thử lại, hoặc gọi số dưới đây.";

pub async fn page(
    State(app): State<App>,
    peer: Option<axum::Extension<ConnectInfo<std::net::SocketAddr>>>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let address = peer.map(|axum::Extension(ConnectInfo(peer))| asker(peer.ip(), &headers));
    let frame = Frame::load(&app).await?;
    let typed = code::typed(&asked.code);
    let phone = frame.agency.phone.clone();
    if typed.is_empty() {
        return Ok(frame
            .page("Tra cứu hồ sơ", None, ask("", phone.as_deref()))
            .into_response());
    }
    if address.is_some_and(|address| !app.lookups.allow(address)) {
        let notice = Notice::new(NoticeKind::Warn, TOO_OFTEN);
        let page = frame.page(
            "Tra cứu hồ sơ",
            Some(notice),
            ask(&asked.code, phone.as_deref()),
        );
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let Some(dossier) = dossiers::by_public_code(app.store.read(), &typed).await? else {
        let notice = Notice::new(NoticeKind::Warn, NOT_FOUND);
        let page = frame.page(
            "Tra cứu hồ sơ",
            Some(notice),
            ask(&asked.code, phone.as_deref()),
        );
        return Ok(page.into_response());
    };
    // Hashes are compared, so that the clock tells nothing about the secret.
    let proven = secret::hash(&asked.s) == secret::hash(&dossier.receipt_secret);
    let today = local_day(app.clock.now());
    let more = if proven {
        Some(more(&app, &dossier, today).await?)
    } else {
        None
    };
    let calendar = app.calendar().await?;
    let body = html! {
        h1 { "Hồ sơ của ông/bà" }
        p { span.second { "Mã hồ sơ" } br; b { (dossier.code) } }
        (state_card(&app, &dossier, &calendar, today))
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
        @if let Some(phone) = &phone { (call_box(phone)) }
        @if !proven { p.second { "Muốn xem thủ tục và cách tính từng ngày, xin quét mã “Quét để tra cứu” trên giấy hẹn." } }
        p { a href=(paths::LOOKUP) { "Tra cứu hồ sơ khác" } }
    };
    Ok(frame.page("Hồ sơ của ông/bà", None, body).into_response())
}

/// Whose limit it is. A proxy on this machine names the asker last; a name given
/// by anyone else is not believed.
pub fn asker(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let named = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|names| names.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    named.filter(|_| peer.is_loopback()).unwrap_or(peer)
}

/// One box, one button.
fn ask(typed: &str, phone: Option<&str>) -> Markup {
    let errors = FormErrors::new();
    html! {
        h1 { "Tra cứu hồ sơ" }
        form method="get" action=(paths::LOOKUP) {
            (text_field(&Field::new("code", "Mã hồ sơ", typed, &errors).hint("Mã in ở đầu giấy hẹn, ví dụ 000.00.00.H57-210415-0007").autofocus().maxlength(60)))
            p { (Button::primary("Xem").submit()) }
        }
        @if let Some(phone) = phone { (call_box(phone)) }
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
fn state_card(app: &App, dossier: &Dossier, calendar: &Calendar, today: NaiveDate) -> Markup {
    let status = dossier.status();
    let due = dossier
        .due_at
        .filter(|_| app.settings.lookup.show_due)
        .map(to_local);
    let open = status.is_open() && !status.is_waiting();
    let late = open && due.is_some_and(|due| due.date() < today);
    let (class, sign) = match status {
        _ if late => ("late", Icon::Warn),
        Status::Processed | Status::Returned => ("good", Icon::Tick),
        Status::AwaitingSupplement | Status::AwaitingPayment => ("wait", Icon::Pause),
        _ => ("", Icon::Clock),
    };
    html! {
        section.state-card.(class) aria-label="Tình trạng hồ sơ" {
            p { (icon(sign)) (citizen_words(status)) }
            div {
                @match status {
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
    }
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
        @if due.date() == today { p.second { "Hẹn trả hôm nay." } }
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

/// With the receipt's secret: the procedure and the count, day by day.
async fn more(app: &App, dossier: &Dossier, today: NaiveDate) -> Result<Markup> {
    let procedure = procedures::get(app.store.read(), dossier.procedure_version_id).await?;
    let waits = dossiers::waits(app.store.read(), dossier.id).await?;
    let calendar = app.calendar().await?;
    let counted = promise::of_dossier(app, &calendar, &procedure, dossier, &waits)?;
    let moved = dossier
        .original_due_at
        .filter(|first| dossier.due_at != Some(*first));
    Ok(html! {
        p { span.second { "Thủ tục" } br; b { (procedure.name) } }
        @if let Some(first) = moved { p { "Hẹn lần đầu " (parts::day(local_day(first))) ". Ủy ban nhân dân đã gửi phiếu xin lỗi và hẹn lại." } }
        @if let Some(reason) = &dossier.due_reason { p { "Ngày hẹn do Bộ phận Một cửa đặt: " (reason) "." } }
        @if let Some(counted) = &counted {
            (parts::why(&Deadline {
                due: counted.due_at,
                today,
                provisional: counted.provisional,
                trace: &lines(counted),
                rule: &counted.rule,
                basis: &basis(counted),
            }, true))
        }
    })
}
