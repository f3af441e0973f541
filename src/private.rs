//! What we put on the disk, only its owner reads. Where rights are kept otherwise (not on
//! Unix), the folder's own rights hold.
use std::{fs::File, io::Result, path::Path};

/// Makes a folder and those above it that are missing.
pub fn folder(path: &Path) -> Result<()> {
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(path)
}

/// Makes a file that is not there yet.
pub fn create_new(path: &Path) -> Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a file, or empties the one that is there: also that is its owner's from then on.
pub fn create(path: &Path) -> Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // Not a terminal or a pipe that was named.
    if file.metadata()?.is_file() {
        close(path)?;
    }
    Ok(file)
}

/// Whether a folder can be written to, or made where it is not there yet. Nothing is left
/// there: whoever asks may be another than who serves.
pub fn can_write(folder: &Path) -> Result<()> {
    let there = folder.ancestors().find(|folder| folder.exists());
    tempfile::tempfile_in(there.unwrap_or(Path::new("."))).map(drop)
}

/// Takes a file that another program wrote for us from everyone else.
#[cfg(unix)]
pub fn close(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
pub fn close(_: &Path) -> Result<()> {
    Ok(())
}

/// Whether anyone but its owner may read it.
#[cfg(unix)]
pub fn seen_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let open = std::fs::metadata(path).map(|meta| meta.permissions().mode());
    open.is_ok_and(|mode| mode & 0o077 != 0)
}

#[cfg(not(unix))]
pub fn seen_by_others(_: &Path) -> bool {
    false
}
