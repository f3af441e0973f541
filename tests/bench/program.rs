//! The program's side: its file with a full year in it, its router on an address, its sealer.
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, StatusCode},
};
use motcua::{
    app::App,
    cli::serve::router,
    clock::Clock,
    config::Settings,
    demo::{self, Wanted},
    domain::time::to_utc,
    secret,
    store::{Store, accounts::Token},
    upkeep::sealer,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tower::ServiceExt;

use crate::{DOSSIERS, Outcome, YEAR, client::TOKEN, serve};

/// Builds the year without fsync, then opens its file as the office would.
pub async fn open(folder: &Path) -> Outcome<App> {
    let mut settings = Settings::load(None)?;
    let wanted = Wanted {
        dossiers: DOSSIERS,
        seed: 1,
        year: YEAR,
    };
    // Whoever measures again and again names a folder that keeps the year.
    match std::env::var_os("MOTCUA_BENCH_FOLDER").map(PathBuf::from) {
        None => drop(demo::build(settings.clone(), folder, wanted).await?),
        Some(kept) => {
            if !kept.join("demo.db").exists() {
                let built = demo::build(settings.clone(), &kept, wanted).await?;
                // Else its log may go into the file while that is copied.
                built.store.clone().close().await?;
            }
            for name in ["demo.db", "demo.db.key"] {
                std::fs::copy(kept.join(name), folder.join(name))?;
            }
        }
    }
    settings.database.url = format!("sqlite://{}", folder.join("demo.db").display());
    // The look-up's limit is for people who guess codes.
    settings.lookup.per_minute = u32::MAX;
    let clock = Clock::starting_at(to_utc(demo::opens(YEAR)?));
    let store = Store::open(&settings.database.url).await?;
    // A year that was kept may lack the latest indexes.
    store.migrate().await?;
    let app = App::over(store, settings, clock);
    for (pragma, expected) in [("synchronous", "2"), ("journal_mode", "wal")] {
        let found = pragma_of(&app, pragma).await?;
        if found != expected {
            return Err(format!("{pragma} is {found}, not {expected}").into());
        }
    }
    admit(&app, app.home_agency().await?, TOKEN).await?;
    Ok(app)
}

/// A receptionist's token of that secret.
pub async fn admit(app: &App, agency_id: i64, token: &str) -> Outcome<()> {
    let write = app.store.write().await?;
    let token = Token {
        id: 0,
        agency_id,
        name: token.to_owned(),
        role: "receptionist".into(),
        token_hash: secret::hash(token),
        created_at: app.clock.now(),
        revoked_at: None,
        note: None,
        expires_at: None,
        scope: "all".into(),
    };
    write.insert_token(token).await?;
    Ok(write.commit().await?)
}

async fn pragma_of(app: &App, pragma: &str) -> Outcome<String> {
    let ask = Statement::from_string(
        DbBackend::Sqlite,
        format!("SELECT CAST({pragma} AS TEXT) AS value FROM pragma_{pragma}"),
    );
    let row = app.store.read().query_one_raw(ask).await?;
    Ok(row.ok_or("no such pragma")?.try_get("", "value")?)
}

/// Serves every path of the program.
pub async fn start(app: App) -> Outcome<SocketAddr> {
    serve(router(app)).await
}

/// A turn of the program's while its sealer runs, as under `motcua serve`.
pub async fn beside_the_sealer<T>(app: &App, turn: impl Future<Output = T>) -> T {
    let sealing = tokio::spawn(sealer::task(app.clone()));
    let done = turn.await;
    sealing.abort();
    // It never ends by itself: that it was broken off is no error.
    let _ = sealing.await;
    done
}

/// Takes in one dossier of somebody of that name.
pub async fn take_in(app: &App, name: &str) -> Outcome<()> {
    let ask = Request::post("/api/v1/dossiers")
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .header("idempotency-key", secret::new())
        .body(Body::from(intake_of(name)))?;
    let answer = router(app.clone()).oneshot(ask).await?;
    if answer.status() == StatusCode::CREATED {
        return Ok(());
    }
    Err(format!("{name}: status {}", answer.status()).into())
}

/// What a receptionist sends for one dossier.
pub fn intake() -> String {
    intake_of("Nguyễn Thị Đào")
}

fn intake_of(name: &str) -> String {
    serde_json::json!({
        "procedure_code": "1.004873",
        "applicant": {
            "name": name, "kind": "citizen", "id_number": "046185001234",
            "phone": "0912 345 678", "address": "Thôn Tân Mỹ, xã Quảng Ngạn",
        },
        "channel": "desk",
        "documents": [
            { "name": "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân", "form": "original", "copies": 1 },
            { "name": "Giấy tờ tùy thân", "form": "shown", "copies": 1 },
        ],
    })
    .to_string()
}

/// The cookie of the demo's office.
pub async fn sign_in(router: &Router) -> Outcome<HeaderValue> {
    let form = format!("username=office&password={}&ve=", motcua::demo::PASSWORD);
    let ask = Request::post("/dang-nhap")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))?;
    let answer = router.clone().oneshot(ask).await?;
    Ok(answer
        .headers()
        .get("set-cookie")
        .ok_or("no cookie")?
        .clone())
}
