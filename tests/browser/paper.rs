//! A paper as the person who clicks it gets it: fetched with the page's cookie, read back as text.
use std::process::Command;

use crate::{driver::Browser, words::plain};

/// The words of a PDF at a path of the program.
pub async fn text(browser: &Browser, path: &str) -> String {
    let fetch = "const [path, done] = arguments; \
        fetch(path).then(async answer => done({ status: answer.status, kind: answer.headers.get('content-type'), \
            bytes: [...new Uint8Array(await answer.arrayBuffer())] }), wrong => done({ status: 0, kind: String(wrong), bytes: [] }));";
    let found = browser
        .client
        .execute_async(fetch, vec![path.into()])
        .await
        .unwrap();
    assert_eq!(
        (found["status"].as_u64(), found["kind"].as_str()),
        (Some(200), Some("application/pdf")),
        "{path}"
    );
    let bytes: Vec<u8> = serde_json::from_value(found["bytes"].clone()).unwrap();
    assert!(bytes.starts_with(b"%PDF-"), "{path} is no PDF");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, bytes).unwrap();
    let read = Command::new("pdftotext")
        .arg(&file)
        .arg("-")
        .output()
        .expect("pdftotext is missing; Debian: apt-get install poppler-utils");
    assert!(read.status.success(), "pdftotext cannot read {path}");
    plain(&String::from_utf8_lossy(&read.stdout))
}
