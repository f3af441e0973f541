//! `/ho-so/{code}/tai-cho`: the four acts in a row, each at its real moment, then the next person.
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    cookies::SIGNER,
    dossier::Asked,
    form::{Field, FormErrors, error_summary, select, text_field},
    icons::{Icon, icon},
    layout::Section,
    parts::{self, Button, Notice, NoticeKind},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{applicant::text, note_read, perform},
    app::App,
    domain::{
        dossier::Act,
        on_the_spot::on_the_spot,
        procedure::Procedure,
        time::{local_day, to_local},
    },
    error::{Error, FieldErrors, Kind, Result},
    secret,
    store::{
        accounts::{self, Account},
        dossiers::{self, Dossier},
    },
};

const KEYS: &[(&str, &str)] = &[
    ("Enter", "xong việc đang làm"),
    ("L", "lặp lại cho người kế tiếp"),
    ("G", "in giấy hẹn nếu dân yêu cầu"),
    ("Esc", "về bàn làm việc"),
];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    expected_version: Option<i64>,
    act: String,
    approved_by: String,
    receiver: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    jar: CookieJar,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    note_read::run(&app, &staff.actor, &dossier, "page").await?;
    let signer = SIGNER.of(&app, &jar);
    let sent = Sent {
        approved_by: signer.and_then(|hex| unhex(&hex)).unwrap_or_default(),
        ..Sent::default()
    };
    let errors = FormErrors::new();
    Ok(view(&app, &staff, &dossier, &sent, &errors, asked.received()).await?)
}

/// Does the act of the current card; the last card brings the result and hands it over.
pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    let error = match step(&app, &staff, &code, &sent).await {
        Ok(()) => {
            let to = Redirect::to(&paths::on_the_spot(&code));
            if sent.approved_by.is_empty() {
                return Ok(to.into_response());
            }
            let signer = secret::hex(sent.approved_by.as_bytes());
            return Ok(([SIGNER.set(&app, &signer)], to).into_response());
        }
        Err(error) => error,
    };
    if !matches!(error.kind, Kind::Invalid | Kind::Conflict) {
        return Err(Failure(error));
    }
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    let notice =
        (error.kind == Kind::Conflict).then(|| Notice::new(NoticeKind::Err, &error.detail));
    let page = view(&app, &staff, &dossier, &sent, &form_errors(&error), notice).await?;
    Ok(refused(&error, page))
}

async fn step(app: &App, staff: &Staff, code: &str, sent: &Sent) -> Result<()> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let input = |act: Act, version: Option<i64>| perform::Input {
        action: act.code().into(),
        expected_version: version,
        at_desk: Some(true),
        approved_by: (act == Act::Approve)
            .then(|| some(&sent.approved_by))
            .flatten(),
        receiver: (act == Act::ReturnResult)
            .then(|| some(&sent.receiver))
            .flatten(),
        ..perform::Input::default()
    };
    let asked = Act::from_code(&sent.act)
        .filter(|act| matches!(act, Act::Appraise | Act::Approve | Act::ReturnResult))
        .ok_or_else(|| Error::not_found("Không có việc này."))?;
    let version = sent.expected_version;
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, code).await?;
    let with_result = asked == Act::ReturnResult && dossier.ended_at.is_none();
    if with_result {
        // Refused before the first of the two acts, not between them.
        let mut errors = FieldErrors::default();
        text(
            &mut errors,
            "receiver",
            "Người nhận",
            Some(&sent.receiver),
            200,
        );
        errors.finish()?;
        perform::run(app, &staff.actor, code, &input(Act::Process, version)).await?;
    }
    let version = version.map(|version| version + i64::from(with_result));
    perform::run(app, &staff.actor, code, &input(asked, version)).await
}

/// One of the four cards.
struct Card {
    title: &'static str,
    done: Option<DateTime<Utc>>,
    at_desk: bool,
    act: Option<Act>,
    button: &'static str,
}

