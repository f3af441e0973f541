//! Messages to telephones, through the gateway of the province (SMS, Zalo): one signed
//! JSON post a message, and the state that the gateway reports later.
use std::time::Duration;

use reqwest::{Client, StatusCode, redirect::Policy};
use serde_json::json;

use super::{Undelivered, message::message_id};
use crate::{
    app::App,
    config,
    domain::time::format_moment,
    error::{Error, Result},
    papers::telling,
    secret,
    store::outbox::Outgoing,
};

/// The header of the signature: `t=SECONDS,v1=HEX`.
pub const SIGNATURE: &str = "x-motcua-signature";
/// How old a signature may be.
const FRESH: i64 = 300;

/// The way to the gateway.
#[derive(Clone, Debug)]
pub struct Gateway {
    client: Client,
    url: String,
    key: String,
}

impl Gateway {
    /// None where the office has none.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(settings: &config::Settings) -> Result<Option<Self>> {
        if !settings.notices.has_gateway() {
            return Ok(None);
        }
        let client = Client::builder()
            .timeout(Duration::from_secs(settings.mail.timeout_seconds))
            // What is signed for one address is not carried to another.
            .redirect(Policy::none())
            .user_agent("motcua")
            .build()
            .map_err(Error::internal)?;
        Ok(Some(Self {
            client,
            url: settings.notices.gateway_url.clone(),
            key: settings.notices.gateway_key.clone(),
        }))
    }

    /// Hands one over. The same row carries the same key at every try, so that the
    /// gateway makes one message of it.
    pub async fn send(&self, app: &App, row: &Outgoing) -> Result<(), Undelivered> {
        let body = body(app, row).await.map_err(Undelivered::from)?;
        let signature = signature(&self.key, app.clock.now().timestamp(), &body);
        let answer = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", message_id(row).trim_matches(['<', '>']))
            .header(SIGNATURE, signature)
            .body(body)
            .send()
            .await;
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(refused(answer.status())),
            // The error's own words name the address, which may hold a key.
            Err(error) if error.is_timeout() => {
                Err(Undelivered::later("cổng tin nhắn không trả lời"))
            }
            Err(_) => Err(Undelivered::later("không kết nối được cổng tin nhắn")),
        }
    }
}

async fn body(app: &App, row: &Outgoing) -> Result<String> {
    let words = telling::words(app, row).await?;
    let body = json!({
        "id": row.id.to_string(),
        "kind": row.kind,
        "to": row.recipient,
        "text": words.short,
        "link": words.look,
        "stop": words.stop,
        "queued_at": format_moment(row.queued_at),
    });
    Ok(body.to_string())
}

/// A refusal of the message is for good; of the moment (or of our key) it is not.
fn refused(status: StatusCode) -> Undelivered {
    let why = format!("cổng tin nhắn trả lời {}", status.as_u16());
    let for_good = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::GONE | StatusCode::UNPROCESSABLE_ENTITY
    );
    Undelivered { why, for_good }
}

/// What stands in the header.
pub fn signature(key: &str, seconds: i64, body: &str) -> String {
    let mark = secret::sign(key, &format!("{seconds}.{body}"));
    format!("t={seconds},v1={mark}")
}

/// Whether a header signs this body, a moment ago.
pub fn is_signed(key: &str, header: &str, body: &str, now: i64) -> bool {
    let part = |name: &str| {
        header
            .split(',')
            .find_map(|part| part.trim().strip_prefix(name))
    };
    let (Some(seconds), Some(mark)) = (part("t="), part("v1=")) else {
        return false;
    };
    let fresh = seconds
        .parse::<i64>()
        .is_ok_and(|at| (now - at).abs() <= FRESH);
    !key.is_empty() && fresh && secret::is_signed(key, &format!("{seconds}.{body}"), mark)
}
