//! Who else on this machine may read the register and its copies?
use std::path::{Path, PathBuf};

use super::{
    copy::sqlite_file,
    doctor::{Check, Grade},
};
use crate::{config::Settings, private};

/// The files that hold persons and that others may read.
fn open_to_others(settings: &Settings) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let closed = |folder: &Path| !private::seen_by_others(folder);
    if let Some(register) = sqlite_file(&settings.database.url)
        && !register.parent().is_some_and(closed)
    {
        all.push(register);
    }
    for folder in [&settings.backup.folder, &settings.mail.folder] {
        let folder = Path::new(folder);
        if !closed(folder) {
            let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
            all.extend(files.map(|file| file.path()).filter(|file| file.is_file()));
        }
    }
    all.retain(|file| private::seen_by_others(file));
    all
}

/// As a line of the doctor's.
pub fn check(settings: &Settings) -> Check {
    let open = open_to_others(settings);
    let name = "Quyền đọc tệp";
    match open.first() {
        None => Check {
            name,
            grade: Grade::Good,
            words: "Sổ, bản sao lưu và thư chỉ tài khoản chạy motcua đọc được.".into(),
        },
        Some(first) => Check {
            name,
            grade: Grade::Warn,
            words: format!(
                "{} tệp người khác trên máy đọc được, trước hết {}: chmod 600 tệp ấy, chmod 700 thư mục.",
                open.len(),
                first.display()
            ),
        },
    }
}
