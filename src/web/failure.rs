//! How is an error shown as a page, with the way on?
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::Markup;

use super::{layout::Shell, parts, paths};
use crate::{
    actions::sign_in,
    api::{reference_of, status_of},
    error::{Error, Kind},
};

/// The code of an error that asks for the password.
pub(super) const CONFIRM_FIRST: &str = "confirm_first";

/// An error as a page.
pub struct Failure(pub Error);

impl Failure {
    /// Where the way on lies; kept in the error's one field.
    pub(super) fn leading_to(mut self, path: String) -> Self {
        self.0.errors = vec![crate::error::FieldError {
            field: path,
            message: String::new(),
        }];
        self
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = self.0;
        if error.kind == Kind::Forbidden && error.code != CONFIRM_FIRST {
            tracing::warn!(target: sign_in::LOG, code = error.code, "refused: not this role");
        }
        let status = status_of(error.kind);
        let text = match reference_of(&error) {
            Some(reference) => format!("{} Xin báo mã {reference} cho Văn phòng.", error.detail),
            None => error.detail.clone(),
        };
        let title = match error.kind {
            Kind::NotFound => "Không tìm thấy",
            Kind::Forbidden if error.code == CONFIRM_FIRST => "Xác nhận mật khẩu",
            Kind::Forbidden => "Không thuộc phần việc này",
            Kind::Conflict => "Chưa làm được",
            Kind::NoRoom => "Máy chủ hết chỗ",
            Kind::Away => "Tạm thời chưa làm được",
            Kind::TooSlow => "Quá thời gian chờ",
            Kind::Internal => "Có lỗi ngoài dự kiến",
            _ => "Chưa đúng",
        };
        let confirm = (error.code == CONFIRM_FIRST)
            .then(|| error.errors.first().map(|to| to.field.clone()))
            .flatten();
        let refusal = Refusal {
            title,
            text,
            confirm,
        };
        let shell = Shell {
            title,
            agency_name: "Bộ phận Một cửa",
            ..Shell::default()
        };
        let ways = [(paths::HOME, "Về trang đầu")];
        let body = parts::problem(title, &refusal.text, &ways);
        let page = super::layout::citizen_page(&shell, body);
        let mut response = (status, page).into_response();
        // The frame of its reader is put around it on the way out.
        response.extensions_mut().insert(refusal);
        response
    }
}

/// What a refused page says.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub title: &'static str,
    pub text: String,
    /// Where the password is given again, when that is the way on.
    pub confirm: Option<String>,
}

/// A refused form comes back with its status.
pub fn refused(error: &Error, page: Markup) -> Response {
    let status = match error.kind {
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        kind => status_of(kind),
    };
    (status, page).into_response()
}
