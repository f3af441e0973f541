//! What is refused is said in our words and leads on: as problem+json below `/api/`,
//! else as a page in the frame of whoever reads it, with the agency's name of today.
//! So is what the framework refuses before any handler runs (an address or a body that
//! cannot be read, a method that is not there, a form of another site).
use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    parts, paths,
    public::Frame,
    session::{Failure, Refusal, account_of},
    visitor,
};
use crate::{
    actions::sign_in,
    api::Problem,
    app::App,
    error::{Error, Kind},
};

pub async fn in_our_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let json = request.uri().path().starts_with("/api/");
    let jar = CookieJar::from_headers(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    noted(&method, route.as_ref(), response.status());
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is = |name: &[u8]| kind.is_some_and(|kind| kind.as_bytes().starts_with(name));
    let bare = kind.is_none() || is(b"text/plain");
    let broken = is(b"application/problem+json") && response.status().is_server_error();
    if bare && response.status().is_client_error() {
        let error = of_status(response.status());
        if json {
            return Problem(error).into_response();
        }
        response = Failure(error).into_response();
    } else if broken && !json {
        // A handler broke; what went wrong is in the log.
        let words = "Có lỗi ngoài dự kiến, chưa có gì được lưu.";
        response = Failure(Error::new(Kind::Internal, "internal", words)).into_response();
    }
    match response.extensions_mut().remove::<Refusal>() {
        Some(refusal) => framed(&app, &jar, response, &refusal).await,
        None => response,
    }
}

/// Tells the log of what was refused: the route as it is written down and the status, never
/// what was sent. Who had no right to come in is told where that was found.
fn noted(method: &Method, route: Option<&MatchedPath>, status: StatusCode) {
    let elsewhere = [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND].contains(&status);
    if status.is_client_error() && !elsewhere {
        let route = route.map_or("-", MatchedPath::as_str);
        tracing::info!(target: sign_in::LOG, %method, route, status = status.as_u16(), "input refused");
    }
}

fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => Error::wrong_method(),
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(
            Kind::TooLarge,
            "too_large",
            "Nội dung gửi lên quá lớn. Xin gửi gọn lại.",
        ),
        StatusCode::FORBIDDEN => {
            Error::forbidden("Nội dung này gửi từ một trang khác nên không được nhận.")
        }
        StatusCode::NOT_FOUND => Error::not_found("Không có trang này. Xin xem lại địa chỉ."),
        _ => Error::new(
            Kind::Unreadable,
            "unreadable",
            "Không đọc được địa chỉ hoặc nội dung gửi lên. Xin mở lại trang rồi gửi lại.",
        ),
    }
}

/// The page with its frame; as it is where not even the agency's name can be read.
async fn framed(app: &App, jar: &CookieJar, response: Response, refusal: &Refusal) -> Response {
    let account = account_of(app, jar).await.ok().flatten();
    let chosen = visitor::chosen(app, jar).await.ok().flatten();
    let at = account.as_ref().map(|account| account.agency_id).or(chosen);
    let Ok(frame) = Frame::load(&app.visiting(at)).await else {
        return response;
    };
    // Who is signed in works here; a citizen has no desk to return to.
    let staff = account.is_some();
    let mut ways = if staff {
        vec![(paths::DESK, "Về bàn làm việc"), (paths::DOSSIERS, "Hồ sơ")]
    } else {
        vec![
            (paths::HOME, "Về trang đầu"),
            (paths::LOOKUP, "Tra cứu hồ sơ"),
        ]
    };
    if let Some(to) = &refusal.confirm {
        ways.insert(0, (to, "Xác nhận mật khẩu"));
    }
    let body = parts::problem(refusal.title, &refusal.text, &ways);
    (response.status(), frame.page(refusal.title, None, body)).into_response()
}
