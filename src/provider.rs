//! Who says the province's identity provider that somebody is? `OpenID` Connect by the
//! authorization code with PKCE; what was begun is kept by the browser, under lock, until it
//! comes back.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata},
};
use reqwest::{Client, redirect::Policy};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{config::Settings, error::Error, vault, web::paths::PROVIDER_BACK};

/// How long the way to the provider and back may take.
const FLOW_MINUTES: i64 = 10;
/// How long what a provider says of itself is believed without asking again.
const KNOWN_MINUTES: i64 = 60;

/// Why nobody was proven.
#[derive(Debug)]
pub enum Trouble {
    /// The provider does not answer, or not as a provider does.
    Away(String),
    /// The person turned back there.
    Cancelled,
    /// The way was not begun in this browser, took too long, or was gone before.
    Stale,
    /// What came back is not to be believed.
    False(String),
    /// Ours to mend.
    Ours(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// What the provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub issuer: String,
    pub subject: String,
    pub username: Option<String>,
    pub verified_email: Option<String>,
    /// By the office's settings it counts as second factor, too.
    pub second: bool,
}

/// For what the key is drawn that locks a way.
const PURPOSE: &str = "a way to the identity provider";

/// A way begun. It travels in the browser's cookie, under lock, so that whichever server
/// the browser comes back to can end it. Who brings the same answer twice is refused by the
/// provider, which takes a code once (RFC 6749, 4.1.2).
#[derive(Serialize, Deserialize)]
struct Flow {
    began: DateTime<Utc>,
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    back: String,
}

/// What the browser brings back.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Answer {
    pub code: String,
    pub state: String,
    pub error: String,
    /// Who answers (RFC 9207), where the provider says so.
    pub iss: Option<String>,
}

type Known = (DateTime<Utc>, Arc<CoreProviderMetadata>);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Provider {
    known: Arc<Mutex<Option<Known>>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Provider")
    }
}

fn client() -> Result<Client, Trouble> {
    Client::builder()
        .timeout(Duration::from_secs(10))
        // An answer from elsewhere is not the provider's.
        .redirect(Policy::none())
        .user_agent("motcua")
        .build()
        .map_err(|why| Trouble::Ours(Error::internal(why)))
}

/// The client of this office, as the library builds it from what is known.
macro_rules! office {
    ($settings:expr, $metadata:expr) => {{
        let oidc = &$settings.oidc;
        let secret = oidc.secret()?;
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret));
        let back = RedirectUrl::new(redirect($settings)).map_err(Error::internal)?;
        let id = ClientId::new(oidc.client_id.clone());
        CoreClient::from_provider_metadata(CoreProviderMetadata::clone($metadata), id, secret)
            .set_redirect_uri(back)
    }};
}

/// Where the provider sends the browser back to.
pub fn redirect(settings: &Settings) -> String {
    let base = settings.server.public_url.trim_end_matches('/');
    format!("{base}{PROVIDER_BACK}")
}

