//! The list as a file and the log of feedback; and what nobody complained about may find,
//! by whatever way, before it is answered.
use motcua::domain::role::Role;
use serde_json::json;

use crate::{
    feedback::{self, KEY},
    harness::Desk,
};

/// Who is named in it is the specialist of [`Desk::sign_in`].
const WORDS: &str = "Người Công chức chuyên môn hẹn ba lần không giải quyết.";

#[tokio::test]
async fn a_complaint_is_nowhere_for_whom_it_is_about_until_it_is_answered() {
    let desk = Desk::at("2021-04-16T10:00").await;
    // One who measures, so that log and figures are open to them.
    let office = desk.sign_in(Role::Office).await;
    let leader = desk.sign_in(Role::Leader).await;
    let name = desk
        .rows("SELECT name FROM account WHERE username = 'office'")
        .await[0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let words = format!("{name} hẹn ba lần không giải quyết.");
    let dossier = desk.receive("1.001022", "2021-04-16T09:00").await;
    let sent = feedback::form(&[
        ("key", KEY),
        ("kind", "conduct"),
        ("content", &words),
        ("contact", "man@example.vn"),
        ("notify", "1"),
        ("dossier_code", &dossier),
    ]);
    let page = desk.form("", "/phan-anh", &sent).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let code = "PA-2021-0001";
    // Their question to the sender makes a notice, which must not tell either.
    let asked = feedback::act(
        &desk,
        &leader,
        code,
        "ask_more",
        &[("reason", "Xin cho biết ngày nào.")],
    )
    .await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    let places = [
        "/phan-anh/danh-sach".to_owned(),
        "/phan-anh/danh-sach/tep?dang=csv".into(),
        "/nhat-ky?xem=phan-anh".into(),
        "/thong-bao?xem=cho-gui".into(),
        format!("/ho-so/{dossier}"),
    ];
    for place in &places {
        let seen = desk.page(&leader, place).await;
        assert!(
            seen.status == 200 && seen.body.contains(code),
            "the leader: {place} {}",
            seen.body
        );
        let hidden = desk.page(&office, place).await;
        assert!(
            hidden.status == 200 && !hidden.body.contains(code),
            "whom it is about: {place} {}",
            hidden.body
        );
    }
    for place in [
        format!("/phan-anh/danh-sach/{code}"),
        format!("/phan-anh/danh-sach/{code}/answer"),
        "/thong-bao/1/phieu".into(),
    ] {
        assert_eq!(desk.page(&office, &place).await.status, 404, "{place}");
    }
    // Neither is it counted: no pill, no total, no figure.
    let list = desk.page(&office, "/phan-anh/danh-sach").await.body;
    assert!(list.contains("<b>0</b> phản ánh, kiến nghị"), "{list}");
    assert!(!list.contains("class=\"pill\""), "{list}");
    let answered = feedback::act(
        &desk,
        &leader,
        code,
        "answer",
        &[("answer", "Đã nhắc nhở.")],
    )
    .await;
    assert_eq!(answered.status, 303);
    for place in &places {
        let seen = desk.page(&office, place).await;
        assert!(seen.body.contains(code), "answered: {place} {}", seen.body);
    }
    let file = desk
        .page(&office, "/phan-anh/danh-sach/tep?dang=csv")
        .await
        .body;
    assert!(
        !file.contains("man@example.vn"),
        "but not who sent it: {file}"
    );
}

#[tokio::test]
async fn the_file_holds_what_the_screen_filters() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    feedback::send(&desk, "opinion", "=1+1 ghế hỏng", KEY).await;
    feedback::send(
        &desk,
        "rule",
        "Lệ phí ghi khác nhau.",
        &KEY.replace('0', "1"),
    )
    .await;
    let path = "/phan-anh/danh-sach/tep?dang=csv";
    let all = desk.page(&office, path).await.body;
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(all.contains("'=1+1 ghế hỏng"), "no formula: {all}");
    let some = desk.page(&office, &format!("{path}&loai=rule")).await.body;
    assert!(
        some.lines().count() == 2 && some.contains("PA-2021-0002"),
        "{some}"
    );
    let other = desk.page(&office, "/phan-anh/danh-sach/tep?dang=pdf").await;
    assert_eq!(other.status, 422);
    let request =
        axum::http::Request::get("/phan-anh/danh-sach/tep?dang=xlsx").header("cookie", &office);
    let (status, bytes) = desk
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert!(status == 200 && bytes.starts_with(b"PK"), "{status}");
    let grid = motcua::documents::workbook::read(&bytes).unwrap();
    assert!(
        grid.iter().flatten().any(|cell| cell == "=1+1 ghế hỏng"),
        "{grid:?}"
    );
}

