//! What is refused leads on: a citizen to the first page, under the agency's name; a
//! program to the field that is wrong, in Vietnamese.
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::harness::Desk;

#[tokio::test]
async fn a_citizen_is_led_home_and_staff_to_their_desk() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let long = format!("/phan-anh?{}", "x".repeat(10));
    let cases = [
        ("/khong-co-trang-nay", 404),
        ("/khao-sat/khongco", 404),
        ("/thu-tuc/9.999999", 404),
        ("/ngung-thong-bao/khongco", 404),
        (long.as_str(), 200),
    ];
    for (path, status) in cases {
        let page = desk.page("", path).await;
        assert_eq!(page.status, status, "{path}");
        for words in ["UBND xã Quảng Ngạn", "href=\"/\"", "lang=\"vi\""] {
            assert!(page.body.contains(words), "{path}: {words} {}", page.body);
        }
        for words in ["bàn làm việc", "motcua</", ">motcua"] {
            assert!(!page.body.contains(words), "{path}: {words} {}", page.body);
        }
    }
    let staff = desk.page(&cookie, "/khong-co-trang-nay").await;
    assert!(
        staff.status == 404 && staff.body.contains("Về bàn làm việc"),
        "{}",
        staff.body
    );
    let wrong = desk.form("", "/tra-cuu/phieu", "seq=khong").await;
    assert!(
        wrong.status == 400 && wrong.body.contains("Về trang đầu"),
        "{} {}",
        wrong.status,
        wrong.body
    );
    let method = desk.form("", "/thu-tuc", "").await;
    assert!(
        method.status == 405 && method.body.contains("Về trang đầu"),
        "{}",
        method.body
    );
}

#[tokio::test]
async fn a_field_of_the_wrong_kind_is_named_in_vietnamese() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let whole = json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen" },
    });
    let with = |path: &str, value: Value| {
        let mut body = whole.clone();
        match path.split_once('.') {
            Some((group, field)) => body[group][field] = value,
            None => body[path] = value,
        }
        body
    };
    let cases = [
        (
            with("sets", json!("hai")),
            "sets",
            "Ô “sets” phải là số nguyên, đang là chữ.",
        ),
        (
            with("sets", json!(1.5)),
            "sets",
            "Ô “sets” phải là số nguyên, đang là số.",
        ),
        (
            with("accepted", json!("có")),
            "accepted",
            "Ô “accepted” phải là true hoặc false, đang là chữ.",
        ),
        (
            with("applicant.name", json!(7)),
            "applicant.name",
            "Ô “applicant.name” phải là chữ, đang là số.",
        ),
        (
            with("applicant", json!("Ước")),
            "applicant",
            "Ô “applicant” phải là nhóm ô { … }, đang là chữ.",
        ),
        (
            with("documents", json!("một")),
            "documents",
            "Ô “documents” phải là danh sách, đang là chữ.",
        ),
        (
            with("documents", json!([{ "copies": "ba" }])),
            "documents[0].copies",
            "Ô “documents[0].copies” phải là số nguyên, đang là chữ.",
        ),
        (
            with("channel", Value::Null),
            "channel",
            "Ô “channel” phải là chữ, đang là null.",
        ),
        (json!([1, 2]), "", ""),
        (
            json!("chữ"),
            "body",
            "Nội dung gửi lên phải là nhóm ô { … }, đang là chữ.",
        ),
        (
            with("la", json!(1)),
            "la",
            "Không có ô “la”. Xin xem lại tên ô.",
        ),
    ];
    for (body, field, message) in cases {
        let (status, problem) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 422, "{body}: {problem}");
        let text = problem.to_string();
        for english in ["invalid", "expected", "line ", "type: "] {
            assert!(
                !problem["detail"].as_str().unwrap().contains(english),
                "{text}"
            );
        }
        if !field.is_empty() {
            assert_eq!(problem["errors"][0]["field"], field, "{text}");
            assert_eq!(problem["errors"][0]["message"], message, "{text}");
        }
    }
    let (status, problem) = desk
        .post("", "/api/v1/deadlines", &json!({ "limit": 5 }))
        .await;
    assert_eq!(status, 422);
    assert_eq!(
        problem["errors"][0]["message"], "Thiếu ô “received_at”.",
        "{problem}"
    );
    let (status, problem) = desk.get("admin", "/api/v1/dossiers?limit=muoi").await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(
        problem["errors"][0]["message"], "Ô “limit” phải là số nguyên.",
        "{problem}"
    );
    let cut = desk
        .post_with(
            "receptionist",
            "/api/v1/dossiers",
            &[],
            "{\"sets\": ".into(),
        )
        .await;
    assert_eq!(
        (cut.0, cut.1["code"].as_str()),
        (400, Some("not_json")),
        "{}",
        cut.1
    );
    let twice = desk
        .post_with(
            "receptionist",
            "/api/v1/dossiers",
            &[],
            format!("{whole} x"),
        )
        .await;
    assert_eq!(
        (twice.0, twice.1["code"].as_str()),
        (400, Some("not_json")),
        "{}",
        twice.1
    );
}
