//! Files named on the command line: read, written, and those of them that must be there.
use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use crate::{
    config::Settings,
    documents::workbook::{self, Grid},
    error::{Error, Kind, Result},
    private, system_error,
    upkeep::copy::sqlite_file,
};

/// Reads a CSV or Excel file.
pub fn read_grid(path: &Path) -> Result<Grid> {
    workbook::read(&read_bytes(path)?).map_err(|error| {
        let detail = format!("Không đọc được tệp {}: {}.", path.display(), error.0);
        Error::new(Kind::Invalid, "unreadable_file", detail)
    })
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| {
        let why = system_error::words(&error);
        let detail = format!("Không đọc được tệp {}: {why}.", path.display());
        Error::new(Kind::Invalid, "unreadable_file", detail)
    })
}

/// Reads a text file; an Excel file becomes text.
pub fn read_file(path: &Path) -> Result<String> {
    let bytes = read_bytes(path)?;
    if bytes.starts_with(b"PK") {
        return Ok(workbook::text(&read_grid(path)?));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + String::from_utf8_lossy(before).matches('\n').count();
        let detail = format!(
            "{}: dòng {line} không phải UTF-8. Xin lưu lại dạng UTF-8.",
            path.display()
        );
        Error::new(Kind::Invalid, "unreadable_file", detail)
    })
}

/// Writes a file.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create_file(path)?;
    file.write_all(bytes)
        .map_err(|error| unwritable(path, &error))
}

/// Makes a file. It may hold persons' data: only its owner reads it.
pub fn create_file(path: &Path) -> Result<File> {
    private::create(path).map_err(|error| unwritable(path, &error))
}

pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    let why = system_error::words(error);
    let detail = format!("Không ghi được tệp {}: {why}.", path.display());
    Error::new(Kind::Invalid, "unwritable_file", detail)
}

/// Refuses to look into a register that is not there: an empty one would be made, and called
/// whole.
pub fn must_be_there(settings: &Settings) -> Result<()> {
    let missing = sqlite_file(&settings.database.url).filter(|place| !place.exists());
    let Some(place) = missing else {
        return Ok(());
    };
    let here = std::env::current_dir().unwrap_or_default();
    let detail = format!(
        "Không có sổ ở {}: xem lại database.url, hoặc chạy lệnh từ thư mục của motcua (lệnh này đang chạy ở {}). Chưa dựng gì; sổ mới do motcua serve hoặc motcua migrate dựng.",
        place.display(),
        here.display()
    );
    Err(Error::new(Kind::Invalid, "no_register", detail))
}
