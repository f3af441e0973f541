//! What leaves by mail: with its change or not at all, each recipient on its own, once;
//! against a real mail server that refuses, puts off, hangs, dies or is away.
use std::sync::Arc;

use motcua::mail::{
    Mailer,
    outbox::{Carrier, run_once},
};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::{
    harness::{Desk, database_url},
    server,
    servers::beside,
    smtp::Server,
};

/// A dossier whose applicant left an address; its receipt is the first mail.
pub async fn received(desk: &Desk, email: &str) -> String {
    let body = json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen", "email": email },
        "received_at": "2021-04-16T10:00",
    });
    let (status, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{dossier}");
    dossier["code"].as_str().unwrap().to_owned()
}

/// The same, its apology signed.
async fn apologise(desk: &Desk, email: &str) -> String {
    let code = received(desk, email).await;
    let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ trong tuần" });
    desk.done("receptionist", &code, draft).await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    code
}

/// A desk that sends to a server, and the way to it.
async fn sending_to(server: &Server) -> (Desk, Carrier) {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    desk.set(|settings| {
        settings.mail.smtp_url = server.url();
        settings.mail.timeout_seconds = 1;
    });
    let carrier = carrier(&desk);
    (desk, carrier)
}

fn carrier(desk: &Desk) -> Carrier {
    Carrier::Mail(Arc::new(Mailer::new(&desk.app.settings.mail).unwrap()))
}

async fn rows(desk: &Desk) -> Vec<Value> {
    desk.rows("SELECT * FROM outbox ORDER BY id").await
}

/// Moves the clock from try to try until nothing is left to send.
async fn over_days(desk: &mut Desk, carrier: &Carrier, hours: usize) {
    for hour in 0..=hours {
        let (day, hour) = (20 + (10 + hour) / 24, (10 + hour) % 24);
        desk.move_to(&format!("2021-04-{day}T{hour:02}:30"));
        run_once(&desk.app, carrier).await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_recipient_is_given_up_and_the_others_have_their_mail() {
    let server = Server::start();
    let (desk, carrier) = sending_to(&server).await;
    for name in ["first", "never", "second"] {
        received(&desk, &format!("{name}@example.vn")).await;
    }
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 2);
    assert_eq!(
        server.recipients(),
        ["first@example.vn", "second@example.vn"]
    );
    let never = &rows(&desk).await[1];
    assert!(!never["failed_at"].is_null(), "a 5xx is for good: {never}");
    let why = never["last_error"].as_str().unwrap();
    assert!(why.contains("550") && why.contains("no such user"), "{why}");
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 0);
    assert_eq!(server.recipients().len(), 2, "nobody got it twice");
}

#[tokio::test]
async fn a_greylisting_server_gets_it_a_minute_later() {
    let server = Server::start();
    let (mut desk, carrier) = sending_to(&server).await;
    received(&desk, "grey@example.vn").await;
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 0);
    let row = &rows(&desk).await[0];
    assert!(
        row["failed_at"].is_null() && row["sent_at"].is_null(),
        "{row}"
    );
    assert!(row["last_error"].as_str().unwrap().contains("450"));
    assert_eq!(
        run_once(&desk.app, &carrier).await.unwrap(),
        0,
        "not again at once"
    );
    desk.move_to("2021-04-20T10:01");
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 1);
    assert_eq!(server.recipients(), ["grey@example.vn"]);
    let row = &rows(&desk).await[0];
    assert_eq!(
        (row["attempts"].as_i64(), row["last_error"].is_null()),
        (Some(2), true)
    );
}

#[tokio::test]
async fn a_server_that_hangs_holds_up_nobody_and_ends_on_the_list() {
    let server = Server::start();
    let (mut desk, carrier) = sending_to(&server).await;
    received(&desk, "silent@example.vn").await;
    received(&desk, "first@example.vn").await;
    let begun = std::time::Instant::now();
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 1);
    assert!(
        begun.elapsed().as_secs() < 10,
        "given up after its patience"
    );
    assert_eq!(server.recipients(), ["first@example.vn"]);
    assert_eq!(
        rows(&desk).await[0]["last_error"],
        "máy chủ thư không trả lời"
    );
    over_days(&mut desk, &carrier, 60).await;
    let silent = &rows(&desk).await[0];
    assert_eq!(silent["attempts"], 12, "{silent}");
    assert!(!silent["failed_at"].is_null());
    assert_eq!(server.recipients(), ["first@example.vn"]);
}

#[tokio::test]
async fn a_server_that_dies_mid_message_gets_it_again_and_takes_it_once() {
    let server = Server::start();
    let (mut desk, carrier) = sending_to(&server).await;
    received(&desk, "dies@example.vn").await;
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 0);
    desk.move_to("2021-04-20T10:02");
    assert_eq!(run_once(&desk.app, &carrier).await.unwrap(), 1);
    over_days(&mut desk, &carrier, 3).await;
    assert_eq!(server.recipients(), ["dies@example.vn"]);
}

