//! What is wrong with a body or a query that cannot be read, in Vietnamese and by field.
use serde::de::DeserializeOwned;

use crate::error::{Error, Kind};

/// Reads JSON, or says which field of it is wrong and how.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        of_json(&path, error.inner())
    })?;
    reader.end().map_err(|error| of_json(".", &error))?;
    Ok(value)
}

fn of_json(path: &str, error: &serde_json::Error) -> Error {
    if !error.is_data() {
        let place = format!("dòng {}, cột {}", error.line(), error.column());
        return Error::new(
            Kind::Unreadable,
            "not_json",
            format!("Nội dung gửi lên không phải JSON ({place})."),
        );
    }
    let text = error.to_string();
    let (said, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    in_words(path, said)
}

/// A query string: the framework names the field before its reason.
pub fn query(said: &str) -> Error {
    let said = said
        .strip_prefix("Failed to deserialize query string: ")
        .unwrap_or(said);
    match said.split_once(": ") {
        Some((field, why)) if !field.contains(' ') => in_words(field, why),
        _ => in_words("query", said),
    }
}

/// The library's sentence in ours.
fn in_words(path: &str, said: &str) -> Error {
    let field = match path {
        "." | "" => "body",
        path => path,
    };
    let named = || said.split('`').nth(1).unwrap_or_default();
    // The library names the field within the group that the path leads to.
    let inner = |name: &str| match path {
        "." | "" => name.to_owned(),
        path if path.ends_with(name) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    if said.starts_with("unknown field") {
        let name = named();
        return Error::invalid(name, format!("Không có ô “{name}”. Xin xem lại tên ô."));
    }
    if said.starts_with("missing field") {
        let name = inner(named());
        return Error::invalid(&name, format!("Thiếu ô “{name}”."));
    }
    if said.starts_with("duplicate field") {
        let name = inner(named());
        return Error::invalid(&name, format!("Ô “{name}” ghi hai lần."));
    }
    let whose = match field {
        "body" => "Nội dung gửi lên".to_owned(),
        "query" => "Tham số trên đường dẫn".to_owned(),
        field => format!("Ô “{field}”"),
    };
    if let Some(rest) = said.strip_prefix("unknown variant") {
        let (_, known) = rest.split_once("expected ").unwrap_or_default();
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        return Error::invalid(field, format!("{whose} chỉ nhận {}.", known.join(", ")));
    }
    if let Some((given, expected)) = said
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.split_once(", expected "))
    {
        let (wanted, there) = (wanted(expected), there(given));
        return Error::invalid(field, format!("{whose} phải là {wanted}, đang là {there}."));
    }
    if said.starts_with("invalid value") {
        return Error::invalid(field, format!("{whose} có giá trị ngoài khoảng cho phép."));
    }
    if said.contains("invalid digit") || said.contains("too large") || said.contains("empty string")
    {
        return Error::invalid(field, format!("{whose} phải là số nguyên."));
    }
    Error::invalid(field, format!("{whose} có kiểu dữ liệu chưa đúng."))
}

fn wanted(expected: &str) -> &'static str {
    let integers = [
        "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize",
    ];
    match expected {
        one if integers.contains(&one) => "số nguyên",
        "f32" | "f64" => "số",
        "a boolean" => "true hoặc false",
        "a string" | "a borrowed string" | "string or map" => "chữ",
        one if one.contains("sequence") => "danh sách",
        one if one.starts_with("struct") || one.contains("map") => "nhóm ô { … }",
        _ => "kiểu khác",
    }
}

fn there(given: &str) -> &'static str {
    match given.split([' ', '`']).next().unwrap_or_default() {
        "string" => "chữ",
        "integer" | "floating" => "số",
        "boolean" => "true hoặc false",
        "null" => "null",
        "sequence" => "danh sách",
        "map" => "nhóm ô { … }",
        _ => "kiểu khác",
    }
}
