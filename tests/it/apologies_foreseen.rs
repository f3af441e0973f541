//! Letters that nobody had to remember, signed in batch, and those that come with a late result.
use motcua::{actions::draft_foreseen, domain::role::Role, nightly};
use serde_json::json;

use crate::{
    harness::{Desk, together},
    many::ended,
    paper::Paper,
};

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";

async fn night(desk: &Desk) {
    let done = nightly::due(&desk.app, None, desk.app.clock.now()).await;
    done.unwrap();
}

async fn events(desk: &Desk, act: &str) -> usize {
    desk.rows(&format!("SELECT id FROM event WHERE act = '{act}'"))
        .await
        .len()
}

#[tokio::test]
async fn at_the_lead_time_each_gets_one_draft() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    night(&desk).await;
    assert_eq!(events(&desk, "draft_apology").await, 0, "too early");
    // Due on 22/4; 21/4 is a holiday, so 20/4 is the last day to say it in time.
    desk.move_to("2021-04-20T00:10");
    let twice = (0..2).map(|_| Box::pin(nightly::due(&desk.app, None, desk.app.clock.now())));
    for done in Box::pin(together(twice)).await {
        done.unwrap();
    }
    night(&desk).await;
    assert_eq!(
        events(&desk, "draft_apology").await,
        1,
        "once, however often it is asked for"
    );
    // A night that made its list before the other drafted.
    let late = draft_foreseen::run(&desk.app, 1, std::slice::from_ref(&code)).await;
    assert_eq!(late.unwrap(), 0, "it has its draft");
    assert_eq!(events(&desk, "draft_apology").await, 1);
    let (_, dossier) = desk
        .get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    let letter = &dossier["letters"][0];
    assert_eq!(dossier["events"][1]["actor"], "Hệ thống");
    assert!(
        letter["reason"].as_str().unwrap().starts_with("hồ sơ "),
        "{letter}"
    );
    assert_eq!(letter["new_due_at"], "2021-04-26T17:00:00+07:00");
    let kept = desk.rows("SELECT step FROM apology").await;
    assert!(
        kept[0]["step"].is_string(),
        "the step that holds it: {kept:?}"
    );
}

#[tokio::test]
async fn a_batch_says_of_each_what_became_of_it() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    desk.move_to("2021-04-20T08:00");
    night(&desk).await;
    let leader = desk.sign_in(Role::Leader).await;
    let office = desk.sign_in(Role::Office).await;
    let page = desk.page(&leader, "/xin-loi/ky").await.body;
    assert!(
        codes.iter().all(|code| page.contains(&format!("{code}:2"))),
        "{page}"
    );
    // One is touched meanwhile.
    desk.done("specialist", &codes[1], json!({ "action": "appraise" }))
        .await;
    let chosen: Vec<String> = codes
        .iter()
        .map(|code| format!("phieu={code}%3A2"))
        .collect();
    let chosen = chosen.join("&");
    assert_eq!(desk.form(&office, "/xin-loi/ky", &chosen).await.status, 403);
    let done = ended(
        &desk,
        &leader,
        &desk.form(&leader, "/xin-loi/ky", &chosen).await,
    )
    .await;
    assert!(
        done.contains("<b>2</b> xong, <b class=\"bad\">1 không làm được"),
        "{done}"
    );
    assert!(done.contains("Hồ sơ vừa được test specialist"), "{done}");
    let again = ended(
        &desk,
        &leader,
        &desk.form(&leader, "/xin-loi/ky", &chosen).await,
    )
    .await;
    assert!(
        again.contains("<b>0</b> xong, <b class=\"bad\">3 không làm được"),
        "{again}"
    );
    assert_eq!(events(&desk, "sign_apology").await, 2);
}

