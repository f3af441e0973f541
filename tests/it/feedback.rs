//! Complaints and proposals: sent once, followed by number and secret, hidden from whom
//! they are about, handled within their limits.
use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo, http::Request};
use motcua::{domain::role::Role, web::paths};
use serde_json::{Value, json};

use crate::harness::{Desk, Page, together};

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

pub fn form(pairs: &[(&str, &str)]) -> String {
    paths::with_query("", pairs)
        .trim_start_matches('?')
        .to_owned()
}

/// A form as a citizen fills it in.
pub fn said(kind: &str, content: &str, key: &str) -> String {
    form(&[
        ("key", key),
        ("kind", kind),
        ("content", content),
        ("name", "Ngô Thị Mận"),
        ("contact", "0912 345 678"),
        ("dossier_code", ""),
    ])
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

/// Sends it; answers number and secret.
pub async fn send(desk: &Desk, kind: &str, content: &str, key: &str) -> (String, String) {
    let page = desk.form("", "/phan-anh", &said(kind, content, key)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let value =
        |name: &str| between(&page.body, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    (value("code"), value("secret"))
}

/// Does an act at the version that is on the page.
pub async fn act(
    desk: &Desk,
    cookie: &str,
    code: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> Page {
    let row = of(desk, code).await;
    let version = row["version"].to_string();
    let mut all = vec![("expected_version", version.as_str())];
    all.extend(fields);
    desk.form(
        cookie,
        &format!("/phan-anh/danh-sach/{code}/{act}"),
        &form(&all),
    )
    .await
}

pub async fn of(desk: &Desk, code: &str) -> Value {
    desk.rows(&format!("SELECT * FROM feedback WHERE code = '{code}'"))
        .await
        .remove(0)
}

async fn followed(desk: &Desk, code: &str, secret: &str) -> Page {
    let body = form(&[("code", code), ("secret", secret)]);
    desk.form("", "/phan-anh/theo-doi", &body).await
}

#[tokio::test]
async fn from_the_telephone_to_the_published_answer() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let words = "Chờ hơn một giờ.\n\nGọi tôi số 0912 345 678.";
    let (code, secret) = send(&desk, "opinion", words, KEY).await;
    assert_eq!(code, "PA-2021-0001");
    let page = followed(&desk, &code, &secret).await;
    assert!(
        page.body.contains("Đã tiếp nhận, đang xử lý"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Thứ Tư, 12/5/2021"), "15 working days");
    let careless = secret.to_lowercase().replace('-', " ");
    assert_eq!(
        followed(&desk, " pa-2021–0001", &careless).await.status,
        200
    );

    desk.move_to("2021-04-19T09:00");
    let leader = desk.sign_in(Role::Leader).await;
    let one = format!("/phan-anh/danh-sach/{code}");
    assert!(desk.page(&leader, &one).await.body.contains("Ngô Thị Mận"));
    let empty = act(&desk, &leader, &code, "answer", &[("answer", " ")]).await;
    assert_eq!(empty.status, 422);
    let early = act(
        &desk,
        &leader,
        &code,
        "publish",
        &[("public_content", "x"), ("public_answer", "x")],
    )
    .await;
    assert_eq!(early.status, 409, "nothing to publish yet");
    let answer = [("answer", "Cảm ơn bà Mận. Đã thêm người trực.")];
    assert_eq!(
        act(&desk, &leader, &code, "answer", &answer).await.status,
        303
    );
    let again = desk
        .form(
            &leader,
            &format!("{one}/close"),
            &form(&[("expected_version", "1"), ("reason", "x")]),
        )
        .await;
    assert_eq!(again.status, 409, "the version is another");
    let page = followed(&desk, &code, &secret).await;
    assert!(page.body.contains("Đã thêm người trực."));

    for (content, why) in [(words, "a telephone"), ("Ngo thi MAN chờ lâu", "a name")] {
        let telling = [
            ("public_content", content),
            ("public_answer", "Đã thêm người trực."),
        ];
        let refused = act(&desk, &leader, &code, "publish", &telling).await;
        assert_eq!(refused.status, 422, "{why}");
        assert!(
            refused.body.contains("Xin bỏ trước khi công khai."),
            "{why}"
        );
    }
    assert!(
        desk.page("", "/phan-anh/cong-khai")
            .await
            .body
            .contains("Chưa có phản ánh nào")
    );
    let clean = [
        ("public_content", "Phải chờ hơn một giờ."),
        ("public_answer", "Đã thêm người trực."),
    ];
    assert_eq!(
        act(&desk, &leader, &code, "publish", &clean).await.status,
        303
    );
    let public = desk.page("", "/phan-anh/cong-khai").await.body;
    assert!(public.contains("Phải chờ hơn một giờ.") && public.contains("Đã thêm người trực."));
    for hidden in ["Mận", "0912", &code] {
        assert!(!public.contains(hidden), "{hidden}");
    }
    let events = desk
        .rows("SELECT seq, act, from_state, to_state FROM feedback_event ORDER BY id")
        .await;
    let acts: Vec<&Value> = events.iter().map(|event| &event["act"]).collect();
    assert_eq!(acts, ["receive", "answer", "publish"]);
    assert_eq!(events[2]["seq"], 3);
    assert_eq!(of(&desk, &code).await["version"], 3);
}

#[tokio::test]
async fn sent_twice_is_one() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let once = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    assert_eq!(send(&desk, "rule", "Bỏ giấy này", KEY).await, once, "F5");
    let other = desk
        .form("", "/phan-anh", &said("rule", "Việc khác", KEY))
        .await;
    assert_eq!(other.status, 409);
    assert_eq!(desk.rows("SELECT id FROM feedback").await.len(), 1);
    let keys = desk.rows("SELECT key FROM idempotency").await;
    assert!(
        !keys[0].to_string().contains(KEY),
        "the key could make the secret"
    );
    let stored = of(&desk, &once.0).await;
    assert!(
        !stored.to_string().contains(&once.1),
        "the secret is not kept"
    );
    let second = send(&desk, "rule", "Bỏ giấy này", &KEY.replace('0', "f")).await;
    assert_eq!(second.0, "PA-2021-0002");
    assert_ne!(second.1, once.1);
}

#[tokio::test]
async fn many_at_once_draw_numbers_without_a_gap() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let all = (0..24).map(|_| async {
        let said = json!({ "kind": "opinion", "content": "Thêm ghế" });
        desk.post("", "/api/v1/feedback", &said).await
    });
    for (status, answer) in together(all).await {
        assert_eq!(status, 201, "{answer}");
    }
    let codes = desk.rows("SELECT code FROM feedback ORDER BY code").await;
    let codes: Vec<String> = codes
        .iter()
        .map(|row| row["code"].as_str().unwrap().to_owned())
        .collect();
    let wanted: Vec<String> = (1..=24).map(|n| format!("PA-2021-{n:04}")).collect();
    assert_eq!(codes, wanted);
}

#[tokio::test]
async fn a_wrong_secret_looks_like_an_unknown_number() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (code, secret) = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    let wrong = followed(&desk, &code, "AAAA-AAAA-AAAA").await;
    let unknown = followed(&desk, "PA-2021-0009", &secret).await;
    assert_eq!((wrong.status, unknown.status), (404, 404));
    // Each comes back as it was typed; nothing else tells them apart.
    let plain = |body: &str, typed: [&str; 2]| {
        typed.iter().fold(body.to_owned(), |body, typed| {
            let box_of = format!("value=\"{typed}\"");
            assert!(body.contains(&box_of), "{typed} is not kept: {body}");
            body.replace(&box_of, "")
        })
    };
    assert_eq!(
        plain(&wrong.body, [&code, "AAAA-AAAA-AAAA"]),
        plain(&unknown.body, ["PA-2021-0009", &secret])
    );
    let ask = async |path: &str, secret: &str| {
        let request = Request::get(path).header("x-secret", secret);
        let (status, body) = desk.send(request.body(Body::empty()).unwrap()).await;
        (
            status.as_u16(),
            serde_json::from_slice::<Value>(&body).unwrap(),
        )
    };
    let path = format!("/api/v1/feedback/{code}");
    let (wrong, unknown) = (
        ask(&path, "sai").await,
        ask("/api/v1/feedback/PA-2021-0009", &secret).await,
    );
    assert_eq!(wrong.0, 404);
    assert_eq!(wrong, unknown);
    let (status, right) = ask(&path, &secret).await;
    assert_eq!((status, &right["state"]), (200, &json!("received")));
    assert!(right.get("name").is_none() && right.get("contact").is_none());
}

#[tokio::test]
async fn what_was_typed_comes_back() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let bad = form(&[
        ("key", KEY),
        ("kind", ""),
        ("content", " "),
        ("name", "Ngô Thị Mận"),
        ("contact", "xóm Đình"),
        ("dossier_code", "000.00.00.H57-210416-0099"),
    ]);
    let page = desk.form("", "/phan-anh", &bad).await;
    assert_eq!(page.status, 422);
    for kept in [
        "Ngô Thị Mận",
        "xóm Đình",
        "210416-0099",
        "có 3 chỗ cần sửa",
        KEY,
    ] {
        assert!(page.body.contains(kept), "{kept}");
    }
    let long = said("rule", &"x".repeat(4001), KEY);
    assert_eq!(desk.form("", "/phan-anh", &long).await.status, 422);
    assert_eq!(
        desk.form("", "/phan-anh", &said("rule", "a\0b", KEY))
            .await
            .status,
        422
    );
    assert_eq!(
        desk.form("", "/phan-anh", &said("rule", "x", "k1"))
            .await
            .status,
        422,
        "not a key of ours"
    );
    assert!(desk.rows("SELECT id FROM feedback").await.is_empty());
    for (body, field) in [
        (json!({ "kind": "praise", "content": "x" }), "kind"),
        (json!({ "kind": "rule", "content": "" }), "content"),
        (
            json!({ "kind": "rule", "content": "x", "phone": "1" }),
            "phone",
        ),
        (
            json!({ "kind": "rule", "content": "x", "dossier_code": "1" }),
            "dossier_code",
        ),
    ] {
        let (status, answer) = desk.post("", "/api/v1/feedback", &body).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"]),
            (422, &json!(field)),
            "{answer}"
        );
    }
    assert_eq!(
        desk.post_with("", "/api/v1/feedback", &[], "{".into())
            .await
            .0,
        400
    );
    let after = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    assert_eq!(
        after.0, "PA-2021-0001",
        "a refused form drew no number and used no key"
    );
}

