//! The real program on a free loopback port, over a fresh file, with a clock that
//! stands until it is moved, and people to sign in.
use std::sync::{Arc, RwLock};

use axum::{Router, extract::Request, extract::State, response::Response};
use motcua::{
    actions::{
        actor::Actor,
        add_account,
        applicant::{ApplicantInput, DocumentInput},
        receive,
    },
    app::App,
    cli::serve,
    clock::Clock,
    config::{SecondFactor, Settings},
    demo,
    domain::{role::Role, time::parse_moment},
    store::{
        accounts,
        dossiers::{self, Dossier, Event},
        register::{self, Filter},
    },
};
use tower::ServiceExt;

/// The password of everyone hired by [`House::hire`].
pub const PASSWORD: &str = "mot cau de nho";

/// A procedure of three working days, not done on the spot.
pub const THREE_DAYS: &str = "1.001022";
/// One that is declared to be done on the spot.
pub const ON_THE_SPOT: &str = "1.001193";

type Current = Arc<RwLock<Router>>;

pub struct House {
    pub app: App,
    /// `http://127.0.0.1:40123`
    pub address: String,
    current: Current,
    server: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for House {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Hands a request to the program as it is now: moving the clock swaps it.
async fn answer(State(current): State<Current>, request: Request) -> Response {
    let router = current.read().unwrap().clone();
    router.oneshot(request).await.unwrap()
}

impl House {
    /// An empty office whose clock stands at a moment.
    pub async fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::load(None).unwrap();
        // The first set-up's journey shows the code; the others sign in by password.
        settings.security.second_factor = SecondFactor::None;
        let file = folder.path().join("house.db");
        settings.database.url = format!("sqlite://{}?mode=rwc", file.display());
        let listener = serve::bind("127.0.0.1:0").await.unwrap();
        settings.server.public_url = format!("http://{}", listener.local_addr().unwrap());
        let clock = Clock::Fixed(parse_moment(now).unwrap());
        let app = App::open(settings, clock).await.unwrap();
        Self::serve(app, listener, folder)
    }

    /// The office of the demo, with so many dossiers of its year.
    pub async fn of_the_demo(dossiers: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::load(None).unwrap();
        let listener = serve::bind("127.0.0.1:0").await.unwrap();
        settings.server.public_url = format!("http://{}", listener.local_addr().unwrap());
        let wanted = demo::Wanted {
            dossiers,
            seed: 1,
            year: 2021,
        };
        let app = Box::pin(crate::years::open(settings, folder.path(), wanted)).await;
        Self::serve(app, listener, folder)
    }

    fn serve(app: App, listener: tokio::net::TcpListener, folder: tempfile::TempDir) -> Self {
        let address = format!("http://{}", listener.local_addr().unwrap());
        let current: Current = Arc::new(RwLock::new(serve::router(app.clone())));
        let outer = Router::new().fallback(answer).with_state(current.clone());
        let server = tokio::spawn(async move {
            let service = outer.into_make_service_with_connect_info::<std::net::SocketAddr>();
            axum::serve(listener, service).await.unwrap();
        });
        Self {
            app,
            address,
            current,
            server,
            _folder: folder,
        }
    }

    /// The same office at another moment. Sessions last ten hours of this clock.
    pub fn move_to(&mut self, now: &str) {
        self.app.clock = Clock::Fixed(parse_moment(now).unwrap());
        *self.current.write().unwrap() = serve::router(self.app.clone());
    }

    /// The same office with other settings.
    pub fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = (*self.app.settings).clone();
        change(&mut settings);
        self.app.settings = Arc::new(settings);
        *self.current.write().unwrap() = serve::router(self.app.clone());
    }

    /// An account named after its role; answers the person's name.
    pub async fn hire(&self, role: Role) -> String {
        let name = format!("Người {}", role.label());
        let input = add_account::Input {
            username: role.code().into(),
            name: name.clone(),
            title: String::new(),
            password: PASSWORD.into(),
            email: String::new(),
        };
        add_account::run(&self.app, 1, role, &input, None)
            .await
            .unwrap();
        name
    }

    /// A hired person, to act past the pages.
    pub async fn actor(&self, role: Role) -> Actor {
        let account = accounts::by_username(self.app.store.read(), role.code())
            .await
            .unwrap()
            .unwrap();
        Actor {
            agency: account.agency_id,
            role,
            name: account.name,
            account: Some(account.id),
            key_owner: format!("account:{}", account.id),
        }
    }

    /// A dossier taken in now by the hired receptionist, past the pages.
    pub async fn receive(&self, procedure: &str, name: &str) -> Dossier {
        let applicant = ApplicantInput {
            name: name.into(),
            kind: "citizen".into(),
            phone: Some("0912 345 678".into()),
            address: Some("Thôn 1, xã Quảng Ngạn".into()),
            ..ApplicantInput::default()
        };
        self.receive_from(procedure, applicant).await
    }

    /// The same, of somebody who said more or less.
    pub async fn receive_from(&self, procedure: &str, applicant: ApplicantInput) -> Dossier {
        let input = receive::Input {
            procedure_code: procedure.into(),
            applicant,
            channel: "desk".into(),
            received_at: None,
            due_at: None,
            due_reason: None,
            external_code: None,
            documents: vec![DocumentInput {
                name: "Tờ khai".into(),
                form: "original".into(),
                copies: Some(1),
            }],
            sets: None,
            result_channel: None,
            accepted: Some(true),
            note: None,
        };
        let actor = self.actor(Role::Receptionist).await;
        let received = receive::run(&self.app, &actor, &input, None).await.unwrap();
        self.dossier(&received.code).await
    }

    /// What the database holds of a code.
    pub async fn dossier(&self, code: &str) -> Dossier {
        dossiers::by_code(self.app.store.read(), 1, code)
            .await
            .unwrap()
    }

    /// Every dossier in the database, newest first, and how many there are.
    pub async fn dossiers(&self) -> (Vec<Dossier>, u64) {
        let filter = Filter {
            agency: 1,
            ..Filter::default()
        };
        register::page(
            self.app.store.read(),
            &filter,
            false,
            self.app.clock.now(),
            100,
        )
        .await
        .unwrap()
    }

    /// The acts that a dossier has seen, in order.
    pub async fn acts(&self, code: &str) -> Vec<String> {
        let id = self.dossier(code).await.id;
        let events: Vec<Event> = dossiers::events(self.app.store.read(), id).await.unwrap();
        events.into_iter().map(|event| event.act).collect()
    }
}
