//! Which cookies are set and read: the session's, and the mark of a known browser.
use axum::{http::header, response::AppendHeaders};
use axum_extra::extract::CookieJar;

use crate::{actions::sign_in::SignedIn, app::App, browsers};

/// The secret of the session that a browser names.
pub fn session_secret(app: &App, jar: &CookieJar) -> Option<String> {
    let cookie = jar.get(app.settings.server.cookie())?;
    Some(cookie.value().to_owned())
}

/// The cookie of a new session, or of a closed one (empty secret).
pub fn cookie(app: &App, secret: &str) -> [(header::HeaderName, String); 1] {
    let secure = if app.settings.server.by_tls() {
        "; Secure"
    } else {
        ""
    };
    let age = if secret.is_empty() {
        0
    } else {
        app.settings.security.session_hours * 3600
    };
    let name = app.settings.server.cookie();
    let value = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    [(header::SET_COOKIE, value)]
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
pub fn cookies(
    app: &App,
    signed_in: &SignedIn,
) -> AppendHeaders<[(header::HeaderName, String); 2]> {
    let server = &app.settings.server;
    let secure = if server.by_tls() { "; Secure" } else { "" };
    let SignedIn {
        session,
        account,
        mark,
    } = signed_in;
    let age = browsers::DAYS * 24 * 3600;
    let mark = format!(
        "{}-may-{account}={mark}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}",
        server.cookie()
    );
    let [session] = cookie(app, session);
    AppendHeaders([session, (header::SET_COOKIE, mark)])
}