#[tokio::test]
async fn a_server_away_for_a_day_misses_nothing_and_no_act_waits_for_it() {
    let mut server = Server::start();
    let (mut desk, carrier) = sending_to(&server).await;
    server.stop();
    let mut codes = Vec::new();
    for number in 0..5 {
        codes.push(apologise(&desk, &format!("n{number}@example.vn")).await);
    }
    over_days(&mut desk, &carrier, 24).await;
    assert!(
        rows(&desk)
            .await
            .iter()
            .all(|row| row["sent_at"].is_null() && row["failed_at"].is_null())
    );
    // Acts go on while nothing leaves.
    let ask =
        json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu tờ khai" });
    desk.done("receptionist", &codes[0], ask).await;
    server.restart();
    over_days(&mut desk, &carrier, 60).await;
    let mut expected: Vec<String> = (0..5)
        .flat_map(|n| vec![format!("n{n}@example.vn"); 2])
        .collect();
    expected.push("n0@example.vn".into());
    expected.sort();
    assert_eq!(server.recipients(), expected, "each mail once");
    assert!(
        rows(&desk)
            .await
            .iter()
            .all(|row| !row["sent_at"].is_null())
    );
}

#[tokio::test]
async fn a_server_that_refuses_our_password_gives_nothing_up() {
    let server = Server::start();
    let (mut desk, _) = sending_to(&server).await;
    // It offers no log-in at all, so ours is refused before any mail.
    let url = server.url().replace("smtp://", "smtp://office:secret@");
    desk.set(|settings| settings.mail.smtp_url = url);
    received(&desk, "first@example.vn").await;
    run_once(&desk.app, &carrier(&desk)).await.unwrap();
    let row = &rows(&desk).await[0];
    assert!(row["failed_at"].is_null(), "ours to mend: {row}");
    desk.set(|settings| settings.mail.smtp_url = server.url());
    desk.move_to("2021-04-20T10:02");
    assert_eq!(run_once(&desk.app, &carrier(&desk)).await.unwrap(), 1);
}

#[tokio::test]
async fn the_letter_rides_along_and_a_resend_keeps_its_id() {
    let server = Server::start();
    let (desk, carrier) = sending_to(&server).await;
    let code = apologise(&desk, "uoc@example.vn").await;
    run_once(&desk.app, &carrier).await.unwrap();
    let taken = server.taken();
    let text = &taken
        .iter()
        .find(|(_, text)| text.contains("application/pdf"))
        .unwrap()
        .1;
    assert!(
        text.contains("Message-ID: <") && text.contains("@motcua>"),
        "{text}"
    );
    assert!(text.contains(&format!("phieu-xin-loi-{code}.pdf")));
    let head = &text[..text.find("\n\n").unwrap()];
    assert!(
        !head.contains("Đỗ") && !head.contains("Ước"),
        "no name in a header: {head}"
    );
    for mark in [
        "List-Unsubscribe: <http",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(head.contains(mark), "{mark}: {head}");
    }
}

#[tokio::test]
async fn without_a_server_mails_are_files() {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.mail.folder = folder.path().display().to_string());
    received(&desk, "uoc@example.vn").await;
    assert_eq!(run_once(&desk.app, &carrier(&desk)).await.unwrap(), 1);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1);
    let mail = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert!(mail.contains("To: uoc@example.vn"), "{mail}");
}

#[tokio::test]
async fn two_servers_send_one_mail() {
    let server = Server::start();
    let (desk, carrier) = sending_to(&server).await;
    for number in 0..5 {
        received(&desk, &format!("n{number}@example.vn")).await;
    }
    let there = beside(&desk).await;
    let (one, two) = tokio::join!(
        run_once(&desk.app, &carrier),
        run_once(&there.app, &carrier)
    );
    assert_eq!(one.unwrap() + two.unwrap(), 5);
    assert_eq!(server.recipients().len(), 5);
}

#[tokio::test]
async fn a_refused_act_queues_nothing() {
    let desk = Desk::at("2021-04-20T10:00").await;
    let code = apologise(&desk, "uoc@example.vn").await;
    let (status, _) = desk
        .act("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    assert_eq!(status, 409, "signed already");
    assert_eq!(rows(&desk).await.len(), 2, "the receipt's and the letter's");
}

/// A server that is told to end notes first what is leaving: else the next one, or another,
/// would send it once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_leaves_while_the_server_ends_leaves_once() {
    let (folder, mail) = (tempfile::tempdir().unwrap(), Server::start());
    let folder = folder.path();
    let url = database_url(folder).await;
    let arguments = ["token", "add", "--name", "quầy", "--role", "receptionist"];
    let token = server::program(&url, folder)
        .args(arguments)
        .output()
        .unwrap();
    let token = String::from_utf8(token.stdout).unwrap();
    let set = [("MOTCUA__MAIL__SMTP_URL", mail.url())];
    let set = set.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut server = server::Server::start_with(&url, folder, &set);
    let body = json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [],
        "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen", "email": "slow@example.vn" },
    });
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/dossiers HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         authorization: Bearer {}\r\nidempotency-key: 1\r\ncontent-length: {}\r\n\r\n{body}",
        token.trim(),
        body.len()
    );
    let (status, said) = server::ask(&server.address, &request).unwrap();
    assert_eq!(status, 201, "{said}");
    let arrives = async {
        while mail.taken().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let patience = std::time::Duration::from_mins(1);
    tokio::time::timeout(patience, arrives).await.unwrap();
    assert!(server.end().success());
    let store = motcua::store::Store::open(&url).await.unwrap();
    let ask = "SELECT COUNT(*) AS many FROM outbox WHERE sent_at IS NOT NULL";
    let ask = Statement::from_string(store.read().get_database_backend(), ask);
    let row = store.read().query_one_raw(ask).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "many").unwrap(), 1);
}
