//! How are secrets kept that must be read again (those of second factors and of receipts)? Locked by a key
//! that lies in a file of its own, so that a copy of the database opens nothing. The same
//! key covers words that must go through an address (a name that is looked for).
use std::{
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    str::FromStr as _,
};

use age::{
    secrecy::ExposeSecret as _,
    x25519::{Identity, Recipient},
};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use sha2::{Digest as _, Sha256};

use crate::{
    config::Settings,
    error::{Error, Result},
    private,
    secret::{hex, unhex},
};

pub use private::seen_by_others;

/// What a locked secret begins with.
const LOCKED: &str = "age:";

/// Whether a stored secret is under lock.
pub fn is_locked(stored: &str) -> bool {
    stored.starts_with(LOCKED)
}

/// Where the key lies: where the setting says, else beside the database.
pub fn key_file(settings: &Settings) -> PathBuf {
    let set = &settings.security.key_file;
    if !set.is_empty() {
        return PathBuf::from(set);
    }
    let file = settings.database.url.strip_prefix("sqlite://");
    match file.and_then(|file| file.split('?').next()) {
        Some(file) => PathBuf::from(format!("{file}.key")),
        None => PathBuf::from("data/motcua.key"),
    }
}

fn unreadable(file: &Path, why: impl std::fmt::Display) -> Error {
    Error::internal(format!("key file {}: {why}", file.display()))
}

/// The key that a file holds; `motcua key new` writes above it whom it is for.
pub fn key_in(text: &str) -> Option<Identity> {
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|line| line.starts_with("AGE-SECRET-KEY-"))?;
    Identity::from_str(line).ok()
}

fn read(file: &Path) -> Result<Identity> {
    let text = std::fs::read_to_string(file).map_err(|why| unreadable(file, why))?;
    key_in(&text).ok_or_else(|| unreadable(file, "no AGE-SECRET-KEY-"))
}

/// The key; made at the first use, readable by its owner alone.
fn key(settings: &Settings) -> Result<Identity> {
    let file = key_file(settings);
    if file.exists() {
        return read(&file);
    }
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        private::folder(folder)?;
    }
    match private::create_new(&file) {
        Ok(mut open) => {
            let made = Identity::generate();
            open.write_all(made.to_string().expose_secret().as_bytes())?;
            open.sync_all()?;
            Ok(made)
        }
        Err(why) if why.kind() == ErrorKind::AlreadyExists => read(&file),
        Err(why) => Err(unreadable(&file, why)),
    }
}

/// A secret as it is stored, bound to whose it is.
pub fn lock(settings: &Settings, whose: &str, secret: &str) -> Result<String> {
    let to: Recipient = key(settings)?.to_public();
    let words = format!("{whose}\n{secret}");
    let locked = age::encrypt(&to, words.as_bytes()).map_err(Error::internal)?;
    Ok(format!("{LOCKED}{}", hex(&locked)))
}

/// What is said where the key is gone or another one: somebody can act on it.
fn lost(file: &Path) -> Error {
    let name = file.file_name().unwrap_or_default().display();
    let detail = format!(
        "Máy chủ không mở được mã trên điện thoại: tệp khóa {name} không còn hoặc không đúng. Xin báo quản trị đặt lại tệp khóa từ nơi cất, hoặc chạy motcua staff reset-code cho tài khoản này."
    );
    Error::conflict("key_lost", detail)
}

/// The secret itself. What was stored before there was a key is read as it stands.
pub fn open(settings: &Settings, whose: &str, stored: &str) -> Result<String> {
    let Some(locked) = stored.strip_prefix(LOCKED) else {
        return Ok(stored.to_owned());
    };
    let locked = unhex(locked).ok_or_else(|| Error::internal("a locked secret is damaged"))?;
    let file = key_file(settings);
    let key = read(&file).map_err(|error| {
        tracing::error!(%error, "the key of second factors cannot be read");
        lost(&file)
    })?;
    let words = age::decrypt(&key, &locked).map_err(|error| {
        tracing::error!(%error, "the key of second factors does not fit");
        lost(&file)
    })?;
    let words = String::from_utf8(words).map_err(Error::internal)?;
    match words.split_once('\n') {
        Some((owner, secret)) if owner == whose => Ok(secret.to_owned()),
        _ => Err(Error::internal("a locked secret is another's")),
    }
}

