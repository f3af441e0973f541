//! Serves the demo beside the register when somebody asked for it: on an address of its own,
//! over a database in a folder that goes when it ends. It ends when it is closed, when nobody
//! used it for a while, and with the program.
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use tokio::net::TcpListener;

use super::{connections, serve};
use crate::{
    app::App,
    config::Settings,
    demo::{self, Wanted},
    error::{Error, Result},
    trial::Course,
    upkeep::sealer,
};

/// How often it is asked whether anybody still uses it.
const LOOK: Duration = Duration::from_secs(10);

/// How long its last answers may take.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// The year that `motcua demo` shows too.
const YEAR: i32 = 2021;

/// Waits until it is asked for, serves it to its end, and waits again.
pub async fn task(app: App) {
    let mut course = app.trial.follow();
    while course
        .wait_for(|course| *course == Course::Wished)
        .await
        .is_ok()
    {
        match Box::pin(serve_one(&app)).await {
            Ok(()) => app.trial.ended(),
            Err(error) => {
                tracing::warn!(%error, "the demo could not be served");
                app.trial.failed(error.detail);
            }
        }
    }
}

/// The office's settings at the demo's address; where it keeps and sends things `demo::build`
/// takes out.
fn own(settings: &Settings, address: &str) -> Settings {
    let mut own = settings.clone();
    own.server.public_url = match settings.trial.public_url.as_str() {
        "" => address.to_owned(),
        public => public.trim_end_matches('/').to_owned(),
    };
    own
}

async fn serve_one(app: &App) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("motcua-ban-thu-")
        .tempdir()?;
    let listener = serve::bind(&app.settings.trial.listen).await?;
    let settings = own(&app.settings, &format!("http://{}", listener.local_addr()?));
    let address = settings.server.public_url.clone();
    let wanted = Wanted {
        dossiers: app.settings.trial.dossiers,
        seed: 1,
        year: YEAR,
    };
    let shown = demo::build(settings, folder.path(), wanted).await?;
    if app.trial.opened(&address) {
        until_closed(app, &shown, listener).await;
    }
    shown.store.clone().close().await?;
    folder.close().map_err(Error::internal)
}

async fn until_closed(app: &App, shown: &App, listener: TcpListener) {
    let used = Used::now();
    let router =
        serve::router(shown.clone()).layer(middleware::from_fn_with_state(used.clone(), noted));
    let sealing = tokio::spawn(sealer::task(shown.clone()));
    let head = Duration::from_secs(app.settings.server.head_seconds);
    let idle = Duration::from_secs(app.settings.trial.idle_minutes * 60);
    let mut course = app.trial.follow();
    let over = async {
        let closed = course.wait_for(|course| !matches!(course, Course::Open(_)));
        let unused = async {
            while used.ago() < idle {
                tokio::time::sleep(LOOK.min(idle)).await;
            }
        };
        tokio::select! { _ = closed => {}, () = unused => {} }
    };
    connections::serve(listener, router, head, over, LAST_ANSWERS).await;
    sealing.abort();
    let _ = sealing.await;
}

/// When it was used last, in seconds since it was opened.
#[derive(Clone)]
struct Used {
    opened: Instant,
    last: Arc<AtomicU64>,
}

impl Used {
    fn now() -> Self {
        Self {
            opened: Instant::now(),
            last: Arc::default(),
        }
    }

    fn ago(&self) -> Duration {
        let last = Duration::from_secs(self.last.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(last)
    }
}

async fn noted(State(used): State<Used>, request: Request, next: Next) -> Response {
    let now = used.opened.elapsed().as_secs();
    used.last.store(now, Ordering::Relaxed);
    next.run(request).await
}
