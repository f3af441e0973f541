//! The survey over JSON: open to whoever holds a token, by the same action and under the
//! same checks and marks as the page.
use axum::{
    Json as Answer,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use axum_extra::extract::CookieJar;
use serde_json::{Value, json};

use super::{Bearer, Json, Problem};
use crate::{
    actions::cast_ballot::{self, Face, Input, Voter},
    app::App,
    domain::survey::{SCALE, Source},
    rate::Asker,
};

/// Who answers. A program of the office may pass on what citizens say: its ballots are
/// marked. A browser in which staff are signed in does not vote here either.
fn voter(
    app: &App,
    bearer: &Result<Bearer, Problem>,
    jar: &CookieJar,
    from: Asker,
    headers: &HeaderMap,
) -> Voter {
    let session = jar.get(app.settings.server.cookie());
    Voter {
        face: if bearer.is_ok() {
            Face::Program
        } else {
            Face::Api
        },
        device: from.device(headers),
        session: session.map(|cookie| cookie.value().to_owned()),
    }
}

pub async fn questions(
    State(app): State<App>,
    bearer: Result<Bearer, Problem>,
    jar: CookieJar,
    from: Asker,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Answer<Value>, Problem> {
    let voter = voter(&app, &bearer, &jar, from, &headers);
    let (asked, opened) = cast_ballot::open(&app, &token, Source::Qr, &voter).await?;
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
        "opened": opened,
    })))
}

pub async fn cast(
    State(app): State<App>,
    bearer: Result<Bearer, Problem>,
    jar: CookieJar,
    from: Asker,
    headers: HeaderMap,
    Path(token): Path<String>,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let voter = voter(&app, &bearer, &jar, from, &headers);
    cast_ballot::by_token(&app, &token, &input, &voter).await?;
    Ok((
        StatusCode::CREATED,
        Answer(json!({ "cast": true, "call_back": input.low() })),
    ))
}
