//! What waiting for the citizen does to the promise: papers start the limit anew, a fee
//! does not; what broke before the wait stays broken; a date that no limit explains moves.
use motcua::{
    actions::change_calendar::{self, By},
    domain::{
        calendar::{CalendarException, DayKind},
        role::Role,
    },
};
use serde_json::{Value, json};

use crate::harness::Desk;

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";
/// No single limit: the date is set by hand.
const BY_HAND: &str = "2.002165";

fn ask() -> Value {
    json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"], "reason": "thiếu",
            "legal_basis": "Luật Hộ tịch 2014 Điều 25" })
}

fn back() -> Value {
    json!({ "action": "supplement_received" })
}

fn due(dossier: &Value) -> [&str; 2] {
    ["original_due_at", "due_at"].map(|name| &dossier[name].as_str().unwrap()[..10])
}

#[tokio::test]
async fn a_fee_makes_the_clock_stand_and_starts_nothing_anew() {
    let mut desk = Desk::at("2021-04-19T09:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let pay = json!({ "action": "request_payment", "amount": 8000, "reason": "Lệ phí" });
    desk.done("specialist", &code, pay.clone()).await;
    desk.move_to("2021-04-22T09:00");
    let paid = json!({ "action": "payment_received" });
    let after = desk.done("receptionist", &code, paid.clone()).await;
    // 19/4 was used; 23/4 and 26/4 are left. Anew it would be 27/4.
    assert_eq!(due(&after), ["2021-04-26"; 2]);
    let rule = after["deadline"]["rule"].as_str().unwrap();
    assert!(
        rule.contains("không tính thời gian chờ nộp phí, lệ phí"),
        "{rule}"
    );
    // Papers start it anew, and a fee after them takes nothing back.
    desk.done("specialist", &code, ask()).await;
    desk.move_to("2021-04-26T09:00");
    let after = desk.done("receptionist", &code, back()).await;
    assert_eq!(due(&after), ["2021-04-29"; 2]);
    desk.done("specialist", &code, pay).await;
    desk.move_to("2021-04-27T09:00");
    let after = desk.done("receptionist", &code, paid).await;
    assert_eq!(due(&after), ["2021-05-04"; 2], "30/4 and 3/5 are off");
}

#[tokio::test]
async fn a_promise_that_broke_is_not_mended_by_waiting() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("receptionist", &code, json!({ "action": "hand_over" }))
        .await;
    desk.done("specialist", &code, json!({ "action": "take" }))
        .await;
    desk.move_to("2021-04-23T08:00");
    for (request, answer) in [
        (ask(), back()),
        (
            json!({ "action": "request_payment", "amount": 8000, "reason": "Lệ phí" }),
            json!({ "action": "payment_received" }),
        ),
    ] {
        let asked = desk.done("specialist", &code, request).await;
        assert_eq!(asked["standing"], "overdue", "no waiting hides it");
        desk.move_to("2021-04-29T09:00");
        let after = desk.done("receptionist", &code, answer).await;
        assert_eq!(due(&after), ["2021-04-22"; 2]);
        assert_eq!(after["standing"], "overdue");
        assert_eq!(
            after["deadline"]["due_at"], after["original_due_at"],
            "as it is counted"
        );
    }
    let shares = desk
        .rows("SELECT id FROM holding WHERE ended_at IS NULL")
        .await;
    assert_eq!(shares.len(), 1, "{shares:?}");
    let anew = desk
        .rows("SELECT id FROM holding WHERE duty = 'appraise'")
        .await;
    assert_eq!(anew.len(), 1, "no share of time was given a second time");
    let ended = desk
        .done(
            "leader",
            &code,
            json!({ "action": "refuse", "reason": "không đủ" }),
        )
        .await;
    assert_eq!(ended["standing"], "late");
}

#[tokio::test]
async fn the_apology_s_day_gives_way_to_a_wait_and_the_first_stays() {
    let mut desk = Desk::at("2021-04-20T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let draft = json!({ "action": "draft_apology", "reason": "quá tải", "reason_code": "workload",
                        "new_due_at": "2021-04-28T17:00:00+07:00" });
    desk.done("specialist", &code, draft).await;
    let signed = desk
        .done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    assert_eq!(due(&signed), ["2021-04-22", "2021-04-28"]);
    desk.move_to("2021-04-23T10:00");
    desk.done("leader", &code, ask()).await;
    desk.move_to("2021-05-05T10:00");
    let after = desk.done("receptionist", &code, back()).await;
    // Three working days were left: 26, 27, 28 April; 6, 7, 10 May.
    assert_eq!(due(&after), ["2021-04-22", "2021-05-10"]);
    let event = after["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        event["data"]["due"],
        json!({ "before": "2021-04-28T17:00:00+07:00", "after": "2021-05-10T17:00:00+07:00" }),
        "no date moves without a trace"
    );
    // A wait that begins after the second promise broke moves neither.
    desk.move_to("2021-05-11T10:00");
    desk.done("leader", &code, ask()).await;
    desk.move_to("2021-05-14T10:00");
    let after = desk.done("receptionist", &code, back()).await;
    assert_eq!(due(&after), ["2021-04-22", "2021-05-10"]);
}

