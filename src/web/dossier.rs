//! `/ho-so/{code}`: where is it, when is it due, what may I do?
use axum::{
    Form,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    dossier_acts::{self, ActForm},
    form::FormErrors,
    layout::Section,
    parts::{
        self, Button, Event, EventState, Notice, NoticeKind, badge, definition_list, promised,
        timeline,
    },
    paths,
    register::badge_of,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{perform, promise},
    app::App,
    domain::{
        dossier::{Act, Channel},
        time::{format_moment, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    papers::Paper,
    store::{
        apologies,
        dossiers::{self, Dossier},
        procedures,
    },
};

#[derive(Default, Deserialize)]
pub struct Asked {
    /// Just received: offer the receipt.
    #[serde(default)]
    moi: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    let receipt = paths::dossier_letter(&code, "giay-hen");
    let notice = (!asked.moi.is_empty()).then(|| {
        Notice::new(NoticeKind::Ok, "Đã tiếp nhận hồ sơ.")
            .link(&receipt, "In giấy hẹn")
            .wipe_draft("tiep-nhan")
    });
    Ok(view(&app, &staff, &dossier, notice).await?)
}

/// The page of one act that asks for something.
pub async fn act_page(
    State(app): State<App>,
    staff: Staff,
    Path((code, act)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    let act = Act::from_code(&act).ok_or_else(|| Error::not_found("Không có việc này."))?;
    Ok(act_view(
        &app,
        &staff,
        &dossier,
        act,
        &ActForm::default(),
        &FormErrors::new(),
    )
    .await?)
}

/// Does an act. A wrong field brings its page back as typed; a stale version or
/// state brings the dossier as it is now.
pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path((code, act)): Path<(String, String)>,
    Form(typed): Form<ActForm>,
) -> Result<Response, Failure> {
    let error = match perform::run(&app, &staff.actor, &code, &typed.input(&act)).await {
        Ok(()) => return Ok(Redirect::to(&paths::dossier(&code)).into_response()),
        Err(error) => error,
    };
    let known =
        Act::from_code(&act).filter(|_| matches!(error.kind, Kind::Invalid | Kind::Conflict));
    let Some(act) = known else {
        return Err(Failure(error));
    };
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    let page = if error.kind == Kind::Invalid {
        act_view(&app, &staff, &dossier, act, &typed, &form_errors(&error)).await?
    } else {
        view(
            &app,
            &staff,
            &dossier,
            Some(Notice::new(NoticeKind::Err, &error.detail)),
        )
        .await?
    };
    Ok(refused(&error, page))
}

async fn act_view(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    act: Act,
    typed: &ActForm,
    errors: &FormErrors,
) -> Result<Markup> {
    let form = dossier_acts::form(app, staff, dossier, act, typed, errors).await?;
    Ok(staff.page(act.label(), Section::Dossiers, None, html! {
        h1 { (act.label()) }
        p { (parts::code(&dossier.code, false)) " · " (dossier.applicant_name) " · " (dossier.status().label()) }
        section.card { div.body { (form) } }
    }))
}

async fn view(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let db = app.store.read();
    let procedure = procedures::get(db, dossier.procedure_version_id).await?;
    let waits = dossiers::waits(db, dossier.id).await?;
    let calendar = app.calendar().await?;
    let counted = promise::of_dossier(app, &calendar, &procedure, dossier, &waits)?;
    let letters = apologies::of_dossier(db, dossier.id).await?;
    let acts = dossier_acts::buttons(staff, dossier);
    let due = dossier.due_at.map(to_local);
    let channel = |code: &str| {
        Channel::from_code(code)
            .map_or("–", Channel::label)
            .to_owned()
    };
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    let facts = [
        ("Người nộp", html! { (dossier.applicant_name) }),
        (
            "Số căn cước",
            html! { (masked(dossier.id_number.as_deref())) },
        ),
        ("Điện thoại", html! { (or_dash(&dossier.phone)) }),
        ("Thư điện tử", html! { (or_dash(&dossier.email)) }),
        ("Địa chỉ", html! { (or_dash(&dossier.address)) }),
        ("Hình thức nộp", html! { (channel(&dossier.channel)) }),
        ("Nhận kết quả", html! { (channel(&dossier.result_channel)) }),
    ];
    let papers: Vec<crate::actions::applicant::Document> =
        serde_json::from_str(&dossier.documents)?;
    let body = html! {
        h1 { (procedure.name) }
        p { (parts::code(&dossier.code, false)) " · " (dossier.applicant_name) " · " b { (dossier.status().label()) }
            @if let Some(standing) = badge_of(app, dossier) { " " (badge(standing)) } }
        div.split.flow {
            div {
                section.card.lead { div.body {
                    p.second { "Hẹn trả kết quả" @if dossier.provisional { " (tạm tính)" } }
                    @match due { Some(due) => (promised(due)), None => p { "Chưa có ngày hẹn" } }
                    @if dossier.due_at != dossier.original_due_at {
                        @if let Some(first) = dossier.original_due_at { p.second { "Hẹn lần đầu: " (viet::moment(to_local(first))) } }
                    }
                    @if let Some(reason) = &dossier.due_reason { p.second { "Đặt bằng tay: " (reason) } }
                    @if let Some(counted) = &counted {
                        details {
                            summary { "Vì sao là ngày này?" }
                            p.second { (counted.rule) }
                            ol { @for day in &counted.trace { li { (viet::date_with_weekday(day.date)) ": " (day.text) } } }
                        }
                    }
                } }
                section.card { div.body {
                    h2 { "Diễn biến" }
                    (events(&dossiers::events(db, dossier.id).await?))
                } }
            }
            div {
                section.card { div.body { h2 { "Việc làm được lúc này" } (acts) } }
                section.card { div.body { h2 { "Người nộp" } (definition_list(&facts)) } }
                section.card { div.body {
                    h2 { "Giấy tờ" }
                    @if papers.is_empty() { p.second { "Không ghi giấy tờ nào." } }
                    ul { @for paper in &papers { li { (paper.name) " " span.second { "(" (paper.form.label().to_lowercase()) ", " (paper.copies) " bản)" } } } }
                    p { (Button::new("In giấy hẹn").key("G").print(&paths::dossier_letter(&dossier.code, "giay-hen"), false)) }
                    @for letter in &letters {
                        p { a href=(paths::dossier_letter(&dossier.code, "xin-loi")) {
                            "Phiếu xin lỗi " @match letter.number { Some(number) => { "số " (number) }, None => "(chờ ký)" }
                        } }
                    }
                } }
            }
        }
    };
    Ok(staff.page(&dossier.code, Section::Dossiers, notice, body))
}

/// The last four digits are enough to tell people apart at the counter.
fn masked(number: Option<&str>) -> String {
    match number {
        None => "–".into(),
        Some(number) => {
            let shown: String = number
                .chars()
                .rev()
                .take(4)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            format!("•••• {shown}")
        }
    }
}

fn events(all: &[dossiers::Event]) -> Markup {
    let words: Vec<_> = all
        .iter()
        .rev()
        .map(|event| {
            let act = Act::from_code(&event.act).map_or("Nộp trực tuyến", Act::label);
            let place = if event.at_desk {
                " · tại quầy"
            } else {
                ""
            };
            let note = if event.note.is_empty() {
                String::new()
            } else {
                format!(": {}", event.note)
            };
            (
                viet::moment(to_local(event.at)),
                format_moment(event.at),
                act,
                format!("{}{place}{note}", event.actor),
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
    timeline(&lines)
}

/// The papers of a dossier, as PDF.
pub async fn letter(
    State(app): State<App>,
    staff: Staff,
    Path((code, kind)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    let paper =
        Paper::from_path(&kind).ok_or_else(|| Error::not_found("Không có loại giấy này."))?;
    let bytes = paper.pdf(&app, &dossier).await?;
    let head = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, bytes).into_response())
}
