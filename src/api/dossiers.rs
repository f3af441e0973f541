//! Dossiers over JSON: receive, look, act.
use std::collections::HashMap;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Bearer, Json, Problem, Query, view};
use crate::{
    actions::{note_read, perform, receive},
    app::App,
    config::AfterReappointment,
    domain::{dossier::Status, standing::Standing, time::parse_date},
    error::FieldErrors,
    secret,
    store::{dossiers, procedures, register},
};

pub async fn receive(
    State(app): State<App>,
    Bearer(actor): Bearer,
    headers: HeaderMap,
    Json(input): Json<receive::Input>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let key = match headers.get("idempotency-key") {
        None => None,
        Some(key) => Some(key.to_str().map_err(|_| receive::wrong_key())?),
    };
    let received = receive::run(&app, &actor, &input, key).await?;
    let (dossier, mut body) = if let Some(made) = received.made {
        let body = view::made(&app, &made)?;
        (made.dossier, body)
    } else {
        // Sent once more: as it stands by now.
        let db = app.store.read();
        let dossier = dossiers::by_code(db, actor.agency, &received.code).await?;
        let body = view::whole(&app, &dossier).await?;
        (dossier, body)
    };
    body["survey_token"] = secret::survey_token(&app.secret_of(&dossier)?).into();
    if received.earlier_than_procedure {
        body["notice"] =
            "Ngày nhận trước phiên bản đầu tiên của thủ tục: dùng phiên bản đầu tiên.".into();
    }
    Ok((StatusCode::CREATED, Answer(body)))
}

pub async fn one(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(code): Path<String>,
) -> Result<Answer<Value>, Problem> {
    let dossier = dossiers::by_code(app.store.read(), actor.agency, &code).await?;
    note_read::run(&app, &actor, &dossier, "api").await?;
    Ok(Answer(view::whole(&app, &dossier).await?))
}

pub async fn act(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(code): Path<String>,
    Json(input): Json<perform::Input>,
) -> Result<Answer<Value>, Problem> {
    perform::run(&app, &actor, &code, &input).await?;
    let dossier = dossiers::by_code(app.store.read(), actor.agency, &code).await?;
    Ok(Answer(view::whole(&app, &dossier).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    q: Option<String>,
    status: Option<String>,
    field: Option<String>,
    standing: Option<String>,
    from: Option<String>,
    to: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

pub async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Answer<Value>, Problem> {
    let mut errors = FieldErrors::default();
    let mut date = |field: &str, value: Option<&String>| {
        value.and_then(|value| errors.keep(field, parse_date(value)))
    };
    let (from, to) = (
        date("from", asked.from.as_ref()),
        date("to", asked.to.as_ref()),
    );
    let status = asked.status.as_deref().map(Status::from_code);
    let standing = asked.standing.as_deref().map(Standing::from_code);
    let after_id = asked
        .cursor
        .as_deref()
        .map(|cursor| cursor.parse::<i64>().ok());
    let limit = asked.limit.unwrap_or(50);
    for (field, wrong) in [
        ("status", status == Some(None)),
        ("standing", standing == Some(None)),
        ("cursor", after_id == Some(None)),
        ("limit", !(1..=500).contains(&limit)),
    ] {
        if wrong {
            errors.add(
                field,
                "Giá trị không có trong danh sách cho phép (limit: 1 đến 500).",
            );
        }
    }
    errors.finish()?;
    note_read::other(&app, &actor, "api-list", "").await?;
    let filter = register::Filter {
        agency: actor.agency,
        words: asked.q.unwrap_or_default(),
        status: status.flatten(),
        standing: standing.flatten(),
        field: asked.field.map(|field| field.replace('\0', "")),
        procedure: None,
        from,
        to,
        after_id: after_id.flatten(),
        ..register::Filter::default()
    };
    let by_new_date = app.settings.figures.after_reappointment == AfterReappointment::New;
    let (rows, total) = register::page(
        app.store.read(),
        &filter,
        by_new_date,
        app.clock.now(),
        limit,
    )
    .await?;
    let more = rows.len() as u64 == limit;
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let mut versions = HashMap::new();
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.procedure_version_id;
        if let std::collections::hash_map::Entry::Vacant(slot) = versions.entry(id) {
            slot.insert(procedures::get(app.store.read(), id).await?);
        }
        items.extend(
            versions
                .get(&id)
                .map(|procedure| view::line(&app, row, procedure)),
        );
    }
    Ok(Answer(
        json!({ "items": items, "next_cursor": next_cursor, "total": total }),
    ))
}
