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

/// The secret by which a sender follows feedback: short enough to be written down,
/// of letters and digits that are not mistaken for each other, made from the key of
/// the form, so that the same form sent twice shows the same one.
pub fn of_feedback(key: &str) -> String {
    const LETTERS: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digest = Sha256::digest(format!("feedback:{key}").as_bytes());
    let mut secret = String::with_capacity(14);
    for (place, byte) in digest.iter().take(12).enumerate() {
        if place > 0 && place.is_multiple_of(4) {
            secret.push('-');
        }
        secret.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    secret
}

/// What is kept of it: bound to the number, and forgiving of how it was typed.
pub fn feedback_hash(code: &str, secret: &str) -> String {
    let typed: String = secret
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    hash(&format!("{code}:{typed}"))
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
