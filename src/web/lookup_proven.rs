//! What may they see who hold the receipt, or know the number they gave? The
//! procedure, the count day by day, the steps, what is missing, the letters.
use axum::{
    Form,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    feedback::paragraphs,
    lookup::{self, Answer, Proof},
    parts::{self, Button, Deadline, Event, EventState, timeline},
    paths,
    session::Failure,
    trace::{basis, lines},
};
use crate::{
    actions::{cancel_number, promise},
    app::App,
    domain::{
        dossier::{Act, Status},
        paper::PaperKind,
        time::{format_moment, local_day, parse_moment, to_local},
        tombstone, viet,
    },
    error::{Error, Kind, Result},
    papers::{self, Wanted},
    rate::Asker,
    secret,
    store::{
        dossiers::{self, Dossier},
        papers::{self as rows, Paper},
        surveys,
    },
};

/// Everything below the state.
pub async fn more(app: &App, dossier: &Dossier, proof: &Proof, today: NaiveDate) -> Result<Markup> {
    let db = app.store.read();
    let procedure = app.procedure_of(dossier).await?;
    let waits = dossiers::waits(db, dossier.id).await?;
    let events = dossiers::events(db, dossier.id).await?;
    let letters = rows::of_dossier(db, dossier.id).await?;
    let office = app.office_of(dossier).await?;
    let counted = promise::of_dossier(app, &office, &procedure, dossier, &waits)?;
    let moved = dossier
        .original_due_at
        .filter(|first| dossier.due_at != Some(*first));
    Ok(html! {
        p { span.second { "Thủ tục" } br; b { (procedure.name) } }
        @if lookup::arrived(app, dossier.id).await?.is_none() { (missing(dossier, &events)) }
        @if let Some(first) = moved { p { "Hẹn lần đầu " (parts::day(local_day(first))) ". Ủy ban nhân dân đã gửi phiếu xin lỗi và hẹn lại." } }
        @if let Some(reason) = &dossier.due_reason { p { "Ngày hẹn do Bộ phận Một cửa đặt: " (reason) "." } }
        // Nobody knows the day while the clock stands.
        @if let Some(counted) = counted.as_ref().filter(|_| dossier.wait_from.is_none()) {
            (parts::why(&Deadline {
                due: counted.due_at,
                today,
                provisional: counted.provisional,
                trace: &lines(counted),
                rule: &counted.rule,
                basis: &basis(counted),
            }, true))
        }
        @if let Some(token) = unrated(app, dossier, proof).await? {
            p { (Button::primary("Đánh giá việc phục vụ, nửa phút").link(&paths::survey(&token))) }
        }
        h2 { "Các bước đã qua" }
        (steps(&events))
        (letters_of(dossier, &letters, proof))
    })
}

/// The receipt's token for the survey, once there is something to rate, until it is used.
async fn unrated(app: &App, dossier: &Dossier, proof: &Proof) -> Result<Option<String>> {
    let Proof::Secret(own) = proof else {
        return Ok(None);
    };
    if dossier.ended_at.is_none() {
        return Ok(None);
    }
    let token = secret::survey_token(own);
    let known = surveys::token(app.store.read(), &secret::hash(&token)).await?;
    Ok(known.filter(|known| !known.used).map(|_| token))
}

/// What is asked for, while it is waited for.
fn missing(dossier: &Dossier, events: &[dossiers::Event]) -> Markup {
    let asked = match dossier.status() {
        Status::AwaitingSupplement => Act::RequestSupplement,
        Status::AwaitingPayment => Act::RequestPayment,
        _ => return html! {},
    };
    let Some(event) = events.iter().rev().find(|event| event.act == asked.code()) else {
        return html! {};
    };
    let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
    let items: Vec<&str> = data["items"]
        .as_array()
        .map(|items| items.iter().filter_map(|item| item.as_str()).collect())
        .unwrap_or_default();
    html! {
        h2 { "Còn thiếu" }
        @if !items.is_empty() { ul.bullets { @for item in &items { li { (item) } } } }
        @if let Some(amount) = data["amount"].as_i64() { p { "Phí, lệ phí: " b { (viet::number(amount)) "\u{a0}đồng" } } }
        @if !event.note.is_empty() { p { b { "Lý do" } } (paragraphs(&event.note)) }
    }
}

/// Oldest first, without the names of staff and without what is between desks only.
fn steps(events: &[dossiers::Event]) -> Markup {
    let told: Vec<(EventState, String, String, String, String)> = events
        .iter()
        .filter_map(|event| {
            let (state, words) = step(event)?;
            let at = to_local(event.at);
            let when = format!("{}, {}", parts::day_month(at.date()), at.format("%H:%M"));
            let (title, detail) = words;
            Some((state, when, format_moment(event.at), title, detail))
        })
        .collect();
    let lines: Vec<Event> = told
        .iter()
        .map(|(state, when, datetime, title, detail)| Event {
            state: *state,
            when,
            datetime: Some(datetime),
            title,
            detail,
        })
        .collect();
    timeline(&lines)
}

