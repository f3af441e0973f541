//! A motcua of one's own: a fresh database (SQLite, or PostgreSQL where
//! `MOTCUA_TEST_DATABASE` says so), a fixed clock, tokens, requests.
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use motcua::{
    app::App,
    clock::Clock,
    config::{SecondFactor, Settings},
    domain::{role::Role, time::parse_moment},
    secret,
    store::{Store, accounts::Token},
};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use tower::ServiceExt;

pub struct Desk {
    pub app: App,
    router: Router,
    /// Keeps the file while the test runs.
    _folder: tempfile::TempDir,
}

static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

pub async fn database_url(folder: &std::path::Path) -> String {
    let Ok(server) = std::env::var("MOTCUA_TEST_DATABASE") else {
        return format!("sqlite://{}/t.db?mode=rwc", folder.display());
    };
    let name = next_name();
    create(&server, &name, "").await;
    format!("{server}/{name}")
}

fn next_name() -> String {
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("t_{}_{number}", std::process::id())
}

async fn create(server: &str, name: &str, like: &str) {
    let admin = sea_orm::Database::connect(format!("{server}/postgres"))
        .await
        .unwrap();
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name} {like}"))
        .await
        .unwrap();
    admin.close().await.unwrap();
}

/// The schema with nothing in it, made once: a desk begins with a copy. Tests of the
/// schema itself make their own.
static SCHEMA: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();

async fn migrated_url(folder: &std::path::Path) -> String {
    let Ok(server) = std::env::var("MOTCUA_TEST_DATABASE") else {
        let schema = SCHEMA
            .get_or_init(|| async {
                let scratch = tempfile::tempdir().unwrap();
                let file = scratch.path().join("schema.db");
                migrate(&format!("sqlite://{}?mode=rwc", file.display())).await;
                std::fs::read(file).unwrap()
            })
            .await;
        std::fs::write(folder.join("t.db"), schema).unwrap();
        return format!("sqlite://{}/t.db?mode=rwc", folder.display());
    };
    let schema = format!("t_{}_schema", std::process::id());
    SCHEMA
        .get_or_init(|| async {
            create(&server, &schema, "").await;
            migrate(&format!("{server}/{schema}")).await;
            Vec::new()
        })
        .await;
    let name = next_name();
    create(&server, &name, &format!("TEMPLATE {schema}")).await;
    format!("{server}/{name}")
}

async fn migrate(url: &str) {
    let store = Store::open(url).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await.unwrap();
}

