//! What the gateway says became of a message: signed as our own posts to it are.
use axum::{
    Json as Answer,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, unreadable};
use crate::{
    actions::notice_arrived::{self, Became},
    app::App,
    error::{Error, Kind, Result},
    mail::gateway::{SIGNATURE, is_signed},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    state: Became,
    #[serde(default)]
    reason: String,
}

/// Whoever does not sign is told nothing, not even whether there is a gateway.
pub async fn arrived(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer<Value>, Problem> {
    let given = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let text = std::str::from_utf8(&body).unwrap_or_default();
    let now = app.clock.now().timestamp();
    let signed =
        given.is_some_and(|given| is_signed(&app.settings.notices.gateway_key, given, text, now));
    if !signed {
        let detail = "Thiếu chữ ký, hoặc chữ ký sai hay quá cũ.";
        return Err(Problem(Error::new(
            Kind::Unauthenticated,
            "unauthenticated",
            detail,
        )));
    }
    let input: Input = unreadable::json(&body).map_err(Problem)?;
    let id = id.parse().map_err(|_| notice_arrived::unknown())?;
    notice_arrived::run(&app, id, input.state, &input.reason).await?;
    Ok(Answer(
        json!({ "id": id.to_string(), "state": input.state }),
    ))
}
