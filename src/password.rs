//! Passwords: hashed with argon2id off the async threads.
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};

use crate::error::{Error, Result};

/// What is stored.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| Error::internal(error.to_string()))
    })
    .await
    .map_err(Error::internal)?
}

/// Whether a password is the one stored. Takes as long for an account that does
/// not exist (`stored` empty), so that names cannot be guessed by the clock.
pub async fn verify(password: &str, stored: &str) -> Result<bool> {
    let (password, stored) = (password.to_owned(), stored.to_owned());
    tokio::task::spawn_blocking(move || {
        let Ok(known) = PasswordHash::new(&stored) else {
            // Burns the same time; the answer is no either way.
            let _ = Argon2::default().hash_password(password.as_bytes());
            return false;
        };
        Argon2::default()
            .verify_password(password.as_bytes(), &known)
            .is_ok()
    })
    .await
    .map_err(Error::internal)
}
