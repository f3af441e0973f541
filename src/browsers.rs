//! Has this browser signed in to this account before? It then carries a mark that only we
//! can make, so that strangers who guess the account's password pause themselves alone.
//!
//! The mark opens nothing: the password is asked all the same, and what is tried with one
//! mark is counted for that mark. A new password makes the marks of before worthless.
use chrono::{DateTime, Utc};

use crate::{
    config::Settings,
    domain::time::local_day,
    error::Result,
    secret::{self, is_signed, sign},
    store::accounts::Account,
    vault,
};

/// For so many days a browser is known after it signed in last.
pub const DAYS: i64 = 180;

const PURPOSE: &str = "mark of a browser";

/// What a browser says of itself when somebody signs in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Browser<'a> {
    pub agent: &'a str,
    /// Accounts and the marks it carries for them.
    pub marks: &'a [(i64, String)],
}

/// What a browser calls itself, in words that its owner knows it by: "Chrome trên Windows".
/// Each also names those it descends from, so the youngest is asked for first.
pub fn called(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 12] = [
        ("Zalo", "Zalo"),
        ("coc_coc", "Cốc Cốc"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("HeadlessChrome", "Chrome không màn hình"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "máy Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];
    let found = |known: &[(&str, &'static str)]| {
        let is = |(mark, _): &&(&str, &'static str)| agent.contains(mark);
        known.iter().find(is).map(|(_, words)| *words)
    };
    match (found(&BROWSERS), found(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} trên {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("trình duyệt trên {system}"),
        (None, None) => "không rõ".to_owned(),
    }
}

fn words(account: &Account, own: &str, day: i64) -> String {
    let password = secret::hash(&account.password_hash);
    format!("{}\n{own}\n{day}\n{password}", account.id)
}

fn day_of(now: DateTime<Utc>) -> i64 {
    local_day(now)
        .signed_duration_since(chrono::NaiveDate::default())
        .num_days()
}

/// A mark for a browser that just proved itself: a new one, or the one it has, prolonged.
pub fn mark(
    settings: &Settings,
    account: &Account,
    known: Option<String>,
    now: DateTime<Utc>,
) -> Result<String> {
    let own = match known {
        Some(own) => own,
        None => secret::new(),
    };
    let day = day_of(now);
    let key = vault::drawn_key(settings, PURPOSE)?;
    let signature = sign(&key, &words(account, &own, day));
    Ok(format!("{own}.{day}.{signature}"))
}

/// Which browser it is, if it is one that signed in to this account.
pub fn known(
    settings: &Settings,
    account: &Account,
    browser: Browser<'_>,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let mark = browser.marks.iter().find(|(id, _)| *id == account.id);
    let Some((_, mark)) = mark else {
        return Ok(None);
    };
    let mut parts = mark.splitn(3, '.');
    let (Some(own), Some(day), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(None);
    };
    let day: i64 = day.parse().unwrap_or_default();
    let fresh = (0..=DAYS).contains(&(day_of(now) - day));
    let key = vault::drawn_key(settings, PURPOSE)?;
    let ours = fresh && is_signed(&key, &words(account, own, day), signature);
    Ok(ours.then(|| own.to_owned()))
}
