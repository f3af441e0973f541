//! Who is looking? The signed-in member of staff, and the frame of their pages.
use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{Method, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use maud::{Markup, html};

pub use super::failure::{Failure, Refusal, refused};
use super::{
    cookies::session_secret,
    failure::CONFIRM_FIRST,
    layout::{Menu, Section, Shell, UserLine, Waiting, staff_page},
    parts::{self, Notice, NoticeKind},
    paths, place_of_work, tour, waiting,
};
use crate::{
    actions::{actor::Actor, second_factor},
    app::App,
    domain::dossier::{Act, allowed},
    error::{Error, Kind, Result},
    secret,
    store::{
        accounts::Account,
        sessions::{self, Session},
    },
};

/// A signed-in member of staff; strangers are led to the sign-in page and back.
pub struct Staff {
    pub actor: Actor,
    pub account: Account,
    agency_name: String,
    demo: Option<std::sync::Arc<str>>,
    waiting: Waiting,
    confirmed: bool,
    /// Under one roof with other agencies, be they part of another by now: their staff keep
    /// their place there.
    many: bool,
    /// The page that is asked for.
    path: String,
}

/// The account and the session that the cookie names, if it still stands, and its secret.
async fn session_of(app: &App, jar: &CookieJar) -> Result<Option<(Account, Session, String)>> {
    let Some(token) = session_secret(app, jar) else {
        return Ok(None);
    };
    let hash = secret::hash(&token);
    let now = app.clock.now();
    let idle = now - TimeDelta::minutes(app.settings.security.session_idle_minutes);
    let found = sessions::account_of(app.store.read(), &hash, now, idle).await?;
    let Some((account, session)) = found else {
        return Ok(None);
    };
    // Precise enough for the list of sessions, and not a write for every page.
    if (now - session.seen_at).num_minutes() >= 5 {
        let write = app.store.note().await?;
        write.touch_session(&hash, now).await?;
        write.commit().await?;
    }
    Ok(Some((account, session, token)))
}

/// Account and session, signed in for good: with the second factor, where one is due.
async fn signed_in(app: &App, jar: &CookieJar) -> Result<Option<(Account, Session)>> {
    let found = session_of(app, jar).await?;
    Ok(found
        .filter(|(account, session, _)| {
            session.second_at.is_some() || !second_factor::is_due(app, account)
        })
        .map(|(account, session, _)| (account, session)))
}

/// The account of a session that is signed in for good.
pub async fn account_of(app: &App, jar: &CookieJar) -> Result<Option<Account>> {
    Ok(signed_in(app, jar).await?.map(|(account, _)| account))
}

/// Someone whose password was right, and whose second factor may still be missing: for
/// the pages that ask for it, and for no other.
pub struct HalfSigned {
    pub account: Account,
    pub session: Session,
    /// Of the cookie.
    pub secret: String,
    pub agency_name: String,
    /// Banner of the demo.
    pub demo: Option<std::sync::Arc<str>>,
}

/// Whether the password was given a moment ago.
pub fn is_confirmed(app: &App, session: &Session) -> bool {
    let fresh = app.clock.now() - TimeDelta::minutes(app.settings.security.confirm_minutes);
    session.confirmed_at.is_some_and(|at| at >= fresh)
}

impl FromRequestParts<App> for HalfSigned {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let jar = CookieJar::from_headers(&parts.headers);
        let found = session_of(app, &jar).await;
        let found = found.map_err(|error| Failure(error).into_response())?;
        let (account, session, secret) = found.ok_or_else(|| to_sign_in(parts, paths::LOGIN))?;
        if let Some(asker) = parts.extensions.get::<super::looks::Asker>() {
            asker.is(None);
        }
        let agency = app.agency_name(account.agency_id).await;
        let agency = agency.map_err(|error| Failure(error).into_response())?;
        Ok(Self {
            account,
            session,
            secret,
            agency_name: agency.name.clone(),
            demo: app.demo.clone(),
        })
    }
}

