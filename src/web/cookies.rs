//! Which cookies are set and read? The session's, the mark of a known browser, and what a
//! browser keeps beside: its screen, its agency, its signer, its way to a provider.
use axum::{
    http::{HeaderName, header},
    response::AppendHeaders,
};
use axum_extra::extract::CookieJar;

use super::paths;
use crate::{actions::sign_in::SignedIn, app::App, browsers};

/// What a browser keeps beside its session.
pub struct Kept {
    pub name: &'static str,
    pub path: &'static str,
    pub same_site: &'static str,
    pub seconds: i64,
}

/// The token of an open rating screen.
pub const SCREEN: Kept = Kept {
    name: "kiosk",
    path: paths::KIOSK,
    same_site: "Strict",
    seconds: 365 * 24 * 3600,
};

/// The short name of the agency whose pages a citizen sees.
pub const AGENCY: Kept = Kept {
    name: "don-vi",
    path: "/",
    same_site: "Lax",
    seconds: 365 * 24 * 3600,
};

/// Who signs at the desk today.
pub const SIGNER: Kept = Kept {
    name: "nguoi-ky",
    path: paths::DOSSIERS,
    same_site: "Lax",
    seconds: 10 * 3600,
};

impl Kept {
    /// As the session's: of this host alone where that can be said, and the demo's apart.
    fn name(&self, app: &App) -> String {
        let session = app.settings.server.cookie();
        let begin = match self.path {
            "/" => session,
            _ => session.trim_start_matches("__Host-"),
        };
        format!("{begin}-{}", self.name)
    }

    /// Keeps it; an empty value takes it away.
    pub fn set(&self, app: &App, value: &str) -> (HeaderName, String) {
        let age = if value.is_empty() { 0 } else { self.seconds };
        let Self {
            path, same_site, ..
        } = self;
        line(app, &self.name(app), value, path, same_site, age)
    }

    pub fn of(&self, app: &App, jar: &CookieJar) -> Option<String> {
        let cookie = jar.get(&self.name(app))?;
        Some(cookie.value().to_owned())
    }
}

fn line(
    app: &App,
    name: &str,
    value: &str,
    path: &str,
    same_site: &str,
    age: i64,
) -> (HeaderName, String) {
    let secure = if app.settings.server.by_tls() {
        "; Secure"
    } else {
        ""
    };
    let value = format!(
        "{name}={value}; Path={path}; HttpOnly; SameSite={same_site}; Max-Age={age}{secure}"
    );
    (header::SET_COOKIE, value)
}

/// The secret of the session that a browser names.
pub fn session_secret(app: &App, jar: &CookieJar) -> Option<String> {
    let cookie = jar.get(app.settings.server.cookie())?;
    Some(cookie.value().to_owned())
}

/// The cookie of a new session, or of a closed one (empty secret).
pub fn cookie(app: &App, secret: &str) -> [(HeaderName, String); 1] {
    let age = if secret.is_empty() {
        0
    } else {
        app.settings.security.session_hours * 3600
    };
    let name = app.settings.server.cookie();
    [line(app, name, secret, "/", "Lax", age)]
}

/// The marks that a browser carries, by account.
pub fn marks_of(app: &App, jar: &CookieJar) -> Vec<(i64, String)> {
    let begin = format!("{}-may-", app.settings.server.cookie());
    jar.iter()
        .filter_map(|cookie| {
            let account = cookie.name().strip_prefix(&begin)?.parse().ok()?;
            Some((account, cookie.value().to_owned()))
        })
        .collect()
}

/// What a browser gets that signed in: its session, and the mark it is known by next time.
pub fn cookies(app: &App, signed_in: &SignedIn) -> AppendHeaders<[(HeaderName, String); 2]> {
    let SignedIn {
        session,
        account,
        mark,
    } = signed_in;
    let age = browsers::DAYS * 24 * 3600;
    let name = format!("{}-may-{account}", app.settings.server.cookie());
    let [session] = cookie(app, session);
    AppendHeaders([session, line(app, &name, mark, "/", "Strict", age)])
}
