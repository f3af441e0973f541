//! `/phan-anh`: to complain or propose, from a telephone, without an account. The page
//! after sending shows the number and the secret once.
use axum::{
    Form,
    extract::Query,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, checkbox, not_done, radio_group, select, text_field, textarea},
    icons::{Icon, icon},
    layout::call_box,
    parts::{self, Button, Notice, NoticeKind, date_words},
    paths,
    public::Frame,
    session::{Failure, refused},
    sign_in::form_errors,
    visitor::Visitor,
};
use crate::{
    actions::receive_feedback::{self, Input, Taken},
    domain::{
        feedback::{Kind, Source},
        time::local_day,
    },
    error::{self, Error, Result},
    rate::Asker,
    secret,
    store::directory::Directory,
};

/// What holds a secret is kept by no browser and no proxy.
pub const NOT_KEPT: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

pub const TOO_OFTEN: &str =
    "Ông/bà đã thử nhiều lần. Xin chờ một phút rồi thử lại, hoặc gọi số dưới đây.";

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub key: String,
    pub kind: String,
    pub content: String,
    pub name: String,
    pub contact: String,
    pub dossier_code: String,
    /// Ticked: to be told of the answer.
    pub notify: String,
    /// The agency it is for, where there are several.
    pub agency: String,
}

impl Typed {
    pub fn input(&self) -> Input {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        Input {
            kind: self.kind.clone(),
            content: self.content.clone(),
            name: some(&self.name),
            contact: some(&self.contact),
            dossier_code: some(&self.dossier_code),
            notify: Some(!self.notify.is_empty()),
            agency: some(&self.agency),
        }
    }

    /// The form's key: a new one for a new form.
    pub fn key(&self) -> String {
        match self.key.as_str() {
            "" => secret::new(),
            key => key.to_owned(),
        }
    }
}

const TITLE: &str = "Phản ánh, kiến nghị";

/// What a page that leads here has filled in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// From a low rating: to be called back.
    #[serde(rename = "goi-lai")]
    call_back: String,
}

pub async fn page(Visitor(app): Visitor, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let directory = app.directory().await?;
    let key = directory
        .open
        .iter()
        .find(|one| app.visited() == Some(one.id));
    let key = key.map_or_else(String::new, |one| one.key.clone());
    let typed = if asked.call_back.is_empty() {
        Typed {
            agency: key,
            ..Typed::default()
        }
    } else {
        Typed {
            agency: key,
            kind: Kind::Opinion.code().to_owned(),
            content: "Tôi muốn được gọi lại vì chưa hài lòng về việc phục vụ: ".to_owned(),
            ..Typed::default()
        }
    };
    let body = form(&frame, &directory, &typed, &FormErrors::new());
    Ok(frame.page(TITLE, None, body))
}

