//! `/tra-cuu`: is it done, when do I come? By the whole code alone: code, state,
//! promised date, nothing else.
use axum::{
    extract::{ConnectInfo, Query, State},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, text_field},
    layout::{Shell, citizen_page},
    parts::{Button, Notice, NoticeKind, definition_list, promised},
    paths,
    session::Failure,
};
use crate::{
    actions::promise,
    app::App,
    domain::{
        code,
        dossier::Status,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    secret,
    store::{
        agencies,
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

pub async fn page(
    State(app): State<App>,
    peer: Option<axum::Extension<ConnectInfo<std::net::SocketAddr>>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let address = peer.map(|axum::Extension(ConnectInfo(peer))| peer.ip());
    let today = local_day(app.clock.now());
    let agency = agencies::first(app.store.read()).await?;
    let name = agencies::name_on(app.store.read(), agency, today).await?;
    let typed = code::typed(&asked.code);
    let limited = !typed.is_empty() && address.is_some_and(|address| !app.lookups.allow(address));
    let found = if typed.is_empty() || limited {
        None
    } else {
        dossiers::by_public_code(app.store.read(), &typed).await?
    };
    let text = if limited {
        Some("Ông/bà đã thử nhiều lần. Xin chờ một phút rồi thử lại.")
    } else if found.is_none() && !typed.is_empty() {
        Some(
            "Không tìm thấy hồ sơ với mã này. Xin xem lại mã trên giấy hẹn, gồm cả dấu chấm và dấu gạch.",
        )
    } else {
        None
    };
    let answer = match &found {
        Some(dossier) => Some(answer(&app, dossier, &asked.s, today).await?),
        None => None,
    };
    let shell = Shell {
        title: "Tra cứu hồ sơ",
        agency_name: &name.name,
        parent_line: Some("Bộ phận Một cửa"),
        demo: app.demo.as_deref(),
        notice: text.map(|text| Notice::new(NoticeKind::Warn, text)),
        phone: name.phone.as_deref(),
        ..Shell::default()
    };
    let errors = FormErrors::new();
    let page = citizen_page(
        &shell,
        html! {
            h1 { "Tra cứu hồ sơ" }
            form method="get" action=(paths::LOOKUP) {
                (text_field(&Field::new("code", "Mã hồ sơ", &asked.code, &errors).hint("Mã in ở góc trên giấy hẹn")))
                p { (Button::primary("Xem").submit()) }
            }
            @if let Some(answer) = answer { (answer) }
        },
    );
    Ok(page.into_response())
}

/// What the citizen may know: more with the receipt's secret.
async fn answer(
    app: &App,
    dossier: &Dossier,
    given: &str,
    today: NaiveDate,
) -> Result<Markup, Error> {
    let status = dossier.status();
    let due = dossier
        .due_at
        .filter(|_| app.settings.lookup.show_due)
        .map(to_local);
    // Hashes are compared, so that the clock tells nothing about the secret.
    let proven = secret::hash(given) == secret::hash(&dossier.receipt_secret);
    let mut facts = vec![("Mã hồ sơ", html! { (dossier.code) })];
    let mut trace = Vec::new();
    if proven {
        let procedure = procedures::get(app.store.read(), dossier.procedure_version_id).await?;
        let waits = dossiers::waits(app.store.read(), dossier.id).await?;
        let calendar = app.calendar().await?;
        if let Some(counted) = promise::of_dossier(app, &calendar, &procedure, dossier, &waits)? {
            trace.push((counted.rule, String::new()));
            trace.extend(
                counted
                    .trace
                    .into_iter()
                    .map(|day| (viet::date_with_weekday(day.date), day.text)),
            );
        }
        facts.push(("Thủ tục", html! { (procedure.name) }));
    }
    let late =
        due.is_some_and(|due| due.date() < today) && status.is_open() && !status.is_waiting();
    Ok(html! {
        section.card.lead aria-label="Tình trạng hồ sơ" {
            div.body {
                h2 { (status.label()) }
                @if let Some(due) = due.filter(|_| status.is_open() || status == Status::Processed) {
                    p.second { "Hẹn trả kết quả" }
                    (promised(due))
                }
                @if late { p { "Hồ sơ trễ hẹn. Ủy ban nhân dân xin lỗi ông/bà." } }
                @if status == Status::Processed { p { "Mời ông/bà mang giấy hẹn đến nhận kết quả." } }
                @if status == Status::AwaitingSupplement { p { "Xin ông/bà bổ sung giấy tờ theo phiếu yêu cầu; thời gian chờ không tính vào thời hạn." } }
                (definition_list(&facts))
                @if !trace.is_empty() {
                    details {
                        summary { "Vì sao là ngày này?" }
                        ol { @for (day, text) in &trace { li { (day) @if !text.is_empty() { ": " (text) } } } }
                    }
                }
            }
        }
    })
}