async fn view(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    sent: &Sent,
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let db = app.store.read();
    let procedure = app.procedure_of(dossier).await?;
    let leaders = accounts::leaders(db, staff.actor.agency).await?;
    let d = dossier;
    let card = |title, done, at_desk, act, button| Card {
        title,
        done,
        at_desk,
        act,
        button,
    };
    let cards = [
        card("Tiếp nhận", d.received_at, d.received_desk, None, ""),
        card(
            "Thẩm định",
            d.appraised_at,
            d.appraised_desk,
            Some(Act::Appraise),
            "Đã kiểm tra, khớp bản chính",
        ),
        card(
            "Phê duyệt",
            d.approved_at,
            d.approved_desk,
            Some(Act::Approve),
            "Đã ký, đóng dấu",
        ),
        card(
            "Trả kết quả",
            d.returned_at,
            d.returned_desk,
            Some(Act::ReturnResult),
            "Đã trả, đã thu phí",
        ),
    ];
    let current = cards.iter().position(|card| card.done.is_none());
    let number = cards.iter().filter(|card| card.done.is_some()).count();
    let all_here = cards.iter().all(|card| card.done.is_none() || card.at_desk);
    let done_on_the_spot = on_the_spot(
        cards
            .each_ref()
            .map(|card| card.done.map(|at| (local_day(at), card.at_desk))),
    );
    let again = paths::new_dossier_for(&procedure.code);
    let title = procedure.name.as_str();
    Ok(staff.page_with_keys(title, Section::Desk, notice, KEYS, html! {
        div.head {
            div {
                h1 { (title) }
                p { (parts::code(&d.code, false)) " · " b { (d.applicant_name) } " · Giải quyết tại chỗ" }
            }
            @if let Some(due) = d.due_at.map(to_local) {
                p { "Hẹn trả " b { @if local_day(app.clock.now()) == due.date() { "hôm nay, trước " (due.format("%H:%M")) } @else { (parts::moment_words(due)) } } }
            }
        }
        (error_summary(errors))
        @if current.is_none() { (finished(d, done_on_the_spot, &again)) }
        ol.four {
            @for (place, card) in cards.iter().enumerate() {
                @let state = match (card.done, current == Some(place)) { (Some(_), _) => "done", (None, true) => "now", _ => "ahead" };
                li.(state) aria-current=[(state == "now").then_some("step")] {
                    p.second { "Việc " (place + 1) @if state == "now" { ", làm bây giờ" } }
                    h2 { (card.title) }
                    p.clock { @match card.done { Some(at) => time { (to_local(at).format("%H:%M")) }, None if state == "now" => (to_local(app.clock.now()).format("%H:%M")), None => "–" } }
                    @if card.done.is_some() {
                        p.stamp { @if card.at_desk { (icon(Icon::Tick)) "Đã đóng dấu giờ" } @else { (icon(Icon::Info)) "Không làm tại quầy" } }
                    } @else if let Some(act) = card.act.filter(|_| state == "now") {
                        form method="post" action=(paths::on_the_spot(&d.code)) {
                            input type="hidden" name="expected_version" value=(d.version);
                            input type="hidden" name="act" value=(act.code());
                            (inside(act, &leaders, sent, errors, d))
                            (Button::primary(card.button).key("Enter").focused().submit())
                        }
                    }
                }
            }
        }
        div.columns {
            (conditions(&procedure, all_here, number, app))
            section.card { header { h2 { "Giấy tờ" } } div.body {
                p { (Button::new("In giấy hẹn").key("G").print(&paths::dossier_letter(&d.code, "giay-hen"), false)) }
                @if current.is_some() { p.second { "Việc nào không làm tại quầy: " a href=(paths::dossier(&d.code)) { "chuyển sang giải quyết có hẹn" } "." } }
                @else { p { a href=(paths::dossier(&d.code)) { "Xem hồ sơ" } } }
            } }
        }
        a.sr href=(paths::DESK) data-key="Esc" tabindex="-1" { "Về bàn làm việc" }
    }))
}

