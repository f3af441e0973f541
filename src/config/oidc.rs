//! What may be set about signing in by the province's identity provider.
use serde::Deserialize;

use crate::{
    error::{Error, Kind, Result},
    system_error,
};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    pub client_secret_file: String,
    pub label: String,
    pub link_by: LinkBy,
    pub second_factor_acr: Vec<String>,
    pub second_factor_amr: Vec<String>,
}

/// By which word of the provider an account is linked at its first sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkBy {
    /// By none: the administrator links each account.
    None,
    Username,
    /// One that the provider says it has verified.
    Email,
}

impl Oidc {
    /// Whether there is a provider, and a program that can ask it.
    pub fn is_on(&self) -> bool {
        cfg!(feature = "oidc") && !self.issuer.is_empty()
    }

    /// What the provider knows the program by; from the file where one is named.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn secret(&self) -> Result<String> {
        if self.client_secret_file.is_empty() {
            return Ok(self.client_secret.clone());
        }
        let file = &self.client_secret_file;
        let read = std::fs::read_to_string(file).map_err(|why| {
            let why = system_error::words(&why);
            let detail = format!("Không đọc được oidc.client_secret_file {file}: {why}.");
            Error::new(Kind::Invalid, "config", detail)
        })?;
        Ok(read.trim().to_owned())
    }

    /// What is wrong with these settings.
    pub(super) fn wrong(&self) -> Option<&'static str> {
        if self.issuer.is_empty() {
            return None;
        }
        if self.client_id.is_empty() {
            return Some("Cấu hình sai: có oidc.issuer thì phải có oidc.client_id.");
        }
        if !self.client_secret.is_empty() && !self.client_secret_file.is_empty() {
            return Some(
                "Cấu hình sai: chỉ đặt một trong oidc.client_secret và oidc.client_secret_file.",
            );
        }
        None
    }
}
