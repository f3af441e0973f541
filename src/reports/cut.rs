//! Which dossiers are looked at: all of them, or those of one field, procedure, officer
//! or channel.
use crate::store::figures::Scored;

/// Empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    pub field: String,
    /// Its code.
    pub procedure: String,
    pub officer: String,
    /// `desk`, `online`, `post`.
    pub channel: String,
}

impl Cut {
    pub fn holds(&self, dossier: &Scored) -> bool {
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        fits(&self.field, &dossier.field)
            && fits(&self.procedure, &dossier.procedure_code)
            && fits(&self.officer, &dossier.officer)
            && fits(&self.channel, dossier.facts.channel.code())
    }
}
