//! What is asked of the register: a filter, its order, a saved filter; and its address, in
//! which no name stands.
use serde::Deserialize;

use super::{form::FormErrors, list_columns, paths, saved_filters, session::Staff};
use crate::{
    app::App,
    domain::{dossier::Status, standing::Standing, time::local_day, viet},
    error::{Error, FieldErrors, Result},
    store::{
        lists::{self, SavedFilter},
        register::Filter,
    },
    vault,
};

/// More of the words that are looked for is no search.
const MOST_WORDS: usize = 200;

#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// Words as typed. They name people: a form posts them, and no address holds them.
    #[serde(default)]
    pub q: String,
    /// The same words covered, as they stand in an address.
    #[serde(default)]
    pub tim: String,
    #[serde(default)]
    pub standing: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub to: String,
    #[serde(default)]
    pub viec: String,
    /// In which order: `hen`, `-hen`.
    #[serde(default)]
    pub sap: String,
    /// A saved filter, which says all of the above but the order.
    pub loc: Option<i64>,
    pub after: Option<i64>,
    /// `csv`, `xlsx` or `json`, for the file.
    #[serde(default)]
    pub dang: String,
}

impl Asked {
    /// With its words readable, or with what the saved filter says, and that filter.
    pub async fn opened(self, app: &App, staff: &Staff) -> Result<(Self, Option<SavedFilter>)> {
        let Some(id) = self.loc else {
            return Ok((self.uncovered(app, staff)?, None));
        };
        let saved = lists::filter_of(app.store.read(), staff.account.id, id).await?;
        let mut kept = saved_filters::read(&saved.query);
        kept.sap = Some(self.sap)
            .filter(|sap| !sap.is_empty())
            .unwrap_or(kept.sap);
        let asked = Self {
            loc: self.loc,
            after: self.after,
            dang: self.dang,
            ..kept
        };
        Ok((asked, Some(saved)))
    }

    /// What a saved filter keeps: everything but the place in the list.
    pub fn pairs(&self) -> [(&'static str, &str); 8] {
        [
            ("q", &self.q),
            ("standing", &self.standing),
            ("status", &self.status),
            ("field", &self.field),
            ("from", &self.from),
            ("to", &self.to),
            ("viec", &self.viec),
            ("sap", &self.sap),
        ]
    }

    /// What an address asks, its words readable again.
    fn uncovered(mut self, app: &App, staff: &Staff) -> Result<Self> {
        if !self.tim.is_empty() {
            let words = vault::uncover(&app.settings, staff.actor.agency, &self.tim)?;
            self.q = words.ok_or_else(|| {
                Error::invalid(
                    "q",
                    "Không đọc lại được từ khóa trong địa chỉ này. Mời mở lại trang Hồ sơ và gõ từ khóa.",
                )
            })?;
        }
        Ok(self)
    }

    /// What was typed, its words covered for the addresses of the list that follows.
    pub fn covered(mut self, app: &App, staff: &Staff) -> Result<Self> {
        let words: String = self.q.trim().chars().take(MOST_WORDS).collect();
        self.tim = match words.as_str() {
            "" => String::new(),
            words => vault::cover(&app.settings, staff.actor.agency, words)?,
        };
        Ok(self)
    }
}

/// The list of what these words find, as the box at the top names it.
pub fn list_of(app: &App, staff: &Staff, words: &str) -> Result<String> {
    let asked = Asked {
        q: words.to_owned(),
        ..Asked::default()
    };
    Ok(with_filter(
        paths::DOSSIERS,
        &asked.covered(app, staff)?,
        "",
        "",
    ))
}

/// What was asked, as the query takes it; the days that could not be read are named.
pub fn filter(app: &App, staff: &Staff, asked: &Asked) -> (Filter, FormErrors) {
    let today = local_day(app.clock.now());
    let mut wrong = FieldErrors::default();
    let mut day = |name: &str, text: &str| match text.trim() {
        "" => None,
        text => wrong.keep(name, viet::read_date(text, today)),
    };
    let (from, to) = (day("from", &asked.from), day("to", &asked.to));
    let mut errors = FormErrors::new();
    for error in &wrong.into_error().errors {
        errors.add(&error.field, error.message.clone());
    }
    let filter = Filter {
        agency: staff.actor.agency,
        words: asked.q.clone(),
        standing: Standing::from_code(&asked.standing),
        status: Status::from_code(&asked.status),
        field: Some(asked.field.replace('\0', "")).filter(|field| !field.is_empty()),
        from,
        to,
        to_approve: asked.viec == "cho-ky",
        after_id: asked.after,
        order: list_columns::order(&asked.sap),
        ..Filter::default()
    };
    (filter, errors)
}

/// The same filter elsewhere, with one more parameter.
pub fn with_filter(path: &str, asked: &Asked, name: &str, value: &str) -> String {
    let pairs = [
        ("tim", asked.tim.as_str()),
        ("standing", &asked.standing),
        ("status", &asked.status),
        ("field", &asked.field),
        ("from", &asked.from),
        ("to", &asked.to),
        ("viec", &asked.viec),
        ("sap", &asked.sap),
        (name, value),
    ];
    let loc = asked.loc.map(|id| id.to_string()).unwrap_or_default();
    let saved = [("loc", loc.as_str()), ("sap", &asked.sap), (name, value)];
    // A saved filter is named; what it holds stands in no address.
    let pairs = if asked.loc.is_some() {
        &saved[..]
    } else {
        &pairs[..]
    };
    let given: Vec<(&str, &str)> = pairs
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    paths::with_query(path, &given)
}
