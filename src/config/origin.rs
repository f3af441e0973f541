//! Where was each setting set?
use std::path::Path;

use figment::Figment;

use super::{Settings, wrong};
use crate::error::Result;

/// One setting as it holds, and where it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub key: String,
    pub value: String,
    pub origin: String,
}

const COVERED: &str = "•••";

/// What may be said after the question mark of an address without being a secret.
const OPEN: [&str; 10] = [
    "cache",
    "dbname",
    "host",
    "hostaddr",
    "mode",
    "port",
    "sslmode",
    "sslrootcert",
    "tls",
    "user",
];

/// Whether all of it is known to be none.
fn is_open(query: &str) -> bool {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./:%".contains(sign);
    query.split('&').all(|said| {
        said.split_once('=')
            .is_some_and(|(name, value)| OPEN.contains(&name) && value.chars().all(plain))
    })
}

fn is_scheme(words: &str) -> bool {
    words.chars().all(|c| c.is_ascii_alphanumeric() || c == '+')
}

/// A value as it may be shown: a secret within an address is not, nor what may be one.
pub(super) fn without_secrets(key: &str, value: &str) -> String {
    let address = value.split_once("://");
    let Some((scheme, rest)) = address.filter(|(scheme, _)| is_scheme(scheme)) else {
        // As libpq reads it: `host=… password=…`.
        let is_covered = key.ends_with("url") && value.contains(['=', '@']);
        return if is_covered { COVERED } else { value }.to_owned();
    };
    let (user, rest) = match rest.rsplit_once('@') {
        // There the name alone may be the secret.
        Some((_, place)) if scheme.starts_with("http") => (format!("{COVERED}@"), place),
        Some((who, place)) if scheme != "sqlite" => {
            let user = who.split([':', '/', '?', '#', '=']).next();
            (format!("{}:{COVERED}@", user.unwrap_or_default()), place)
        }
        _ => (String::new(), rest),
    };
    let (place, more) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    let more = match more.strip_prefix('?') {
        None if more.is_empty() => "",
        Some(query) if is_open(query) => more,
        _ => "?•••",
    };
    format!("{scheme}://{user}{place}{more}")
}

impl Settings {
    /// Every setting in force with its origin: file, environment, or the program itself.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn origins(file: Option<&Path>) -> Result<Vec<Origin>> {
        Self::load(file)?;
        let figment = Self::layers(file)?;
        let all: figment::value::Dict = figment.extract().map_err(wrong)?;
        let mut found = Vec::new();
        for (section, values) in &all {
            let Some(values) = values.as_dict() else {
                continue;
            };
            flatten(&figment, section, values, &mut found);
        }
        Ok(found)
    }
}

/// The settings of a section, sections within it too.
fn flatten(figment: &Figment, path: &str, values: &figment::value::Dict, found: &mut Vec<Origin>) {
    for (name, value) in values {
        let key = format!("{path}.{name}");
        if let Some(deeper) = value.as_dict() {
            flatten(figment, &key, deeper, found);
            continue;
        }
        let origin = figment
            .find_metadata(&key)
            .map_or_else(String::new, |from| {
                match from.source.as_ref().and_then(|source| source.file_path()) {
                    Some(file) => format!("tệp {}", file.display()),
                    None if from.name.contains("TOML") => "mặc định".to_owned(),
                    None => "biến môi trường".to_owned(),
                }
            });
        let value = match value.as_str() {
            // What is shared with the gateway or the identity provider is shown to nobody.
            Some(text)
                if (key.ends_with("_key") || key.ends_with("_secret")) && !text.is_empty() =>
            {
                format!("\"{COVERED}\"")
            }
            Some(text) => format!("{:?}", without_secrets(&key, text)),
            None => serde_json::to_string(value).unwrap_or_default(),
        };
        found.push(Origin { key, value, origin });
    }
}