#[tokio::test]
async fn a_date_set_by_hand_moves_by_what_was_waited() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let body = json!({
        "procedure_code": BY_HAND, "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen" },
        "channel": "desk", "documents": [],
        "due_at": "2021-04-28T17:00:00+07:00", "due_reason": "nhiều giai đoạn",
    });
    let (_, new) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let code = new["code"].as_str().unwrap();
    desk.move_to("2021-04-22T10:00");
    desk.done("leader", code, ask()).await;
    let same_day = desk.done("receptionist", code, back()).await;
    assert_eq!(due(&same_day), ["2021-04-28"; 2], "nothing was lost");
    desk.done("leader", code, ask()).await;
    desk.move_to("2021-05-05T10:00");
    let after = desk.done("receptionist", code, back()).await;
    // Four working days were left: 23, 26, 27, 28 April; 6, 7, 10, 11 May.
    assert_eq!(due(&after), ["2021-05-11"; 2]);
    assert_eq!(after["standing"], "in_time");
}

#[tokio::test]
async fn a_day_promised_by_an_apology_that_becomes_a_day_off_is_the_next_working_day() {
    let desk = Desk::at("2021-04-20T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let draft = json!({ "action": "draft_apology", "reason": "quá tải", "reason_code": "workload",
                        "new_due_at": "2021-04-28T17:00:00+07:00" });
    desk.done("specialist", &code, draft).await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    let office = desk.sign_in(Role::Office).await;
    let storm = "ngay=28/4/2021&loai=compensatory_off&ten=Nghỉ+tránh+bão&lam-bu=";
    let shown = desk.form(&office, "/lich/thay-doi", storm).await.body;
    for words in [
        "<b>1</b> hồ sơ đổi ngày hẹn",
        "dời sang ngày làm việc tiếp theo",
        "29/4/2021",
    ] {
        assert!(shown.contains(words), "no “{words}” in {shown}");
    }
    let known = desk.app.calendar().await.unwrap();
    let mut days: Vec<_> = known.exceptions().cloned().collect();
    days.push(CalendarException {
        date: "2021-04-28".parse().unwrap(),
        kind: DayKind::CompensatoryOff,
        name: "Nghỉ tránh bão".into(),
        confidence: "high".into(),
    });
    let by = By {
        name: "Người Văn phòng",
        role: "office",
        source: "Bão",
    };
    change_calendar::run(&desk.app, by, &days, None)
        .await
        .unwrap();
    let (_, after) = desk
        .get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    assert_eq!(due(&after), ["2021-04-22", "2021-04-29"]);
}

#[tokio::test]
async fn who_signed_is_held_against_the_accounts() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Leader).await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let approve = |name: &str| json!({ "action": "approve", "approved_by": name });
    let kept = async |desk: &Desk, name: &str| {
        let code = desk.receive(PARENT, "2021-04-16T10:00").await;
        desk.done("receptionist", &code, json!({ "action": "appraise" }))
            .await;
        let done = desk.done("receptionist", &code, approve(name)).await;
        let event = done["events"].as_array().unwrap().last().unwrap().clone();
        (code, event["data"].clone())
    };
    let (_, known) = kept(&desk, "leader").await;
    assert_eq!(known["approved_by"], "Người Lãnh đạo");
    assert!(known.get("signer_without_account").is_none(), "{known}");
    let (code, stranger) = kept(&desk, "Ông Chủ tịch nào đó").await;
    assert_eq!(stranger["signer_without_account"], true);
    let page = desk.page(&cookie, &format!("/ho-so/{code}")).await.body;
    assert!(
        page.contains("người ký: Ông Chủ tịch nào đó, không có tài khoản lãnh đạo"),
        "{page}"
    );
    desk.set(|settings| settings.workflow.signer_has_account = true);
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("receptionist", &code, json!({ "action": "appraise" }))
        .await;
    for stranger in ["Ông Chủ tịch nào đó", "receptionist", " "] {
        let (status, answer) = desk.act("receptionist", &code, approve(stranger)).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"]),
            (422, &json!("approved_by"))
        );
    }
    desk.done("receptionist", &code, approve("Người Lãnh đạo"))
        .await;
}
