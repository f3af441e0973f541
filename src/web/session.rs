//! Who is looking? The signed-in member of staff, and the frame of their pages.
use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use maud::Markup;

use super::{
    layout::{Menu, Section, Shell, UserLine, Waiting, staff_page},
    parts::{self, Notice},
    paths,
};
use crate::{
    actions::actor::Actor,
    api::{reference_of, status_of},
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, Kind, Result},
    secret,
    store::{
        accounts::Account,
        apologies::{self, Which},
        feedback,
        holdings::{self, Hands, Hops},
        leaves, notices,
        register::{self, Filter},
        sessions,
    },
};

/// The cookie's name.
pub const COOKIE: &str = "motcua";

/// A signed-in member of staff; strangers are led to the sign-in page and back.
pub struct Staff {
    pub actor: Actor,
    pub account: Account,
    agency_name: String,
    demo: Option<std::sync::Arc<str>>,
    waiting: Waiting,
}

/// The account of the session that the cookie names, if it still stands.
pub async fn account_of(app: &App, jar: &CookieJar) -> Result<Option<Account>> {
    let Some(token) = jar.get(COOKIE) else {
        return Ok(None);
    };
    let hash = secret::hash(token.value());
    let now = app.clock.now();
    let Some((account, seen)) = sessions::account_of(app.store.read(), &hash, now).await? else {
        return Ok(None);
    };
    // Precise enough for the list of sessions, and not a write for every page.
    if (now - seen).num_minutes() >= 10 {
        let write = app.store.write().await?;
        write.touch_session(&hash, now).await?;
        write.commit().await?;
    }
    Ok(Some(account))
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let sign_in = || {
            let back = parts
                .extensions
                .get::<OriginalUri>()
                .map_or(&parts.uri, |uri| &uri.0);
            let back = back.path_and_query().map_or("", |path| path.as_str());
            Redirect::to(&paths::with_query(paths::LOGIN, &[("ve", back)])).into_response()
        };
        let jar = CookieJar::from_headers(&parts.headers);
        let account = account_of(app, &jar)
            .await
            .map_err(|error| Failure(error).into_response())?
            .ok_or_else(sign_in)?;
        let agency = app.agency_name(account.agency_id).await;
        let agency = agency.map_err(|error| Failure(error).into_response())?;
        let waiting = waiting(app, &account).await;
        let waiting = waiting.map_err(|error| Failure(error).into_response())?;
        let actor = Actor {
            agency: account.agency_id,
            role: account.role(),
            name: account.name.clone(),
            account: Some(account.id),
            key_owner: format!("account:{}", account.id),
        };
        Ok(Self {
            actor,
            account,
            agency_name: agency.name,
            demo: app.demo.clone(),
            waiting,
        })
    }
}

/// The pills of the menu: letters and approvals wait for the leader, letters to
/// be drafted for the others.
async fn waiting(app: &App, account: &Account) -> Result<Waiting> {
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let db = app.store.read();
    let drafts = apologies::cases(db, account.agency_id, Which::ToSign, 0)
        .await?
        .1;
    let approvals = if account.role() == Role::Leader {
        let filter = Filter {
            agency: account.agency_id,
            to_approve: true,
            ..Filter::default()
        };
        register::count(db, &filter, false, app.clock.now()).await?
    } else {
        0
    };
    let viewer = feedback::Viewer {
        agency: account.agency_id,
        account: Some(account.id),
        role: account.role(),
    };
    let feedback = feedback::waiting(db, &viewer).await?;
    // The leader's menu does not lead there.
    let notices = match account.role() {
        Role::Leader => 0,
        _ => notices::waiting(db, &viewer).await?,
    };
    let today = local_day(app.clock.now());
    let mut accounts = vec![account.id];
    accounts.extend(leaves::stood_in_for(db, account.id, today).await?);
    let hands = Hands {
        agency: account.agency_id,
        role: account.role(),
        title: account.title.clone(),
        accounts,
    };
    let hand_overs = holdings::hops(db, &hands, Hops::ToTake, 0).await?.1;
    Ok(Waiting {
        approvals: few(approvals),
        apologies: few(drafts),
        feedback: few(feedback),
        notices: few(notices),
        hand_overs: few(hand_overs),
    })
}

impl Staff {
    /// A page in the frame of this account.
    pub fn page(
        &self,
        title: &str,
        active: Section,
        notice: Option<Notice<'_>>,
        body: Markup,
    ) -> Markup {
        self.page_with_keys(title, active, notice, &[], body)
    }

    /// The same, with the keys that the legend names.
    pub fn page_with_keys(
        &self,
        title: &str,
        active: Section,
        notice: Option<Notice<'_>>,
        keys: &[(&str, &str)],
        body: Markup,
    ) -> Markup {
        let role = self.actor.role;
        let shell = Shell {
            title,
            agency_name: &self.agency_name,
            parent_line: Some(self.agency_name.trim_start_matches("UBND ")),
            user: Some(UserLine {
                username: &self.account.username,
                name: &self.account.name,
                role_label: if self.account.title.is_empty() {
                    role.label()
                } else {
                    &self.account.title
                },
                menu: match role {
                    Role::Receptionist | Role::Specialist => Menu::Desk,
                    Role::Leader => Menu::Leader,
                    Role::Office => Menu::Office,
                    Role::Admin => Menu::Admin,
                },
                waiting: self.waiting,
                letters_off: false,
            }),
            active,
            demo: self.demo.as_deref(),
            notice,
            keys,
            ..Shell::default()
        };
        staff_page(&shell, body)
    }
}

/// An error as a page.
pub struct Failure(pub Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = self.0;
        let status = status_of(error.kind);
        let text = match reference_of(&error) {
            Some(reference) => format!("{} Xin báo mã {reference} cho Văn phòng.", error.detail),
            None => error.detail,
        };
        let title = match error.kind {
            Kind::NotFound => "Không tìm thấy",
            Kind::Forbidden => "Không thuộc phần việc này",
            Kind::Conflict => "Chưa làm được",
            Kind::NoRoom => "Máy chủ hết chỗ",
            Kind::Internal => "Có lỗi ngoài dự kiến",
            _ => "Chưa đúng",
        };
        let refusal = Refusal { title, text };
        let shell = Shell {
            title,
            agency_name: "Bộ phận Một cửa",
            ..Shell::default()
        };
        let ways = [(paths::HOME, "Về trang đầu")];
        let body = parts::problem(title, &refusal.text, &ways);
        let page = super::layout::citizen_page(&shell, body);
        let mut response = (status, page).into_response();
        // The frame of its reader is put around it on the way out.
        response.extensions_mut().insert(refusal);
        response
    }
}

/// What a refused page says.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub title: &'static str,
    pub text: String,
}

/// The cookie of a new session, or of a closed one (empty secret).
pub fn cookie(app: &App, secret: &str) -> [(header::HeaderName, String); 1] {
    let secure = if app.settings.server.public_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let age = if secret.is_empty() {
        0
    } else {
        app.settings.security.session_hours * 3600
    };
    let value = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    [(header::SET_COOKIE, value)]
}

/// A refused form comes back with its status.
pub fn refused(error: &Error, page: Markup) -> Response {
    let status = match error.kind {
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        kind => status_of(kind),
    };
    (status, page).into_response()
}
