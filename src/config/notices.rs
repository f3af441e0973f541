//! What may be set about telling people: the gateway, the morning's digest.
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notices {
    pub gateway_url: String,
    pub gateway_key: String,
    pub digest: bool,
    pub digest_at: chrono::NaiveTime,
    pub digest_days: u32,
    /// Once a week, who answers for a task of the plan is reminded of it.
    pub plan: bool,
}

impl Notices {
    /// Whether messages to telephones can be sent.
    pub fn has_gateway(&self) -> bool {
        !self.gateway_url.is_empty()
    }
}
