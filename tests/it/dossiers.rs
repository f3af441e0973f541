//! The life of a dossier over JSON.
use serde_json::{Value, json};

use crate::harness::Desk;

/// Chứng thực bản sao: same-day; Nhận cha, mẹ, con: 3 working days.
const CERTIFY: &str = "2.000815";
const PARENT: &str = "1.001022";

fn body() -> Value {
    json!({
        "procedure_code": PARENT,
        "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen", "email": "uoc@example.com" },
        "channel": "desk",
        "documents": [{ "name": "Tờ khai", "form": "original", "copies": 1 }],
    })
}

#[tokio::test]
async fn received_it_has_a_code_a_promise_and_an_event() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (status, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body()).await;
    assert_eq!(status, 201, "{dossier}");
    assert_eq!(dossier["code"], "000.00.00.H57-210416-0001");
    assert_eq!(
        dossier["due_at"], "2021-04-22T17:00:00+07:00",
        "21/4 is a holiday"
    );
    assert_eq!(dossier["status_code"], 2);
    assert_eq!(dossier["standing"], "in_time");
    assert_eq!(dossier["events"][0]["action"], "receive");
    assert_eq!(dossier["survey_token"].as_str().unwrap().len(), 32);
    let (_, again) = desk
        .get("office", "/api/v1/dossiers/000.00.00.H57-210416-0001")
        .await;
    assert_eq!(again["deadline"]["trace"].as_array().unwrap().len(), 7);
    assert!(again.get("survey_token").is_none(), "shown once");
}

#[tokio::test]
async fn codes_restart_each_day_and_count_on() {
    let desk = Desk::at("2021-11-20T10:00").await;
    let first = desk.receive(CERTIFY, "2021-11-01T08:00").await;
    let other_day = desk.receive(CERTIFY, "2021-01-11T08:00").await;
    let second = desk.receive(CERTIFY, "2021-11-01T09:00").await;
    assert_eq!(first, "000.00.00.H57-211101-0001");
    assert_eq!(
        other_day, "000.00.00.H57-210111-0001",
        "1/11 and 11/1 are two counters"
    );
    assert_eq!(second, "000.00.00.H57-211101-0002");
}

/// What is answered at once is made of what was written, not read again.
#[tokio::test]
async fn the_answer_of_an_intake_is_what_is_read_afterwards() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let with = |field: &str, value: Value| {
        let mut body = body();
        body[field] = value;
        body
    };
    let mut by_hand = with("procedure_code", json!("2.002165"));
    by_hand["due_at"] = json!("2021-06-16T17:00:00+07:00");
    by_hand["due_reason"] = json!("nhiều giai đoạn");
    for body in [
        body(),
        by_hand,
        with("channel", json!("online")),
        with("received_at", json!("2021-04-15T14:30:00+07:00")),
        with("note", json!("Bản <b>thứ hai</b>")),
    ] {
        let (status, mut made) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 201, "{made}");
        made.as_object_mut()
            .unwrap()
            .remove("survey_token")
            .unwrap();
        let path = format!("/api/v1/dossiers/{}", made["code"].as_str().unwrap());
        let (_, read) = desk.get("receptionist", &path).await;
        assert_eq!(made, read);
    }
}

#[tokio::test]
async fn concurrent_receipts_draw_different_codes() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let all = (0..12).map(|_| desk.receive(CERTIFY, "2021-04-16T08:00"));
    let mut codes = crate::harness::together(all).await;
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 12);
}

#[tokio::test]
async fn four_acts_at_the_desk_are_on_the_spot() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(CERTIFY, "2021-04-16T09:40").await;
    desk.done("receptionist", &code, json!({ "action": "appraise" }))
        .await;
    let (status, answer) = desk
        .act("receptionist", &code, json!({ "action": "approve" }))
        .await;
    assert_eq!(
        status, 422,
        "the desk names the leader who signed: {answer}"
    );
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "approve", "approved_by": "Văn Bá Hùng" }),
    )
    .await;
    let ended = desk
        .done("receptionist", &code, json!({ "action": "process" }))
        .await;
    assert_eq!(ended["standing"], "on_time");
    let end = desk
        .done("receptionist", &code, json!({ "action": "return_result" }))
        .await;
    assert_eq!(
        (&end["status_code"], &end["four_on_the_spot"]),
        (&json!(10), &json!(true))
    );
    let (_, report) = desk
        .get("office", "/api/v1/reports/four-on-the-spot?at=2021-06-30")
        .await;
    assert_eq!(
        report["dossiers"],
        json!({ "numerator": 1, "denominator": 1, "percent": 100.0 })
    );
    assert_eq!(report["declared"]["percent"], 11.59);
    assert_eq!(report["declared"]["met"], false);
    assert_eq!(report["practised"]["numerator"], 1);
}

