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

/// A secret within an address is not shown.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:•••@{place}")
        }
        None => value.to_owned(),
    }
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
                "\"•••\"".to_owned()
            }
            Some(text) => format!("{:?}", without_password(text)),
            None => serde_json::to_string(value).unwrap_or_default(),
        };
        found.push(Origin { key, value, origin });
    }
}
