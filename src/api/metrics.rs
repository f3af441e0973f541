//! `/metrics`, and the measuring of every answer.
use std::{net::SocketAddr, time::Instant};

use axum::{
    extract::{ConnectInfo, FromRequestParts as _, MatchedPath, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Bearer, Problem};
use crate::{app::App, domain::role::Role, error::Error, upkeep::metrics};

/// Whether the asker sits on this machine: not one that a proxy here speaks for.
fn is_local(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback())
        && !forwarded
            .iter()
            .any(|name| parts.headers.contains_key(*name))
}

/// On this machine, or with a token of an administrator.
pub async fn page(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    if !is_local(&parts) || parts.headers.contains_key(header::AUTHORIZATION) {
        let Bearer(actor) = Bearer::from_request_parts(&mut parts, &app).await?;
        if actor.role != Role::Admin {
            let detail = "Số đo của máy chủ dành cho: Quản trị.";
            return Err(Problem(Error::forbidden(detail)));
        }
    }
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((kind, metrics::text(&app).await?).into_response())
}

/// Measures one answer and tells the log: method, route, status, time; no path, no
/// address, no name.
pub async fn measured(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "-".to_owned(), |route| route.as_str().to_owned());
    let answer = next.run(request).await;
    let (status, took) = (answer.status().as_u16(), began.elapsed());
    app.figures.answered(method.as_str(), &route, status, took);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "motcua::requests", %method, route, status, ms, "answered");
    answer
}
