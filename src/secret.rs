//! Secrets: made once, shown once, kept as a hash.
use hmac::{Hmac, KeyInit, Mac};
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

/// The token of the link by which notices are stopped: made from what only the
/// dossier's receipt or the feedback's row holds, and leading back to neither.
pub fn notice_token(of: &str) -> String {
    hex(&Sha256::digest(format!("notices:{of}").as_bytes())[..16])
}

/// The signature of words between two programs that share a key (HMAC-SHA256).
///
/// ```
/// use motcua::secret::{is_signed, sign};
/// let words = "what do ya want for nothing?"; // RFC 4231, case 2
/// let signature = sign("Jefe", words);
/// assert_eq!(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
/// assert!(is_signed("Jefe", words, &signature));
/// assert!(!is_signed("Jefe", "what do ya want", &signature) && !is_signed("Jefe", words, "5b"));
/// ```
pub fn sign(key: &str, words: &str) -> String {
    hex(&mac(key, words).finalize().into_bytes())
}

/// Whether a signature is that of these words; the clock tells nothing about it.
pub fn is_signed(key: &str, words: &str, signature: &str) -> bool {
    let given = unhex(signature);
    given.is_some_and(|given| mac(key, words).verify_slice(&given).is_ok())
}

fn mac(key: &str, words: &str) -> Hmac<Sha256> {
    // As RFC 2104 has it: filled up with zeros, a longer key hashed first.
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    let hashed = Sha256::digest(key.as_bytes());
    let key = if key.len() > block.len() {
        hashed.as_slice()
    } else {
        key.as_bytes()
    };
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let mut mac = Hmac::<Sha256>::new(&block);
    mac.update(words.as_bytes());
    mac
}

/// Letters and digits that are not mistaken for each other, in groups of four: to be
/// written down and typed again.
///
/// ```
/// use motcua::secret::{as_typed, code};
/// let written = code(&[24, 33, 0, 1, 250]);
/// assert_eq!(written, "R101-T");
/// assert_eq!(as_typed("rloi t"), as_typed(&written));
/// ```
pub fn code(bytes: &[u8]) -> String {
    const LETTERS: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut code = String::with_capacity(bytes.len() * 5 / 4);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place.is_multiple_of(4) {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code
}

/// A code, forgiving of how it was typed.
pub fn as_typed(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// The secret by which a sender follows feedback: made from the key of the form, so
/// that the same form sent twice shows the same one.
pub fn of_feedback(key: &str) -> String {
    code(&Sha256::digest(format!("feedback:{key}").as_bytes())[..12])
}

/// What is kept of it: bound to the number.
pub fn feedback_hash(code: &str, secret: &str) -> String {
    hash(&format!("{code}:{}", as_typed(secret)))
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

/// Letters back into bytes; `None` where they are none of [`hex`].
///
/// ```
/// use motcua::secret::{hex, unhex};
/// assert_eq!(unhex(&hex(b"\x00\xff")).as_deref(), Some(&b"\x00\xff"[..]));
/// assert!(unhex("5").is_none() && unhex("xy").is_none());
/// ```
pub fn unhex(letters: &str) -> Option<Vec<u8>> {
    let pairs = letters.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair)
                .ok()
                .filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}