/// Leads to a page that asks something first, and back.
fn to_sign_in(parts: &Parts, page: &str) -> Response {
    let back = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |uri| &uri.0);
    // What was sent is gone; the page that it was sent from is not.
    let back = if parts.method == Method::GET {
        back.path_and_query().map_or("", |path| path.as_str())
    } else {
        paths::DESK
    };
    Redirect::to(&paths::with_query(page, &[("ve", back)])).into_response()
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let jar = CookieJar::from_headers(&parts.headers);
        let found = session_of(app, &jar).await;
        let found = found.map_err(|error| Failure(error).into_response())?;
        let (account, session, _) = found.ok_or_else(|| to_sign_in(parts, paths::LOGIN))?;
        if session.second_at.is_none() && second_factor::is_due(app, &account) {
            return Err(to_sign_in(parts, paths::SECOND));
        }
        // What was typed for one agency is not written into another.
        let left = session
            .agency_id
            .is_some_and(|agency| agency != account.agency_id);
        if left && parts.method != Method::GET {
            let detail = "Tài khoản không còn làm việc ở cơ quan ấy, chưa có gì được lưu. Mở lại trang để làm việc ở cơ quan của mình.";
            let error = Error::conflict("left_agency", detail);
            return Err(Failure(error).into_response());
        }
        let staff = Self::of(app, account, &session, parts.uri.path()).await;
        let staff = staff.map_err(|error| Failure(error).into_response())?;
        if let Some(asker) = parts.extensions.get::<super::looks::Asker>() {
            asker.is(Some(&staff.actor));
        }
        Ok(staff)
    }
}

impl Staff {
    async fn of(app: &App, account: Account, session: &Session, path: &str) -> Result<Self> {
        let agency = app.agency_name(account.agency_id).await?;
        let directory = app.directory().await?;
        let waiting = waiting::of(app, &account).await?;
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
            agency_name: agency.name.clone(),
            demo: app.demo.clone(),
            waiting,
            confirmed: is_confirmed(app, session),
            many: directory.all > 1,
            path: path.to_owned(),
        })
    }

    /// Whoever reads a page that was refused, if signed in for good.
    pub async fn reading(app: &App, jar: &CookieJar, path: &str) -> Result<Option<Self>> {
        match signed_in(app, jar).await? {
            Some((account, session)) => Self::of(app, account, &session, path).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the password was given a moment ago; else the way to give it.
    pub fn must_confirm(&self, back: &str) -> Option<String> {
        (!self.confirmed).then(|| paths::with_query(paths::CONFIRM, &[("ve", back)]))
    }

    /// Asks for the password before anything is typed that would be lost on the way.
    pub fn confirm_first(&self, back: &str) -> Markup {
        let words = "Việc này cần nhập lại mật khẩu trước khi gõ vào các ô dưới.";
        maud::html! { @if let Some(to) = self.must_confirm(back) {
            (parts::notice(&Notice::new(NoticeKind::Info, words).link(&to, "Nhập mật khẩu")))
        } }
    }

    /// Refuses what cannot be taken back until the password was given again.
    pub fn confirmed(&self, back: &str) -> Result<(), Failure> {
        let Some(to) = self.must_confirm(back) else {
            return Ok(());
        };
        let detail = "Việc này cần xác nhận lại mật khẩu, chưa có gì được lưu.";
        Err(Failure(Error::new(Kind::Forbidden, CONFIRM_FIRST, detail)).leading_to(to))
    }

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
        // A legend names what the page offers to this reader, and nothing else.
        let keys: Vec<(&str, &str)> = keys
            .iter()
            .filter(|(key, _)| match *key {
                "F2" => allowed(Act::Receive, self.actor.role, true),
                key if key.len() == 1 => body.0.contains(&format!("data-key=\"{key}\"")),
                _ => true,
            })
            .copied()
            .collect();
        self.framed(
            &Shell {
                title,
                active,
                notice,
                keys: &keys,
                ..Shell::default()
            },
            body,
        )
    }

    /// A page of something under way, which is asked for again until it ends.
    pub fn page_that_follows(&self, title: &str, active: Section, body: Markup) -> Markup {
        self.framed(
            &Shell {
                title,
                active,
                follows: true,
                ..Shell::default()
            },
            body,
        )
    }

    fn framed(&self, shell: &Shell<'_>, body: Markup) -> Markup {
        let role = self.actor.role;
        let body = match tour::card(role, self.account.tour, &self.path) {
            Some(card) => html! { (card) (body) },
            None => body,
        };
        let shell = Shell {
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
                menu: Menu::of(role),
                waiting: self.waiting,
                letters_off: false,
            }),
            demo: self.demo.as_deref(),
            ..*shell
        };
        let page = staff_page(&shell, body);
        if self.many {
            maud::PreEscaped(place_of_work::bound(&page.0, self.actor.agency))
        } else {
            page
        }
    }
}
