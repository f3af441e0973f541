//! What leaves by mail: with its change or not at all, each recipient on its own.
use std::sync::{Arc, Mutex};

use motcua::mail::{Mailer, outbox::run_once};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::harness::Desk;

/// A mail server that keeps what it takes; refuses `never@` for good, puts off
/// `later@`, and never answers a mail to `silent@`.
struct Sink {
    address: String,
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl Sink {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let taken = Arc::<Mutex<Vec<_>>>::default();
        let kept = taken.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(talk(line, kept.clone()));
            }
        });
        Self { address, taken }
    }

    fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .taken
            .lock()
            .unwrap()
            .iter()
            .map(|(to, _)| to.clone())
            .collect();
        all.sort();
        all
    }
}

async fn talk(stream: TcpStream, taken: Arc<Mutex<Vec<(String, String)>>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250 sink"
        } else if command.starts_with("RCPT") {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match to.split('@').next() {
                Some("never") => "550 no such user",
                Some("later") => "451 try again",
                Some("silent") => std::future::pending().await,
                _ => "250 ok",
            }
        } else if command == "DATA" {
            write.write_all(b"354 go on\r\n").await?;
            let mut text = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                text.push_str(&line);
                text.push('\n');
            }
            taken.lock().unwrap().push((to.clone(), text));
            "250 taken"
        } else if command == "QUIT" {
            "221 bye"
        } else {
            "250 ok"
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// A dossier whose applicant left an address, its apology signed.
async fn apologise(desk: &Desk, email: &str) -> String {
    let body = json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen", "email": email },
        "received_at": "2021-04-16T10:00",
    });
    let (status, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{dossier}");
    let code = dossier["code"].as_str().unwrap().to_owned();
    let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ trong tuần" });
    desk.done("receptionist", &code, draft).await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    code
}

#[tokio::test]
async fn a_failing_recipient_holds_up_nobody() {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    let sink = Sink::open().await;
    desk.set(|settings| settings.mail.smtp_url = format!("smtp://{}", sink.address));
    for name in ["never", "later", "first", "second"] {
        apologise(&desk, &format!("{name}@example.vn")).await;
    }
    let mailer = Arc::new(Mailer::new(&desk.app.settings.mail).unwrap());
    assert_eq!(run_once(&desk.app, &mailer).await.unwrap(), 2);
    assert_eq!(sink.recipients(), ["first@example.vn", "second@example.vn"]);
    let rows = desk
        .rows("SELECT recipient, attempts, failed_at, last_error FROM outbox ORDER BY id")
        .await;
    assert!(
        !rows[0]["failed_at"].is_null(),
        "a 5xx answer is for good: {}",
        rows[0]
    );
    assert!(
        rows[1]["failed_at"].is_null() && !rows[1]["last_error"].is_null(),
        "{}",
        rows[1]
    );
    assert_eq!(
        run_once(&desk.app, &mailer).await.unwrap(),
        0,
        "not again at once"
    );
    let attempts = |rows: &[serde_json::Value]| rows[1]["attempts"].as_i64().unwrap();
    desk.move_to("2021-04-20T10:02");
    assert_eq!(run_once(&desk.app, &mailer).await.unwrap(), 0);
    let rows = desk.rows("SELECT attempts FROM outbox ORDER BY id").await;
    assert_eq!(attempts(&rows), 2, "tried again after a minute");
    assert_eq!(sink.recipients().len(), 2, "nobody got it twice");
}

#[tokio::test]
async fn the_letter_rides_along_and_a_resend_keeps_its_id() {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    let sink = Sink::open().await;
    desk.set(|settings| settings.mail.smtp_url = format!("smtp://{}", sink.address));
    let code = apologise(&desk, "uoc@example.vn").await;
    let mailer = Arc::new(Mailer::new(&desk.app.settings.mail).unwrap());
    run_once(&desk.app, &mailer).await.unwrap();
    let taken = sink.taken.lock().unwrap().clone();
    let (_, text) = &taken[0];
    assert!(
        text.contains("Message-ID: <") && text.contains("@motcua>"),
        "{text}"
    );
    assert!(text.contains("Content-Type: application/pdf"));
    assert!(text.contains(&format!("phieu-xin-loi-{code}.pdf")));
    let head = &text[..text.find("\n\n").unwrap()];
    assert!(
        !head.contains("Đỗ") && !head.contains("Ước"),
        "no name in a header: {head}"
    );
}

#[tokio::test]
async fn without_a_server_mails_are_files() {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.mail.folder = folder.path().display().to_string());
    apologise(&desk, "uoc@example.vn").await;
    let mailer = Arc::new(Mailer::new(&desk.app.settings.mail).unwrap());
    assert_eq!(run_once(&desk.app, &mailer).await.unwrap(), 1);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1);
    let mail = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert!(mail.contains("To: uoc@example.vn"), "{mail}");
}

#[tokio::test]
async fn two_senders_send_one_mail() {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    let sink = Sink::open().await;
    desk.set(|settings| settings.mail.smtp_url = format!("smtp://{}", sink.address));
    for number in 0..5 {
        apologise(&desk, &format!("n{number}@example.vn")).await;
    }
    let mailer = Arc::new(Mailer::new(&desk.app.settings.mail).unwrap());
    let (one, two) = tokio::join!(run_once(&desk.app, &mailer), run_once(&desk.app, &mailer));
    assert_eq!(one.unwrap() + two.unwrap(), 5);
    assert_eq!(sink.recipients().len(), 5);
}

#[tokio::test]
async fn a_refused_signature_queues_nothing() {
    let desk = Desk::at("2021-04-20T10:00").await;
    let code = apologise(&desk, "uoc@example.vn").await;
    let (status, _) = desk
        .act("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    assert_eq!(status, 409, "signed already");
    assert_eq!(desk.rows("SELECT id FROM outbox").await.len(), 1);
}
