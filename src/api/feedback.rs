//! Feedback over JSON: open to everyone, limited like look-ups.
use axum::{
    Json as Answer,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};

use super::{Json, Problem};
use crate::{
    actions::receive_feedback::{self, Input},
    app::App,
    domain::{code, feedback::Source, time::format_moment},
    error::{Error, Kind},
    rate::Asker,
    secret,
    store::feedback,
};

fn within_limit(app: &App, from: Asker) -> Result<(), Problem> {
    if from.too_often(&app.lookups) {
        return Err(Problem(Error::new(
            Kind::TooMany,
            "too_many",
            "Đã gửi nhiều lần trong một phút. Xin chờ rồi thử lại.",
        )));
    }
    Ok(())
}

pub async fn send(
    State(app): State<App>,
    from: Asker,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    within_limit(&app, from)?;
    let taken = receive_feedback::by_citizen(&app, Source::Api, &input, &secret::new()).await?;
    Ok((
        StatusCode::CREATED,
        Answer(json!({
            "code": taken.code,
            "secret": taken.secret,
            "due_at": taken.due_at.map(format_moment),
        })),
    ))
}

/// For whoever has the secret; without it there is no such number.
pub async fn one(
    State(app): State<App>,
    from: Asker,
    Path(typed): Path<String>,
    headers: HeaderMap,
) -> Result<Answer<Value>, Problem> {
    within_limit(&app, from)?;
    let given = headers
        .get("x-secret")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let code = code::typed(&typed);
    let proof = secret::feedback_hash(&code, given);
    let row = feedback::by_proof(app.store.read(), &code, &proof).await?;
    let row = row.ok_or_else(|| {
        Error::not_found("Không tìm thấy phản ánh với số và mã bí mật này. Xin xem lại cả hai.")
    })?;
    Ok(Answer(json!({
        "code": row.code,
        "kind": row.kind,
        "state": row.state,
        "standing": row.standing(app.clock.now()).code(),
        "content": row.content,
        "received_at": format_moment(row.received_at),
        "due_at": row.due_at.map(format_moment),
        "forwarded_to": row.forwarded_to,
        "answered_at": row.answered_at.map(format_moment),
        "answer": row.answer,
        "reason": row.reason,
    })))
}
