//! How are secrets kept that must be read again (those of second factors and of receipts)? Locked by a key
//! that lies in a file of its own, so that a copy of the database opens nothing. The same
//! key covers words that must go through an address (a name that is looked for).
use std::{
    collections::BTreeSet,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
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
    system_error,
    upkeep::{
        copy::{named_file, sqlite_file},
        keys,
    },
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
    let url = &settings.database.url;
    let (Some(file), Some(named)) = (sqlite_file(url), named_file(url)) else {
        return PathBuf::from("data/motcua.key");
    };
    let [own, by_link] = [file, named].map(|at| PathBuf::from(format!("{}.key", at.display())));
    // Made beside the link before links were followed.
    if !own.exists() && by_link.exists() {
        by_link
    } else {
        own
    }
}

/// What is said of a key file that is there and of no use, or that cannot be made.
fn unusable(file: &Path, why: &str) -> Error {
    let detail = format!(
        "Không dùng được tệp khóa {}: {why}. Xin báo quản trị xem lại security.key_file, quyền của tệp và thư mục ấy, hoặc đặt lại tệp khóa từ nơi cất.",
        file.display()
    );
    Error::conflict("key_unusable", detail)
}

/// The same where the system refuses it.
fn unwilling(file: &Path, why: &std::io::Error) -> Error {
    unusable(file, &system_error::words(why))
}

/// What is said where a new key would open nothing of what the register holds.
fn missing(file: &Path) -> Error {
    let shown = file.display();
    let detail = format!(
        "Không thấy tệp khóa {shown}, trong khi sổ này đã có mã khóa bằng nó, nên không tạo khóa mới. Xin báo quản trị đặt lại tệp khóa từ nơi cất vào đúng chỗ ấy rồi làm lại. Mất hẳn thì chạy motcua key new --out {shown}: giấy hẹn cũ không in lại được nữa, mã trên điện thoại phải đặt lại."
    );
    Error::conflict("key_lost", detail)
}

/// The key that a file holds; `motcua key new` writes above it whom it is for.
pub fn key_in(text: &str) -> Option<Identity> {
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|line| line.starts_with("AGE-SECRET-KEY-"))?;
    Identity::from_str(line).ok()
}

/// The key of a file; nothing where there is no such file.
///
/// # Errors
/// A sentence that names the file where it cannot be read or holds no key.
pub fn read(file: &Path) -> Result<Option<Identity>> {
    match std::fs::read_to_string(file) {
        Ok(text) => match key_in(&text) {
            Some(key) => Ok(Some(key)),
            None => Err(unusable(file, "trong tệp không có dòng AGE-SECRET-KEY-…")),
        },
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(unwilling(file, &why)),
    }
}

/// The folder of a key file.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The key; made at the first use, readable by its owner alone. Where the register holds
/// something under a key that is gone, none is made.
fn key(settings: &Settings) -> Result<Identity> {
    let file = key_file(settings);
    match read(&file)? {
        Some(key) => Ok(key),
        None if keys::is_needed(settings)? => Err(missing(&file)),
        None => make(&file),
    }
}

fn make(file: &Path) -> Result<Identity> {
    private::folder(folder_of(file)).map_err(|why| unwilling(file, &why))?;
    match private::create_new(file) {
        Ok(mut open) => {
            let made = Identity::generate();
            let written = open.write_all(made.to_string().expose_secret().as_bytes());
            written
                .and_then(|()| open.sync_all())
                .map_err(|why| unwilling(file, &why))?;
            Ok(made)
        }
        // Another process was quicker.
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            read(file)?.ok_or_else(|| missing(file))
        }
        Err(why) => Err(unwilling(file, &why)),
    }
}

/// The same for what is kept: without it nothing may be, and the log says why.
fn key_to_keep(settings: &Settings) -> Result<Identity> {
    key(settings).inspect_err(|error| {
        let file = key_file(settings);
        tracing::error!(file = %file.display(), code = error.code, "no key to seal with");
    })
}

/// Key files that were of no use to this process; the register is not asked again for each.
static OF_NO_USE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A key of this process alone.
static PASSING: OnceLock<String> = OnceLock::new();

