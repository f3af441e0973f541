//! What stands in `config/agency.toml`?
use serde::Deserialize;

use super::shipped_or_on_disk;
use crate::error::{Error, Kind, Result};

/// The agency at first start (`config/agency.toml`, beside the settings or shipped).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstAgency {
    pub key: String,
    pub version: Vec<FirstName>,
    pub signatory: Vec<FirstSignatory>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstName {
    pub valid_from: chrono::NaiveDate,
    pub valid_to: Option<chrono::NaiveDate>,
    pub name: String,
    pub level: String,
    pub parent: String,
    pub place: String,
    pub identifier: String,
    pub identifier_confirmed: bool,
    pub phone: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstSignatory {
    pub valid_from: chrono::NaiveDate,
    pub valid_to: Option<chrono::NaiveDate>,
    pub capacity: String,
    pub name: String,
}

impl FirstAgency {
    /// # Errors
    /// When the file on disk cannot be read as an agency.
    pub fn load() -> Result<Self> {
        let text = shipped_or_on_disk("agency.toml", include_str!("../../config/agency.toml"))?;
        Self::read("config/agency.toml", &text)
    }

    /// What a file of that name says.
    ///
    /// # Errors
    /// When it cannot be read as an agency, with the line.
    pub fn read(name: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let before = text.get(..error.span().map_or(0, |span| span.start));
            let line = before.map_or(0, |before| before.matches('\n').count()) + 1;
            let said = error.message();
            let missing = said.strip_prefix("missing field `");
            let why = missing.and_then(|rest| rest.strip_suffix('`')).map_or_else(
                || format!("Chi tiết: {said}."),
                |field| format!("Thiếu mục “{field}”."),
            );
            let detail =
                format!("{name}, dòng {line}: không đúng mẫu (xem config/agency.toml). {why}");
            Error::new(Kind::Invalid, "config", detail)
        })
    }
}
