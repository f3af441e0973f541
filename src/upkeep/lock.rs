//! Copies under lock: written so that only the office's key opens them (age).
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::Path,
    str::FromStr,
};

use age::{
    Decryptor, Encryptor,
    secrecy::ExposeSecret as _,
    x25519::{Identity, Recipient},
};

use crate::{
    error::{Error, Kind, Result},
    system_error, vault,
};

fn refused(code: &'static str, detail: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, code, detail)
}

/// A new key: the secret one, as kept in a file, and the public one, as set.
pub fn new_key() -> (String, String) {
    let key = Identity::generate();
    let public = key.to_public().to_string();
    let secret = key.to_string();
    let file = format!("# khóa công khai: {public}\n{}\n", secret.expose_secret());
    (file, public)
}

/// The public keys of the settings.
pub fn recipients(keys: &[String]) -> Result<Vec<Recipient>> {
    let parse = |key: &String| {
        Recipient::from_str(key.trim()).map_err(|_| {
            // Who mixed the two up would find the secret one in a log.
            let shown = if key.contains("SECRET") {
                "(khóa bí mật, không hiện)"
            } else {
                key.as_str()
            };
            let detail = format!("Cấu hình sai: backup.recipients có khóa “{shown}” không dùng được. Khóa công khai bắt đầu bằng age1….");
            refused("config", detail)
        })
    };
    keys.iter().map(parse).collect()
}

/// Locks a file for these keys and one more, which is answered: it opens this file
/// alone, so that what was really written can be tried without the office's key.
pub fn lock(from: &Path, to: &Path, recipients: &[Recipient]) -> Result<Identity> {
    let trial = Identity::generate();
    let trial_public = trial.to_public();
    let all = recipients.iter().chain([&trial_public]);
    let encryptor = Encryptor::with_recipients(all.map(|key| key as &dyn age::Recipient))
        .map_err(Error::internal)?;
    let mut plain = BufReader::new(File::open(from)?);
    let mut locked = encryptor.wrap_output(BufWriter::new(File::create(to)?))?;
    std::io::copy(&mut plain, &mut locked)?;
    let mut file = locked.finish()?;
    file.flush()?;
    file.get_ref().sync_all()?;
    Ok(trial)
}

/// Opens a locked file.
pub fn unlock(from: &Path, to: &Path, key: &Identity) -> Result<()> {
    let wrong = |why: age::DecryptError| {
        refused(
            "wrong_key",
            format!(
                "Không mở được {}: {why}. Kiểm lại tệp khóa.",
                from.display()
            ),
        )
    };
    let decryptor = Decryptor::new_buffered(BufReader::new(File::open(from)?)).map_err(wrong)?;
    let keys = std::iter::once(key as &dyn age::Identity);
    let mut plain = decryptor.decrypt(keys).map_err(wrong)?;
    let mut to = BufWriter::new(File::create(to)?);
    std::io::copy(&mut plain, &mut to).map_err(|why| {
        refused(
            "damaged",
            format!("Bản sao lưu {} bị hỏng: {why}.", from.display()),
        )
    })?;
    to.flush()?;
    Ok(())
}

/// Reads a secret key from its file.
pub fn read_key(file: &Path) -> Result<Identity> {
    let text = std::fs::read_to_string(file).map_err(|why| {
        let why = system_error::words(&why);
        refused(
            "unreadable_file",
            format!("Không đọc được tệp khóa {}: {why}.", file.display()),
        )
    })?;
    vault::key_in(&text).ok_or_else(|| {
        refused(
            "wrong_key",
            format!(
                "{} không phải tệp khóa: cần dòng AGE-SECRET-KEY-….",
                file.display()
            ),
        )
    })
}