/// A key for one purpose, drawn from the one in the file: what it opens, no other does.
fn drawn(key: &Identity, purpose: &str) -> [u8; 32] {
    let mut drawn = Sha256::new_with_prefix(purpose);
    drawn.update(b"\n");
    drawn.update(key.to_string().expose_secret().as_bytes());
    drawn.finalize().into()
}

/// The same for a purpose of another room, as letters.
pub fn drawn_key(settings: &Settings, purpose: &str) -> Result<String> {
    Ok(hex(&drawn(&key(settings)?, purpose)))
}

fn cipher(key: &Identity, purpose: &str) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(drawn(key, purpose)))
}

/// The cipher for words in addresses.
fn cover_cipher(settings: &Settings) -> Result<ChaCha20Poly1305> {
    Ok(cipher(&key(settings)?, "words in an address"))
}

/// Bytes of the nonce that stands before what is covered.
const NONCE: usize = 12;

/// Words as they may stand in an address, in a browser's history, in a proxy's log:
/// unreadable, and of use to one agency alone.
pub fn cover(settings: &Settings, agency: i64, words: &str) -> Result<String> {
    encrypted(&cover_cipher(settings)?, &agency.to_be_bytes(), words)
}

/// The words again; nothing where they were not covered here, for this agency.
pub fn uncover(settings: &Settings, agency: i64, covered: &str) -> Result<Option<String>> {
    let cipher = cover_cipher(settings)?;
    Ok(decrypted(&cipher, &agency.to_be_bytes(), covered))
}

/// Words that leave the house and come back, in a cookie, a form, an address: unreadable,
/// of use for one purpose and for whose they are.
pub fn lock_away(settings: &Settings, purpose: &str, whose: &str, words: &str) -> Result<String> {
    encrypted(&cipher(&key(settings)?, purpose), whose.as_bytes(), words)
}

/// The words again; nothing where they were not locked away here, for that, for them.
pub fn take_out(
    settings: &Settings,
    purpose: &str,
    whose: &str,
    locked: &str,
) -> Result<Option<String>> {
    let cipher = cipher(&key(settings)?, purpose);
    Ok(decrypted(&cipher, whose.as_bytes(), locked))
}

fn encrypted(cipher: &ChaCha20Poly1305, whose: &[u8], words: &str) -> Result<String> {
    let nonce = rand::random::<[u8; NONCE]>();
    let payload = Payload {
        msg: words.as_bytes(),
        aad: whose,
    };
    let covered = cipher
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|why| Error::internal(why.to_string()))?;
    Ok(hex(&nonce) + &hex(&covered))
}

fn decrypted(cipher: &ChaCha20Poly1305, whose: &[u8], covered: &str) -> Option<String> {
    let bytes = unhex(covered)?;
    let (nonce, msg) = bytes.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg, aad: whose };
    let words = cipher.decrypt(&Nonce::from(*nonce), payload).ok()?;
    String::from_utf8(words).ok()
}

/// What a sealed word begins with.
const SEALED: &str = "kin:";
const RECEIPT: &str = "secret of a receipt";

/// The secret of a receipt as it is kept: sealed for the dossier of that code, to be read
/// when the receipt is printed again.
pub fn seal(settings: &Settings, code: &str, secret: &str) -> Result<String> {
    let cipher = cipher(&key(settings)?, RECEIPT);
    Ok(SEALED.to_owned() + &encrypted(&cipher, code.as_bytes(), secret)?)
}

/// The secret again. Where the key is gone or another one, a sentence that says so.
pub fn unseal(settings: &Settings, code: &str, kept: &str) -> Result<String> {
    let Some(sealed) = kept.strip_prefix(SEALED) else {
        return Ok(kept.to_owned());
    };
    let file = key_file(settings);
    let secret = read(&file)
        .map_err(|error| tracing::error!(%error, "the key of receipts cannot be read"))
        .ok()
        .and_then(|key| decrypted(&cipher(&key, RECEIPT), code.as_bytes(), sealed));
    secret.ok_or_else(|| {
        let name = file.file_name().unwrap_or_default().display();
        let detail = format!(
            "Máy chủ không mở được mã tra cứu in trên giấy hẹn: tệp khóa {name} không còn hoặc không đúng. Giấy đã in vẫn tra cứu được; xin báo quản trị đặt lại tệp khóa từ nơi cất rồi in lại."
        );
        Error::conflict("key_lost", detail)
    })
}
