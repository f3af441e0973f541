//! `/phan-anh/danh-sach/{code}`: what was said, by when, what was done, what may be done now.
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Form;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    feedback::{kind_field, paragraphs},
    feedback_entry::{people, people_field},
    feedback_list::standing_badge,
    form::{Field, FormErrors, error_summary, text_field, textarea},
    layout::Section,
    parts::{
        self, Button, Event, EventState, Kind as Look, Notice, NoticeKind, definition_list,
        timeline,
    },
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        handle_feedback::{self, Input},
        note_read,
    },
    app::App,
    domain::{
        feedback::{Act, Source, State as Stand, next},
        time::{format_moment, local_day, to_local},
        tombstone, viet,
    },
    error::{self, Error, Result},
    store::{
        dossiers,
        feedback::{self, Feedback},
        whom,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The act done just now.
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let row = feedback::by_code(app.store.read(), &staff.actor.viewer(), &code).await?;
    note_read::feedback(&app, &staff.actor, &row).await?;
    let done = Act::from_code(&asked.xong).map(|act| format!("Đã ghi: {}.", act.label()));
    let notice = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(view(&app, &staff, &row, notice).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    row: &Feedback,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let now = app.clock.now();
    let office = app.office(staff.actor.agency).await?;
    let own = own(app, staff, row).await?;
    let facts = facts(app, staff, row, own).await?;
    let history = history(app, row).await?;
    let body = html! {
        div.head {
            div { h1 { "Phản ánh " (row.code) } p { (row.kind().label()) " · " (row.state().label()) } }
            (standing_badge(row, &office.calendar, now))
        }
        div.split.flow {
            div {
                section.card { header { h2 { "Nội dung" } } div.body { (paragraphs(&row.content)) } }
                @if let (Some(answer), Some(by)) = (&row.answer, &row.answered_by) {
                    section.card { header { h2 { "Trả lời" } span.small { (by) } } div.body { (paragraphs(answer)) } }
                }
                @if let (Some(content), Some(answer)) = (&row.public_content, &row.public_answer) {
                    section.card { header { h2 { "Đã công khai" } a.small href=(paths::FEEDBACK_PUBLISHED) { "Xem trang công khai" } }
                        div.body { (paragraphs(content)) p { b { "Trả lời" } } (paragraphs(answer)) } }
                }
                section.card { header { h2 { "Diễn biến" } } div.body { (history) } }
            }
            aside {
                section.card.do { header { h2 { "Việc làm được lúc này" } } div.body.acts { (buttons(staff, row, own)) } }
                section.card { header { h2 { "Thông tin" } } div.body { (facts) } }
            }
        }
    };
    let title = format!("Phản ánh {}", row.code);
    Ok(staff.page_with_keys(&title, Section::Feedback, notice, KEYS, body))
}

const KEYS: &[(&str, &str)] = &[
    ("T", "trả lời"),
    ("C", "chuyển cơ quan khác"),
    ("H", "hỏi thêm người gửi"),
    ("K", "công khai"),
];

/// In the order in which they are offered.
const ORDER: [(Act, &str); 8] = [
    (Act::Answer, "T"),
    (Act::AddMore, "B"),
    (Act::AskMore, "H"),
    (Act::Publish, "K"),
    (Act::Forward, "C"),
    (Act::Classify, ""),
    (Act::Close, ""),
    (Act::Reject, ""),
];

/// Whether it is about the reader.
async fn own(app: &App, staff: &Staff, row: &Feedback) -> Result<bool> {
    let viewer = staff.actor.viewer();
    let own = whom::concerning(app.store.read(), &viewer, std::slice::from_ref(row)).await?;
    Ok(!own.is_empty())
}

/// What the reader may do with it now.
fn may(staff: &Staff, row: &Feedback, own: bool, act: Act) -> bool {
    !own && act.allowed(staff.actor.role) && next(act, row.state()).is_ok()
}

fn buttons(staff: &Staff, row: &Feedback, own: bool) -> Markup {
    let acts: Vec<(Act, &str)> = ORDER
        .into_iter()
        .filter(|(act, _)| may(staff, row, own, *act))
        .collect();
    html! {
        @if acts.is_empty() { p { "Không có việc nào dành cho " (staff.actor.role.label().to_lowercase()) " lúc này." } }
        @for (place, (act, key)) in acts.iter().enumerate() {
            @let words = format!("{}…", act.label());
            @let kind = if place == 0 { Look::Primary } else { Look::Secondary };
            (Button { kind, ..Button::new(&words).key(key) }.link(&paths::feedback_act(&row.code, act.code())))
        }
    }
}

async fn facts(app: &App, staff: &Staff, row: &Feedback, own: bool) -> Result<Markup> {
    let db = app.store.read();
    let mut facts: Vec<(&str, Markup)> = Vec::new();
    let concerned = own.then_some(row.id).into_iter().collect();
    if staff.actor.viewer().told_sender(row, &concerned) {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "không ghi".into());
        facts.push(("Người gửi", html! { (or_none(&row.name)) }));
        facts.push(("Liên hệ", html! { (or_none(&row.contact)) }));
    }
    let source = Source::from_code(&row.source).map_or("", Source::label);
    facts.push(("Nhận bằng", html! { (source) }));
    facts.push((
        "Nhận lúc",
        html! { (viet::moment(to_local(row.received_at))) },
    ));
    if let Some(id) = row.dossier_id {
        let dossier = dossiers::by_id(db, id).await?;
        // One of an agency that became part of this one is opened there alone.
        let here = dossier.agency_id == staff.actor.agency;
        let code = &dossier.code;
        facts.push((
            "Hồ sơ",
            html! { @if here { a href=(paths::dossier(code)) { (code) } } @else { (code) } },
        ));
    }
    let names: Vec<String> = whom::names(db, row).await?.into_iter().collect();
    if !names.is_empty() {
        facts.push(("Về cán bộ", html! { (names.join(", ")) }));
    }
    let day = |at: DateTime<Utc>| parts::day(local_day(at));
    if let (Stand::AwaitingMore, Some(asked)) = (row.state(), &row.reason) {
        facts.push(("Đã hỏi thêm", paragraphs(asked)));
    }
    if matches!(row.state(), Stand::Received | Stand::AwaitingMore) {
        let limits = [
            ("Hạn từ chối", row.reject_due_at),
            ("Hạn chuyển", row.forward_due_at),
            ("Hạn trả lời", row.due_at),
        ];
        for (name, due) in limits {
            facts.extend(due.map(|due| (name, html! { (day(due)) })));
        }
    } else {
        facts.extend(row.due_at.map(|due| ("Hạn trả lời", html! { (day(due)) })));
    }
    if let (Stand::Answered, Some(due)) = (row.state(), row.publish_due_at) {
        facts.push(("Hạn công khai", html! { (day(due)) }));
    }
    if let Some(to) = &row.forwarded_to {
        facts.push(("Đã chuyển", html! { (to) }));
    }
    Ok(definition_list(&facts))
}

