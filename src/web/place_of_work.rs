//! In which agency was a form opened? Who works in several may change over in another
//! window: what was typed for one is not written into another, and nothing typed is lost.
//!
//! Every form of a page carries its agency in its address ([`bound`]); what comes back is
//! compared with where one works now, before any handler sees it.
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use url::form_urlencoded;

use super::{
    cookies::session_secret,
    parts::Button,
    paths,
    public::Frame,
    session::{Failure, account_of},
};
use crate::{
    actions::work_in,
    app::App,
    domain::time::local_day,
    error::Result,
    secret,
    store::{accounts::Account, agencies, memberships},
};

/// The agency that a form was opened in.
const OPENED_IN: &str = "noi-lam";
/// Asks to change over to it first.
const CHANGE_OVER: &str = "chuyen";
/// What is about the account, wherever it works.
const OF_THE_ACCOUNT: [&str; 3] = [paths::ACCOUNT, paths::LOGOUT, paths::CONFIRM];
/// The most that is shown and kept of a form.
const MOST_BYTES: usize = 256 * 1024;

/// A page whose forms say in which agency they were opened.
pub fn bound(page: &str, agency: i64) -> String {
    let mut out = String::with_capacity(page.len() + 1024);
    let mut rest = page;
    for (begin, attribute) in std::iter::from_fn(|| next_address(&mut rest)) {
        out.push_str(begin);
        let sign = if attribute.contains('?') {
            "&amp;"
        } else {
            "?"
        };
        out.push_str(attribute);
        out.push_str(sign);
        out.push_str(OPENED_IN);
        out.push('=');
        out.push_str(&agency.to_string());
    }
    out.push_str(rest);
    out
}

/// What stands before the next address that is posted to, and that address.
fn next_address<'a>(rest: &mut &'a str) -> Option<(&'a str, &'a str)> {
    const MARKS: [&str; 2] = ["method=\"post\" action=\"", " formaction=\""];
    let text = *rest;
    let found = MARKS
        .iter()
        .filter_map(|mark| Some(text.find(mark)? + mark.len()));
    let at = found.min()?;
    let end = at + text[at..].find('"')?;
    *rest = &text[end..];
    Some((&text[..at], &text[at..end]))
}

fn asked(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query()?.as_bytes();
    let mut pairs = form_urlencoded::parse(query);
    let found = pairs.find(|(key, _)| key == name)?;
    Some(found.1.into_owned())
}

/// Lets through what was opened where one works now.
pub async fn guard(app: &App, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let posted = request.method() == Method::POST;
    let opened = posted.then(|| asked(&request, OPENED_IN)).flatten();
    let Some(opened) = opened.and_then(|id| id.parse().ok()) else {
        return next.run(request).await;
    };
    // Looking for something writes nothing.
    let looks = path == paths::DOSSIERS;
    if looks || OF_THE_ACCOUNT.iter().any(|start| path.starts_with(start)) {
        return next.run(request).await;
    }
    // Apart: few come this way, and what is carried for them costs every request a copy.
    Box::pin(compared(app, opened, request, next)).await
}

/// Lets it through where one works there now, or changes over to it.
async fn compared(app: &App, opened: i64, request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    // Who is not signed in is asked to by the page itself.
    let Ok(Some(account)) = account_of(app, &jar).await else {
        return next.run(request).await;
    };
    if account.agency_id == opened {
        return next.run(request).await;
    }
    if asked(&request, CHANGE_OVER).is_some() {
        return match change_over(app, &jar, &account, opened).await {
            Ok(()) => next.run(request).await,
            Err(error) => Failure(error).into_response(),
        };
    }
    refused(app, &account, opened, request)
        .await
        .unwrap_or_else(|error| Failure(error).into_response())
}

async fn change_over(app: &App, jar: &CookieJar, account: &Account, opened: i64) -> Result<()> {
    let session = session_secret(app, jar).unwrap_or_default();
    let key = agencies::key(app.store.read(), opened).await?;
    work_in::run(app, account.id, &secret::hash(&session), &key).await
}

/// Says what happened, with what was typed, and offers to change over and send it again.
async fn refused(app: &App, account: &Account, opened: i64, request: Request) -> Result<Response> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let there = agencies::name_by(db, opened, today).await?.name;
    let here = agencies::name_by(db, account.agency_id, today).await?.name;
    // The account as it is at home; its other places stand in the memberships.
    let home = crate::store::accounts::by_id(db, account.id).await?;
    let others = memberships::of(db, account.id).await?;
    let may = home.is_some_and(|home| home.agency_id == opened)
        || others.iter().any(|one| one.agency_id == opened);
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let plain = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let typed = if plain {
        typed(request.into_body()).await
    } else {
        None
    };
    let again = format!("{path}?{query}&{CHANGE_OVER}=1");
    let body = html! {
        h1 { "Biểu mẫu này mở ở " (there) }
        p { "Cửa sổ khác vừa chuyển sang làm việc ở " b { (here) } ", nên chưa có gì được lưu." }
        @match &typed {
            Some(typed) if may => {
                form method="post" action=(again) {
                    @for (name, value) in typed { input type="hidden" name=(name) value=(value); }
                    p { (Button::primary(&format!("Chuyển về {there} và gửi")).submit()) }
                }
                (kept(typed))
            }
            Some(typed) => {
                p { "Tài khoản này không còn làm việc ở " (there) "." }
                (kept(typed))
            }
            None => p { "Chuyển về " (there) " ở trang Tài khoản, rồi chọn lại tệp và gửi." }
        }
        p { (Button::new("Không gửi, về bàn làm việc").link(paths::DESK)) }
        p { a href=(paths::ACCOUNT) { "Tài khoản" } }
    };
    let frame = Frame::of(app, account.agency_id).await?;
    let page = frame.page("Biểu mẫu của cơ quan khác", None, body);
    Ok((
        StatusCode::CONFLICT,
        [(header::CACHE_CONTROL, "no-store")],
        page,
    )
        .into_response())
}

/// The fields of a form, without its secrets.
async fn typed(body: Body) -> Option<Vec<(String, String)>> {
    let bytes = to_bytes(body, MOST_BYTES).await.ok()?;
    let secret = |name: &str| ["password", "pin", "old", "new"].contains(&name);
    let fields = form_urlencoded::parse(&bytes).into_owned();
    Some(fields.filter(|(name, _)| !secret(name)).collect())
}

/// To be read and copied.
fn kept(typed: &[(String, String)]) -> Markup {
    let words = typed.iter().map(|(_, value)| value.trim());
    let words: Vec<&str> = words.filter(|value| value.contains(' ')).collect();
    html! { @if !words.is_empty() { details { summary { "Đã gõ" } ul.plain { @for value in words { li { (value) } } } } } }
}

#[cfg(test)]
mod tests {
    use super::bound;

    #[test]
    fn what_is_posted_says_where_it_was_opened_and_nothing_else_does() {
        let page = "<form method=\"post\" action=\"/a\"><button formaction=\"/b?c=1\"></form>\
                    <form method=\"get\" action=\"/d\"></form><a href=\"/e\">x</a>";
        let expected = "<form method=\"post\" action=\"/a?noi-lam=7\"><button formaction=\"/b?c=1&amp;noi-lam=7\"></form>\
                        <form method=\"get\" action=\"/d\"></form><a href=\"/e\">x</a>";
        assert_eq!(bound(page, 7), expected);
        assert_eq!(bound("<p>", 7), "<p>");
    }
}
