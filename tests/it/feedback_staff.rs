//! Complaints at the office: who may do what, and who must not even see it.
use motcua::{
    domain::role::Role,
    store::feedback::{self, Filter, Viewer},
};

use crate::{
    feedback::{KEY, act, form, of, send},
    harness::Desk,
};

#[tokio::test]
async fn each_role_does_its_part() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    let office = desk.sign_in(Role::Office).await;
    assert_eq!(desk.page("", "/phan-anh/danh-sach").await.status, 303);
    let entry = |source: &str, day: &str| {
        form(&[
            ("key", KEY),
            ("kind", "rule"),
            ("content", "Lệ phí niêm yết sai"),
            ("name", ""),
            ("contact", ""),
            ("dossier_code", ""),
            ("source", source),
            ("received_on", day),
            ("about", ""),
        ])
    };
    assert_eq!(desk.page(&specialist, "/phan-anh/nhap").await.status, 403);
    assert_eq!(
        desk.form(&specialist, "/phan-anh/nhap", &entry("phone", ""))
            .await
            .status,
        403
    );
    assert_eq!(
        desk.form(&receptionist, "/phan-anh/nhap", &entry("api", ""))
            .await
            .status,
        422
    );
    let ahead = desk
        .form(
            &receptionist,
            "/phan-anh/nhap",
            &entry("paper", "17/4/2021"),
        )
        .await;
    assert_eq!(ahead.status, 422);
    assert!(ahead.body.contains("Lệ phí niêm yết sai") && ahead.body.contains("17/4/2021"));
    let all_wrong = form(&[("key", KEY), ("received_on", "32/13/2021")]);
    let all_wrong = desk.form(&receptionist, "/phan-anh/nhap", &all_wrong).await;
    for field in ["source", "received_on", "kind", "content"] {
        let link = format!("href=\"#f-{field}\"");
        assert!(
            all_wrong.body.contains(&link),
            "{field}: {}",
            all_wrong.body
        );
    }
    let kept = desk
        .form(
            &receptionist,
            "/phan-anh/nhap",
            &entry("paper", "14/4/2021"),
        )
        .await;
    assert!(
        kept.body.contains("PA-2021-0001") && kept.body.contains("Mã bí mật"),
        "{}",
        kept.body
    );
    assert_eq!(of(&desk, "PA-2021-0001").await["source"], "paper");
    let page = desk
        .page(&office, "/phan-anh/danh-sach/PA-2021-0001")
        .await
        .body;
    assert!(
        page.contains("22/4/2021"),
        "passed on within five working days of 14/4: {page}"
    );
    for cookie in [&receptionist, &specialist] {
        let refused = act(
            &desk,
            cookie,
            "PA-2021-0001",
            "forward",
            &[("to", "Sở Tư pháp")],
        )
        .await;
        assert_eq!(refused.status, 403);
        assert_eq!(
            desk.page(cookie, "/phan-anh/danh-sach/PA-2021-0001")
                .await
                .status,
            200
        );
    }
    assert_eq!(
        act(
            &desk,
            &office,
            "PA-2021-0001",
            "forward",
            &[("to", "Sở Tư pháp")]
        )
        .await
        .status,
        303
    );
    let late = act(&desk, &office, "PA-2021-0001", "reject", &[("reason", "x")]).await;
    assert_eq!(late.status, 409);
    assert_eq!(
        act(&desk, &office, "PA-2021-0001", "receive", &[])
            .await
            .status,
        404
    );
    assert_eq!(
        act(
            &desk,
            &office,
            "PA-2021-0001",
            "answer",
            &[("answer", "Sở trả lời: đúng.")]
        )
        .await
        .status,
        303
    );
}

/// Everything that a cookie can see of a number.
async fn sees(desk: &Desk, cookie: &str, code: &str) -> bool {
    let list = desk.page(cookie, "/phan-anh/danh-sach").await.body;
    let page = desk
        .page(cookie, &format!("/phan-anh/danh-sach/{code}"))
        .await;
    let counted = list.contains("<b>1</b> phản ánh");
    let (listed, shown) = (list.contains(code), page.status == 200);
    assert_eq!(
        (listed, counted),
        (shown, shown),
        "list, count and page agree"
    );
    shown
}

