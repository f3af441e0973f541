//! `/khao-sat/{token}`: to say it in half a minute. One tap a question; the answers
//! ride in hidden fields, so that nothing is kept before "Gửi phiếu".
use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chrono::DateTime;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, error_summary, textarea},
    icons::{Icon, icon},
    parts::{self, Button, Notice, NoticeKind, problem},
    paths,
    public::Frame,
    session::{Failure, account_of},
};
use crate::{
    actions::cast_ballot::{self, Input, Way},
    app::App,
    domain::survey::{Questionnaire, SCALE, Source},
    error::{Error, Kind, Result},
    rate::Asker,
    secret,
    store::surveys,
};

/// Prefix of the hidden fields that carry answers.
const ANSWER: &str = "a_";

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    xong: String,
    /// A low rating was among the answers.
    #[serde(default)]
    thap: String,
    /// The channel it came by: `slip`, `mail`; else the receipt's QR.
    #[serde(default)]
    k: String,
}

pub async fn page(
    State(app): State<App>,
    jar: CookieJar,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    if let Some(refusal) = refusal(&app, &frame, &jar, &token, Some(&asked)).await? {
        return Ok(refusal);
    }
    let questionnaire = cast_ballot::questionnaire(app.store.read()).await?;
    let opened = app.clock.now().timestamp().to_string();
    let carried = BTreeMap::from([("k".to_owned(), asked.k), ("luc".to_owned(), opened)]);
    let page = question(&token, &questionnaire, &carried, 0, false);
    Ok(frame.page("Khảo sát", None, page).into_response())
}

/// Why this visitor cannot answer, as a page; thanks, when they just did.
async fn refusal(
    app: &App,
    frame: &Frame,
    jar: &CookieJar,
    token: &str,
    asked: Option<&Asked>,
) -> Result<Option<Response>> {
    let found = surveys::token(app.store.read(), &secret::hash(token)).await?;
    let (status, title, text) = match found {
        None => (
            StatusCode::NOT_FOUND,
            "Không có phiếu này",
            "Xin quét lại mã “Quét để đánh giá” trên giấy hẹn.",
        ),
        Some(found) if found.used && asked.is_some_and(|asked| !asked.xong.is_empty()) => {
            let low = asked.is_some_and(|asked| !asked.thap.is_empty());
            let thanks = html! {
                h1 { "Cảm ơn ông/bà. Phiếu đã được ghi nhận." }
                p { "Phiếu không ghi tên, không nối với hồ sơ." }
                @if low {
                    h2 { "Ông/bà muốn được gọi lại?" }
                    p { "Ủy ban nhân dân muốn biết việc gì chưa tốt để sửa. Lời nhắn gửi riêng, không nối với phiếu vừa rồi." }
                    p { (Button::primary("Để lại lời nhắn và số điện thoại").link(paths::CALL_BACK)) }
                }
                p { a href=(paths::LOOKUP) { "Tra cứu hồ sơ" } }
            };
            return Ok(Some(frame.page("Cảm ơn", None, thanks).into_response()));
        }
        Some(found) if found.used => (
            StatusCode::CONFLICT,
            "Phiếu này đã được trả lời.",
            "Mỗi phiếu chỉ trả lời một lần. Cảm ơn ông/bà.",
        ),
        Some(_) if account_of(app, jar).await?.is_some() => (
            StatusCode::FORBIDDEN,
            "Phiếu dành cho người dân",
            "Máy này đang đăng nhập tài khoản cán bộ nên không gửi phiếu được. Xin dùng máy của người dân.",
        ),
        Some(_) => return Ok(None),
    };
    let page = problem(title, text, &[(paths::LOOKUP, "Tra cứu hồ sơ")]);
    Ok(Some(
        (status, frame.page(title, None, page)).into_response(),
    ))
}

