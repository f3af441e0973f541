//! When was a questionnaire opened, and by which link? It travels with the form, under
//! lock: whoever answers cannot say otherwise, nothing of it is ever written down, and
//! whichever server takes the ballot knows it.
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{config::Settings, domain::survey::Source, error::Result, vault};

/// For what the key is drawn.
const PURPOSE: &str = "when a questionnaire was opened";
/// How long an opening is believed.
const HOURS: i64 = 24;

/// How a ballot was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub at: DateTime<Utc>,
    pub source: Source,
}

/// As it travels with the questionnaire of a token.
pub fn write(settings: &Settings, token_hash: &str, opening: Opening) -> Result<String> {
    let words = serde_json::to_string(&opening)?;
    vault::lock_away(settings, PURPOSE, token_hash, &words)
}

/// How the ballot of a token was begun; nothing where what came with it is of another
/// token, of another house, or too old.
pub fn read(
    settings: &Settings,
    token_hash: &str,
    written: &str,
    now: DateTime<Utc>,
) -> Result<Option<Opening>> {
    let words = vault::take_out(settings, PURPOSE, token_hash, written)?;
    let opening: Option<Opening> = words.and_then(|words| serde_json::from_str(&words).ok());
    let fresh = |one: &Opening| now - one.at < TimeDelta::hours(HOURS);
    Ok(opening.filter(fresh))
}
