//! `motcua serve`: pages and JSON on one address.
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use tokio::{net::TcpListener, task::JoinSet};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer};

use chrono::TimeDelta;

use super::{connections, print, trial};
use crate::{
    actions,
    api::{self, metrics::Measure},
    app::App,
    domain::time::to_local,
    error::{Error, Kind, Result},
    in_hand, mail, nightly,
    rate::Asker,
    reports, secret,
    store::accounts,
    system_error,
    upkeep::{
        backup, crossing,
        doctor::Grade,
        keys, memory, metrics,
        sealer::{self, Sealer},
        shelf,
    },
    web,
};

/// How long answers under way may take after the program was told to end.
const LAST_ANSWERS: Duration = Duration::from_secs(20);

/// How long a mail server may take over the last notices.
const LAST_NOTICES: Duration = Duration::from_secs(5);

/// How long long work that is under way may take to be done, the last notices meanwhile.
const LAST_WORK: Duration = Duration::from_secs(10);

/// How long work that is broken off then may take to be taken back and to say so.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How long the last events may take to be sealed.
const LAST_SEALS: Duration = Duration::from_secs(10);

/// Opens the address, or says why it cannot be opened.
pub async fn bind(listen: &str) -> Result<TcpListener> {
    TcpListener::bind(listen).await.map_err(|error| {
        Error::new(
            Kind::Invalid,
            "listen",
            format!(
                "Không mở được địa chỉ {listen}: {}.",
                system_error::words(&error)
            ),
        )
    })
}

/// Serves until the process is told to end. Fails where the settings for mail are wrong or the
/// database is away; it is not said to serve before all that can fail is done.
pub async fn run(app: App, listener: TcpListener) -> Result<()> {
    let address = listener.local_addr()?;
    let told_to_end = ended();
    warn_of_key(&app).await?;
    crossing::warn_of_copy(&app).await?;
    in_hand::begin(&app).await?;
    let mut tasks = JoinSet::new();
    let leaving = mail::outbox::start(&app, &mut tasks)?;
    // Last of what can fail: a link that nobody is shown would stand in the register.
    let setup = setup_link(&app, &address.to_string()).await?;
    tasks.spawn(reports::scoreboard::task(app.clone()));
    tasks.spawn(actions::empty_ballot_box::task(app.clone()));
    tasks.spawn(nightly::task(app.clone()));
    tasks.spawn(sealer::task(app.clone()));
    // What a process that was killed left behind in the open goes first.
    if let Err(error) = shelf::tidy_all(&app.settings, to_local(app.clock.now())) {
        tracing::warn!(%error, "what was left of a copy could not be removed");
    }
    tasks.spawn(backup::task(app.clone()));
    tasks.spawn(trial::task(app.clone()));
    tasks.spawn(metrics::task(app.clone()));
    tasks.spawn(memory::task(app.clone()));
    let head = Duration::from_secs(app.settings.server.head_seconds);
    let drain = Duration::from_secs(app.settings.server.drain_seconds);
    let (draining, ending) = (app.draining.clone(), app.ending.clone());
    let over = async move {
        told_to_end.await;
        // A balancer in front sees it, and sends the next to another server.
        draining.store(true, Ordering::Relaxed);
        tracing::info!("ending: what is under way is finished first");
        // What it still sends until then is answered as ever, an export too.
        tokio::time::sleep(drain).await;
        ending.store(true, Ordering::Relaxed);
    };
    print(&format!("Đang phục vụ tại http://{address}\n{setup}"))?;
    connections::serve(listener, router(app.clone()), head, over, LAST_ANSWERS).await;
    let work_by = Instant::now() + LAST_WORK;
    // A notice that is leaving is noted: else it would leave once more.
    let _none_leaves = tokio::time::timeout(LAST_NOTICES, leaving.write()).await;
    // What the program does by itself stops before the database is closed; each piece can be
    // begun again. A copy under way is given up and leaves no file; the next start makes it.
    // The database it was tried in goes with a later copy, a demo with its folder.
    tasks.shutdown().await;
    // Long work is done, or taken back, while it is this server's and before all is sealed.
    app.jobs.finish(work_by, LAST_WORDS).await;
    // Nothing is left unsealed by an orderly end; where the database is gone already,
    // the next start seals it, and the end is not a bad one.
    // Where other servers go on making events it would never be done.
    let sealing = Sealer::resumed(&app).seal_all(&app);
    match tokio::time::timeout(LAST_SEALS, sealing).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the last events are sealed at the next start"),
        Err(_) => tracing::warn!("the last events are left to the other servers"),
    }
    if let Err(error) = in_hand::leave(&app).await {
        tracing::warn!(%error, "what was in hand lapses by itself");
    }
    app.store.clone().close().await
}

