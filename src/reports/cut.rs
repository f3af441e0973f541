//! Which dossiers are looked at: all of them, or those of one field, procedure, officer
//! or channel.
use serde::Serialize;

use crate::{domain::dossier::Channel, store::figures::Scored};

/// Empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cut {
    pub field: String,
    /// Its code.
    pub procedure: String,
    pub officer: String,
    /// `desk`, `online`, `post`.
    pub channel: String,
}

impl Cut {
    /// Nothing is left out.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    pub fn holds(&self, dossier: &Scored) -> bool {
        self.fits(
            &dossier.field,
            &dossier.procedure_code,
            &dossier.officer,
            dossier.facts.channel.code(),
        )
    }

    pub fn fits(&self, field: &str, procedure: &str, officer: &str, channel: &str) -> bool {
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        fits(&self.field, field)
            && fits(&self.procedure, procedure)
            && fits(&self.officer, officer)
            && fits(&self.channel, channel)
    }

    /// What a paper says of it: "lĩnh vực Hộ tịch; nộp trực tuyến".
    pub fn words(&self) -> String {
        let channel = Channel::from_code(&self.channel).map_or("", Channel::label);
        let parts = [
            ("lĩnh vực ", self.field.as_str()),
            ("thủ tục ", &self.procedure),
            ("cán bộ ", &self.officer),
            ("hình thức nộp: ", channel),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        said.join("; ")
    }
}