pub async fn send(
    Visitor(app): Visitor,
    from: Asker,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let frame = Frame::load(&app).await?;
    let directory = app.directory().await?;
    if from.too_often(&app.lookups) {
        let notice = Notice::new(NoticeKind::Warn, TOO_OFTEN);
        let page = frame.page(
            TITLE,
            Some(notice),
            form(&frame, &directory, &typed, &FormErrors::new()),
        );
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    // Whoever chose none has not said for whom it is.
    let taken = if frame.many && typed.agency.is_empty() {
        let detail = "Xin chọn đơn vị nhận phản ánh.";
        Err(Error::invalid("agency", detail))
    } else {
        receive_feedback::by_citizen(&app, Source::Online, &typed.input(), &typed.key).await
    };
    match taken {
        Ok(taken) => {
            let page = frame.page("Đã nhận phản ánh, kiến nghị", None, sent(&frame, &taken));
            Ok((NOT_KEPT, page).into_response())
        }
        Err(error) if error.kind == error::Kind::Invalid => {
            let page = frame.page(
                TITLE,
                None,
                form(&frame, &directory, &typed, &form_errors(&error)),
            );
            Ok(refused(&error, page))
        }
        Err(error) if error.kind == error::Kind::Conflict => {
            let title = "Phản ánh này đã được gửi";
            let ways = [
                (paths::FEEDBACK, "Gửi phản ánh khác"),
                (paths::FEEDBACK_FOLLOW, "Theo dõi phản ánh đã gửi"),
            ];
            let page = parts::problem(title, &error.detail, &ways);
            Ok(refused(&error, frame.page(title, None, page)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// One column; the few words that matter first.
fn form(frame: &Frame, directory: &Directory, typed: &Typed, errors: &FormErrors) -> Markup {
    html! {
        h1 { (TITLE) }
        p { "Ủy ban nhân dân đọc và trả lời mọi phản ánh. Khiếu nại, tố cáo có luật riêng, xin nộp đơn tại trụ sở." }
        (not_done(errors, "Chưa gửi được"))
        form method="post" action=(paths::FEEDBACK) {
            input type="hidden" name="key" value=(typed.key());
            @if frame.many {
                @let agencies: Vec<(&str, &str)> = directory.open.iter().map(|one| (one.key.as_str(), one.name.as_str())).collect();
                (select(&Field::new("agency", "Gửi đến", &typed.agency, errors), &agencies))
            }
            (kind_field(&typed.kind, errors))
            (textarea(&Field::new("content", "Nội dung", &typed.content, errors)
                .hint("Việc gì, ở đâu, lúc nào. Viết bằng tiếng Việt.").maxlength(4000), 6))
            (text_field(&Field::new("name", "Họ và tên", &typed.name, errors).optional().autocomplete("name").maxlength(200)))
            (text_field(&Field::new("contact", "Điện thoại, thư điện tử hoặc địa chỉ", &typed.contact, errors).optional()
                .hint("Nghị định 20/2008/NĐ-CP Điều 7 yêu cầu ghi họ tên và nơi liên hệ. Không ghi vẫn gửi được, nhưng Ủy ban nhân dân có thể không tiếp nhận vì không hỏi lại được.").maxlength(300)))
            (notify_field(&typed.notify, errors))
            (text_field(&Field::new("dossier_code", "Mã hồ sơ", &typed.dossier_code, errors).optional()
                .hint("Nếu phản ánh về một hồ sơ đã nộp; mã in ở đầu giấy hẹn.").maxlength(60)))
            p { (Button::primary("Gửi phản ánh").sending("Đang gửi…").submit()) }
        }
        (parts::notice(&Notice::new(NoticeKind::Info, "Họ tên và nơi liên hệ chỉ người xử lý đọc, không đăng công khai. Cán bộ bị phản ánh không đọc được phản ánh trước khi Ủy ban nhân dân trả lời.")))
        p { a href=(paths::FEEDBACK_FOLLOW) { "Theo dõi phản ánh đã gửi" } }
        p { a href=(paths::FEEDBACK_PUBLISHED) { "Phản ánh đã được trả lời công khai" } }
        @if let Some(phone) = &frame.agency.phone { (call_box(phone)) }
    }
}

/// To be told, or not: never ticked beforehand.
pub fn notify_field(ticked: &str, errors: &FormErrors) -> Markup {
    checkbox(
        &Field::new("notify", "Báo khi có trả lời", "1", errors)
            .hint("Gửi đến thư điện tử hoặc điện thoại ghi ở trên; ngừng nhận lúc nào cũng được."),
        !ticked.is_empty(),
    )
}

/// What it is about, all in sight.
pub fn kind_field(value: &str, errors: &FormErrors) -> Markup {
    let kinds: Vec<(&str, &str)> = Kind::ALL
        .iter()
        .map(|kind| (kind.code(), kind.label()))
        .collect();
    radio_group(
        &Field::new("kind", "Phản ánh về", value, errors),
        &kinds,
        true,
    )
}

/// Number and secret, to be written down.
fn sent(frame: &Frame, taken: &Taken) -> Markup {
    html! {
        h1 { "Đã nhận phản ánh, kiến nghị" }
        (parts::notice(&Notice::new(NoticeKind::Warn, "Xin ghi lại hoặc chụp màn hình: mã bí mật chỉ hiện một lần.")))
        (taken_card(taken))
        form method="post" action=(paths::FEEDBACK_FOLLOW) {
            input type="hidden" name="code" value=(taken.code);
            input type="hidden" name="secret" value=(taken.secret);
            p { (Button::new("Xem tình trạng").submit()) }
        }
        @if let Some(phone) = &frame.agency.phone { (call_box(phone)) }
    }
}

/// The same card for the citizen's own page and for staff who write it down for them.
pub fn taken_card(taken: &Taken) -> Markup {
    html! {
        section.state-card.good aria-label="Số phản ánh và mã bí mật" {
            p { (icon(Icon::Tick)) span { "Số " (taken.code) } }
            div {
                p { "Mã bí mật" }
                p.due-date { b { (taken.secret) } }
                @if let Some(due) = taken.due_at {
                    p { "Trả lời chậm nhất: " (date_words(local_day(due))) "." }
                }
            }
        }
    }
}

/// A text of several lines.
pub fn paragraphs(text: &str) -> Markup {
    html! { @for line in text.lines().filter(|line| !line.is_empty()) { p { (line) } } }
}
