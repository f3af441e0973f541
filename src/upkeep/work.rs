//! Where does the register lie in the open while a copy is made, tried or put back? In a
//! folder beside the database that only its owner enters, and that is empty again after,
//! also when the process was killed in between.
use std::{
    fs::File,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::copy::sqlite_file;
use crate::{config::Settings, error::Result, private};

/// Held by all who work; whoever tidies must have it alone.
const HELD: &str = "dang-dung";

/// A folder of one's own as long as it is held.
#[derive(Debug)]
pub struct Work {
    folder: TempDir,
    _held: File,
}

/// The folder of all such folders.
pub fn place(settings: &Settings) -> PathBuf {
    let register = sqlite_file(&settings.database.url);
    let beside = register.as_deref().and_then(Path::parent);
    let beside = match beside {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => Path::new("data"),
    };
    beside.join(".motcua-tam")
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
        let place = place(settings);
        private::folder(&place)?;
        let held = held(&place)?;
        held.lock_shared()?;
        // Made for its owner alone.
        let folder = tempfile::Builder::new()
            .prefix("viec-")
            .tempdir_in(&place)?;
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
    let place = place(settings);
    if !place.exists() {
        return Ok(());
    }
    let held = held(&place)?;
    if held.try_lock().is_err() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&place)? {
        let path = entry?.path();
        if path.is_dir() {
            std::fs::remove_dir_all(&path)?;
            tracing::warn!("removed what a copy that was cut off had left");
        }
    }
    Ok(())
}
