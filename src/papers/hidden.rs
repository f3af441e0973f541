//! What a kept paper must not hold: the receipt's secret, and the survey token drawn from
//! it. Where they are printed, the kept words have a place for them.
use std::borrow::Cow;

use crate::{app::App, error::Result, secret, store::dossiers::Dossier};

/// Places that no words of ours or of a citizen have: control signs, as JSON writes them.
const SECRET_KEPT: &str = "\\u0001tra-cuu\\u0001";
const SURVEY_KEPT: &str = "\\u0001khao-sat\\u0001";

pub struct Hidden {
    secret: String,
    survey: String,
}

impl Hidden {
    pub fn of(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            survey: secret::survey_token(secret),
        }
    }

    /// What is looked for in a paper.
    pub fn words(&self) -> [&str; 2] {
        [&self.secret, &self.survey]
    }

    /// The words of a paper as they are kept.
    ///
    /// ```
    /// use motcua::papers::hidden::{Hidden, has_places};
    /// let hidden = Hidden::of("0123456789abcdef0123456789abcdef");
    /// let said = r#"{"lookup_url":"/tra-cuu?s=0123456789abcdef0123456789abcdef"}"#;
    /// let kept = hidden.take_out(said);
    /// assert!(!kept.contains("0123") && has_places(&kept));
    /// assert!(serde_json::from_str::<serde_json::Value>(&kept).is_ok());
    /// assert_eq!(hidden.put_back(&kept), said);
    /// ```
    pub fn take_out(&self, words: &str) -> String {
        words
            .replace(&self.secret, SECRET_KEPT)
            .replace(&self.survey, SURVEY_KEPT)
    }

    /// And as they are printed.
    pub fn put_back(&self, kept: &str) -> String {
        kept.replace(SECRET_KEPT, &self.secret)
            .replace(SURVEY_KEPT, &self.survey)
    }
}

/// Whether something has to be put back before it is printed.
pub fn has_places(kept: &str) -> bool {
    kept.contains(SECRET_KEPT) || kept.contains(SURVEY_KEPT)
}

/// What a paper says, with what is not kept in it.
pub(super) fn shown<'a>(app: &App, dossier: &Dossier, kept: &'a str) -> Result<Cow<'a, str>> {
    if !has_places(kept) {
        return Ok(kept.into());
    }
    let hidden = Hidden::of(&app.secret_of(dossier)?);
    Ok(hidden.put_back(kept).into())
}