#[tokio::test]
async fn a_supplement_restarts_the_clock_and_leaves_a_trace() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let ask =
        json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"], "reason": "thiếu" });
    let asked = desk.done("receptionist", &code, ask).await;
    assert_eq!(asked["standing"], "waiting");
    desk.move_to("2021-05-10T09:00");
    let (_, waiting) = desk
        .get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    assert_eq!(
        waiting["standing"], "waiting",
        "a paused dossier is not overdue"
    );
    let (_, overdue) = desk
        .get("office", "/api/v1/dossiers?standing=overdue")
        .await;
    assert_eq!(overdue["total"], 0);
    let back = desk
        .done(
            "receptionist",
            &code,
            json!({ "action": "supplement_received" }),
        )
        .await;
    assert_eq!(back["status"], "received");
    assert_eq!(back["original_due_at"], "2021-05-13T17:00:00+07:00");
    assert_eq!(back["events"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_withdrawn_while_waiting_is_not_late() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let ask =
        json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"], "reason": "thiếu" });
    desk.done("specialist", &code, ask).await;
    desk.move_to("2021-06-01T09:00");
    let out = desk
        .done(
            "receptionist",
            &code,
            json!({ "action": "withdraw", "reason": "tự rút" }),
        )
        .await;
    assert_eq!(
        (&out["outcome"], &out["standing"]),
        (&json!("withdrawn"), &json!("early"))
    );
    let (_, report) = desk
        .get(
            "office",
            "/api/v1/reports/processing?from=2021-03-15&to=2021-06-14",
        )
        .await;
    assert_eq!(report["total"]["processed"]["early"], 1, "{report}");
    assert_eq!(report["notes"]["withdrawn"], 1);
}

#[tokio::test]
async fn two_officers_cannot_both_decide() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let appraise = json!({ "action": "appraise", "expected_version": 1 });
    desk.done("specialist", &code, appraise.clone()).await;
    let (status, answer) = desk.act("specialist", &code, appraise).await;
    assert_eq!((status, &answer["code"]), (409, &json!("stale_version")));
    assert!(
        answer["detail"]
            .as_str()
            .unwrap()
            .contains("test specialist"),
        "{answer}"
    );
    let (status, _) = desk
        .act("office", &code, json!({ "action": "approve" }))
        .await;
    assert_eq!(status, 403);
    let (status, answer) = desk
        .act("leader", &code, json!({ "action": "process" }))
        .await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("wrong_state")),
        "not approved yet"
    );
}

#[tokio::test]
async fn bad_bodies_are_named_and_nothing_is_written() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let with = |field: &str, value: Value| {
        let mut body = body();
        body[field] = value;
        body.to_string()
    };
    let cases = [
        ("{".to_owned(), 400, "not_json", ""),
        (with("colour", json!("đỏ")), 422, "invalid", "colour"),
        (
            with("received_at", json!("2021-04-16T10:00:01+07:00")),
            422,
            "invalid",
            "received_at",
        ),
        (
            with("procedure_code", json!("9.999999")),
            422,
            "invalid",
            "procedure_code",
        ),
        (with("note", json!("a\u{0}b")), 422, "invalid", "note"),
        (
            with("note", json!("a".repeat(2001))),
            422,
            "invalid",
            "note",
        ),
        (
            with("due_at", json!("2021-05-16T10:00:00+07:00")),
            422,
            "invalid",
            "due_at",
        ),
        (
            with("applicant", json!({ "name": " " })),
            422,
            "invalid",
            "applicant.name",
        ),
    ];
    for (sent, status, code, field) in cases {
        let (got, answer) = desk
            .post_with("receptionist", "/api/v1/dossiers", &[], sent.clone())
            .await;
        assert_eq!(
            (got, &answer["code"]),
            (status, &json!(code)),
            "{sent}: {answer}"
        );
        if !field.is_empty() {
            assert_eq!(answer["errors"][0]["field"], field, "{answer}");
        }
    }
    let (status, _) = desk.post("stranger", "/api/v1/dossiers", &body()).await;
    assert_eq!(status, 401);
    let (_, list) = desk.get("office", "/api/v1/dossiers").await;
    assert_eq!(list["total"], 0);
}

#[tokio::test]
async fn without_a_limit_the_date_is_set_by_hand_and_never_on_time() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut body = body();
    body["procedure_code"] = json!("2.002165");
    let (status, answer) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (422, &json!("due_at"))
    );
    body["due_at"] = json!("2021-06-16T17:00:00+07:00");
    body["due_reason"] = json!("nhiều giai đoạn");
    let (status, answer) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(answer["due_at"], "2021-06-16T17:00:00+07:00");
}

#[tokio::test]
async fn an_apology_moves_the_promise_once_and_the_figures_never() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-21T10:00");
    let draft = json!({ "action": "draft_apology", "reason_code": "verification", "reason": "Chờ xác minh nơi cư trú" });
    let drafted = desk.done("specialist", &code, draft.clone()).await;
    assert_eq!(
        drafted["letters"][0]["new_due_at"], "2021-04-26T17:00:00+07:00",
        "3 working days from now"
    );
    assert_eq!(
        drafted["due_at"], "2021-04-22T17:00:00+07:00",
        "a draft moves nothing"
    );
    let signed = desk
        .done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    assert_eq!(signed["letters"][0]["number"], 1);
    assert_eq!(signed["due_at"], "2021-04-26T17:00:00+07:00");
    assert_eq!(signed["original_due_at"], "2021-04-22T17:00:00+07:00");
    let (status, answer) = desk.act("specialist", &code, draft).await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("second_reappointment"))
    );
    desk.move_to("2021-04-23T08:00");
    let (_, late) = desk
        .get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    assert_eq!(late["standing"], "overdue", "judged by the first promise");
}

#[tokio::test]
async fn many_acts_at_once_do_not_wait_for_each_other_in_a_ring() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..24 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    desk.move_to("2021-04-20T10:00");
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
    let all = codes
        .iter()
        .map(|code| desk.act("specialist", code, draft.clone()));
    // Each asks for the calendar; were that done within the transaction, eight of
    // them would hold every connection and wait for a ninth.
    for (status, answer) in crate::harness::together(all).await {
        assert_eq!(status, 200, "{answer}");
    }
}
