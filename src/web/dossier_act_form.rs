//! What was typed into the form of an act, and the act it asks for.
use serde::Deserialize;

use super::paths;
use crate::{
    actions::perform,
    app::App,
    domain::{
        office::Office,
        time::{format_moment, local_day, to_utc},
        viet,
    },
    error::{FieldErrors, Result},
};

/// What was typed into an act's form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    pub expected_version: Option<i64>,
    pub(super) reason: String,
    pub(super) items: String,
    pub(super) to: String,
    pub(super) note: String,
    pub(super) approved_by: String,
    pub(super) legal_basis: String,
    pub(super) amount: String,
    pub(super) receiver: String,
    pub(super) reason_code: String,
    pub(super) new_due_at: String,
    pub(super) agency: String,
    pub(super) due_at: String,
    pub(super) transfer: String,
    /// The list it was pressed on, to go back to.
    ve: String,
}

impl ActForm {
    /// Where one is led afterwards: the list that the button stands on, else the dossier.
    pub fn back(&self, code: &str, list: &str) -> String {
        if self.ve == paths::HAND_OVERS {
            paths::HAND_OVERS.to_owned()
        } else {
            paths::in_list(&paths::dossier(code), list)
        }
    }

    /// The act as the one write path takes it. The new date is a day as typed;
    /// it is promised until closing time.
    pub fn input(&self, app: &App, office: &Office, act: &str) -> Result<perform::Input> {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        let mut errors = FieldErrors::default();
        let today = local_day(app.clock.now());
        let mut closing_of = |field: &str, typed: &str| {
            let day = errors.keep(field, viet::read_date(&some(typed)?, today))?;
            let closing = day.and_time(office.hours().closing());
            Some(format_moment(to_utc(closing)))
        };
        let new_due_at = closing_of("new_due_at", &self.new_due_at);
        let due_at = closing_of("due_at", &self.due_at);
        errors.finish()?;
        Ok(perform::Input {
            action: act.to_owned(),
            expected_version: self.expected_version,
            at: None,
            at_desk: None,
            reason: some(&self.reason),
            items: some(&self.items).map(|items| items.lines().map(str::to_owned).collect()),
            to: some(&self.to),
            note: some(&self.note),
            approved_by: some(&self.approved_by),
            legal_basis: some(&self.legal_basis),
            amount: some(&self.amount)
                .map(|amount| amount.replace(['.', ' '], "").parse().unwrap_or(-1)),
            receiver: some(&self.receiver),
            reason_code: some(&self.reason_code),
            new_due_at,
            agency: some(&self.agency),
            due_at,
            transfer: some(&self.transfer).map(|id| id.trim().parse().unwrap_or(-1)),
        })
    }
}
