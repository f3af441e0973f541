//! Secrets: made once, shown once, kept as a hash.
use sha2::{Digest, Sha256};

/// A new secret of 128 random bits, in letters that fit a URL.
pub fn new() -> String {
    hex(&rand::random::<[u8; 16]>())
}

/// What is stored instead of a secret.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// The survey token printed on the receipt that carries `receipt_secret`: made
/// from it, so that a reprint shows the same one and no table holds it.
pub fn survey_token(receipt_secret: &str) -> String {
    hex(&Sha256::digest(format!("survey:{receipt_secret}").as_bytes())[..16])
}

/// Bytes in letters.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(DIGITS[usize::from(half)]))
        .collect()
}
