//! What leaves the office by itself, and when? The outbox is the only way out for what
//! concerns a citizen: by mail, by the gateway for telephones, each on its own.
pub mod digest;
pub mod gateway;
pub mod message;
pub mod outbox;
pub mod plan_reminder;

use std::time::Duration;

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp,
};

use crate::{
    app::App,
    config,
    error::{Error, Kind, Result},
};

/// Where mail goes: a server, or files where none is set.
pub enum Mailer {
    Smtp(AsyncSmtpTransport<Tokio1Executor>, Duration),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

/// Why something did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    pub why: String,
    /// Trying again would not help (a 5xx answer, a broken address).
    pub for_good: bool,
}

impl Undelivered {
    fn later(why: &str) -> Self {
        Self {
            why: why.into(),
            for_good: false,
        }
    }
}

/// It could not be put together: a wrong address stays wrong, a database that is
/// busy does not stay busy.
impl From<Error> for Undelivered {
    fn from(error: Error) -> Self {
        Self {
            for_good: error.kind == Kind::Invalid,
            why: error.detail,
        }
    }
}

impl From<smtp::Error> for Undelivered {
    fn from(error: smtp::Error) -> Self {
        // A refused log-in is ours to mend: the mail waits until it is mended.
        let code = error.status().map(u16::from);
        let ours = code.is_some_and(|code| matches!(code, 421 | 502..=504 | 530 | 534 | 535 | 538));
        Self {
            for_good: error.is_permanent() && !ours,
            why: match code {
                Some(code) => format!("máy chủ thư trả lời {code}: {error}"),
                None if error.is_timeout() => "máy chủ thư không trả lời".into(),
                None => format!("không gửi được đến máy chủ thư: {error}"),
            },
        }
    }
}

impl Mailer {
    /// # Errors
    /// When `mail.smtp_url` cannot be read.
    pub fn new(settings: &config::Mail) -> Result<Self> {
        if settings.smtp_url.is_empty() {
            crate::private::folder(std::path::Path::new(&settings.folder))?;
            return Ok(Self::Folder(AsyncFileTransport::new(&settings.folder)));
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp_url)
            .map_err(|error| {
                let detail = format!("Cấu hình sai: mail.smtp_url không đọc được ({error}).");
                Error::new(Kind::Invalid, "config", detail)
            })?;
        let patience = Duration::from_secs(settings.timeout_seconds);
        let transport = transport.timeout(Some(patience)).build();
        Ok(Self::Smtp(transport, patience))
    }

    async fn send(&self, message: Message) -> Result<(), Undelivered> {
        match self {
            // Each answer has its patience; all of them together twice as much.
            Self::Smtp(smtp, patience) => {
                match tokio::time::timeout(*patience * 2, smtp.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(error.into()),
                    Err(_) => Err(Undelivered::later("máy chủ thư không trả lời")),
                }
            }
            Self::Folder(folder) => match folder.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(Undelivered::later(&error.to_string())),
            },
        }
    }
}

/// A mail that says that mail works, past the outbox: the answer is wanted now.
pub async fn trial(app: &App, to: &str) -> Result<(), Undelivered> {
    let broken = |error: &dyn std::fmt::Display| Undelivered::later(&error.to_string());
    let message = Message::builder()
        .from(app.settings.mail.from.parse().map_err(|e| broken(&e))?)
        .to(to.parse().map_err(|e| broken(&e))?)
        .subject("Thư thử của Bộ phận Một cửa")
        .body("Thư này báo rằng motcua gửi được thư điện tử. Không phải trả lời.\n".to_owned())
        .map_err(|e| broken(&e))?;
    Mailer::new(&app.settings.mail)?.send(message).await
}