/// What a card asks for.
fn inside(
    act: Act,
    leaders: &[Account],
    sent: &Sent,
    errors: &FormErrors,
    dossier: &Dossier,
) -> Markup {
    let only = match leaders {
        [one] => one.username.as_str(),
        _ => "",
    };
    let signer = if sent.approved_by.is_empty() {
        only
    } else {
        &sent.approved_by
    };
    let options: Vec<(&str, &str)> = leaders
        .iter()
        .map(|one| (one.username.as_str(), one.name.as_str()))
        .collect();
    let receiver = if sent.receiver.is_empty() {
        &dossier.applicant_name
    } else {
        &sent.receiver
    };
    match act {
        Act::Approve if leaders.is_empty() => text_field(&Field::new(
            "approved_by",
            "Lãnh đạo đã ký tại quầy",
            signer,
            errors,
        )),
        Act::Approve => select(
            &Field::new("approved_by", "Lãnh đạo đã ký tại quầy", signer, errors),
            &options,
        ),
        Act::ReturnResult => {
            text_field(&Field::new("receiver", "Người nhận", receiver, errors).maxlength(200))
        }
        _ => html! {},
    }
}

fn finished(dossier: &Dossier, on_the_spot: bool, again: &str) -> Markup {
    let minutes = dossier
        .received_at
        .zip(dossier.returned_at)
        .map_or(0, |(from, to)| (to - from).num_minutes());
    html! {
        div.notice.(if on_the_spot { "ok" } else { "warn" }) role="status" {
            (icon(if on_the_spot { Icon::Tick } else { Icon::Warn }))
            p {
                @if minutes < 1 { "Xong trong chưa đầy một phút. " } @else if minutes < 600 { "Xong trong " (minutes) " phút. " } @else { "Đã xong. " }
                @if on_the_spot { "Tính là 4 tại chỗ." }
                @else if !(dossier.received_desk && dossier.appraised_desk && dossier.approved_desk && dossier.returned_desk) { "Không tính là 4 tại chỗ: có việc không làm ở quầy." }
                @else { "Không tính là 4 tại chỗ: bốn việc không cùng một ngày." }
            }
        }
        p.row {
            (Button::primary("Lặp lại thủ tục này").key("L").focused().link(again))
            (Button::new("Về bàn làm việc").link(paths::DESK))
        }
    }
}

fn conditions(procedure: &Procedure, all_here: bool, number: usize, app: &App) -> Markup {
    let today = local_day(app.clock.now());
    let line = |met: bool, words: &str| html! { li { (icon(if met { Icon::Tick } else { Icon::Ring })) span { (words) span.sr { (if met { ": đạt" } else { ": chưa" }) } } } };
    html! {
        section.card {
            header { h2 { "Điều kiện tính 4 tại chỗ" } }
            div.body {
                ul.ticks {
                    (line(all_here, "Cả bốn việc đều làm tại quầy"))
                    (line(number == 4, &format!("Đủ bốn dấu giờ, đang có {number}")))
                    (line(number == 4 && all_here, "Xong trong cùng ngày làm việc"))
                }
                p.small {
                    @if !procedure.declared(today) { "Thủ tục này chưa thuộc diện 4 tại chỗ; hồ sơ vẫn được đếm ở phần làm được trong thực tế." }
                    @else if let Some(decision) = &procedure.four_decision { "Thủ tục này có quyết định 4 tại chỗ: " (decision) "." }
                    @else { "Thủ tục này được xếp vào diện 4 tại chỗ (chưa có số quyết định)." }
                }
            }
        }
    }
}

/// The name out of the cookie, where letters with marks do not fit.
fn unhex(text: &str) -> Option<String> {
    String::from_utf8(secret::unhex(text)?).ok()
}
