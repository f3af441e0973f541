//! OWASP ASVS 5.0, level 2, requirement by requirement: `tests/asvs.csv` says of each met
//! (with its tests), not applicable (with the reason) or open. What no other test shows
//! is shown here.
use std::{collections::BTreeSet, fs, path::Path};

use axum::{body::Body, http::Request};
use motcua::domain::role::Role;

use crate::{
    harness::{Desk, database_url},
    routes::{filled, of},
    server::Server,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// Every Rust file below a folder.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path
            .strip_prefix(ROOT)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if path.is_dir() {
            found.extend(sources(&name));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push((name.clone(), text(&name)));
        }
    }
    found
}

#[test]
fn every_line_is_met_by_tests_that_exist_or_says_why_not() {
    let mut rows = csv::Reader::from_path(Path::new(ROOT).join("tests/asvs.csv")).unwrap();
    let (mut seen, mut met, mut open, mut none) = (BTreeSet::new(), 0, Vec::new(), 0);
    for row in rows.records() {
        let row = row.unwrap();
        let (id, state, tests, words) = (&row[0], &row[1], &row[2], &row[3]);
        assert!(seen.insert(id.to_owned()), "{id} stands there twice");
        match state {
            "met" => {
                assert!(!tests.is_empty(), "{id} is met without a test");
                met += 1;
            }
            "n/a" | "open" => {
                assert!(words.len() > 4, "{id} has no reason");
                if state == "open" {
                    open.push(id.to_owned());
                } else {
                    none += 1;
                }
            }
            other => panic!("{id}: {other}"),
        }
        for test in tests.split_whitespace() {
            let parts: Vec<&str> = test.split("::").collect();
            let [kind, file, name] = parts[..] else {
                panic!("{id}: {test}")
            };
            let text = text(&format!("tests/{kind}/{file}.rs"));
            assert!(
                text.contains(&format!("fn {name}(")),
                "{id}: no test {test}"
            );
        }
    }
    // Level 1 and 2 of ASVS 5.0.0.
    assert_eq!(seen.len(), 253);
    println!(
        "ASVS 5.0 level 2: {met} met, {none} not applicable, {} open: {}",
        open.len(),
        open.join(" ")
    );
}

#[test]
fn no_code_of_ours_is_unsafe() {
    assert!(text("Cargo.toml").contains("unsafe_code = \"forbid\""));
    assert!(text("Cargo.toml").contains("[lints]\nworkspace = true"));
}

#[test]
fn no_page_starts_another_program() {
    for (file, text) in sources("src") {
        let starts = text.contains("process::Command") || text.contains("Command::new(");
        assert!(!starts || file == "src/upkeep/postgres.rs", "{file}");
        assert!(
            !text.contains("\"sh\"") && !text.contains("\"bash\""),
            "{file}"
        );
    }
}

#[test]
fn the_script_of_the_pages_runs_nothing_it_was_given() {
    let script = text("src/web/assets/desk.js");
    for word in [
        "eval(",
        "new Function",
        "document.write",
        "insertAdjacentHTML",
        "__proto__",
    ] {
        assert!(!script.contains(word), "{word}");
    }
}

#[test]
fn certificates_of_others_are_looked_at() {
    for (file, text) in sources("src") {
        for word in ["danger_accept", "dangerous_accept", "Tls::Opportunistic"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
    assert!(text("src/mail/gateway.rs").contains("redirect(Policy::none())"));
}

#[test]
fn every_component_comes_from_the_registry() {
    let lock = text("Cargo.lock");
    let sources: BTreeSet<&str> = lock
        .lines()
        .filter(|line| line.starts_with("source = "))
        .collect();
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    assert_eq!(sources.into_iter().collect::<Vec<_>>(), [registry]);
    let (count, sums) = (
        lock.matches(registry).count(),
        lock.matches("\nchecksum = ").count(),
    );
    assert_eq!(count, sums, "each with its checksum");
    println!("components: {count}");
}

#[test]
fn the_service_has_few_rights() {
    let unit = text("config/motcua.service");
    for right in [
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "UMask=0077",
    ] {
        assert!(unit.contains(right), "{right}");
    }
}

#[test]
fn the_readme_names_every_key() {
    let readme = text("README.md");
    for word in [
        "argon2id",
        "SHA-256",
        "HMAC",
        "X25519",
        "motcua.db.key",
        "**Whose data.**",
    ] {
        assert!(readme.contains(word), "{word}");
    }
}

async fn headers(desk: &Desk, cookie: &str, path: &str) -> (u16, String, Vec<(String, String)>) {
    let request = Request::get(path).header("cookie", cookie);
    let answer = desk.answer(request.body(Body::empty()).unwrap()).await;
    let all = answer.headers().iter();
    let all: Vec<(String, String)> = all
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let kind = all.iter().find(|(name, _)| name == "content-type");
    let kind = kind.map_or(String::new(), |(_, value)| value.clone());
    (answer.status().as_u16(), kind, all)
}

#[tokio::test]
async fn every_answer_bears_its_headers() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let cookie = desk.sign_in(Role::Admin).await;
    let mut all = of(&motcua::web::router());
    all.extend(of(&motcua::api::router()));
    let mut looked = 0;
    for (_, path) in all.iter().filter(|(method, _)| method == "GET") {
        for who in ["", cookie.as_str()] {
            let (status, kind, headers) = headers(&desk, who, &filled(path, &code)).await;
            let of = |name: &str| {
                let found = headers.iter().find(|(known, _)| known == name);
                found.map_or(String::new(), |(_, value)| value.clone())
            };
            assert_eq!(of("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(of("referrer-policy"), "no-referrer", "{path}");
            let policy = of("content-security-policy");
            for part in [
                "default-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'self'",
            ] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert!(
                of("access-control-allow-origin").is_empty() && of("server").is_empty(),
                "{path}"
            );
            if kind.starts_with("text/") {
                assert!(kind.contains("charset=utf-8"), "{path}: {kind}");
            }
            // What only staff may see stays in no cache.
            if status == 200 && !who.is_empty() && !path.starts_with("/assets/") {
                let kept = of("cache-control");
                let own = headers.iter().any(|(name, _)| name == "set-cookie");
                assert!(
                    kept.contains("no-store") || own || open_to_all(path),
                    "{path}: {kept:?}"
                );
            }
            looked += 1;
        }
    }
    println!("answers whose headers were looked at: {looked}");
}

/// Pages that everyone may open, by the table of routes.
fn open_to_all(path: &str) -> bool {
    let table = text("tests/data/routes.csv");
    let line = table
        .lines()
        .find(|line| line.starts_with(&format!("GET,{path},")));
    line.is_some_and(|line| line.split(',').nth(2) == Some("yes"))
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Office).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://xau.vn"),
    ] {
        let request = Request::post("/tai-khoan/nhac-viec")
            .header("cookie", &cookie)
            .header("host", "motcua.example.gov.vn")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("email=xau@xau.vn&wanted=1"))
            .unwrap();
        assert_eq!(desk.send(request).await.0, 403, "{name}");
    }
    let rows = desk.rows("SELECT email FROM account").await;
    assert!(rows[0]["email"].is_null());
}

