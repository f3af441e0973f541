//! The walls between the rooms, where the compiler does not hold them itself.
use std::path::{Path, PathBuf};

fn files(folder: &str) -> Vec<(String, String)> {
    let mut open = vec![PathBuf::from(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// Code without its comments.
fn code(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What `use crate::{ … }` brings in, each with its whole path.
fn imports(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for group in code.split("use crate::{").skip(1) {
        let mut within = vec!["crate::".to_owned()];
        let mut name = String::new();
        for sign in group.chars().filter(|sign| !sign.is_whitespace()) {
            match sign {
                '{' => within.push(std::mem::take(&mut name)),
                '}' | ',' if name.is_empty() => {}
                '}' | ',' => names.push(within.concat() + &std::mem::take(&mut name)),
                _ => name.push(sign),
            }
            if sign == '}' {
                within.pop();
            }
            if within.is_empty() {
                break;
            }
        }
    }
    names
}

/// What a room must not know.
const WALLS: [(&str, &[&str]); 8] = [
    (
        "src/domain",
        &[
            "crate::store",
            "crate::actions",
            "crate::web",
            "crate::api",
            "crate::app",
            "crate::config",
            "crate::clock",
            "sea_orm",
            "axum",
            "maud",
            "tokio",
        ],
    ),
    (
        "src/store",
        &[
            "crate::actions",
            "crate::web",
            "crate::api",
            "crate::app",
            "crate::documents",
            "crate::reports",
            "axum",
            "maud",
        ],
    ),
    (
        "src/documents",
        &[
            "crate::store",
            "crate::actions",
            "crate::web",
            "crate::api",
            "crate::app",
            "sea_orm",
            "axum",
            "maud",
        ],
    ),
    (
        "src/actions",
        &[
            "crate::web",
            "crate::api",
            "crate::documents",
            "crate::reports",
            "sea_orm",
            "axum",
            "maud",
        ],
    ),
    (
        "src/reports",
        &["crate::web", "crate::api", "sea_orm", "axum", "maud"],
    ),
    (
        "src/mail",
        &["crate::web", "crate::api", "sea_orm", "axum", "maud"],
    ),
    ("src/api", &["crate::web", "sea_orm", "maud"]),
    ("src/web", &["crate::api::dossiers", "sea_orm"]),
];

#[test]
fn no_room_looks_through_a_wall() {
    let mut seen = Vec::new();
    for (room, strangers) in WALLS {
        for (file, text) in files(room) {
            let text = code(&text);
            let imports = imports(&text);
            for stranger in strangers {
                let imported = imports.iter().any(|name| name.starts_with(stranger));
                if imported || text.contains(stranger) {
                    seen.push(format!("{file} names {stranger}"));
                }
            }
        }
    }
    assert!(seen.is_empty(), "{seen:#?}");
}

#[test]
fn grouped_imports_are_seen_one_by_one() {
    let text = "use crate::{app::App, api::{self, dossiers::act}, reports::year,}; fn f() {}";
    let whole = [
        "crate::app::App",
        "crate::api::self",
        "crate::api::dossiers::act",
        "crate::reports::year",
    ];
    assert_eq!(imports(text), whole);
}

#[test]
fn every_file_says_which_question_it_answers() {
    let silent: Vec<String> = files("src")
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(file, _)| file)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn only_the_clock_reads_the_clock_and_nothing_unwraps() {
    for (file, text) in files("src") {
        let text = code(&text);
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["Utc::now", "Local::now", "SystemTime::now"] {
            assert!(
                !body.contains(word) || file.ends_with("clock.rs"),
                "{file}: {word}"
            );
        }
        for word in [
            ".unwrap()",
            ".expect(",
            "panic!(",
            "todo!(",
            "unreachable!(",
        ] {
            assert!(!body.contains(word), "{file}: {word}");
        }
    }
}

#[test]
fn nothing_of_the_workshop_is_named() {
    for folder in ["src", "tests", "migrations"] {
        for (file, text) in files(folder) {
            if Path::new(&file).ends_with("architecture.rs") {
                continue;
            }
            assert!(!text.contains("../shared"), "{file}");
        }
    }
}
