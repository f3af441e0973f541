//! What may be set about the server itself, and about the demo beside it.
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub public_url: String,
    pub certificate: String,
    pub head_seconds: u64,
    pub answer_seconds: u64,
    /// So long after it was told to end it says that it is not ready, and still answers.
    pub drain_seconds: u64,
    /// Proxies on other machines that are believed who asks.
    pub proxies: Vec<std::net::IpAddr>,
    /// Of the demo: never read from a file.
    #[serde(skip)]
    pub demo: bool,
}

impl Server {
    /// The name of the session's cookie; under https no other host can set or read it. The
    /// demo has one of its own: a browser keeps one jar for all ports of a machine.
    pub fn cookie(&self) -> &'static str {
        match (self.by_tls(), self.demo) {
            (true, false) => "__Host-motcua",
            (false, false) => "motcua",
            (true, true) => "__Host-motcua-dung-thu",
            (false, true) => "motcua-dung-thu",
        }
    }

    /// Whether citizens come by TLS.
    pub fn by_tls(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The demo beside the register.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    pub listen: String,
    pub public_url: String,
    pub dossiers: usize,
    pub idle_minutes: u64,
}

impl Trial {
    pub fn is_on(&self) -> bool {
        !self.listen.is_empty()
    }
}
