//! `/don-vi`, `/tai/{key}`: under one roof with many agencies, whose pages does a citizen see?
//!
//! What was chosen is kept in a cookie that holds the agency's short name and nothing else.
//! Where there is one agency, nothing is asked and nothing is set.
use axum::{
    extract::{FromRequestParts, Path, Query, State},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use serde::Deserialize;

use super::{cookies::AGENCY, parts::Button, paths, public::Frame, session::Failure};
use crate::{
    app::App,
    error::{Error, Result},
    store::directory::Directory,
};

/// The program as this citizen's agency shows it.
pub struct Visitor(pub App);

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let jar = CookieJar::from_headers(&parts.headers);
        let chosen = chosen(app, &jar).await;
        let chosen = chosen.map_err(|error| Failure(error).into_response())?;
        Ok(Self(app.visiting(chosen)))
    }
}

/// The agency that a browser chose, where there is one to choose.
pub async fn chosen(app: &App, jar: &CookieJar) -> Result<Option<i64>> {
    let Some(key) = AGENCY.of(app, jar) else {
        return Ok(None);
    };
    Ok(app.directory().await?.of_key(&key))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The page to go back to.
    ve: String,
}

/// The agencies, to choose from.
pub async fn page(Visitor(app): Visitor, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let directory = app.directory().await?;
    let body = html! {
        h1 { "Chọn đơn vị" }
        p { "Ông/bà muốn xem trang của đơn vị nào? Tra cứu hồ sơ thì không cần chọn: mã hồ sơ tìm được ở mọi đơn vị." }
        (choice(&directory, app.visited(), &asked.ve))
        p { (Button::new("Tra cứu hồ sơ").link(paths::LOOKUP)) }
    };
    Ok(frame.page("Chọn đơn vị", None, body))
}

/// Each agency as a link that is kept.
pub fn choice(directory: &Directory, chosen: Option<i64>, back: &str) -> Markup {
    html! { ul.plain { @for one in &directory.open {
        li { a href=(paths::visit(&one.key, back)) aria-current=[(chosen == Some(one.id)).then_some("true")] { (one.name) } }
    } } }
}

/// Chooses an agency: its address may be printed and sent around.
pub async fn visit(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    if app.directory().await?.of_key(&key).is_none() {
        let detail = "Không có đơn vị này. Xin chọn lại ở trang đầu.";
        return Err(Failure(Error::not_found(detail)));
    }
    let to = match asked.ve.as_str() {
        "" => Redirect::to(paths::HOME),
        back => Redirect::to(paths::back(back)),
    };
    Ok(([AGENCY.set(&app, &key)], to).into_response())
}
