//! What leaves by mail, and when? The outbox is the only way out.
pub mod message;
pub mod outbox;

use std::time::Duration;

use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::{
    config,
    error::{Error, Kind, Result},
};

/// Longer than a greylisting server needs, shorter than the claim on a row.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where mail goes: a server, or files where none is set.
pub enum Mailer {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    pub why: String,
    /// Trying again would not help (a 5xx answer, a broken address).
    pub for_good: bool,
}

impl Mailer {
    /// # Errors
    /// When `mail.smtp_url` cannot be read.
    pub fn new(settings: &config::Mail) -> Result<Self> {
        if settings.smtp_url.is_empty() {
            std::fs::create_dir_all(&settings.folder)?;
            return Ok(Self::Folder(AsyncFileTransport::new(&settings.folder)));
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp_url)
            .map_err(|error| {
                let detail = format!("Cấu hình sai: mail.smtp_url không đọc được ({error}).");
                Error::new(Kind::Invalid, "config", detail)
            })?;
        Ok(Self::Smtp(transport.timeout(Some(PATIENCE)).build()))
    }

    async fn send(&self, message: Message) -> Result<(), Undelivered> {
        match self {
            Self::Smtp(smtp) => {
                let sent = tokio::time::timeout(PATIENCE * 2, smtp.send(message)).await;
                match sent {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(Undelivered {
                        for_good: error.is_permanent(),
                        why: error.to_string(),
                    }),
                    Err(_) => Err(Undelivered {
                        why: "máy chủ thư không trả lời".into(),
                        for_good: false,
                    }),
                }
            }
            Self::Folder(folder) => match folder.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(Undelivered {
                    why: error.to_string(),
                    for_good: false,
                }),
            },
        }
    }
}