/// What happened, newest first.
async fn history(app: &App, row: &Feedback) -> Result<Markup> {
    let events = feedback::events(app.store.read(), row).await?;
    let words: Vec<(String, String, String, String)> = events
        .iter()
        .rev()
        .map(|event| {
            let at = to_local(event.at);
            let title = match Act::from_code(&event.act) {
                Some(act) => act.label(),
                None if event.act == tombstone::ACT => "Xóa dữ liệu cá nhân",
                // Of a newer program that serves beside this one.
                None => &event.act,
            };
            let mut detail = event.actor.clone();
            if !event.note.is_empty() {
                detail = format!("{detail} · {}", event.note);
            }
            (
                format!("{}, {}", parts::day_month(at.date()), at.format("%H:%M")),
                format_moment(event.at),
                title.to_owned(),
                detail,
            )
        })
        .collect();
    let lines: Vec<Event> = words
        .iter()
        .map(|(when, datetime, title, detail)| Event {
            state: EventState::Done,
            when,
            datetime: Some(datetime),
            title,
            detail,
        })
        .collect();
    Ok(timeline(&lines))
}

/// The form of one act.
pub async fn act_page(
    State(app): State<App>,
    staff: Staff,
    Path((code, act)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let row = feedback::by_code(app.store.read(), &staff.actor.viewer(), &code).await?;
    note_read::feedback(&app, &staff.actor, &row).await?;
    let act = asked_act(&act)?;
    if !act.allowed(staff.actor.role) {
        return Err(Failure(staff.actor.refused(act.label(), act.roles())));
    }
    let own = own(&app, &staff, &row).await?;
    if !may(&staff, &row, own, act) {
        let words = format!(
            "Lúc này không làm được việc “{}” với phản ánh này.",
            act.label()
        );
        return Err(Failure(Error::conflict("wrong_state", words)));
    }
    let chosen = whom::chosen(app.store.read(), row.id).await?.into_iter();
    let typed = Input {
        public_content: row.content.clone(),
        public_answer: row.answer.clone().unwrap_or_default(),
        kind: row.kind.clone(),
        officer: chosen.map(|person| person.username).collect(),
        expected_version: Some(row.version),
        ..Input::default()
    };
    Ok(form(&app, &staff, &row, act, &typed, &FormErrors::new()).await?)
}

fn asked_act(code: &str) -> Result<Act> {
    Act::from_code(code)
        .filter(|act| *act != Act::Receive)
        .ok_or_else(|| Error::not_found("Không có việc này."))
}

pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path((code, act)): Path<(String, String)>,
    Form(mut typed): Form<Input>,
) -> Result<Response, Failure> {
    let act = asked_act(&act)?;
    typed.action = act.code().into();
    match handle_feedback::run(&app, &staff.actor, &code, &typed).await {
        Ok(()) => {
            let to = paths::with_query(&paths::feedback(&code), &[("xong", act.code())]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if matches!(error.kind, error::Kind::Invalid | error::Kind::Conflict) => {
            let row = feedback::by_code(app.store.read(), &staff.actor.viewer(), &code).await?;
            let page = if error.kind == error::Kind::Invalid {
                form(&app, &staff, &row, act, &typed, &form_errors(&error)).await?
            } else {
                let notice = Notice::new(NoticeKind::Err, &error.detail);
                view(&app, &staff, &row, Some(notice)).await?
            };
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn form(
    app: &App,
    staff: &Staff,
    row: &Feedback,
    act: Act,
    typed: &Input,
    errors: &FormErrors,
) -> Result<Markup> {
    let people = match act {
        Act::Classify => people(app, staff).await?,
        _ => Vec::new(),
    };
    let version = typed.expected_version.unwrap_or(row.version);
    let button = match act {
        Act::Reject | Act::Close => Button::danger(act.label()),
        _ => Button::primary(act.label()),
    };
    let fields = match act {
        Act::Answer => textarea(
            &Field::new("answer", "Nội dung trả lời", &typed.answer, errors).maxlength(4000),
            8,
        ),
        Act::Forward => text_field(
            &Field::new("to", "Cơ quan nhận", &typed.to, errors)
                .hint("Cơ quan có thẩm quyền xử lý việc này")
                .maxlength(300),
        ),
        Act::Classify => html! {
            (kind_field(&typed.kind, errors))
            (people_field("officer", &typed.officer, &people, errors))
        },
        Act::AskMore => textarea(
            &Field::new("reason", "Điều cần biết thêm", &typed.reason, errors)
                .hint("Người gửi đọc được câu hỏi này.")
                .maxlength(1000),
            4,
        ),
        Act::AddMore => textarea(
            &Field::new("more", "Nội dung bổ sung", &typed.more, errors)
                .hint("Ghi đúng lời người phản ánh.")
                .maxlength(4000),
            6,
        ),
        Act::Publish => html! {
            (textarea(&Field::new("public_content", "Nội dung công khai", &typed.public_content, errors)
                .hint("Bỏ tên người, số điện thoại, mã hồ sơ, địa chỉ nhà.").maxlength(4000), 6))
            (textarea(&Field::new("public_answer", "Trả lời công khai", &typed.public_answer, errors).maxlength(4000), 6))
        },
        _ => textarea(
            &Field::new("reason", "Lý do", &typed.reason, errors).maxlength(1000),
            3,
        ),
    };
    let title = format!("{}: {}", act.label(), row.code);
    Ok(staff.page(&title, Section::Feedback, None, html! {
        div.head { div { h1 { (title) } @if let Some(words) = about(act) { p { (words) } } } }
        (error_summary(errors))
        section.card { header { h2 { "Nội dung phản ánh" } } div.body { (paragraphs(&row.content)) } }
        section.card { div.body {
            form method="post" action=(paths::feedback_act(&row.code, act.code())) {
                input type="hidden" name="expected_version" value=(version);
                (fields)
                p.row { (button.submit()) " " a href=(paths::feedback(&row.code)) { "Quay lại" } }
            }
        } }
    }))
}

/// What the act does, before it is done.
fn about(act: Act) -> Option<&'static str> {
    match act {
        Act::Answer => Some("Người gửi đọc được trả lời bằng số phản ánh và mã bí mật."),
        Act::Forward => Some(
            "Việc không thuộc thẩm quyền của xã được chuyển trong 05 ngày làm việc (NĐ 20/2008/NĐ-CP Điều 9). Người gửi thấy nơi nhận.",
        ),
        Act::Reject => {
            Some("Phản ánh không đạt yêu cầu ở NĐ 20/2008/NĐ-CP Điều 7. Người gửi đọc được lý do.")
        }
        Act::AskMore => Some(
            "Người gửi trả lời bằng số phản ánh và mã bí mật, hoặc qua Bộ phận Một cửa. Hạn trả lời không đổi.",
        ),
        Act::Publish => Some("Đăng trên trang công khai, không ghi tên ai."),
        Act::Close => Some("Người gửi vẫn đọc được trả lời; không đăng công khai."),
        _ => None,
    }
}
