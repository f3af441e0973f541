//! What is refused is said in our words and leads on: as problem+json below `/api/`,
//! else as a page in the frame of whoever reads it, with the agency's name of today.
//! So is what the framework refuses before any handler runs (an address or a body that
//! cannot be read, a method that is not there, a form of another site).
use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    layout::Section,
    parts, paths,
    public::Frame,
    session::{Failure, Refusal, Staff},
    visitor,
};
use crate::{
    actions::sign_in,
    api::Problem,
    app::App,
    error::{Error, Kind},
};

/// What has to be known of a request when its answer is a refusal.
pub struct Asked {
    method: Method,
    uri: Uri,
    route: Option<MatchedPath>,
    cookies: Vec<HeaderValue>,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let cookies = request.headers().get_all(header::COOKIE);
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            route: request.extensions().get().cloned(),
            cookies: cookies.iter().cloned().collect(),
        }
    }

    /// The answer as it is given.
    pub async fn in_our_words(self, app: &App, mut answer: Response) -> Response {
        let json = self.uri.path().starts_with("/api/");
        noted(&self.method, self.route.as_ref(), answer.status());
        let kind = answer.headers().get(header::CONTENT_TYPE);
        let is = |name: &[u8]| kind.is_some_and(|kind| kind.as_bytes().starts_with(name));
        let bare = kind.is_none() || is(b"text/plain");
        let broken =
            is(b"application/problem+json") && answer.status() == StatusCode::INTERNAL_SERVER_ERROR;
        if bare && answer.status().is_client_error() {
            let error = of_status(answer.status());
            if json {
                return Problem(error).into_response();
            }
            answer = Failure(error).into_response();
        } else if broken && !json {
            // A handler broke; what went wrong is in the log.
            let words = "Có lỗi ngoài dự kiến, chưa có gì được lưu.";
            answer = Failure(Error::new(Kind::Internal, "internal", words)).into_response();
        }
        match answer.extensions_mut().remove::<Refusal>() {
            Some(refusal) => Box::pin(self.framed(app, answer, &refusal)).await,
            None => answer,
        }
    }

    /// The page with its frame; as it is where not even the agency's name can be read.
    async fn framed(&self, app: &App, answer: Response, refusal: &Refusal) -> Response {
        let mut headers = HeaderMap::new();
        for cookie in &self.cookies {
            headers.append(header::COOKIE, cookie.clone());
        }
        let jar = CookieJar::from_headers(&headers);
        // What was asked of a page is left out, and the page is there again.
        let asked = self.method == Method::GET && self.uri.query().is_some();
        let unsaid = asked && !elsewhere(answer.status()) && refusal.confirm.is_none();
        let again = unsaid.then(|| self.uri.path());
        let mut ways: Vec<(&str, &str)> = Vec::new();
        if let Some(to) = &refusal.confirm {
            ways.push((to, "Xác nhận mật khẩu"));
        }
        if let Some(page) = again {
            ways.push((page, "Mở lại trang này"));
        }
        // Who is signed in works here; a citizen has no desk to return to.
        if let Ok(Some(staff)) = Staff::reading(app, &jar, again.unwrap_or_default()).await {
            ways.extend([(paths::DESK, "Về bàn làm việc"), (paths::DOSSIERS, "Hồ sơ")]);
            let body = parts::problem(refusal.title, &refusal.text, &ways);
            let page = staff.page(refusal.title, Section::Other, None, body);
            return (answer.status(), page).into_response();
        }
        let chosen = visitor::chosen(app, &jar).await.ok().flatten();
        let Ok(frame) = Frame::load(&app.visiting(chosen)).await else {
            return answer;
        };
        ways.extend([
            (paths::HOME, "Về trang đầu"),
            (paths::LOOKUP, "Tra cứu hồ sơ"),
        ]);
        let body = parts::problem(refusal.title, &refusal.text, &ways);
        (answer.status(), frame.page(refusal.title, None, body)).into_response()
    }
}

/// Tells the log of what was refused: the route as it is written down and the status, never
/// what was sent. Who had no right to come in is told where that was found.
fn noted(method: &Method, route: Option<&MatchedPath>, status: StatusCode) {
    if status.is_client_error() && !elsewhere(status) {
        let route = route.map_or("-", MatchedPath::as_str);
        tracing::info!(target: sign_in::LOG, %method, route, status = status.as_u16(), "input refused");
    }
}

/// Not the input's fault.
fn elsewhere(status: StatusCode) -> bool {
    [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND].contains(&status)
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
