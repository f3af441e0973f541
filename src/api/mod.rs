//! The JSON face: paths and fields are fixed, errors are `application/problem+json`.
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::de::DeserializeOwned;

use crate::{
    actions::{actor::Actor, sign_in},
    app::App,
    domain::role::Role,
    error::{Error, Kind, Result},
    secret,
    store::accounts,
};

mod deadlines;
mod dossiers;
mod feedback;
mod health;
pub mod metrics;
mod notices;
pub mod openapi;
mod procedures;
mod reports;
mod survey;
mod unreadable;
mod view;

/// The most that a body may hold.
const BODY_LIMIT: usize = 512 * 1024;

/// Where a ballot is cast by its token.
pub const SURVEY: &str = "/api/v1/survey/{token}";

/// Every path of the JSON face.
pub fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/api/v1/openapi.json", get(openapi::page))
        .route("/metrics", get(metrics::page))
        .route("/api/v1/procedures", get(procedures::list))
        .route("/api/v1/procedures/{code}", get(procedures::one))
        .route("/api/v1/deadlines", post(deadlines::compute))
        .route(
            "/api/v1/dossiers",
            post(dossiers::receive).get(dossiers::list),
        )
        .route("/api/v1/dossiers/{code}", get(dossiers::one))
        .route("/api/v1/dossiers/{code}/actions", post(dossiers::act))
        .route("/api/v1/reports/processing", get(reports::processing))
        .route("/api/v1/reports/agencies", get(reports::agencies))
        .route(
            "/api/v1/reports/four-on-the-spot",
            get(reports::four_on_the_spot),
        )
        .route("/api/v1/reports/satisfaction", get(reports::satisfaction))
        .route("/api/v1/reports/apologies", get(reports::apologies))
        .route("/api/v1/reports/targets", get(reports::targets))
        .route("/api/v1/reports/on-time", get(reports::on_time))
        .route("/api/v1/reports/four-to-reach", get(reports::four_to_reach))
        .route("/api/v1/reports/review", get(reports::review))
        .route("/api/v1/reports/service-score", get(reports::service_score))
        .route("/api/v1/reports/index-766", get(reports::index_766))
        .route("/api/v1/reports/plan", get(reports::plan))
        .route("/api/v1/reports/radar", get(reports::radar))
        .route("/api/v1/reports/rhythm", get(reports::rhythm))
        .route(
            "/api/v1/reports/accountability",
            get(reports::accountability),
        )
        .route("/api/v1/reports/foresight", get(reports::foresight))
        .route(SURVEY, get(survey::questions).post(survey::cast))
        .route("/api/v1/feedback", post(feedback::send))
        .route("/api/v1/feedback/{code}", get(feedback::one))
        .route("/api/v1/notices/{id}", post(notices::arrived))
        .route("/api/v1", axum::routing::any(unknown))
        .route("/api/v1/", axum::routing::any(unknown))
        .route("/api/v1/{*rest}", axum::routing::any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// The agency that a caller names by its key.
async fn named(app: &App, key: Option<&str>) -> Result<Option<i64>, Error> {
    let Some(key) = key else { return Ok(None) };
    app.directory().await?.named(key).map(Some)
}

/// An unknown path tells a stranger nothing.
async fn unknown(_: Bearer) -> Problem {
    Problem(Error::not_found(
        "Không có đường dẫn này. Xem /api/v1/openapi.json.",
    ))
}

/// A stranger is not told which methods there are.
async fn wrong_method(_: Bearer) -> Problem {
    Problem(Error::wrong_method())
}

/// An error as problem+json.
pub struct Problem(pub Error);

impl<E: Into<Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The status of each kind of refusal.
pub fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Unreadable => StatusCode::BAD_REQUEST,
        Kind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Kind::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
        Kind::Away => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Logs what the reader must not see, under the number that the reader does see.
pub fn reference_of(error: &Error) -> Option<String> {
    let source = error.source.as_ref()?;
    let reference = secret::new()[..8].to_uppercase();
    tracing::error!(reference, error = %source, "unexpected error");
    Some(reference)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = self.0;
        if matches!(error.kind, Kind::Forbidden | Kind::Unauthenticated) {
            tracing::warn!(target: sign_in::LOG, code = error.code, "API call refused");
        }
        let status = status_of(error.kind);
        let detail = match reference_of(&error) {
            Some(reference) => format!("{} Xin báo mã {reference} cho quản trị.", error.detail),
            None => error.detail,
        };
        let body = serde_json::json!({
            "type": format!("/loi/{}", error.code),
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": detail,
            "code": error.code,
            "errors": error.errors,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, kind, body.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                header::HeaderValue::from_static("Bearer"),
            );
        }
        response
    }
}

/// The holder of a bearer token. First in every handler, so that a stranger is
/// refused before body or path is looked at.
pub struct Bearer(pub Actor);

impl FromRequestParts<App> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let refused = || {
            Problem(Error::new(
                Kind::Unauthenticated,
                "unauthenticated",
                "Cần mã truy cập (Authorization: Bearer …). Tạo bằng `motcua token add`.",
            ))
        };
        let given = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(refused)?;
        let hash = secret::hash(given.trim());
        let token = accounts::token(app.store.read(), &hash, app.clock.now()).await?;
        let token = token.ok_or_else(refused)?;
        within_scope(&token.scope, parts)?;
        let role = Role::from_code(&token.role).ok_or_else(refused)?;
        Ok(Self(Actor {
            agency: token.agency_id,
            role,
            name: token.name,
            account: None,
            key_owner: format!("token:{}", token.id),
        }))
    }
}

/// What a token was made for: everything its role may, reading alone, or figures alone.
fn within_scope(scope: &str, parts: &Parts) -> Result<(), Problem> {
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    let figures =
        parts.uri.path().starts_with("/api/v1/reports/") || parts.uri.path() == "/metrics";
    let fits = match scope {
        "all" => true,
        "read" => reads,
        "figures" => reads && figures,
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let detail = "Mã truy cập này không dùng được cho việc đó. Tạo mã khác: motcua token add --scope all|read|figures.";
    Err(Problem(Error::new(
        Kind::Forbidden,
        "forbidden_scope",
        detail,
    )))
}

/// A JSON body; what is wrong with it is said in Vietnamese, with the field.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|rejection| {
                Problem(match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Error::new(
                        Kind::TooLarge,
                        "too_large",
                        "Nội dung gửi lên lớn quá 512 KB. Xin gửi gọn lại.",
                    ),
                    _ => Error::new(
                        Kind::Unreadable,
                        "unreadable",
                        "Không nhận đủ nội dung gửi lên. Xin gửi lại.",
                    ),
                })
            })?;
        unreadable::json(&bytes).map(Self).map_err(Problem)
    }
}

/// Query parameters with the same kind of answer.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, app)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|error| Problem(unreadable::query(&error.body_text())))
    }
}
