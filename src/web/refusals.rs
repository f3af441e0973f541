//! What the framework refuses before any handler runs (an address or a body that
//! cannot be read, a method that is not there, a form of another site) is said in
//! our words: as problem+json below `/api/`, else as a page.
use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::session::Failure;
use crate::{
    api::Problem,
    error::{Error, Kind},
};

pub async fn in_our_words(request: Request, next: Next) -> Response {
    let json = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !(bare && response.status().is_client_error()) {
        return response;
    }
    let error = match response.status() {
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
    };
    if json {
        Problem(error).into_response()
    } else {
        Failure(error).into_response()
    }
}
