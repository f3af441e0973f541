//! `/phan-anh/theo-doi`: how is it with what I sent? By number and secret, posted, never
//! in an address. `/phan-anh/cong-khai`: what was answered, without anybody's name.
use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    feedback::{NOT_KEPT, TOO_OFTEN, paragraphs},
    form::{Field, FormErrors, not_done, text_field, textarea},
    icons::{Icon, icon},
    layout::call_box,
    parts::{self, Button, Notice, NoticeKind, date_words},
    paths,
    public::Frame,
    session::Failure,
    sign_in::form_errors,
    visitor::Visitor,
};
use crate::{
    actions::add_to_feedback,
    app::App,
    domain::{
        code,
        feedback::{Standing, State as Stand},
        time::local_day,
    },
    error::{self, Error, Result},
    rate::Asker,
    secret,
    store::feedback::{self, Feedback},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    code: String,
    secret: String,
}

/// A number that nobody has and a wrong secret read alike.
pub const NOT_FOUND: &str = "Không tìm thấy phản ánh với số và mã bí mật này. Xin xem lại cả hai.";
const TITLE: &str = "Theo dõi phản ánh, kiến nghị";
/// As many as are read on a telephone.
const MOST: u64 = 50;

/// What its sender may see, if number and secret belong together.
pub async fn of_sender(app: &App, typed: &str, given: &str) -> Result<Option<Feedback>> {
    let code = code::typed(typed);
    let proof = secret::feedback_hash(&code, given);
    feedback::by_proof(app.store.read(), &code, &proof).await
}

pub async fn page(Visitor(app): Visitor) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    Ok(frame.page(TITLE, None, ask(&frame, "", "")))
}

pub async fn show(
    Visitor(app): Visitor,
    from: Asker,
    Form(asked): Form<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    let refused = |status: StatusCode, words: &str| {
        let notice = Notice::new(NoticeKind::Warn, words);
        let page = frame.page(TITLE, Some(notice), ask(&frame, &asked.code, &asked.secret));
        Ok((status, NOT_KEPT, page).into_response())
    };
    if from.too_often(&app.lookups) {
        return refused(StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN);
    }
    match of_sender(&app, &asked.code, &asked.secret).await? {
        None => refused(StatusCode::NOT_FOUND, NOT_FOUND),
        Some(row) => {
            let more = More::of(&asked);
            let body = state(&app, &frame, &row, &more, &FormErrors::new());
            let page = frame.page(TITLE, None, body);
            Ok((NOT_KEPT, page).into_response())
        }
    }
}

/// What its sender adds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct More {
    code: String,
    secret: String,
    /// Named after what the action refuses.
    #[serde(rename = "more")]
    words: String,
}

impl More {
    fn of(asked: &Asked) -> Self {
        Self {
            code: asked.code.clone(),
            secret: asked.secret.clone(),
            words: String::new(),
        }
    }
}

pub async fn add(
    Visitor(app): Visitor,
    from: Asker,
    Form(more): Form<More>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    let refused = |status: StatusCode, words: &str| {
        let notice = Notice::new(NoticeKind::Warn, words);
        let page = frame.page(TITLE, Some(notice), ask(&frame, &more.code, &more.secret));
        Ok((status, NOT_KEPT, page).into_response())
    };
    if from.too_often(&app.lookups) {
        return refused(StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN);
    }
    let Some(row) = of_sender(&app, &more.code, &more.secret).await? else {
        return refused(StatusCode::NOT_FOUND, NOT_FOUND);
    };
    let done = add_to_feedback::by_sender(&app, row, &more.words).await;
    let Some(row) = of_sender(&app, &more.code, &more.secret).await? else {
        return refused(StatusCode::NOT_FOUND, NOT_FOUND);
    };
    let (status, errors, notice) = match &done {
        Ok(()) => {
            let notice = Notice::new(NoticeKind::Ok, "Đã nhận phần bổ sung.");
            (StatusCode::OK, FormErrors::new(), Some(notice))
        }
        Err(error) if error.kind == error::Kind::Invalid => {
            (StatusCode::UNPROCESSABLE_ENTITY, form_errors(error), None)
        }
        Err(error) if error.kind == error::Kind::Conflict => {
            let notice = Notice::new(NoticeKind::Err, &error.detail);
            (StatusCode::CONFLICT, FormErrors::new(), Some(notice))
        }
        Err(_) => {
            return Err(Failure(
                done.err().unwrap_or_else(|| Error::internal("done")),
            ));
        }
    };
    let page = frame.page(TITLE, notice, state(&app, &frame, &row, &more, &errors));
    Ok((status, NOT_KEPT, page).into_response())
}

