//! Where does the register lie in the open while a copy is made, tried or put back? In a
//! folder beside the database that only its owner enters (PostgreSQL: beside the key file),
//! and that is empty again after, also when the process was killed in between.
use std::{
    fs::File,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    copy::sqlite_file,
    doctor::{Check, Grade, check},
};
use crate::{
    config::Settings,
    error::{Error, Result},
    private, system_error, vault,
};

/// Held by all who work; whoever tidies must have it alone.
const HELD: &str = "dang-dung";

/// A folder of one's own as long as it is held.
#[derive(Debug)]
pub struct Work {
    folder: TempDir,
    _held: File,
}

/// Where the folder of all such folders may be, the best first. Without a file of the
/// register: where what opens its secrets lies; that may be a place to read alone, and then
/// among the copies, without which none is made anyway.
pub fn places(settings: &Settings) -> Vec<PathBuf> {
    let folder_of = |file: &Path| match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let folders = match sqlite_file(&settings.database.url) {
        Some(register) => vec![folder_of(&register)],
        None => vec![
            folder_of(&vault::key_file(settings)),
            PathBuf::from(&settings.backup.folder),
        ],
    };
    let places = folders.into_iter();
    places.map(|folder| folder.join(".motcua-tam")).collect()
}

fn held(place: &Path) -> Result<File> {
    let file = place.join(HELD);
    match private::create_new(&file) {
        Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => Ok(File::open(&file)?),
        made => Ok(made?),
    }
}

impl Work {
    pub fn begin(settings: &Settings) -> Result<Self> {
        let mut refused: Option<Error> = None;
        for place in places(settings) {
            match Self::begin_at(&place) {
                Ok(work) => return Ok(work),
                // That of the best place says what is to be mended.
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        Err(refused.unwrap_or_else(|| Error::internal("no place to work at")))
    }

    fn begin_at(place: &Path) -> Result<Self> {
        private::folder(place)?;
        let held = held(place)?;
        held.lock_shared()?;
        // Made for its owner alone.
        let folder = tempfile::Builder::new().prefix("viec-").tempdir_in(place)?;
        Ok(Self {
            folder,
            _held: held,
        })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves nothing behind.
    pub fn close(self) -> Result<()> {
        Ok(self.folder.close()?)
    }
}

/// Removes what killed processes left; nothing while anybody works there.
pub fn tidy(settings: &Settings) -> Result<()> {
    let places = places(settings);
    let there = places.iter().filter(|place| place.exists());
    // Each, also where one belongs to another account, as after a copy made by root.
    let tidied: Vec<Result<()>> = there.map(|place| tidy_at(place)).collect();
    tidied.into_iter().collect()
}

fn tidy_at(place: &Path) -> Result<()> {
    let held = held(place)?;
    if held.try_lock().is_err() {
        return Ok(());
    }
    for entry in std::fs::read_dir(place)? {
        let path = entry?.path();
        if path.is_dir() {
            std::fs::remove_dir_all(&path)?;
            tracing::warn!("removed what a copy that was cut off had left");
        }
    }
    Ok(())
}

/// Whether it can be written to. Nothing is made there: whoever asks may be another than who
/// serves, who could not enter it.
fn try_at(place: &Path) -> std::io::Result<()> {
    let there = place.ancestors().find(|folder| folder.exists());
    tempfile::tempfile_in(there.unwrap_or(Path::new("."))).map(drop)
}

/// As a line of the doctor's: a service may write in few places.
pub(super) fn check_of(settings: &Settings) -> Check {
    let name = "Nơi làm bản sao lưu";
    let mut refused = Vec::new();
    for place in places(settings) {
        let shown = place.display();
        match try_at(&place) {
            Ok(()) => {
                let words = format!("{shown}: ghi được, chỉ tài khoản chạy motcua vào được.");
                return check(name, Grade::Good, words);
            }
            Err(why) => refused.push(format!("{shown} ({})", system_error::words(&why))),
        }
    }
    let words = format!(
        "Không ghi được vào {}: không sao lưu được, lần nâng cấp sau không chạy được. Cho tài khoản chạy motcua ghi vào thư mục của cơ sở dữ liệu (PostgreSQL: của security.key_file hoặc backup.folder).",
        refused.join(", ")
    );
    check(name, Grade::Bad, words)
}
