//! What is sent twice is saved once, and answered with what the first time made.
use serde_json::{Value, json};

use crate::harness::Desk;

fn body() -> Value {
    json!({
        "procedure_code": "1.001022",
        "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen" },
        "channel": "desk",
    })
}

#[tokio::test]
async fn a_key_saves_once_and_another_body_is_refused() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let key = [("idempotency-key", "f5")];
    let send = || desk.post_with("receptionist", "/api/v1/dossiers", &key, body().to_string());
    let ((_, one), (_, two)) = tokio::join!(send(), send());
    assert_eq!(one["code"], two["code"]);
    let mut other = body();
    other["note"] = json!("khác");
    let (status, answer) = desk
        .post_with("receptionist", "/api/v1/dossiers", &key, other.to_string())
        .await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("idempotency_key_reused"))
    );
    let (_, list) = desk.get("office", "/api/v1/dossiers").await;
    assert_eq!(list["total"], 1);
}

/// Once saved, a repeat is answered with its dossier though it would be refused today, and
/// takes no number.
#[tokio::test]
async fn a_repeat_is_answered_whatever_would_be_said_of_it_today() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let key = [("idempotency-key", "f5")];
    let mut sent = body();
    sent["received_at"] = json!("2021-04-16T09:30:00+07:00");
    let receive = async |desk: &Desk, key: &[(&str, &str)]| {
        let (path, body) = ("/api/v1/dossiers", sent.to_string());
        desk.post_with("receptionist", path, key, body).await
    };
    let (status, first) = receive(&desk, &key).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(receive(&desk, &key).await.1["code"], first["code"]);
    // A clock set right since: the moment of the intake is still to come.
    desk.move_to("2021-04-16T09:00");
    let (status, again) = receive(&desk, &key).await;
    assert_eq!((status, &again["code"]), (201, &first["code"]));
    let anew = [("idempotency-key", "another")];
    let (status, refused) = receive(&desk, &anew).await;
    assert_eq!(status, 422, "{refused}");
    desk.move_to("2021-04-16T10:00");
    let (_, next) = receive(&desk, &anew).await;
    assert_eq!(next["code"], "000.00.00.H57-210416-0002");
}

#[tokio::test]
async fn a_key_is_free_again_after_a_day_and_swept_at_night() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let key = [("idempotency-key", "f5")];
    let mut codes = Vec::new();
    for now in ["2021-04-16T10:00", "2021-04-17T09:59", "2021-04-17T10:01"] {
        desk.move_to(now);
        let sent = body().to_string();
        let made = desk.post_with("receptionist", "/api/v1/dossiers", &key, sent);
        codes.push(made.await.1["code"].clone());
    }
    assert_eq!(codes[0], codes[1], "within a day it is the same");
    assert_ne!(codes[0], codes[2]);
    for (now, kept) in [("2021-04-18T09:00", 1), ("2021-04-18T11:00", 0)] {
        desk.move_to(now);
        let at = desk.app.clock.now();
        motcua::nightly::due(&desk.app, None, at).await.unwrap();
        let keys = desk.rows("SELECT key FROM idempotency").await;
        assert_eq!(keys.len(), kept, "{now}");
    }
}