#[tokio::test]
async fn one_address_asks_only_so_often() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let from: SocketAddr = "192.0.2.7:5000".parse().unwrap();
    let ask = async |path: &str, body: String| {
        let mut request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
        desk.send(request).await
    };
    let guess = || form(&[("code", "PA-2021-0001"), ("secret", "AAAA")]);
    for _ in 0..desk.app.settings.lookup.per_minute {
        assert_eq!(ask("/phan-anh/theo-doi", guess()).await.0, 404);
    }
    assert_eq!(ask("/phan-anh/theo-doi", guess()).await.0, 429);
    let (status, page) = ask("/phan-anh", said("rule", "Giữ lại lời này", KEY)).await;
    assert_eq!(status, 429);
    assert!(String::from_utf8(page).unwrap().contains("Giữ lại lời này"));
    let (status, body) = ask(
        "/api/v1/feedback",
        json!({ "kind": "rule", "content": "x" }).to_string(),
    )
    .await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status.as_u16(), &body["code"]), (429, &json!("too_many")));
    assert!(desk.rows("SELECT id FROM feedback").await.is_empty());
}

#[tokio::test]
async fn where_a_code_alone_opens_nothing_the_form_does_not_say_whether_it_exists() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| settings.lookup.by_code_alone = false);
    let code = desk.receive("1.001022", "2021-04-16T10:00").await;
    let mut answers = Vec::new();
    for (code, key) in [(code.as_str(), "a"), ("000.00.00.H57-210416-0099", "b")] {
        let key = key.repeat(32);
        let sent = form(&[
            ("key", &key),
            ("kind", "rule"),
            ("content", "Chờ lâu"),
            ("dossier_code", code),
        ]);
        let page = desk.form("", "/phan-anh", &sent).await;
        let (number, secret) = ["code", "secret"]
            .map(|name| between(&page.body, &format!("name=\"{name}\" value=\""), "\"").to_owned())
            .into();
        answers.push((
            page.status,
            page.body.replace(&number, "…").replace(&secret, "…"),
        ));
    }
    assert_eq!(answers[0], answers[1]);
    let kept = desk
        .rows("SELECT dossier_id IS NULL AS alone, content FROM feedback ORDER BY id")
        .await;
    let shown = format!("{kept:?}");
    assert_eq!(kept.len(), 2);
    assert!(shown.contains(&code) && shown.contains("-0099"), "{shown}");
}
