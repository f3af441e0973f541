//! Messages to telephones: signed, tried again, independent of the mail; what the
//! gateway reports is believed only when it signs.
use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use motcua::mail::{
    gateway::{is_signed, signature},
    outbox::{Carrier, run_once},
};
use serde_json::{Value, json};

use crate::{harness::Desk, notices::of};

const KEY: &str = "khoa chung cua hai may";

#[derive(Clone, Default)]
struct Gateway {
    /// What it answers, in turn; 200 afterwards.
    answers: Arc<Mutex<Vec<u16>>>,
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

async fn take(State(gateway): State<Gateway>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = String::from_utf8(body.to_vec()).unwrap();
    gateway.got.lock().unwrap().push((headers, text));
    let mut answers = gateway.answers.lock().unwrap();
    let status = if answers.is_empty() {
        200
    } else {
        answers.remove(0)
    };
    StatusCode::from_u16(status).unwrap()
}

/// A gateway on loopback, and a desk that knows it; nobody listens for mail.
async fn desk_with(answers: &[u16]) -> (Desk, Gateway) {
    let gateway = Gateway::default();
    gateway.answers.lock().unwrap().extend(answers);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/tin", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/tin", post(take))
        .with_state(gateway.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| {
        settings.notices.gateway_url = url;
        settings.notices.gateway_key = KEY.into();
        settings.mail.smtp_url = "smtp://127.0.0.1:9".into();
        settings.mail.timeout_seconds = 1;
    });
    (desk, gateway)
}

async fn send(desk: &Desk) {
    for carrier in Carrier::all(&desk.app).unwrap() {
        run_once(&desk.app, &carrier).await.unwrap();
    }
}

async fn rows(desk: &Desk) -> Vec<Value> {
    desk.rows("SELECT * FROM outbox ORDER BY id").await
}

async fn report(desk: &Desk, id: &str, header: &str, body: &Value) -> (u16, Value) {
    let headers = [("x-motcua-signature", header)];
    desk.post_with(
        "",
        &format!("/api/v1/notices/{id}"),
        &headers,
        body.to_string(),
    )
    .await
}

#[tokio::test]
async fn a_message_is_signed_and_does_not_wait_for_the_mail() {
    let (desk, gateway) = desk_with(&[]).await;
    of(
        &desk,
        &json!({ "email": "uoc@example.vn", "phone": "0912 345 678" }),
    )
    .await;
    send(&desk).await;
    let got = gateway.got.lock().unwrap().clone();
    let (headers, body) = &got[0];
    let mark = headers["x-motcua-signature"].to_str().unwrap();
    let now = desk.app.clock.now().timestamp();
    assert!(is_signed(KEY, mark, body, now));
    assert!(!is_signed("another key of sixteen", mark, body, now));
    assert!(!is_signed(KEY, mark, &body.replace("0912", "0913"), now));
    assert!(
        !is_signed(KEY, mark, body, now + 3600),
        "not replayed an hour later"
    );
    let message: Value = serde_json::from_str(body).unwrap();
    assert_eq!(message["to"], "0912 345 678");
    assert!(
        message["text"]
            .as_str()
            .unwrap()
            .contains("đã tiếp nhận hồ sơ"),
        "{message}"
    );
    let rows = rows(&desk).await;
    assert!(
        rows[0]["sent_at"].is_null() && rows[0]["failed_at"].is_null(),
        "the mail waits: {}",
        rows[0]
    );
    assert!(!rows[1]["sent_at"].is_null(), "{}", rows[1]);
}

#[tokio::test]
async fn an_unwell_gateway_is_asked_again_with_the_same_key_and_a_refusal_is_final() {
    let (mut desk, gateway) = desk_with(&[503, 302, 401]).await;
    of(&desk, &json!({ "phone": "0912 345 678" })).await;
    for minute in ["10:00", "10:02", "10:10", "10:30"] {
        desk.move_to(&format!("2021-04-16T{minute}"));
        send(&desk).await;
    }
    let keys: Vec<String> = gateway
        .got
        .lock()
        .unwrap()
        .iter()
        .map(|(headers, _)| headers["idempotency-key"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert!(!rows(&desk).await[0]["sent_at"].is_null());

    let (desk, _) = desk_with(&[422]).await;
    of(&desk, &json!({ "phone": "0912 345 678" })).await;
    send(&desk).await;
    let row = &rows(&desk).await[0];
    assert!(!row["failed_at"].is_null());
    assert_eq!(row["last_error"], "cổng tin nhắn trả lời 422");
}

#[tokio::test]
async fn only_a_signed_report_says_what_became_of_it() {
    let (desk, _) = desk_with(&[]).await;
    of(&desk, &json!({ "phone": "0912 345 678" })).await;
    let now = desk.app.clock.now().timestamp();
    let delivered = json!({ "state": "delivered" });
    let signed = |seconds: i64, body: &Value| signature(KEY, seconds, &body.to_string());
    let early = report(&desk, "1", &signed(now, &delivered), &delivered).await;
    assert_eq!(early.0, 404, "not handed over yet");
    send(&desk).await;
    for header in [
        "",
        "t=1,v1=00",
        &signed(now - 301, &delivered),
        &signature("a stranger's key", now, &delivered.to_string()),
    ] {
        assert_eq!(
            report(&desk, "1", header, &delivered).await.0,
            401,
            "{header}"
        );
    }
    let wrong = json!({ "state": "lost" });
    let (status, problem) = report(&desk, "1", &signed(now, &wrong), &wrong).await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(
        report(&desk, "1", &signed(now, &delivered), &delivered)
            .await
            .0,
        200
    );
    assert!(!rows(&desk).await[0]["delivered_at"].is_null());
    let failed = json!({ "state": "failed", "reason": "số không liên lạc được" });
    assert_eq!(
        report(&desk, "1", &signed(now, &failed), &failed).await.0,
        200
    );
    let row = &rows(&desk).await[0];
    assert_eq!(
        row["last_error"],
        "cổng tin nhắn báo: số không liên lạc được"
    );
    assert!(!row["failed_at"].is_null(), "on the list: {row}");
    assert_eq!(
        report(&desk, "99", &signed(now, &failed), &failed).await.0,
        404
    );
}

#[tokio::test]
async fn without_a_key_nobody_reports_anything() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let body = json!({ "state": "delivered" });
    let header = signature("", desk.app.clock.now().timestamp(), &body.to_string());
    assert_eq!(report(&desk, "1", &header, &body).await.0, 401);
}
