//! A file has one server: what is in hand there is told from what a dead one left by that alone.
use std::{
    fs::{File, TryLockError},
    io::ErrorKind,
    path::PathBuf,
};

use crate::{
    error::{Error, Result},
    private,
    upkeep::copy::sqlite_file,
};

/// To be held while a file is served; on PostgreSQL any number of servers may.
///
/// # Errors
/// When another process serves it.
pub fn keep(url: &str) -> Result<Option<File>> {
    let way_on = "Dừng máy chủ ấy trước, hoặc đặt database.url tới sổ khác.";
    held(url, way_on)
}

/// The same while it is copied elsewhere: whoever serves it would go on receiving here.
///
/// # Errors
/// When another process serves it.
pub fn keep_to_copy(url: &str) -> Result<Option<File>> {
    // Where there is no register no mark of one is left.
    if sqlite_file(url).is_some_and(|place| !place.exists()) {
        return Ok(None);
    }
    held(url, "Dừng máy chủ ấy trước rồi chép lại; chưa chép gì.")
}

fn held(url: &str, way_on: &str) -> Result<Option<File>> {
    let Some(place) = sqlite_file(url) else {
        return Ok(None);
    };
    // Not the file itself: to close it once would take the engine's own locks away.
    let mark = PathBuf::from(format!("{}.serving", place.display()));
    let held = match private::create_new(&mark) {
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            File::options().read(true).write(true).open(&mark)?
        }
        made => made?,
    };
    match held.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let detail = format!(
                "Đã có một motcua đang phục vụ hoặc đang chép {}. {way_on}",
                place.display()
            );
            Err(Error::conflict("served_already", detail))
        }
        // A disk of another machine may know no locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(held)),
    }
}