impl Provider {
    /// What the provider says of itself; asked again after a while, or at once when `anew`.
    pub async fn metadata(
        &self,
        settings: &Settings,
        now: DateTime<Utc>,
        anew: bool,
    ) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let fresh = |at: DateTime<Utc>| (now - at).abs() < TimeDelta::minutes(KNOWN_MINUTES);
        if let Some((at, metadata)) = known
            && !anew
            && fresh(at)
        {
            return Ok(metadata);
        }
        let issuer = IssuerUrl::new(settings.oidc.issuer.clone())
            .map_err(|why| Trouble::Away(why.to_string()))?;
        let found = CoreProviderMetadata::discover_async(issuer, &client()?)
            .await
            .map_err(|why| Trouble::Away(why.to_string()))?;
        let found = Arc::new(found);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, found.clone()));
        Ok(found)
    }

    /// Begins: the provider's address, and the cookie that binds the way to this browser.
    pub async fn begin(
        &self,
        settings: &Settings,
        now: DateTime<Utc>,
        back: &str,
    ) -> Result<(Url, String), Trouble> {
        let metadata = self.metadata(settings, now, false).await?;
        let office = office!(settings, &metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut ask = office
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        ask = match settings.oidc.link_by {
            crate::config::LinkBy::None => ask,
            crate::config::LinkBy::Username => ask.add_scope(Scope::new("profile".to_owned())),
            crate::config::LinkBy::Email => ask.add_scope(Scope::new("email".to_owned())),
        };
        let (url, state, nonce) = ask.url();
        let flow = Flow {
            began: now,
            state,
            nonce,
            verifier,
            // A browser keeps cookies of four thousand characters.
            back: if back.len() < 1_000 { back } else { "" }.to_owned(),
        };
        let flow = serde_json::to_string(&flow).map_err(Error::internal)?;
        let cookie = vault::lock_away(settings, PURPOSE, "", &flow)?;
        Ok((url, cookie))
    }

    /// Ends: who it is, and where the browser wanted to go.
    pub async fn finish(
        &self,
        settings: &Settings,
        now: DateTime<Utc>,
        cookie: &str,
        answer: &Answer,
    ) -> Result<(Proven, String), Trouble> {
        let flow = vault::take_out(settings, PURPOSE, "", cookie)?;
        let flow = flow.and_then(|flow| serde_json::from_str::<Flow>(&flow).ok());
        let flow = flow.ok_or(Trouble::Stale)?;
        if now - flow.began >= TimeDelta::minutes(FLOW_MINUTES) {
            return Err(Trouble::Stale);
        }
        if answer.state != *flow.state.secret() {
            return Err(Trouble::False("another state".to_owned()));
        }
        if let Some(iss) = &answer.iss
            && *iss != settings.oidc.issuer
        {
            return Err(Trouble::False("another issuer answers".to_owned()));
        }
        match answer.error.as_str() {
            "" => {}
            "access_denied" | "login_required" | "interaction_required" => {
                return Err(Trouble::Cancelled);
            }
            other => {
                let known: String = other
                    .chars()
                    .filter(char::is_ascii_lowercase)
                    .take(40)
                    .collect();
                return Err(Trouble::Away(format!("answers {known}")));
            }
        }
        let metadata = self.metadata(settings, now, false).await?;
        let office = office!(settings, &metadata);
        let tokens = office
            .exchange_code(AuthorizationCode::new(answer.code.clone()))
            .map_err(|why| Trouble::Away(why.to_string()))?
            .set_pkce_verifier(flow.verifier)
            .request_async(&client()?)
            .await
            .map_err(|why| match why {
                openidconnect::RequestTokenError::ServerResponse(said) => {
                    Trouble::False(format!("code refused: {}", said.error()))
                }
                other => Trouble::Away(other.to_string()),
            })?;
        let proven = match prove(settings, now, &metadata, &tokens, &flow.nonce) {
            // The provider may have taken a new key since it was asked.
            Err(Trouble::False(_)) => {
                let metadata = self.metadata(settings, now, true).await?;
                prove(settings, now, &metadata, &tokens, &flow.nonce)?
            }
            other => other?,
        };
        Ok((proven, flow.back))
    }
}

/// Reads the signed token: signature, issuer, audience, time, nonce, and that the access
/// token beside it is its own.
fn prove(
    settings: &Settings,
    now: DateTime<Utc>,
    metadata: &CoreProviderMetadata,
    tokens: &openidconnect::core::CoreTokenResponse,
    nonce: &Nonce,
) -> Result<Proven, Trouble> {
    let untrue = |why: &dyn std::fmt::Display| Trouble::False(why.to_string());
    let office = office!(settings, metadata);
    let verifier = office.id_token_verifier().set_time_fn(move || now);
    let token = tokens
        .id_token()
        .ok_or_else(|| untrue(&"no ID token came"))?;
    let claims = token.claims(&verifier, nonce).map_err(|why| untrue(&why))?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(|why| untrue(&why))?;
        let key = token.signing_key(&verifier).map_err(|why| untrue(&why))?;
        let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
            .map_err(|why| untrue(&why))?;
        if found != *expected {
            return Err(untrue(&"the access token is another's"));
        }
    }
    let oidc = &settings.oidc;
    let by_class = claims
        .auth_context_ref()
        .is_some_and(|acr| oidc.second_factor_acr.iter().any(|own| *own == **acr));
    let by_method = claims.auth_method_refs().is_some_and(|all| {
        all.iter()
            .any(|amr| oidc.second_factor_amr.iter().any(|own| *own == **amr))
    });
    let email = claims
        .email()
        .filter(|_| claims.email_verified() == Some(true));
    Ok(Proven {
        issuer: settings.oidc.issuer.clone(),
        subject: claims.subject().to_string(),
        username: claims.preferred_username().map(|name| name.to_string()),
        verified_email: email.map(|email| email.to_string()),
        second: by_class || by_method,
    })
}