/// The same for what only goes out and comes back. Nobody is kept from signing in or reading
/// by a key file that is lost: until it is there again, such words are locked by a key that
/// ends with this process.
fn key_to_pass(settings: &Settings) -> Result<Identity> {
    let file = key_file(settings);
    if let Ok(Some(key)) = read(&file) {
        return Ok(key);
    }
    let known = of_no_use().contains(&file);
    if !known {
        match key(settings) {
            Ok(key) => return Ok(key),
            Err(error) => {
                of_no_use().insert(file.clone());
                tracing::error!(file = %file.display(), code = error.code, "no key: one of this process is used for what comes back");
            }
        }
    }
    let made = || Identity::generate().to_string().expose_secret().to_owned();
    key_in(PASSING.get_or_init(made)).ok_or_else(|| Error::internal("a key that is none"))
}

fn of_no_use() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    OF_NO_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A secret as it is stored, bound to whose it is.
pub fn lock(settings: &Settings, whose: &str, secret: &str) -> Result<String> {
    let to: Recipient = key_to_keep(settings)?.to_public();
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
    let key = read(&file).ok().flatten().ok_or_else(|| {
        tracing::error!(file = %file.display(), "the key of second factors cannot be read");
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

/// Whether a key opens a stored secret.
pub fn opens(key: &Identity, stored: &str) -> bool {
    let Some(locked) = stored.strip_prefix(LOCKED) else {
        return true;
    };
    unhex(locked).is_some_and(|locked| age::decrypt(key, &locked).is_ok())
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
    Ok(hex(&drawn(&key_to_pass(settings)?, purpose)))
}

fn cipher(key: &Identity, purpose: &str) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(drawn(key, purpose)))
}

/// The cipher for words in addresses.
fn cover_cipher(settings: &Settings) -> Result<ChaCha20Poly1305> {
    Ok(cipher(&key_to_pass(settings)?, "words in an address"))
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
    let cipher = cipher(&key_to_pass(settings)?, purpose);
    encrypted(&cipher, whose.as_bytes(), words)
}

/// The words again; nothing where they were not locked away here, for that, for them.
pub fn take_out(
    settings: &Settings,
    purpose: &str,
    whose: &str,
    locked: &str,
) -> Result<Option<String>> {
    let cipher = cipher(&key_to_pass(settings)?, purpose);
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
pub const SEALED: &str = "kin:";
const RECEIPT: &str = "secret of a receipt";

/// The secret of a receipt as it is kept: sealed for the dossier of that code, to be read
/// when the receipt is printed again.
pub fn seal(settings: &Settings, code: &str, secret: &str) -> Result<String> {
    let cipher = cipher(&key_to_keep(settings)?, RECEIPT);
    Ok(SEALED.to_owned() + &encrypted(&cipher, code.as_bytes(), secret)?)
}

/// The secret again. Where the key is gone or another one, a sentence that says so.
pub fn unseal(settings: &Settings, code: &str, kept: &str) -> Result<String> {
    let Some(sealed) = kept.strip_prefix(SEALED) else {
        return Ok(kept.to_owned());
    };
    let file = key_file(settings);
    let key = read(&file).ok().flatten();
    if key.is_none() {
        tracing::error!(file = %file.display(), "the key of receipts cannot be read");
    }
    let secret = key.and_then(|key| decrypted(&cipher(&key, RECEIPT), code.as_bytes(), sealed));
    secret.ok_or_else(|| {
        let name = file.file_name().unwrap_or_default().display();
        let detail = format!(
            "Máy chủ không mở được mã tra cứu in trên giấy hẹn: tệp khóa {name} không còn hoặc không đúng. Giấy đã in vẫn tra cứu được; xin báo quản trị đặt lại tệp khóa từ nơi cất rồi in lại."
        );
        Error::conflict("key_lost", detail)
    })
}

/// Whether a key opens the secret of a receipt.
pub fn unseals(key: &Identity, code: &str, kept: &str) -> bool {
    let Some(sealed) = kept.strip_prefix(SEALED) else {
        return true;
    };
    decrypted(&cipher(key, RECEIPT), code.as_bytes(), sealed).is_some()
}
