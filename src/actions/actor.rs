//! Who acts: the account or token behind a request.
use crate::domain::{
    dossier::{Act, allowed},
    role::Role,
};

use crate::{
    app::App,
    error::{Error, Result},
    store::{Reader, accounts, feedback::Viewer},
};

#[derive(Clone, Debug)]
pub struct Actor {
    pub agency: i64,
    pub role: Role,
    /// As written into events and printed on papers.
    pub name: String,
    /// `None` for a token.
    pub account: Option<i64>,
    /// Whose idempotency keys these are.
    pub key_owner: String,
}

impl Actor {
    /// Which feedback there is for them.
    pub fn viewer(&self) -> Viewer {
        Viewer {
            agency: self.agency,
            account: self.account,
            role: self.role,
            name: self.name.clone(),
        }
    }

    /// The counter that the account's title names; empty where it names none.
    pub async fn counter(&self, app: &App, db: &impl Reader) -> Result<String> {
        let named = !app.settings.survey.counters.is_empty();
        let Some(account) = self.account.filter(|_| named) else {
            return Ok(String::new());
        };
        let here = accounts::as_in(db, account, self.agency).await?;
        let title = here.map(|account| account.title).unwrap_or_default();
        let counter = app.settings.survey.counter_of(&title);
        Ok(counter.unwrap_or_default().to_owned())
    }

    /// Refuses what the role may not do.
    ///
    /// # Errors
    /// A sentence that names who may.
    pub fn may(&self, act: Act, at_desk: bool) -> Result<()> {
        if allowed(act, self.role, at_desk) {
            return Ok(());
        }
        Err(self.refused(act.label(), act.roles()))
    }

    /// Who may do it instead, and what this one is.
    pub fn refused(&self, act: &str, roles: &[Role]) -> Error {
        let who: Vec<&str> = roles.iter().map(|role| role.label()).collect();
        Error::forbidden(format!(
            "Việc “{act}” dành cho: {}. Vai trò hiện tại: {}.",
            who.join(", "),
            self.role.label()
        ))
    }
}
