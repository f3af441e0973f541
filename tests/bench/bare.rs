//! The bare sides: what the same work costs with axum and sqlx alone.
use std::{collections::HashMap, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{self, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Outcome, serve};

/// The program's own settings of a connection.
pub fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-4000")
        .busy_timeout(Duration::from_secs(10))
}

/// One connection of one's own.
pub async fn connect(file: &Path) -> Outcome<SqliteConnection> {
    Ok(SqliteConnection::connect_with(&options(file)).await?)
}

/// The bytes to answer with, by code.
pub type Answers = Arc<HashMap<String, Bytes>>;

#[derive(Clone)]
struct Desk {
    pool: SqlitePool,
    pages: Answers,
}

/// Serves pages at the program's own address.
pub async fn start(file: &Path, pages: Answers) -> Outcome<SocketAddr> {
    let pool = SqlitePoolOptions::new()
        .max_connections(8)
        // A file does not go away as a server does.
        .test_before_acquire(false)
        .connect_with(options(file))
        .await?;
    let desk = Desk { pool, pages };
    let router = Router::new()
        .route("/tra-cuu", get(page))
        // What a request costs that asks no database.
        .route("/none/{code}", get(none))
        .with_state(desk);
    serve(router).await
}

#[derive(Deserialize)]
struct Asked {
    code: String,
}

async fn page(State(desk): State<Desk>, Query(asked): Query<Asked>) -> Response {
    match read(&desk.pool, &asked.code).await {
        Ok(Some(code)) => answer(&desk, &code),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn none(State(desk): State<Desk>, extract::Path(code): extract::Path<String>) -> Response {
    answer(&desk, &code)
}

fn answer(desk: &Desk, code: &str) -> Response {
    match desk.pages.get(code) {
        Some(bytes) => {
            let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
            ([kind], bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The columns that the program's own statement reads, no more and no fewer.
const SEEN: &str = "SELECT id, agency_id, code, status, due_at, receipt_hash, id_number, lapse_at, \
     appointed_lapse_at FROM dossier WHERE code = $1";

type Seen = (
    i64,
    i64,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// The same row, each column decoded.
async fn read(pool: &SqlitePool, code: &str) -> sqlx::Result<Option<String>> {
    let row: Option<Seen> = sqlx::query_as(SEEN).bind(code).fetch_optional(pool).await?;
    Ok(row.map(|seen| seen.2))
}
