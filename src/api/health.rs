//! Does it live, is it ready?
use axum::{Json, extract::State};

use super::Problem;
use crate::app::App;

/// 200 while the database answers.
pub async fn healthz(State(app): State<App>) -> Result<Json<serde_json::Value>, Problem> {
    app.store.ping().await?;
    Ok(Json(
        serde_json::json!({ "status": "ok", "database": app.store.engine(), "backup": null }),
    ))
}

/// Ready to take traffic.
pub async fn readyz(State(app): State<App>) -> Result<Json<serde_json::Value>, Problem> {
    app.store.ping().await?;
    app.calendar().await?;
    Ok(Json(serde_json::json!({ "status": "ready" })))
}