#[tokio::test]
async fn a_complaint_is_hidden_from_whom_it_is_about() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    let office = desk.sign_in(Role::Office).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    // The account of the leader is named "Người Lãnh đạo".
    let (code, _) = send(&desk, "conduct", "Ông NGƯỜI LÃNH ĐẠO, hẹn ba lần.", KEY).await;
    assert!(
        !sees(&desk, &leader, &code).await,
        "named, so hidden at once"
    );
    assert!(
        !sees(&desk, &specialist, &code).await,
        "not for colleagues either"
    );
    assert!(sees(&desk, &office, &code).await);
    let answer = [("answer", "Đã nhắc nhở, xin lỗi ông/bà.")];
    assert_eq!(
        act(&desk, &leader, &code, "answer", &answer).await.status,
        404
    );
    assert_eq!(
        desk.page(&leader, &format!("/phan-anh/danh-sach/{code}/answer"))
            .await
            .status,
        404
    );
    assert_eq!(
        act(&desk, &office, &code, "answer", &answer).await.status,
        303
    );
    assert!(
        sees(&desk, &leader, &code).await,
        "answered, so it may be read"
    );
    assert!(sees(&desk, &specialist, &code).await);
    for cookie in [&leader, &specialist] {
        let page = desk
            .page(cookie, &format!("/phan-anh/danh-sach/{code}"))
            .await
            .body;
        assert!(
            !page.contains("Mận") && !page.contains("0912"),
            "never who sent it"
        );
    }
    assert_eq!(
        act(&desk, &leader, &code, "close", &[("reason", "x")])
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn the_office_sorts_what_its_sender_did_not() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    let office = desk.sign_in(Role::Office).await;
    let (code, _) = send(&desk, "opinion", "Phó Chủ tịch hẹn ba lần.", KEY).await;
    assert!(sees(&desk, &leader, &code).await);
    let stranger = [("kind", "conduct"), ("officer", "ai")];
    let refused = act(&desk, &office, &code, "classify", &stranger).await;
    assert_eq!(refused.status, 422);
    let named = [("kind", "conduct"), ("officer", "leader")];
    let done = act(&desk, &office, &code, "classify", &named).await;
    assert_eq!(done.status, 303);
    assert!(!sees(&desk, &leader, &code).await);
    assert_eq!(of(&desk, &code).await["kind"], "conduct");
    let nobody = [("kind", "rule"), ("officer", "")];
    act(&desk, &office, &code, "classify", &nobody).await;
    assert!(sees(&desk, &leader, &code).await, "a mistake is mended");
    let second = KEY.replace('0', "f");
    let (named, _) = send(
        &desk,
        "rule",
        "Hỏi ông Người Lãnh đạo không trả lời",
        &second,
    )
    .await;
    let page = desk
        .page(&leader, &format!("/phan-anh/danh-sach/{named}"))
        .await;
    assert_eq!(page.status, 404, "named under another kind: hidden too");
}

#[tokio::test]
async fn a_dossier_shows_what_was_said_about_it() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    let dossier = desk.receive("1.001022", "2021-04-16T10:00").await;
    let body =
        serde_json::json!({ "kind": "conduct", "content": "Hẹn ba lần", "dossier_code": dossier });
    let (status, taken) = desk.post("", "/api/v1/feedback", &body).await;
    assert_eq!(status, 201, "{taken}");
    let code = taken["code"].as_str().unwrap();
    let path = format!("/ho-so/{dossier}");
    assert!(desk.page(&leader, &path).await.body.contains(code));
    assert!(!desk.page(&specialist, &path).await.body.contains(code));
    let one = desk
        .page(&leader, &format!("/phan-anh/danh-sach/{code}"))
        .await;
    assert!(one.body.contains(&path), "and back");
}

#[tokio::test]
async fn another_agency_has_none_of_it() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (code, _) = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    let stranger = Viewer {
        agency: 2,
        account: None,
        role: Role::Admin,
        name: String::new(),
    };
    let db = desk.store().read();
    let now = desk.app.clock.now();
    assert!(feedback::by_code(db, &stranger, &code).await.is_err());
    let (rows, total) = feedback::page(db, &stranger, &Filter::default(), now, 0, 50)
        .await
        .unwrap();
    assert!(rows.is_empty() && total == 0);
    assert_eq!(feedback::waiting(db, &stranger).await.unwrap(), 0);
}
