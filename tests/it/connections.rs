//! Who dawdles is not waited for; whoever is told to end serves on for a while; what the
//! browser is told about TLS.
use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Request};

use crate::{
    harness::{Desk, database_url},
    server::Server,
};

/// Sends some words, then nothing; answers what came back until the other side hung up,
/// and how long that took.
fn dawdle(address: &str, words: &str) -> (String, Duration) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(words.as_bytes()).unwrap();
    let mut said = Vec::new();
    if let Err(error) = stream.read_to_end(&mut said) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "never hung up");
    }
    (String::from_utf8_lossy(&said).into_owned(), begun.elapsed())
}

#[tokio::test]
async fn a_request_that_does_not_arrive_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let set = [
        ("MOTCUA__SERVER__HEAD_SECONDS", "1"),
        ("MOTCUA__SERVER__ANSWER_SECONDS", "2"),
    ];
    let server = tokio::task::spawn_blocking(move || {
        let server = Server::start_with(&url, folder.path(), &set);
        let waits = Duration::from_secs(15);
        // Half a head; a connection that is kept and asks nothing.
        for words in [
            "GET / HTTP/1.1\r\nhost: a\r\nx-slow: ",
            "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n",
        ] {
            let (_, took) = dawdle(&server.address, words);
            assert!(took < waits, "{words}: {took:?}");
        }
        // A body that never comes, as a form and as JSON.
        for (path, kind) in [
            ("/dang-nhap", "application/x-www-form-urlencoded"),
            ("/api/v1/deadlines", "application/json"),
        ] {
            let words = format!(
                "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: 500\r\n\r\na"
            );
            let (said, took) = dawdle(&server.address, &words);
            assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
            assert!(said.contains("không trả lời kịp"), "{said}");
            assert!(took < waits, "{path}: {took:?}");
        }
        // Others are served meanwhile.
        assert_eq!(server.get("/healthz").unwrap().0, 200);
        (server, folder)
    });
    drop(server.await.unwrap());
}

#[tokio::test]
async fn who_came_by_tls_is_told_to_come_by_nothing_else() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let told = async |desk: &Desk| {
        let request = Request::get("/").body(Body::empty()).unwrap();
        let answer = desk.answer(request).await;
        let told = answer.headers().get("strict-transport-security");
        told.map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(told(&desk).await, None);
    desk.set(|settings| settings.server.public_url = "https://motcua.example.gov.vn".into());
    assert_eq!(
        told(&desk).await.as_deref(),
        Some("max-age=31536000; includeSubDomains")
    );
    // The cookie is this host's alone.
    desk.sign_in(motcua::domain::role::Role::Office).await;
    let form = "username=office&password=mot+cau+de+nho";
    let request = Request::post("/dang-nhap")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let answer = desk.answer(request).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in [
        "__Host-motcua=",
        "; Path=/;",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(desk.page(cookie, "/ban-lam-viec").await.status, 200);
    let other = cookie.replace("__Host-", "");
    assert_eq!(desk.page(&other, "/ban-lam-viec").await.status, 303);
}

/// A balancer learns by `/readyz` that it is ending, and until then sends people here.
#[tokio::test]
async fn one_told_to_end_serves_those_who_still_come() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let set = [("MOTCUA__SERVER__DRAIN_SECONDS", "8")];
    let seen = tokio::task::spawn_blocking(move || {
        let mut server = Server::start_with(&url, folder.path(), &set);
        let (was, _) = server.get("/readyz").unwrap();
        server.tell_to_end();
        let begun = Instant::now();
        let mut seen = vec![was];
        while begun.elapsed() < Duration::from_secs(2) {
            let (ready, _) = server.get("/readyz").unwrap();
            let (page, _) = server.get("/tra-cuu").unwrap();
            assert_eq!(page, 200, "while it ends");
            seen.push(ready);
            std::thread::sleep(Duration::from_millis(100));
        }
        assert!(server.end().success());
        seen
    });
    let mut seen = seen.await.unwrap();
    seen.dedup();
    assert_eq!(seen, [200, 503]);
}
