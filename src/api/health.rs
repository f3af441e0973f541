//! Does it live, is it ready?
use std::sync::atomic::Ordering;

use axum::{Json, extract::State, http::StatusCode};

use super::Problem;
use crate::{app::App, domain::time::format_moment, store::copies, upkeep::backup};

/// How the copies stand; no names of files, no sentence: anyone may ask.
async fn backup_state(app: &App) -> Result<(backup::Standing, serde_json::Value), Problem> {
    let (standing, last) = backup::standing(app).await?;
    let at = last.map(|run| format_moment(run.started_at));
    Ok((
        standing,
        serde_json::json!({ "state": standing.code(), "at": at }),
    ))
}

/// 200 while the database answers.
pub async fn healthz(State(app): State<App>) -> Result<Json<serde_json::Value>, Problem> {
    app.store.ping().await?;
    let (_, backup) = backup_state(&app).await?;
    Ok(Json(
        serde_json::json!({ "status": "ok", "database": app.store.engine(), "backup": backup }),
    ))
}

/// Ready to take traffic: not told to end, the database answers, the calendar is there, the
/// register was not copied to where it is served instead, and the copies are not red.
pub async fn readyz(
    State(app): State<App>,
) -> Result<(StatusCode, Json<serde_json::Value>), Problem> {
    app.store.ping().await?;
    app.calendar().await?;
    let (standing, backup) = backup_state(&app).await?;
    let (status, word) = if app.draining.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "ending")
    } else if copies::crossed(app.store.read()).await?.is_some() {
        // Two places that both receive would give two dossiers one code.
        (StatusCode::SERVICE_UNAVAILABLE, "copied_elsewhere")
    } else if standing.is_red() {
        (StatusCode::SERVICE_UNAVAILABLE, "backup_failed")
    } else {
        (StatusCode::OK, "ready")
    };
    Ok((
        status,
        Json(serde_json::json!({ "status": word, "backup": backup })),
    ))
}