/// One tap: keeps the answer and shows what comes next; nothing is saved before `di=gui`.
pub async fn answer(
    State(app): State<App>,
    jar: CookieJar,
    from: Asker,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    if let Some(refusal) = refusal(&app, &frame, &jar, &token, None).await? {
        return Ok(refusal);
    }
    let questionnaire = cast_ballot::questionnaire(app.store.read()).await?;
    let mut answers: Answers = sent
        .iter()
        .filter(|(name, _)| name.starts_with(ANSWER) || CARRIED.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let field = |name: &str| sent.get(name).map_or("", String::as_str);
    let at: usize = field("cau").parse().unwrap_or_default();
    if let (Some(value), Some(asked)) = (sent.get("answer"), questionnaire.questions.get(at)) {
        answers.insert(format!("{ANSWER}{}", asked.code), value.clone());
    }
    let review = !field("sua").is_empty();
    let body = match field("di") {
        "gui" => {
            let input = Input {
                answers: answers
                    .iter()
                    .filter_map(|(name, value)| Some((name.strip_prefix(ANSWER)?, value)))
                    .map(|(code, value)| (code.to_owned(), value.parse().ok()))
                    .collect(),
                comment: Some(field("comment").to_owned()),
            };
            let way = way(&sent, from, &headers);
            match cast_ballot::by_token(&app, &token, &input, &way).await {
                Ok(()) => {
                    let low: &[(&str, &str)] = if input.low() { &[("thap", "1")] } else { &[] };
                    let done = [&[("xong", "1")], low].concat();
                    let to = paths::with_query(&paths::survey(&token), &done);
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(error) if error.kind == Kind::Invalid => {
                    let page = check(
                        &token,
                        &questionnaire,
                        &answers,
                        field("comment"),
                        Some(&error),
                    );
                    let page = frame.page("Xem lại phiếu", None, page);
                    return Ok(super::session::refused(&error, page));
                }
                Err(error) => return Err(Failure(error)),
            }
        }
        "xem" => check(&token, &questionnaire, &answers, field("comment"), None),
        place => {
            // A question asked for, else the next one; after the last, the check page.
            let next = place
                .parse()
                .unwrap_or(if review { usize::MAX } else { at + 1 });
            if next < questionnaire.questions.len() {
                question(&token, &questionnaire, &answers, next, review)
            } else {
                check(&token, &questionnaire, &answers, field("comment"), None)
            }
        }
    };
    Ok(frame.page("Khảo sát", None, body).into_response())
}

/// Which channel, and when the first question was opened; which device is told by its
/// address and its browser.
fn way(sent: &BTreeMap<String, String>, from: Asker, headers: &HeaderMap) -> Way {
    let field = |name: &str| sent.get(name).map_or("", String::as_str);
    let source = match field("k") {
        "slip" => Source::Slip,
        "mail" => Source::Mail,
        _ => Source::Qr,
    };
    let agent = headers.get(header::USER_AGENT);
    let agent = agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let device = from.0.map(|address| format!("{address} {agent}"));
    let opened = field("luc").parse().ok();
    Way {
        source,
        device,
        opened_at: opened.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
    }
}

/// Hidden fields that travel with the answers.
const CARRIED: [&str; 2] = ["k", "luc"];

/// Fields on their way; an empty answer is "không có ý kiến".
type Answers = BTreeMap<String, String>;

fn carried(answers: &Answers) -> Markup {
    html! {
        @for (name, value) in answers { input type="hidden" name=(name) value=(value); }
    }
}

/// One question; five answers, all above the fold of a phone.
fn question(
    token: &str,
    questionnaire: &Questionnaire,
    answers: &Answers,
    at: usize,
    review: bool,
) -> Markup {
    let many = questionnaire.questions.len();
    let number = at + 1;
    html! {
        form method="post" action=(paths::survey(token)) data-tap-guard="" {
            input type="hidden" name="cau" value=(at);
            @if review { input type="hidden" name="sua" value="1"; }
            (carried(answers))
            div.progress {
                span { "Câu " (number) " trong " (many) }
                svg viewBox={ "0 0 " (many) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                    rect.track width=(many) height="1" {}
                    rect.value width=(number) height="1" {}
                }
            }
            h1 { (questionnaire.questions.get(at).map_or("", |question| &question.text)) }
            div.answers {
                @for (value, words) in (1_u8..).zip(SCALE) {
                    button type="submit" name="answer" value=(value) { (icon(Icon::Face(value))) span { (words) } }
                }
                button.skip-answer type="submit" name="answer" value="" { "Không có ý kiến, sang câu sau" }
            }
            p.row.spread {
                @if at > 0 { (Button::text("Câu trước").value("di", &(at - 1).to_string()).submit()) } @else { span {} }
                @if answers.keys().any(|name| name.starts_with(ANSWER)) { (Button::text("Gửi luôn, dừng ở đây").value("di", "xem").submit()) }
            }
        }
        (parts::notice(&Notice::new(NoticeKind::Info, "Phiếu không ghi tên, không nối với hồ sơ. Cán bộ không biết ai trả lời.")))
    }
}

/// Everything once more before it is sent; each answer can be changed.
fn check(
    token: &str,
    questionnaire: &Questionnaire,
    answers: &Answers,
    comment: &str,
    wrong: Option<&Error>,
) -> Markup {
    let errors: FormErrors = wrong.map(super::sign_in::form_errors).unwrap_or_default();
    let words = |code: &str| match answers.get(&format!("{ANSWER}{code}")).map(String::as_str) {
        None => "chưa trả lời",
        Some(value) => value
            .parse::<usize>()
            .ok()
            .and_then(|value| SCALE.get(value.wrapping_sub(1)).copied())
            .unwrap_or("không có ý kiến"),
    };
    html! {
        h1 { "Xem lại trước khi gửi" }
        (error_summary(&errors))
        form method="post" action=(paths::survey(token)) data-tap-guard="" {
            (carried(answers))
            input type="hidden" name="sua" value="1";
            ol.review {
                @for (place, question) in questionnaire.questions.iter().enumerate() {
                    li {
                        p { (question.text) }
                        p.row.spread {
                            b { (words(&question.code)) }
                            button.change type="submit" name="di" value=(place) {
                                "Đổi" span.sr { " câu " (place + 1) }
                            }
                        }
                    }
                }
            }
            (textarea(&Field::new("comment", "Ý kiến thêm", comment, &errors).optional().maxlength(2000)
                .hint("Xin không ghi tên, số căn cước hoặc số điện thoại."), 3))
            p { (Button::primary("Gửi phiếu").value("di", "gui").sending("Đang gửi…").submit()) }
        }
    }
}