#[tokio::test]
async fn a_late_result_is_handed_over_and_the_letter_follows() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let late = desk.receive(PARENT, "2021-04-16T10:00").await;
    let punctual = desk.receive(PARENT, "2021-04-16T10:00").await;
    let end = [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ];
    for (role, act) in end {
        desk.done(role, &punctual, json!({ "action": act })).await;
    }
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
    let (status, answer) = desk.act("receptionist", &punctual, draft.clone()).await;
    assert_eq!((status, &answer["code"]), (409, &json!("wrong_state")));
    desk.move_to("2021-04-27T08:00");
    for (role, act) in end {
        desk.done(role, &late, json!({ "action": act })).await;
    }
    let mut dated = draft.clone();
    dated["new_due_at"] = json!("2021-05-05T17:00:00+07:00");
    let (status, answer) = desk.act("receptionist", &late, dated).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (422, &json!("new_due_at"))
    );
    let cookie = desk.sign_in(Role::Receptionist).await;
    let path = format!("/ho-so/{late}/return_result");
    let asked = desk.page(&cookie, &path).await.body;
    assert!(
        asked.contains("Kết quả trễ hẹn mà chưa có phiếu xin lỗi"),
        "{asked}"
    );
    let other = desk
        .page(&cookie, &format!("/ho-so/{punctual}/return_result"))
        .await
        .body;
    assert!(!other.contains("trễ hẹn"), "{other}");
    let typed = "expected_version=4&receiver=&reason_code=workload&reason=";
    assert_eq!(desk.form(&cookie, &path, typed).await.status, 303);
    let (_, given) = desk
        .get("office", &format!("/api/v1/dossiers/{late}"))
        .await;
    assert_eq!(given["status"], "returned");
    assert_eq!(given["letters"][0]["new_due_at"], json!(null));
    let signed = desk
        .done("leader", &late, json!({ "action": "sign_apology" }))
        .await;
    assert_eq!(signed["status"], "returned");
    assert_eq!(
        signed["due_at"], signed["original_due_at"],
        "no date moves any more"
    );
    let pdf = desk
        .pdf(&cookie, &format!("/ho-so/{late}/in/xin-loi"))
        .await;
    Paper::of(&pdf).says(&["Số: 01/PXL-UBND", "có kết quả chậm hơn", "xin lỗi ông (bà)"]);
    let (_, report) = desk
        .get(
            "office",
            "/api/v1/reports/apologies?from=2021-03-15&to=2021-06-14",
        )
        .await;
    assert_eq!((&report["late"], &report["after"]), (&json!(1), &json!(1)));
    assert_eq!(
        report["by_cause"][0]["label"],
        "Số lượng hồ sơ tăng đột biến"
    );
    assert_eq!(report["by_step"][0]["late"], 1);
    assert_eq!(report["rows"][0]["new_due_at"], json!(null));
}

#[tokio::test]
async fn who_does_not_say_why_hands_over_all_the_same() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let late = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-27T08:00");
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ] {
        desk.done(role, &late, json!({ "action": act })).await;
    }
    let cookie = desk.sign_in(Role::Receptionist).await;
    let path = format!("/ho-so/{late}/return_result");
    let done = desk
        .form(
            &cookie,
            &path,
            "expected_version=4&receiver=&reason_code=&reason=",
        )
        .await;
    assert_eq!(done.status, 303, "{}", done.body);
    let unsaid = desk.page(&cookie, "/xin-loi?muc=tre").await.body;
    assert!(unsaid.contains(&late), "still asked for: {unsaid}");
}

#[tokio::test]
async fn words_without_a_cause_hold_nobody_up() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let late = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-27T08:00");
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ] {
        desk.done(role, &late, json!({ "action": act })).await;
    }
    let cookie = desk.sign_in(Role::Receptionist).await;
    let typed = "expected_version=4&receiver=&reason_code=&reason=m%E1%BA%A5t+%C4%91i%E1%BB%87n";
    let path = format!("/ho-so/{late}/return_result");
    let done = desk.form(&cookie, &path, typed).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let (_, given) = desk
        .get("office", &format!("/api/v1/dossiers/{late}"))
        .await;
    assert_eq!(given["status"], "returned");
    assert_eq!(given["letters"][0]["reason"], "mất điện");
}

#[tokio::test]
async fn a_draft_whose_dossier_has_ended_promises_no_date_any_more() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-20T08:00");
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "nhiều hồ sơ" });
    desk.done("receptionist", &code, draft).await;
    desk.move_to("2021-04-27T08:00");
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ] {
        desk.done(role, &code, json!({ "action": act })).await;
    }
    let leader = desk.sign_in(Role::Leader).await;
    let ended = desk.page(&leader, "/xin-loi").await.body;
    assert!(ended.contains("có kết quả chậm hơn"), "{ended}");
    assert!(
        !ended.contains("hẹn lại thời gian trả kết quả: "),
        "{ended}"
    );
    assert!(!ended.contains("ngày hẹn đổi sang ngày mới"), "{ended}");
}
