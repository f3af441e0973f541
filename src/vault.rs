//! How are secrets kept that must be read again (those of second factors)? Locked by a key
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
    secret::{hex, unhex},
};

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

/// Whether anyone but its owner may read it.
#[cfg(unix)]
pub fn seen_by_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let open = std::fs::metadata(file).map(|meta| meta.permissions().mode());
    open.is_ok_and(|mode| mode & 0o077 != 0)
}

/// Whether anyone but its owner may read it: not asked where rights are kept otherwise.
#[cfg(not(unix))]
pub fn seen_by_others(_: &Path) -> bool {
    false
}

fn unreadable(file: &Path, why: impl std::fmt::Display) -> Error {
    Error::internal(format!("key file {}: {why}", file.display()))
}

fn read(file: &Path) -> Result<Identity> {
    let text = std::fs::read_to_string(file).map_err(|why| unreadable(file, why))?;
    Identity::from_str(text.trim()).map_err(|why| unreadable(file, why))
}

/// The key; made at the first use, readable by its owner alone.
fn key(settings: &Settings) -> Result<Identity> {
    let file = key_file(settings);
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&file) {
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

/// The secret itself. What was stored before there was a key is read as it stands.
pub fn open(settings: &Settings, whose: &str, stored: &str) -> Result<String> {
    let Some(locked) = stored.strip_prefix(LOCKED) else {
        return Ok(stored.to_owned());
    };
    let locked = unhex(locked).ok_or_else(|| Error::internal("a locked secret is damaged"))?;
    let words = age::decrypt(&read(&key_file(settings))?, &locked).map_err(Error::internal)?;
    let words = String::from_utf8(words).map_err(Error::internal)?;
    match words.split_once('\n') {
        Some((owner, secret)) if owner == whose => Ok(secret.to_owned()),
        _ => Err(Error::internal("a locked secret is another's")),
    }
}

/// The cipher for words in addresses, its key drawn from the one in the file.
fn cover_cipher(settings: &Settings) -> Result<ChaCha20Poly1305> {
    let key = key(settings)?.to_string();
    let mut drawn = Sha256::new_with_prefix(b"words in an address\n");
    drawn.update(key.expose_secret().as_bytes());
    let drawn: [u8; 32] = drawn.finalize().into();
    Ok(ChaCha20Poly1305::new(&Key::from(drawn)))
}

/// Bytes of the nonce that stands before what is covered.
const NONCE: usize = 12;

/// Words as they may stand in an address, in a browser's history, in a proxy's log:
/// unreadable, and of use to one agency alone.
pub fn cover(settings: &Settings, agency: i64, words: &str) -> Result<String> {
    let nonce = rand::random::<[u8; NONCE]>();
    let whose = agency.to_be_bytes();
    let payload = Payload {
        msg: words.as_bytes(),
        aad: &whose,
    };
    let covered = cover_cipher(settings)?
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|why| Error::internal(why.to_string()))?;
    Ok(hex(&nonce) + &hex(&covered))
}

/// The words again; nothing where they were not covered here, for this agency.
pub fn uncover(settings: &Settings, agency: i64, covered: &str) -> Result<Option<String>> {
    let bytes = unhex(covered).unwrap_or_default();
    let Some((nonce, msg)) = bytes.split_first_chunk::<NONCE>() else {
        return Ok(None);
    };
    let whose = agency.to_be_bytes();
    let payload = Payload { msg, aad: &whose };
    let words = cover_cipher(settings)?.decrypt(&Nonce::from(*nonce), payload);
    Ok(words.ok().and_then(|words| String::from_utf8(words).ok()))
}
