//! The survey over JSON: open to whoever holds a token.
use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Json, Problem};
use crate::{
    actions::cast_ballot::{self, Input, Way},
    app::App,
    domain::survey::{SCALE, Source},
    secret,
    store::surveys,
};

pub async fn questions(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<Answer<Value>, Problem> {
    let found = surveys::token(app.store.read(), &secret::hash(&token)).await?;
    match found {
        None => return Err(Problem(cast_ballot::unknown_token())),
        Some(found) if found.used => return Err(Problem(cast_ballot::used_token())),
        Some(_) => {}
    }
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let options: Vec<Value> = (1..)
        .zip(SCALE)
        .map(|(value, label)| json!({ "value": value, "label": label }))
        .collect();
    let questions: Vec<Value> = asked
        .questions
        .iter()
        .map(|question| {
            json!({
                "code": question.code,
                "factor": question.factor,
                "text": question.text,
                "options": options,
            })
        })
        .collect();
    Ok(Answer(json!({
        "version": asked.version, "title": asked.title, "source": asked.source, "questions": questions,
    })))
}

pub async fn cast(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    cast_ballot::by_token(&app, &token, &input, &Way::by(Source::Qr)).await?;
    Ok((
        StatusCode::CREATED,
        Answer(json!({ "cast": true, "call_back": input.low() })),
    ))
}
