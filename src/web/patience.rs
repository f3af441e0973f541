//! How long may an answer take? Then it is given up, and said so.
use std::time::Duration;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{paths, session::Failure};
use crate::{
    api::Problem,
    app::App,
    error::{Error, Kind},
};

/// What is long by nature: a copy restored on trial, a whole register read in, many erased.
/// The proxies of `config/` wait as long for the same.
pub const LONG: [&str; 5] = [
    paths::BACKUP,
    paths::IMPORTS,
    "/nhap/{id}",
    "/nhap/{id}/nhap",
    "/xoa-du-lieu/{id}/{act}",
];
const LONGEST: Duration = Duration::from_mins(30);

pub async fn limited(app: &App, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let long = path.is_some_and(|path| LONG.contains(&path.as_str()));
    let most = if long {
        LONGEST
    } else {
        Duration::from_secs(app.settings.server.answer_seconds)
    };
    let json = request.uri().path().starts_with("/api/");
    if let Ok(answer) = tokio::time::timeout(most, next.run(request)).await {
        return answer;
    }
    let words = "Máy chủ không trả lời kịp, hoặc nội dung gửi lên đến quá chậm. Xem lại danh sách xem việc đã được ghi chưa rồi hãy gửi lại.";
    let error = Error::new(Kind::TooSlow, "too_slow", words);
    if json {
        return Problem(error).into_response();
    }
    Failure(error).into_response()
}