impl Desk {
    /// A desk whose clock stands at a moment, with a token for every role.
    pub async fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::load(None).unwrap();
        settings.database.url = migrated_url(folder.path()).await;
        // Tests of the second factor switch it on.
        settings.security.second_factor = SecondFactor::None;
        // So do those of idle sessions: others move the clock by hours.
        settings.security.session_idle_minutes = 60 * 24 * 30;
        // However slow the machine.
        settings.files.at_once_ms = 600_000;
        settings.security.key_file = folder.path().join("key").display().to_string();
        let clock = Clock::Fixed(parse_moment(now).unwrap());
        let app = App::open(settings, clock).await.unwrap();
        let write = app.store.write().await.unwrap();
        for role in Role::ALL {
            let token = Token {
                id: 0,
                agency_id: 1,
                name: format!("test {}", role.code()),
                role: role.code().into(),
                token_hash: secret::hash(role.code()),
                created_at: app.clock.now(),
                revoked_at: None,
                note: None,
                expires_at: None,
                scope: "all".into(),
            };
            write.insert_token(token).await.unwrap();
        }
        write.commit().await.unwrap();
        let router = motcua::cli::serve::router(app.clone());
        Self {
            app,
            router,
            _folder: folder,
        }
    }

    /// The demo's year, small, as its pages show it; always on a scratch SQLite file, and
    /// kept for whoever asks for it again.
    pub async fn of_demo(dossiers: usize, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wanted = motcua::demo::Wanted {
            dossiers,
            seed,
            year: 2021,
        };
        let mut settings = Settings::load(None).unwrap();
        settings.security.session_idle_minutes = 60 * 24 * 30;
        // However slow the machine.
        settings.files.at_once_ms = 600_000;
        let app = Box::pin(crate::years::open(settings, folder.path(), wanted)).await;
        Self {
            router: motcua::cli::serve::router(app.clone()),
            app,
            _folder: folder,
        }
    }

    /// Over an app that is there already.
    pub fn over(app: App) -> Self {
        Self {
            router: motcua::cli::serve::router(app.clone()),
            app,
            _folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The same desk with other settings.
    pub fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = (*self.app.settings).clone();
        change(&mut settings);
        self.app.settings = std::sync::Arc::new(settings);
        self.router = motcua::cli::serve::router(self.app.clone());
    }

    /// Rows of a query, each as JSON.
    pub async fn rows(&self, sql: &str) -> Vec<Value> {
        use sea_orm::{FromQueryResult, JsonValue, Statement};
        let backend = self.store().read().get_database_backend();
        let ask = Statement::from_string(backend, sql.to_owned());
        JsonValue::find_by_statement(ask)
            .all(self.store().read())
            .await
            .unwrap()
    }

    /// Changes rows behind the program's back.
    pub async fn run(&self, sql: &str) {
        self.store().read().execute_unprepared(sql).await.unwrap();
    }

    /// The same desk later.
    pub fn move_to(&mut self, now: &str) {
        self.app.clock = Clock::Fixed(parse_moment(now).unwrap());
        self.router = motcua::cli::serve::router(self.app.clone());
    }

    pub fn store(&self) -> &Store {
        &self.app.store
    }

    pub async fn answer(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, body.to_vec())
    }

    async fn json(&self, request: Request<Body>) -> (u16, Value) {
        let (status, body) = self.send(request).await;
        let value = serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
        (status.as_u16(), value)
    }

    pub async fn get(&self, role: &str, path: &str) -> (u16, Value) {
        let request = Request::get(path).header("authorization", format!("Bearer {role}"));
        self.json(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, role: &str, path: &str, body: &Value) -> (u16, Value) {
        self.post_with(role, path, &[], body.to_string()).await
    }

    pub async fn post_with(
        &self,
        role: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (u16, Value) {
        let mut request = Request::post(path).header("authorization", format!("Bearer {role}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.json(request.body(Body::from(body)).unwrap()).await
    }

    /// Receives a dossier and answers its code.
    pub async fn receive(&self, procedure: &str, received_at: &str) -> String {
        let body = serde_json::json!({
            "procedure_code": procedure,
            "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" },
            "channel": "desk", "documents": [], "received_at": received_at,
        });
        let (status, answer) = self.post("receptionist", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 201, "{answer}");
        answer["code"].as_str().unwrap().to_owned()
    }

    /// Does an act at the version now current.
    pub async fn act(&self, role: &str, code: &str, mut body: Value) -> (u16, Value) {
        let path = format!("/api/v1/dossiers/{code}");
        let (_, dossier) = self.get("admin", &path).await;
        if body.get("expected_version").is_none() {
            body["expected_version"] = dossier["version"].clone();
        }
        self.post(role, &format!("{path}/actions"), &body).await
    }

    /// The same, which must succeed.
    pub async fn done(&self, role: &str, code: &str, body: Value) -> Value {
        let (status, answer) = self.act(role, code, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

/// A page as text, asked with a cookie.
pub struct Page {
    pub status: u16,
    pub body: String,
    pub location: String,
    pub cookie: String,
}

impl Desk {
    /// Adds an account and signs it in; answers its cookie.
    pub async fn sign_in(&self, role: Role) -> String {
        use motcua::actions::add_account::{Input, run};
        let input = Input {
            username: role.code().into(),
            name: format!("Người {}", role.label()),
            title: String::new(),
            password: "mot cau de nho".into(),
            email: String::new(),
        };
        run(&self.app, 1, role, &input, None).await.unwrap();
        let form = format!("username={}&password=mot+cau+de+nho&ve=", role.code());
        let page = self.form("", "/dang-nhap", &form).await;
        assert_eq!(page.status, 303, "{}", page.body);
        page.cookie
    }

    /// Signs in one of the demo's accounts; answers its cookie.
    pub async fn sign_in_demo(&self, username: &str) -> String {
        let form = format!(
            "username={username}&password={}&ve=",
            motcua::demo::PASSWORD
        );
        let page = self.form("", "/dang-nhap", &form).await;
        assert_eq!(page.status, 303, "{}", page.body);
        page.cookie
    }

    pub async fn page(&self, cookie: &str, path: &str) -> Page {
        self.ask(
            Request::get(path)
                .header("cookie", cookie)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// A file as its bytes.
    pub async fn file(&self, cookie: &str, path: &str) -> Vec<u8> {
        let request = Request::get(path).header("cookie", cookie);
        let (status, body) = self.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, 200, "{path}");
        body
    }

    /// A file that must be a PDF.
    pub async fn pdf(&self, cookie: &str, path: &str) -> Vec<u8> {
        let request = Request::get(path).header("cookie", cookie);
        let (status, body) = self.send(request.body(Body::empty()).unwrap()).await;
        assert!(
            status == 200 && body.starts_with(b"%PDF-"),
            "{status}: {}",
            String::from_utf8_lossy(&body[..body.len().min(300)])
        );
        body
    }

    pub async fn form(&self, cookie: &str, path: &str, form: &str) -> Page {
        let request = Request::post(path)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    async fn ask(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let (location, cookie) = (header("location"), header("set-cookie"));
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Page {
            status,
            location,
            cookie,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

/// All of them under way at the same time.
pub async fn together<T>(all: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    use std::{pin::Pin, task::Poll};
    let mut waiting: Vec<(Pin<Box<_>>, Option<T>)> =
        all.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, done) in &mut waiting {
            if done.is_none()
                && let Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}
