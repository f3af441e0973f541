//! The demo one click away: who may open it, what it knows of the register, how it ends.
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use motcua::{demo::PASSWORD, domain::role::Role, trial::Course};

use crate::{harness::Desk, smtp::Server};

const OFFER: &str = "Mở bản dùng thử";

#[tokio::test]
async fn anybody_opens_it_until_something_real_is_there_then_the_administrator() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let admin = desk.sign_in(Role::Admin).await;
    let office = desk.sign_in(Role::Office).await;
    assert!(desk.page("", "/dang-nhap").await.body.contains(OFFER));
    let asked = desk.form("", "/ban-thu", "").await;
    assert_eq!((asked.status, asked.location.as_str()), (303, "/ban-thu"));
    assert_eq!(desk.app.trial.course(), Course::Wished);
    let page = desk.page("", "/ban-thu").await.body;
    assert!(page.contains("Đang dựng bản dùng thử"), "{page}");
    assert_eq!(desk.form(&office, "/ban-thu/dong", "").await.status, 403);
    desk.form(&admin, "/ban-thu/dong", "").await;
    assert_eq!(desk.app.trial.course(), Course::Closed);

    desk.receive("1.001022", "2021-04-16T09:00").await;
    assert!(!desk.page("", "/dang-nhap").await.body.contains(OFFER));
    for other in ["", &office] {
        assert_eq!(desk.form(other, "/ban-thu", "").await.status, 403);
        assert!(!desk.page(other, "/ban-thu").await.body.contains(OFFER));
    }
    assert_eq!(desk.app.trial.course(), Course::Closed);
    assert!(desk.page(&admin, "/khoi-dau").await.body.contains(OFFER));
    assert_eq!(desk.form(&admin, "/ban-thu", "").await.status, 303);
    assert_eq!(desk.app.trial.course(), Course::Wished);

    desk.set(|settings| settings.trial.listen.clear());
    assert_eq!(desk.page(&admin, "/ban-thu").await.status, 404);
    assert_eq!(desk.form(&admin, "/ban-thu", "").await.status, 404);
    assert!(!desk.page(&admin, "/khoi-dau").await.body.contains(OFFER));
}

/// What a server on this machine answers.
fn asked(address: &str, request: &str) -> std::io::Result<String> {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let (line, body) = request.split_once('\n').unwrap_or((request, ""));
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

async fn ask(address: &str, request: &str) -> std::io::Result<String> {
    let (address, request) = (address.to_owned(), request.to_owned());
    tokio::task::spawn_blocking(move || asked(&address, &request))
        .await
        .unwrap()
}

/// Folders of such demos.
fn folders() -> BTreeSet<std::path::PathBuf> {
    std::fs::read_dir(std::env::temp_dir())
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().contains("motcua-ban-thu-"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_beside_the_register_shares_nothing_and_leaves_nothing() {
    let server = Server::start();
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let (smtp, key) = (server.url(), tempfile::NamedTempFile::new().unwrap());
    desk.set(|settings| {
        settings.trial.listen = "127.0.0.1:0".into();
        settings.trial.dossiers = 25;
        settings.mail.smtp_url.clone_from(&smtp);
        settings.security.key_file = key.path().display().to_string();
    });
    let before = folders();
    let serving = tokio::spawn(motcua::cli::trial::task(desk.app.clone()));
    let mut course = desk.app.trial.follow();
    assert_eq!(desk.form("", "/ban-thu", "").await.status, 303);
    let done = course
        .wait_for(|course| matches!(course, Course::Open(_) | Course::Failed(_)))
        .await
        .unwrap()
        .clone();
    let Course::Open(address) = done else {
        panic!("{done:?}");
    };
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let page = desk.page("", "/ban-thu").await.body;
    assert!(page.contains(&format!("href=\"{address}\"")), "{page}");
    assert!(page.contains(PASSWORD));

    let first = ask(&address, "GET /").await.unwrap();
    assert!(first.contains("Bản dùng thử: dữ liệu giả"), "{first}");
    assert!(first.contains("data-demo"), "its own colours");
    let signed_in = ask(
        &address,
        &format!("POST /dang-nhap\nusername=admin&password={PASSWORD}"),
    )
    .await
    .unwrap();
    assert!(signed_in.starts_with("HTTP/1.1 303"), "{signed_in}");
    let cookie = signed_in
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: motcua-dung-thu="))
        .expect("a cookie of its own")
        .split(';')
        .next()
        .unwrap();
    // No demo within the demo, and no session of the demo here.
    assert!(
        ask(&address, "GET /ban-thu")
            .await
            .unwrap()
            .starts_with("HTTP/1.1 404")
    );
    for name in ["motcua", "motcua-dung-thu"] {
        let page = desk
            .page(&format!("{name}={cookie}"), "/ban-lam-viec")
            .await;
        assert_eq!(page.status, 303, "{name}");
    }
    assert!(desk.rows("SELECT id FROM dossier").await.is_empty());
    assert!(server.taken().is_empty(), "no mail leaves it");
    assert_eq!(
        key.path().metadata().unwrap().len(),
        0,
        "nor is the key read"
    );

    desk.app.trial.wish();
    assert_eq!(
        desk.app.trial.course(),
        Course::Open(address.clone()),
        "one is enough"
    );
    desk.app.trial.close();
    for _ in 0..600 {
        if folders().is_subset(&before) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(folders().is_subset(&before), "{:?}", folders());
    assert!(ask(&address, "GET /").await.is_err(), "nobody listens");
    assert_eq!(desk.app.trial.course(), Course::Closed);
    serving.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_uses_it_and_it_ends_by_itself() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| {
        settings.trial.listen = "127.0.0.1:0".into();
        settings.trial.dossiers = 25;
        settings.trial.idle_minutes = 0;
    });
    let serving = tokio::spawn(motcua::cli::trial::task(desk.app.clone()));
    let mut course = desk.app.trial.follow();
    desk.app.trial.wish();
    course.borrow_and_update();
    let mut seen = Vec::new();
    while course.changed().await.is_ok() {
        let now = course.borrow_and_update().clone();
        let over = now == Course::Closed;
        seen.push(now);
        if over {
            break;
        }
    }
    // It may open and end between two looks, but it is over, and its address is nobody's.
    assert_eq!(seen.last(), Some(&Course::Closed), "{seen:?}");
    for course in &seen {
        assert!(!matches!(course, Course::Failed(_)), "{seen:?}");
        if let Course::Open(address) = course {
            assert!(ask(address, "GET /").await.is_err(), "nobody listens");
        }
    }
    serving.abort();
}
