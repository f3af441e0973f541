//! `motcua serve`: pages and JSON on one address.
use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    http::{HeaderName, HeaderValue},
};
use tokio::net::TcpListener;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer,
    set_header::SetResponseHeaderLayer, trace::TraceLayer,
};

use chrono::TimeDelta;

use super::print;
use crate::{
    actions, api,
    app::App,
    error::{Error, Kind, Result},
    mail, nightly, reports, secret,
    store::accounts,
    upkeep::{backup, metrics, sealer},
    web,
};

/// How long answers under way may take after the program was told to end.
const LAST_ANSWERS: Duration = Duration::from_secs(20);

/// Opens the address, or says why it cannot be opened.
pub async fn bind(listen: &str) -> Result<TcpListener> {
    TcpListener::bind(listen).await.map_err(|error| {
        Error::new(
            Kind::Invalid,
            "listen",
            format!("Không mở được địa chỉ {listen}: {error}."),
        )
    })
}

/// Serves until the process is told to end.
pub async fn run(app: App, listener: TcpListener) -> Result<()> {
    let address = listener.local_addr()?;
    print(&format!("Đang phục vụ tại http://{address}\n"))?;
    offer_setup(&app, &address.to_string()).await?;
    mail::outbox::start(&app)?;
    tokio::spawn(reports::scoreboard::task(app.clone()));
    tokio::spawn(actions::empty_ballot_box::task(app.clone()));
    tokio::spawn(nightly::task(app.clone()));
    tokio::spawn(sealer::task(app.clone()));
    tokio::spawn(backup::task(app.clone()));
    tokio::spawn(metrics::task(app.clone()));
    let (told, tell) = tokio::sync::watch::channel(false);
    let mut hears = tell.clone();
    let serving = axum::serve(
        listener,
        router(app.clone()).into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        // The sender lives as long as this function.
        let _ = hears.wait_for(|over| *over).await;
    });
    let over = async {
        ended().await;
        tracing::info!("ending: what is under way is finished first");
        let _ = told.send(true);
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        served = serving => served?,
        () = over => tracing::warn!("some answers were still under way"),
    }
    // Nothing is left unsealed by an orderly end; where the database is gone already,
    // the next start seals it, and the end is not a bad one.
    if let Err(error) = sealer::run(&app).await {
        tracing::warn!(%error, "the last events are sealed at the next start");
    }
    app.store.close().await
}

/// As long as nobody can administer, each start offers a one-time link.
async fn offer_setup(app: &App, address: &str) -> Result<()> {
    if accounts::admins(app.store.read()).await? > 0 {
        return Ok(());
    }
    let link = secret::new();
    let write = app.store.write().await?;
    write
        .put_setup_link(secret::hash(&link), app.clock.now() + TimeDelta::hours(24))
        .await?;
    write.commit().await?;
    print(&format!(
        "Thiết lập lần đầu (dùng một lần, trong 24 giờ): http://{address}{}\n",
        web::paths::setup(&link)
    ))
}

/// Every path, with what holds for all of them.
pub fn router(app: App) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    Router::new()
        .merge(web::noted_router(app.clone()))
        .merge(api::router())
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            api::metrics::measured,
        ))
        .with_state(app.clone())
        .layer(CatchPanicLayer::custom(|_| {
            let error = Error::internal("a handler panicked");
            axum::response::IntoResponse::into_response(api::Problem(error))
        }))
        .layer(CsrfLayer::new())
        .layer(axum::middleware::from_fn_with_state(
            app,
            web::refusals::in_our_words,
        ))
        .layer(header("referrer-policy", "no-referrer"))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("x-frame-options", "SAMEORIGIN"))
        .layer(header(
            "content-security-policy",
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; form-action 'self'; base-uri 'none'",
        ))
        .layer(CompressionLayer::new())
        // The path is not logged: it may hold a dossier code.
        .layer(TraceLayer::new_for_http().make_span_with(|request: &axum::http::Request<_>| {
            tracing::info_span!("request", method = %request.method())
        }))
}

async fn ended() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    // Without a signal handler the process ends when it is killed.
    let _ = interrupt.await;
}