/// A server whose key opens nothing of this register would make one of its own, or seal what
/// no other server opens: it serves, and says so at once.
async fn warn_of_key(app: &App) -> Result<()> {
    let key = keys::run(app).await?;
    if key.grade == Grade::Bad {
        tracing::error!("{}: {}", key.name, key.words);
    }
    Ok(())
}

/// As long as nobody can administer, each start offers a one-time link: the line that shows it.
async fn setup_link(app: &App, address: &str) -> Result<String> {
    if accounts::admins(app.store.read()).await? > 0 {
        return Ok(String::new());
    }
    let link = secret::new();
    let write = app.store.write().await?;
    write
        .put_setup_link(secret::hash(&link), app.clock.now() + TimeDelta::hours(24))
        .await?;
    write.commit().await?;
    Ok(format!(
        "Thiết lập lần đầu (dùng một lần, trong 24 giờ): http://{address}{}\n",
        web::paths::setup(&link)
    ))
}

/// What a browser may do with any answer of ours.
static RULES: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; object-src 'none'; img-src 'self' data:; frame-ancestors 'self'; form-action 'self'; base-uri 'none'",
        ),
    ),
    (
        header::X_FRAME_OPTIONS,
        HeaderValue::from_static("SAMEORIGIN"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
];
/// Browsers that came once by TLS come by nothing else for a year.
static BY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Every path, with what holds for all of them.
pub fn router(app: App) -> Router {
    // One after another as a request meets them, and as few as may be: each is copied, with
    // all those below it, for every request.
    let around = (
        CompressionLayer::new(),
        from_fn_with_state(app.clone(), answered),
        CsrfLayer::new(),
        CatchPanicLayer::custom(|_| {
            let error = Error::internal("a handler panicked");
            axum::response::IntoResponse::into_response(api::Problem(error))
        }),
        from_fn_with_state(app.clone(), admitted),
    );
    Router::new()
        .merge(web::router())
        .merge(api::router())
        .layer(around)
        .with_state(app)
}

/// Measures every answer, gives up what takes too long, says refusals in our words, and tells
/// the browser the rules. The path is not logged: it may hold a dossier code.
async fn answered(State(app): State<App>, request: Request, next: Next) -> Response {
    let measure = Measure::begin(&request);
    let asked = web::refusals::Asked::of(&request);
    let answer = web::patience::limited(&app, request, next).await;
    let mut answer = asked.in_our_words(&app, answer).await;
    measure.end(&app, &answer);
    rule(answer.headers_mut(), app.settings.server.by_tls());
    answer
}

/// Refuses crowds, and notes who looked at whom. What another site sent comes not so far.
async fn admitted(State(app): State<App>, from: Asker, request: Request, next: Next) -> Response {
    match web::crowds::refused(&app, from, &request) {
        Some(refused) => refused,
        None => web::looks::noted(&app, request, next).await,
    }
}

fn rule(headers: &mut HeaderMap, by_tls: bool) {
    headers.reserve(RULES.len() + 1);
    for (name, value) in &RULES {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    if by_tls {
        let name = header::STRICT_TRANSPORT_SECURITY;
        headers.entry(name).or_insert_with(|| BY_TLS.clone());
    }
}

/// Somebody tells the process to end. Heard from this call on, not only once it is waited for:
/// who ends it while it starts ends it in order.
fn ended() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())
    };
    async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        if let Ok(mut terminate) = terminate {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
        // Without a signal handler the process ends when it is killed.
        let _ = interrupt.await;
    }
}
