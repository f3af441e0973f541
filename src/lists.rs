//! Which list did a member of staff come from? It travels in the address of the dossier,
//! under lock and of use to that account alone, so that the next one of a list can be
//! reached without a search standing in an address, at whichever server.
use serde::{Deserialize, Serialize};

use crate::{config::Settings, error::Result, store::register::Filter, vault};

/// For what the key is drawn.
const PURPOSE: &str = "a list in an address";

/// A list as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    pub title: String,
    /// Where it is shown again.
    pub back: String,
    pub filter: Filter,
}

impl List {
    /// As it stands in an address of that account.
    pub fn write(mut self, settings: &Settings, account: i64) -> Result<String> {
        self.filter.after_id = None;
        let words = serde_json::to_string(&self)?;
        vault::lock_away(settings, PURPOSE, &account.to_string(), &words)
    }

    /// The list again: of that account, and of the agency where it works now.
    pub fn read(
        settings: &Settings,
        account: i64,
        agency: i64,
        written: &str,
    ) -> Result<Option<Self>> {
        if written.is_empty() {
            return Ok(None);
        }
        let words = vault::take_out(settings, PURPOSE, &account.to_string(), written)?;
        let list: Option<Self> = words.and_then(|words| serde_json::from_str(&words).ok());
        Ok(list.filter(|list| list.filter.agency == agency))
    }
}
