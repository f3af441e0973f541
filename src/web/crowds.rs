//! How often may one address knock where a password, a code or a form of the public is
//! taken? Wide enough for an office whose staff and visitors share one address: guesses
//! are counted for each account besides.
use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    response::{IntoResponse, Response},
};

use super::{paths, session::Failure};
use crate::{
    api::{self, Problem},
    app::App,
    error::{Error, Kind},
    rate::Asker,
};

/// Bytes that a form of the public may have: its longest text with room to spare.
pub const MOST_BYTES: usize = 256 * 1024;

/// Where passwords, codes and PINs are looked at.
const DOORS: [&str; 7] = [
    paths::LOGIN,
    paths::SECOND,
    paths::CONFIRM,
    paths::RESET_PASSWORD,
    paths::PASSWORD,
    paths::KIOSK_OPEN,
    paths::SETUP,
];

/// What the public sends; look-ups and feedback have limits of their own.
const FORMS: [&str; 3] = [paths::SURVEY, paths::STOP_NOTICES, api::SURVEY];

/// Counts what is sent; what there is to say where that was too often.
pub fn refused(app: &App, from: Asker, request: &Request) -> Option<Response> {
    if request.method() != Method::POST {
        return None;
    }
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("", MatchedPath::as_str);
    let limit = if DOORS.contains(&path) {
        &app.doors
    } else if FORMS.contains(&path) {
        &app.forms
    } else {
        return None;
    };
    if !from.too_often(limit) {
        return None;
    }
    let words = "Từ địa chỉ này đã gửi quá nhiều lần trong một phút. Xin chờ một lúc rồi gửi lại.";
    let error = Error::new(Kind::TooMany, "too_many", words);
    Some(if path.starts_with("/api/") {
        Problem(error).into_response()
    } else {
        Failure(error).into_response()
    })
}