#[tokio::test]
async fn a_password_is_taken_as_it_is_typed() {
    use motcua::{domain::role::Role::Office, password};
    let desk = Desk::at("2021-04-16T10:00").await;
    let long = format!("  Bò vàng {} 😀 ", "gặm cỏ xanh trên đồi ".repeat(6));
    assert!(long.chars().count() > 64 && !password::is_weak(&long, &[]));
    let stored = password::hash(&long).await.unwrap();
    assert!(stored.starts_with("$argon2id$"), "{stored}");
    assert!(password::verify(&long, &stored).await.unwrap());
    for other in [long.trim(), &long.to_lowercase(), &long[..long.len() - 1]] {
        assert!(
            !password::verify(other, &stored).await.unwrap(),
            "{other:?}"
        );
    }
    // Years later it still opens.
    let mut desk = desk;
    desk.sign_in(Office).await;
    desk.move_to("2026-04-16T10:00");
    let form = "username=office&password=mot+cau+de+nho";
    assert_eq!(desk.form("", "/dang-nhap", form).await.status, 303);
}

#[tokio::test]
async fn nothing_of_the_workshop_is_served() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Admin).await;
    for path in [
        "/.git/config",
        "/.env",
        "/Cargo.toml",
        "/config/motcua.toml",
        "/data/motcua.db",
        "/assets/",
        "/sample",
        "/mau",
        "/debug",
    ] {
        for who in ["", cookie.as_str()] {
            assert_eq!(desk.page(who, path).await.status, 404, "{path}");
        }
    }
    for method in ["TRACE", "CONNECT", "OPTIONS"] {
        let request = Request::builder().method(method).uri("/dang-nhap");
        let (status, body) = desk.send(request.body(Body::empty()).unwrap()).await;
        assert!(
            status.as_u16() >= 400 && !body.windows(6).any(|w| w == b"TRACE "),
            "{method}: {status}"
        );
    }
}

#[tokio::test]
async fn a_smuggled_request_is_none() {
    use std::io::{Read as _, Write as _};
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let done = tokio::task::spawn_blocking(move || {
        let server = Server::start(&url, folder.path());
        for lengths in [
            "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
            "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
            "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        ] {
            let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
            let words = format!(
                "POST /api/v1/deadlines HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n{lengths}"
            );
            stream.write_all(words.as_bytes()).unwrap();
            let mut said = String::new();
            let _ = stream.read_to_string(&mut said);
            assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{lengths}: {said}");
            assert!(said.starts_with("HTTP/1.1 4"), "{lengths}: {said}");
        }
        (server, folder)
    });
    drop(done.await.unwrap());
}

#[tokio::test]
async fn who_came_in_and_who_was_refused_is_logged_without_names() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let log = folder.path().join("log");
    let file = log.clone();
    let done = tokio::task::spawn_blocking(move || {
        let server = Server::start_with_log(&url, folder.path(), &file);
        let form = "username=Nguyen-Bi-Mat&password=Mat-Khau-Bi-Mat";
        let words = format!(
            "POST /dang-nhap HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        );
        let answer = crate::server::ask(&server.address, &words).unwrap();
        assert_eq!(answer.0, 401);
        assert_eq!(server.get("/api/v1/dossiers").unwrap().0, 401);
        (server, folder)
    });
    let (server, folder) = done.await.unwrap();
    let text = fs::read_to_string(&log).unwrap();
    drop((server, folder));
    for words in [
        "sign-in refused",
        "API call refused",
        "\"timestamp\":\"",
        "motcua::security",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for secret in ["Bi-Mat", "bi-mat"] {
        assert!(!text.contains(secret), "{text}");
    }
}
