//! What is said of a setting that cannot be read: which it is, where it was set, what it
//! would have to be.
use figment::{
    Metadata,
    error::{Actual, Kind as Why},
};

use super::origin::without_secrets;
use crate::error::{Error, Kind};

/// What every variable of ours begins with, and what parts section and key.
const OURS: &str = "MOTCUA_";
const PARTS: &str = "__";

/// The sentence for a variable that looks like a setting and would be read by nobody: the
/// register would quietly be another one.
pub(super) fn misspelt() -> Option<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut wrong = names.filter_map(|name| Some((right_of(&name)?, name)));
    let (right, name) = wrong.next()?;
    Some(format!(
        "Cấu hình sai: biến môi trường {name} không được đọc, vì sau MOTCUA phải có hai dấu gạch dưới. Viết là {right}, hoặc bỏ biến ấy."
    ))
}

/// How a variable with one mark too few is spelt; nothing where it is none.
fn right_of(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    let rest = upper.strip_prefix(OURS)?;
    let is_one_short = !rest.starts_with('_') && rest.contains(PARTS);
    is_one_short.then(|| format!("MOTCUA{PARTS}{rest}"))
}

/// The refusal of settings that cannot be read.
pub(super) fn wrong(error: figment::Error) -> Error {
    let all: Vec<String> = error.into_iter().map(|one| said(&one)).collect();
    let detail = format!(
        "Cấu hình sai: {} Xem chú thích trong config/motcua.toml.",
        all.join(" ")
    );
    Error::new(Kind::Invalid, "config", detail)
}

fn said(error: &figment::Error) -> String {
    let key = error.path.join(".");
    let place = error
        .metadata
        .as_ref()
        .map_or_else(String::new, |from| format!(" ({})", place(from, &key)));
    let why = why(&error.kind, &key);
    if key.is_empty() {
        return format!("{why}{place}.");
    }
    let example = if key.ends_with("listen") {
        " Ví dụ: 127.0.0.1:8080."
    } else {
        ""
    };
    format!("{key}{place}: {why}.{example}")
}

/// Where it was set: the file, or the variable by its name.
fn place(from: &Metadata, key: &str) -> String {
    let file = from.source.as_ref().and_then(|source| source.file_path());
    if let Some(file) = file {
        return format!("tệp {}", file.display());
    }
    if from.name.contains("TOML") {
        return "mặc định".to_owned();
    }
    // Two have a short name of their own; they are read without what ours begin with.
    let is_short = !from.name.contains("MOTCUA__");
    let name = match key {
        "" => return "biến môi trường".to_owned(),
        "server.listen" if is_short => "MOTCUA_LISTEN".to_owned(),
        "database.url" if is_short => "MOTCUA_DATABASE_URL".to_owned(),
        key => format!(
            "MOTCUA{PARTS}{}",
            key.to_ascii_uppercase().replace('.', PARTS)
        ),
    };
    format!("biến môi trường {name}")
}

/// A value as it was found, unless nobody may see it.
fn found(value: &Actual, key: &str) -> String {
    if key.ends_with("_key") || key.ends_with("_secret") {
        return "giá trị đã đặt".to_owned();
    }
    match value {
        Actual::Bool(value) => value.to_string(),
        Actual::Unsigned(value) => value.to_string(),
        Actual::Signed(value) => value.to_string(),
        Actual::Float(value) => value.to_string(),
        Actual::Str(value) => format!("“{}”", without_secrets(key, value)),
        Actual::Seq => "một danh sách".to_owned(),
        Actual::Map => "một bảng".to_owned(),
        other => other.to_string(),
    }
}

fn wanted(what: &str) -> String {
    match what {
        "a string" => "một chuỗi (chuỗi toàn chữ số thì đặt trong dấu nháy kép)".to_owned(),
        "a boolean" => "true hoặc false".to_owned(),
        "a sequence" => "một danh sách".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "một số nguyên không âm".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "một số nguyên".to_owned(),
        other => other.to_owned(),
    }
}

fn why(kind: &Why, key: &str) -> String {
    match kind {
        Why::InvalidType(value, what) | Why::InvalidValue(value, what) => {
            format!(
                "{} không dùng được, cần {}",
                found(value, key),
                wanted(what)
            )
        }
        Why::InvalidLength(count, what) => {
            format!("có {count} phần, cần {}", wanted(what))
        }
        Why::UnknownVariant(value, all) => {
            format!(
                "“{value}” không dùng được, chọn một trong: {}",
                all.join(", ")
            )
        }
        Why::UnknownField(name, all) => {
            format!(
                "không có thiết lập nào tên “{name}”, ở đó có: {}",
                all.join(", ")
            )
        }
        Why::MissingField(name) => format!("thiếu “{name}”"),
        Why::DuplicateField(name) => format!("“{name}” đặt hai lần"),
        // As the reader of the file says it, with the line.
        other => other.to_string(),
    }
}