fn ask(frame: &Frame, code: &str, secret: &str) -> Markup {
    let errors = FormErrors::new();
    html! {
        h1 { (TITLE) }
        form method="post" action=(paths::FEEDBACK_FOLLOW) {
            (text_field(&Field::new("code", "Số phản ánh", code, &errors).hint("Ví dụ PA-2021-0001").maxlength(40)))
            (text_field(&Field::new("secret", "Mã bí mật", secret, &errors).hint("12 chữ và số, gõ hoa hay thường đều được").maxlength(40)))
            p { (Button::primary("Xem").submit()) }
        }
        p { a href=(paths::FEEDBACK) { "Gửi phản ánh, kiến nghị" } }
        @if let Some(phone) = &frame.agency.phone { (call_box(phone)) }
    }
}

/// State, date, answer.
fn state(app: &App, frame: &Frame, row: &Feedback, more: &More, errors: &FormErrors) -> Markup {
    let stand = row.state();
    let overdue = row.standing(app.clock.now()) == Standing::Overdue;
    let (class, sign) = match stand {
        _ if overdue => ("late", Icon::Warn),
        Stand::Received => ("", Icon::Clock),
        Stand::AwaitingMore | Stand::Forwarded | Stand::Rejected => ("wait", Icon::Info),
        Stand::Answered | Stand::Published | Stand::Closed => ("good", Icon::Tick),
    };
    // Whether it was published is no matter of its sender's answer.
    let words = match stand {
        Stand::Published | Stand::Closed => Stand::Answered.label(),
        other => other.label(),
    };
    html! {
        h1 { "Phản ánh của ông/bà" }
        p { span.second { "Số phản ánh" } br; b { (row.code) } }
        section.state-card.(class) aria-label="Tình trạng phản ánh" {
            p { (icon(sign)) (words) }
            div {
                p { "Gửi ngày " (parts::day(local_day(row.received_at))) ", về: " (row.kind().label().to_lowercase()) "." }
                @if let (Stand::Received | Stand::AwaitingMore, Some(due)) = (stand, row.due_at) {
                    @if overdue { p { "Ủy ban nhân dân chưa trả lời đúng hạn, xin lỗi ông/bà. Hạn đã hẹn:" } }
                    @else { p { "Trả lời chậm nhất" } }
                    p.due-date { b { (date_words(local_day(due))) } }
                }
                @if let Some(to) = &row.forwarded_to {
                    p { "Việc này không thuộc thẩm quyền của xã. Đã chuyển đến: " b { (to) } "." }
                }
                @if let (Stand::Rejected, Some(reason)) = (stand, &row.reason) { p { "Lý do:" } (paragraphs(reason)) }
            }
        }
        @if let (Some(answer), Some(at)) = (&row.answer, row.answered_at) {
            h2 { "Trả lời ngày " (parts::day(local_day(at))) }
            (paragraphs(answer))
        }
        @if let (Stand::AwaitingMore, Some(question)) = (stand, &row.reason) {
            h2 { "Ủy ban nhân dân hỏi thêm" }
            (paragraphs(question))
            (not_done(errors, "Chưa xem được"))
            form method="post" action=(paths::FEEDBACK_ADD) {
                input type="hidden" name="code" value=(more.code);
                input type="hidden" name="secret" value=(more.secret);
                (textarea(&Field::new("more", "Nội dung bổ sung", &more.words, errors).maxlength(4000), 5))
                p { (Button::primary("Gửi bổ sung").sending("Đang gửi…").submit()) }
            }
        }
        h2 { "Ông/bà đã viết" }
        (paragraphs(&row.content))
        @if let Some(phone) = &frame.agency.phone { (call_box(phone)) }
    }
}

/// What was made public, the newest first.
pub async fn published(Visitor(app): Visitor) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let agency = app.home_agency().await?;
    let rows = feedback::published(app.store.read(), agency, MOST).await?;
    let many = rows.len() as u64 == MOST;
    let body = html! {
        h1 { "Phản ánh đã được trả lời" }
        @if rows.is_empty() { p { "Chưa có phản ánh nào được trả lời công khai." } }
        @else { p.second { "Không ghi tên người gửi." @if many { " " (MOST) " phản ánh mới nhất." } } }
        ul.plain {
            @for row in &rows {
                li {
                    h2 { (row.kind().label()) }
                    p.second { "Gửi ngày " (parts::day(local_day(row.received_at)))
                        @if let Some(at) = row.answered_at { ", trả lời ngày " (parts::day(local_day(at))) } }
                    (paragraphs(row.public_content.as_deref().unwrap_or_default()))
                    p { b { "Trả lời" } }
                    (paragraphs(row.public_answer.as_deref().unwrap_or_default()))
                }
            }
        }
        p { (Button::new("Gửi phản ánh, kiến nghị").link(paths::FEEDBACK)) }
    };
    Ok(frame.page("Phản ánh đã được trả lời", None, body))
}