#[tokio::test]
async fn who_does_not_handle_conduct_reads_no_sender_of_it() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    feedback::send(&desk, "conduct", WORDS, KEY).await;
    let path = "/phan-anh/danh-sach/tep?dang=csv";
    assert!(!desk.page(&specialist, path).await.body.contains("PA-2021"));
    feedback::act(
        &desk,
        &leader,
        "PA-2021-0001",
        "answer",
        &[("answer", "Đã nhắc nhở.")],
    )
    .await;
    let file = desk.page(&specialist, path).await.body;
    assert!(
        file.contains("PA-2021-0001") && !file.contains("Mận"),
        "{file}"
    );
    assert!(desk.page(&leader, path).await.body.contains("Mận"));
}

#[tokio::test]
async fn what_is_asked_for_is_added_by_its_sender() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    let (code, secret) = feedback::send(&desk, "opinion", "Chờ lâu.", KEY).await;
    let early = feedback::form(&[("code", &code), ("secret", &secret), ("more", "Thêm")]);
    assert_eq!(
        desk.form("", "/phan-anh/bo-sung", &early).await.status,
        409,
        "nothing was asked"
    );
    feedback::act(
        &desk,
        &leader,
        &code,
        "ask_more",
        &[("reason", "Xin cho biết ngày nào.")],
    )
    .await;
    let follow = feedback::form(&[("code", &code), ("secret", &secret)]);
    let page = desk.form("", "/phan-anh/theo-doi", &follow).await.body;
    for words in [
        "Chờ bổ sung thông tin",
        "Xin cho biết ngày nào.",
        "Gửi bổ sung",
        "12/5/2021",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let add = |secret: &str, more: &str| {
        feedback::form(&[("code", &code), ("secret", secret), ("more", more)])
    };
    assert_eq!(
        desk.form("", "/phan-anh/bo-sung", &add("sai", "Thứ Sáu"))
            .await
            .status,
        404
    );
    let empty = desk.form("", "/phan-anh/bo-sung", &add(&secret, " ")).await;
    assert!(
        empty.status == 422 && empty.body.contains("Chưa ghi nội dung bổ sung"),
        "{}",
        empty.body
    );
    let long = "x".repeat(4001);
    let long = desk
        .form("", "/phan-anh/bo-sung", &add(&secret, &long))
        .await;
    assert!(
        long.status == 422 && long.body.contains("xxxx</textarea>"),
        "what was typed is kept"
    );
    desk.move_to("2021-04-19T09:00");
    let done = desk
        .form("", "/phan-anh/bo-sung", &add(&secret, "Chiều thứ Sáu 9/4."))
        .await;
    assert!(
        done.status == 200 && done.body.contains("Đã nhận phần bổ sung"),
        "{}",
        done.body
    );
    let row = feedback::of(&desk, &code).await;
    assert_eq!(row["state"], "received");
    let content = row["content"].as_str().unwrap();
    assert!(
        content.starts_with("Chờ lâu.") && content.ends_with("Chiều thứ Sáu 9/4."),
        "{content}"
    );
    // By telephone the desk writes it down.
    let desk_cookie = desk.sign_in(Role::Receptionist).await;
    let leader = desk
        .form(
            "",
            "/dang-nhap",
            "username=leader&password=mot+cau+de+nho&ve=",
        )
        .await
        .cookie;
    feedback::act(
        &desk,
        &leader,
        &code,
        "ask_more",
        &[("reason", "Quầy nào?")],
    )
    .await;
    let added = feedback::act(
        &desk,
        &desk_cookie,
        &code,
        "add_more",
        &[("more", "Quầy 1.")],
    )
    .await;
    assert_eq!(added.status, 303, "{}", added.body);
    let (status, state) = desk.get("", &format!("/api/v1/feedback/{code}")).await;
    assert_eq!(status, 404, "{state}");
    let events = desk
        .rows("SELECT act FROM feedback_event ORDER BY seq")
        .await;
    let acts: Vec<&str> = events
        .iter()
        .map(|row| row["act"].as_str().unwrap())
        .collect();
    assert_eq!(
        json!(acts),
        json!(["receive", "ask_more", "add_more", "ask_more", "add_more"])
    );
}