/// One step as it is said to a citizen; `None` for what stays in the house.
fn step(event: &dossiers::Event) -> Option<(EventState, (String, String))> {
    let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
    let day = |name: &str| {
        let at = parse_moment(data[name].as_str()?).ok()?;
        Some(parts::day(local_day(at)))
    };
    if event.act == tombstone::ACT || event.act == cancel_number::ACT {
        return None;
    }
    let Some(act) = Act::from_code(&event.act) else {
        let words = if event.act == "register" {
            "Nộp trực tuyến"
        } else {
            "Có trong sổ theo dõi cũ"
        };
        return Some((EventState::Done, (words.into(), String::new())));
    };
    let (state, title, detail) = match act {
        Act::Receive | Act::Accept => {
            let due = day("due_at").map_or(String::new(), |due| format!("hẹn {due}"));
            (EventState::Done, "Tiếp nhận hồ sơ", due)
        }
        Act::Assign => (EventState::Done, "Giao công chức giải quyết", String::new()),
        Act::Approve => (EventState::Done, "Lãnh đạo đã duyệt", String::new()),
        Act::RequestSupplement => (EventState::Paused, "Yêu cầu bổ sung giấy tờ", String::new()),
        Act::RequestPayment => (EventState::Paused, "Yêu cầu nộp phí, lệ phí", String::new()),
        Act::SupplementReceived => (EventState::Done, "Nhận đủ giấy tờ bổ sung", String::new()),
        Act::Reject | Act::Refuse | Act::Stop => (EventState::Bad, act.label(), event.note.clone()),
        Act::Withdraw => (EventState::Bad, act.label(), String::new()),
        Act::SignApology => {
            let new = day("new_due_at").map_or(String::new(), |new| format!("hẹn lại {new}"));
            (EventState::Done, "Ủy ban nhân dân xin lỗi và hẹn lại", new)
        }
        Act::Appraise
        | Act::Process
        | Act::SupplementArrived
        | Act::PaymentReceived
        | Act::ReturnResult => (EventState::Done, act.label(), String::new()),
        Act::AskAgency => (EventState::Done, "Lấy ý kiến cơ quan khác", String::new()),
        Act::AgencyAnswered => (EventState::Done, "Cơ quan khác đã trả lời", String::new()),
        Act::DraftApology | Act::HandOver | Act::Take | Act::SendBack => return None,
    };
    Some((state, (title.to_owned(), detail)))
}

/// Which letters a citizen may have again. Not the receipt: it carries the secret
/// that four digits must not give away.
fn for_citizens(kind: PaperKind) -> bool {
    matches!(
        kind,
        PaperKind::Supplement | PaperKind::Refusal | PaperKind::Apology | PaperKind::Stop
    )
}

/// Each opens by a form: what proves who asks stands in no address.
fn letters_of(dossier: &Dossier, letters: &[Paper], proof: &Proof) -> Markup {
    let offered: Vec<(&Paper, PaperKind)> = letters
        .iter()
        .filter_map(|paper| Some((paper, PaperKind::from_code(&paper.kind)?)))
        .filter(|(paper, kind)| for_citizens(*kind) && paper.number.is_some())
        .collect();
    html! {
        @if !offered.is_empty() {
            h2 { "Thư, phiếu đã gửi ông/bà" }
            ul.plain {
                @for (paper, kind) in &offered {
                    li {
                        form method="post" action=(paths::LOOKUP_LETTER) {
                            input type="hidden" name="code" value=(dossier.code);
                            @match proof {
                                Proof::Secret(secret) => input type="hidden" name="s" value=(secret);,
                                Proof::Digits(digits) => input type="hidden" name="digits" value=(digits);,
                                Proof::None => {},
                            }
                            input type="hidden" name="kind" value=(kind.code());
                            input type="hidden" name="seq" value=(paper.event_seq);
                            p { (kind.label()) @if let Some(number) = paper.number { " số " (format!("{number:02}")) } ", " (parts::day(local_day(paper.made_at))) " " }
                            (parts::Button::new("Xem bản PDF").submit())
                        }
                    }
                }
            }
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LetterAsked {
    code: String,
    s: String,
    digits: String,
    kind: String,
    seq: i32,
}

/// A letter for whoever proves it again.
pub async fn letter(
    State(app): State<App>,
    from: Asker,
    Form(asked): Form<LetterAsked>,
) -> Result<Response, Failure> {
    let proof = Proof::of(&asked.s, &asked.digits);
    let dossier = match lookup::look(&app, from, &asked.code, &proof).await? {
        Answer::Proven(_, dossier) => dossier,
        Answer::TooOften => {
            return Err(Failure(Error::new(
                Kind::TooMany,
                "too_many",
                lookup::TOO_OFTEN,
            )));
        }
        Answer::Unknown | Answer::State(_) => {
            return Err(Failure(Error::not_found(lookup::NOT_PROVEN)));
        }
    };
    let rows = rows::of_dossier(app.store.read(), dossier.id).await?;
    let kind = PaperKind::from_code(&asked.kind)
        .filter(|kind| for_citizens(*kind))
        .filter(|kind| {
            rows.iter().any(|row| {
                row.kind == kind.code() && row.event_seq == asked.seq && row.number.is_some()
            })
        })
        .ok_or_else(|| Error::not_found("Hồ sơ không có giấy này."))?;
    let wanted = Wanted {
        event_seq: Some(asked.seq),
        ..Wanted::pdf(kind)
    };
    let bytes = papers::for_citizen(&app, &dossier, wanted).await?;
    let head = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"phieu.pdf\"",
        ),
    ];
    Ok((head, bytes).into_response())
}
