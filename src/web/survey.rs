//! `/khao-sat/{token}`: to say it in half a minute. One tap a question; the answers
//! ride in hidden fields, so that nothing is kept before "Gửi phiếu".
use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Path, Query},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    cookies::session_secret,
    feedback::NOT_KEPT,
    form::{Field, FormErrors, not_done, textarea},
    icons::{Icon, icon},
    parts::{self, Button, Notice, NoticeKind, problem},
    paths,
    public::Frame,
    session::{self, Failure},
    visitor::Visitor,
};
use crate::{
    actions::cast_ballot::{self, Face, Input, Voter},
    api::status_of,
    app::App,
    domain::survey::{Questionnaire, SCALE, Source},
    error::{Error, Kind, Result},
    rate::Asker,
};

/// The hidden field that says when the questionnaire was opened.
const OPENED: &str = "mo";

/// Prefix of the hidden fields that carry answers.
const ANSWER: &str = "a_";

#[derive(Default, Deserialize)]
pub struct Asked {
    /// The channel it came by: `slip`, `mail`; else the receipt's QR.
    #[serde(default)]
    k: String,
}

pub async fn page(
    Visitor(app): Visitor,
    jar: CookieJar,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    let source = match asked.k.as_str() {
        "slip" => Source::Slip,
        "mail" => Source::Mail,
        _ => Source::Qr,
    };
    match cast_ballot::open(&app, &token, source, &voter(&app, &jar, None)).await {
        Ok((questionnaire, opened)) => {
            let answers = Answers::from([(OPENED.to_owned(), opened)]);
            let page = question(&token, &questionnaire, &answers, 0, false);
            Ok(frame.page("Khảo sát", None, page).into_response())
        }
        Err(error) => refused(&frame, error),
    }
}

/// Who answers; the device is asked for where a ballot is sent.
fn voter(app: &App, jar: &CookieJar, device: Option<String>) -> Voter {
    Voter {
        face: Face::Page,
        device,
        session: session_secret(app, jar),
    }
}

/// Why this visitor cannot answer, as a page.
fn refused(frame: &Frame, error: Error) -> Result<Response, Failure> {
    let (title, text) = match (error.kind, error.code) {
        (Kind::NotFound, _) => (
            "Không có phiếu này",
            "Xin quét lại mã “Quét để đánh giá” trên giấy hẹn.",
        ),
        (_, cast_ballot::STAFF) => ("Phiếu dành cho người dân", error.detail.as_str()),
        (_, cast_ballot::NOT_YET) => ("Chưa đến lúc đánh giá", error.detail.as_str()),
        (_, cast_ballot::USED) => (
            error.detail.as_str(),
            "Mỗi phiếu chỉ trả lời một lần. Cảm ơn ông/bà.",
        ),
        _ => return Err(Failure(error)),
    };
    let page = problem(title, text, &[(paths::LOOKUP, "Tra cứu hồ sơ")]);
    let page = frame.page(title, None, page);
    Ok((status_of(error.kind), page).into_response())
}

/// What follows a ballot: the answer to its sending, so that no address tells which
/// ballot it was or what was in it. Sent again, it says that the ballot was answered.
fn thanks(low: bool) -> Markup {
    html! {
        h1 { "Cảm ơn ông/bà. Phiếu đã được ghi nhận." }
        p { "Phiếu không ghi tên, không nối với hồ sơ." }
        @if low {
            h2 { "Ông/bà muốn được gọi lại?" }
            p { "Ủy ban nhân dân muốn biết việc gì chưa tốt để sửa. Lời nhắn gửi riêng, không nối với phiếu vừa rồi." }
            p { (Button::primary("Để lại lời nhắn và số điện thoại").link(paths::CALL_BACK)) }
        }
        p { a href=(paths::LOOKUP) { "Tra cứu hồ sơ" } }
    }
}

/// One tap: keeps the answer and shows what comes next; nothing is saved before `di=gui`.
pub async fn answer(
    Visitor(app): Visitor,
    jar: CookieJar,
    from: Asker,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    let voter = voter(&app, &jar, from.device(&headers));
    let questionnaire = match cast_ballot::go_on(&app, &token, &voter).await {
        Ok(questionnaire) => questionnaire,
        Err(error) => return refused(&frame, error),
    };
    let mut answers: Answers = sent
        .iter()
        .filter(|(name, _)| name.starts_with(ANSWER) || *name == OPENED)
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
                opened: Some(field(OPENED).to_owned()),
            };
            match cast_ballot::by_token(&app, &token, &input, &voter).await {
                Ok(()) => {
                    let page = frame.page("Cảm ơn", None, thanks(input.low()));
                    return Ok((NOT_KEPT, page).into_response());
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
                    return Ok(session::refused(&error, page));
                }
                // Somebody was faster by a moment.
                Err(error) => return refused(&frame, error),
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

/// Fields on their way, the opening among them; an empty answer is "không có ý kiến".
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
        (not_done(&errors, "Chưa gửi được"))
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
