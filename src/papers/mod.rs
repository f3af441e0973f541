//! Which words stand on which paper? Each is put together once for page, mail and command line.
use crate::{
    app::App,
    domain::{dossier::Act, time::to_local},
    error::{Error, Result},
    store::dossiers::Dossier,
};

pub mod apology;
pub mod receipt;

/// A paper of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    Receipt,
    Apology,
}

impl Paper {
    /// By its name in an address.
    pub fn from_path(name: &str) -> Option<Self> {
        [Self::Receipt, Self::Apology]
            .into_iter()
            .find(|paper| paper.path() == name)
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Receipt => "giay-hen",
            Self::Apology => "xin-loi",
        }
    }

    /// The paper as PDF.
    pub async fn pdf(self, app: &App, dossier: &Dossier) -> Result<Vec<u8>> {
        match self {
            Self::Receipt => receipt::pdf(app, dossier).await,
            Self::Apology => apology::pdf(app, dossier).await,
        }
    }
}

/// Off the async threads: a page costs milliseconds of layout.
async fn render<F>(work: F) -> Result<Vec<u8>>
where
    F: FnOnce() -> Result<Vec<u8>, crate::documents::DocumentError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)
}

fn watermark(app: &App) -> Option<String> {
    app.demo.as_ref().map(|_| "BẢN DÙNG THỬ".to_owned())
}

fn address(app: &App, path: &str) -> String {
    let public = app.settings.server.public_url.trim_end_matches('/');
    format!("{public}{path}")
}

/// Why a paper is not there yet, and which act makes it.
fn not_yet(act: Act) -> Error {
    let detail = format!("Hồ sơ chưa có giấy này. Cần “{}” trước.", act.label());
    Error::not_found(detail)
}

/// The local moment of a stored one.
fn local(at: chrono::DateTime<chrono::Utc>) -> chrono::NaiveDateTime {
    to_local(at)
}
