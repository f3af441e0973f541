//! `/metrics`, and the measuring of every answer.
use std::{net::SocketAddr, time::Instant};

use axum::{
    extract::{ConnectInfo, FromRequestParts as _, MatchedPath, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{Bearer, Problem};
use crate::{app::App, domain::role::Role, error::Error, upkeep::metrics};

/// Where a balancer asks how the server is: 503 is what it wants to know, and no failure.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

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

/// Of a request what is measured and told the log once it is answered: method, route,
/// status, time; no path, no address, no name.
pub struct Measure {
    began: Instant,
    method: Method,
    route: Option<MatchedPath>,
}

impl Measure {
    pub fn begin(request: &Request) -> Self {
        Self {
            began: Instant::now(),
            method: request.method().clone(),
            route: request.extensions().get().cloned(),
        }
    }

    pub fn end(self, app: &App, answer: &Response) {
        let Self { began, method, .. } = self;
        let route = self.route.as_ref().map_or("-", MatchedPath::as_str);
        let (status, took) = (answer.status(), began.elapsed());
        app.figures
            .answered(method.as_str(), route, status.as_str(), took);
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let code = status.as_u16();
        let tells = status == StatusCode::SERVICE_UNAVAILABLE && PROBES.contains(&route);
        // A failure is told also where answers are not.
        if status.is_server_error() && !tells {
            tracing::error!(target: "motcua::requests", %method, route, status = code, ms, "failed");
        } else {
            tracing::info!(target: "motcua::requests", %method, route, status = code, ms, "answered");
        }
    }
}
