//! The radar's rules at their edges, and what was reviewed: the same finding has the same
//! name whatever period is asked for.
use motcua::{domain::role::Role, store::ballot_box::Ballot};
use serde_json::{Value, json};

use crate::harness::Desk;

async fn findings(desk: &Desk, query: &str, rule: &str) -> Vec<Value> {
    let (status, report) = desk
        .get("office", &format!("/api/v1/reports/radar?{query}"))
        .await;
    assert_eq!(status, 200, "{report}");
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|one| one["rule"] == rule).cloned().collect()
}

/// Finishes a dossier on one day and hands the result over at a moment.
async fn hand_over(desk: &mut Desk, ready: &str, at: &str) -> String {
    desk.move_to(ready);
    let code = desk.receive("2.000815", ready).await;
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("leader", "process"),
    ] {
        desk.done(role, &code, json!({ "action": act })).await;
    }
    desk.move_to(at);
    desk.done("receptionist", &code, json!({ "action": "return_result" }))
        .await;
    code
}

#[tokio::test]
async fn a_result_given_half_an_hour_past_the_office_hours_is_named() {
    let mut desk = Desk::at("2021-03-16T08:00").await;
    // Open from 7:30 to 11:30 and from 13:30 to 17:00; half an hour is let pass.
    let mut expected = Vec::new();
    for (at, named) in [
        ("2021-03-16T17:30:00", false),
        ("2021-03-16T17:30:01", true),
        ("2021-03-17T07:00:00", false),
        ("2021-03-18T06:59:59", true),
        ("2021-03-18T12:00:00", false),
        ("2021-03-18T12:30:00", true),
        // A Saturday, and a working day of no other kind.
        ("2021-03-20T09:00:00", true),
        ("2021-03-22T09:00:00", false),
    ] {
        let code = hand_over(&mut desk, "2021-03-16T08:00", at).await;
        if named {
            expected.push(json!([code]));
        }
        desk.move_to("2021-03-25T08:00");
    }
    let found = findings(&desk, "period=2021-04", "returned_outside").await;
    let mut codes: Vec<Value> = found.iter().map(|one| one["dossiers"].clone()).collect();
    codes.sort_by_key(ToString::to_string);
    expected.sort_by_key(ToString::to_string);
    assert_eq!(codes, expected);
    assert!(found[0]["words"].as_str().unwrap().contains("trả lúc"));
}

/// So many dossiers refused on a day.
async fn refuse(desk: &mut Desk, day: &str, many: usize) {
    for _ in 0..many {
        desk.move_to(&format!("{day}T08:00"));
        let code = desk.receive("1.001022", &format!("{day}T08:00")).await;
        desk.move_to(&format!("{day}T09:00"));
        desk.done(
            "leader",
            &code,
            json!({ "action": "refuse", "reason": "không đủ điều kiện" }),
        )
        .await;
    }
}

#[tokio::test]
async fn a_crowd_on_the_last_working_day_is_named_against_the_months_other_days() {
    // The reporting month of April 2021: 15 March to 14 April, a Wednesday. It has 23
    // working days; the last is compared with the average of the other 22.
    let mut desk = Desk::at("2021-03-15T08:00").await;
    refuse(&mut desk, "2021-04-14", 4).await;
    let month = "period=2021-04";
    let rule = "closed_before_period_end";
    assert!(
        findings(&desk, month, rule).await.is_empty(),
        "four are no crowd"
    );
    refuse(&mut desk, "2021-04-14", 1).await;
    let found = findings(&desk, month, rule).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["dossiers"].as_array().unwrap().len(), 5);
    // 5 × 22 = 110: three times 36 stays below, three times 37 does not.
    let mut desk = Desk::at("2021-03-15T08:00").await;
    refuse(&mut desk, "2021-03-22", 20).await;
    refuse(&mut desk, "2021-03-29", 16).await;
    refuse(&mut desk, "2021-04-14", 5).await;
    let found = findings(&desk, month, rule).await;
    assert_eq!(found.len(), 1, "36 on the other days");
    let words = found[0]["words"].as_str().unwrap();
    assert!(
        words.contains("22 ngày làm việc khác trong tháng có 36 hồ sơ"),
        "{words}"
    );
    refuse(&mut desk, "2021-04-12", 1).await;
    desk.move_to("2021-04-15T08:00");
    assert!(
        findings(&desk, month, rule).await.is_empty(),
        "37 on the other days"
    );
    // The last day may be a Sunday: what counts is the Friday before it.
    let mut desk = Desk::at("2021-10-15T08:00").await;
    refuse(&mut desk, "2021-11-12", 5).await;
    desk.move_to("2021-11-15T08:00");
    let found = findings(&desk, "period=2021-11", rule).await;
    assert_eq!(found.len(), 1);
    assert!(found[0]["key"].as_str().unwrap().ends_with("2021-11-12"));
}

#[tokio::test]
async fn five_slips_of_one_hand_with_one_text_are_named_once_and_stay_reviewed() {
    let mut desk = Desk::at("2021-03-16T08:00").await;
    desk.set(|settings| settings.security.session_hours = 10_000);
    let office = desk.sign_in(Role::Office).await;
    let slip = async |desk: &mut Desk, role: &str, reason: &str, at: &str| {
        desk.move_to(at);
        let code = desk.receive("1.001022", at).await;
        let act = json!({ "action": "request_supplement", "items": ["x"], "reason": reason });
        desk.done(role, &code, act).await;
        code
    };
    let rule = "same_slip";
    let mut codes = Vec::new();
    for minute in 10..14 {
        // Capitals, marks and spaces make no other text.
        let reason = ["Thiếu giấy chứng sinh", "thiếu giấy chứng sinh"][minute % 2];
        let at = format!("2021-03-16T08:{minute}");
        codes.push(slip(&mut desk, "specialist", reason, &at).await);
    }
    // Another text, another hand: not among them.
    slip(&mut desk, "specialist", "thiếu ảnh", "2021-03-16T09:00").await;
    slip(
        &mut desk,
        "receptionist",
        "thiếu giấy chứng sinh",
        "2021-03-16T09:10",
    )
    .await;
    assert!(findings(&desk, "period=2021-04", rule).await.is_empty());
    codes.push(
        slip(
            &mut desk,
            "specialist",
            "Thiếu giấy chứng sinh",
            "2021-03-17T09:10",
        )
        .await,
    );
    let found = findings(&desk, "period=2021-04", rule).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["dossiers"], json!(codes));
    let key = found[0]["key"].as_str().unwrap().to_owned();
    let form = format!("finding={key}&note-{key}=m%E1%BA%ABu+chung&ky=2021-04");
    assert_eq!(
        desk.form(&office, "/bao-cao/ra-xet", &form).await.status,
        303
    );
    // One more of the same, and another period: it stays reviewed.
    slip(
        &mut desk,
        "specialist",
        "Thiếu giấy chứng sinh",
        "2021-03-18T09:10",
    )
    .await;
    for query in [
        "period=2021-04",
        "period=2021-Q2",
        "period=2021",
        "from=2021-03-17&to=2021-03-20",
    ] {
        let found = findings(&desk, query, rule).await;
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!(found[0]["dossiers"].as_array().unwrap().len(), 6);
        let reviewed = found[0]["reviewed"].as_str().unwrap_or_default();
        assert!(reviewed.ends_with("mẫu chung"), "{query}: {}", found[0]);
    }
    let page = desk.page(&office, "/bao-cao/ra-xet?ky=2021").await.body;
    assert!(page.contains("Đã xem: "), "it is shown as reviewed");
}

/// So many ballots of the screens, or of paper, on a day.
async fn ballots(desk: &Desk, day: &str, many: usize, batch: Option<&str>) {
    let write = desk.store().write().await.unwrap();
    for _ in 0..many {
        let row = Ballot {
            id: 0,
            agency_id: 1,
            questionnaire: "xa-1".into(),
            source: "kiosk".into(),
            field: String::new(),
            cast_on: day.into(),
            comment: None,
            batch: batch.map(Into::into),
            counter: String::new(),
            marks: String::new(),
            reason: None,
        };
        write.insert_ballot(row, []).await.unwrap();
    }
    write.commit().await.unwrap();
}

#[tokio::test]
async fn ballots_that_come_in_a_burst_are_named() {
    let desk = Desk::at("2021-04-20T08:00").await;
    let rule = "ballot_burst";
    let month = "period=2021-04";
    ballots(&desk, "2021-03-15", 2, None).await;
    ballots(&desk, "2021-04-14", 2, None).await;
    ballots(&desk, "2021-03-22", 9, None).await;
    // Paper is keyed in heaps, and other months are their own.
    ballots(&desk, "2021-03-23", 40, Some("a")).await;
    ballots(&desk, "2021-04-15", 12, None).await;
    assert!(
        findings(&desk, month, rule).await.is_empty(),
        "nine are no burst"
    );
    ballots(&desk, "2021-03-22", 1, None).await;
    let found = findings(&desk, month, rule).await;
    assert_eq!(found.len(), 1, "10 against an average of 2");
    let words = found[0]["words"].as_str().unwrap();
    assert!(
        words.contains("10 phiếu") && words.contains("4 phiếu"),
        "{words}"
    );
    ballots(&desk, "2021-03-29", 3, None).await;
    assert!(
        findings(&desk, month, rule).await.is_empty(),
        "10 against an average of 2⅓ is below five times"
    );
    assert_eq!(findings(&desk, "period=2021-05", rule).await.len(), 1);
}

#[tokio::test]
async fn lodged_again_in_the_next_month_is_seen_from_where_it_was_withdrawn() {
    let mut desk = Desk::at("2021-04-14T08:00").await;
    let gone = desk.receive("2.000815", "2021-04-14T08:00").await;
    desk.move_to("2021-04-14T09:00");
    desk.done(
        "receptionist",
        &gone,
        json!({ "action": "withdraw", "reason": "đổi ý" }),
    )
    .await;
    let rule = "lodged_again";
    desk.move_to("2021-04-24T09:00:00");
    let late = desk.receive("2.000815", "2021-04-24T09:00:00").await;
    assert!(
        findings(&desk, "period=2021", rule).await.is_empty(),
        "ten days are no haste"
    );
    desk.move_to("2021-04-25T08:00");
    let again = desk.receive("2.000815", "2021-04-24T08:59:59").await;
    // Twelve months are read together: here the twelfth is April.
    let two = "from=2020-05-01&to=2021-06-01";
    for query in ["period=2021-04", "period=2021-Q2", "period=2021", two] {
        let found = findings(&desk, query, rule).await;
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!(found[0]["dossiers"], json!([gone, again]), "not {late}");
    }
    assert!(findings(&desk, "period=2021-05", rule).await.is_empty());
}

#[tokio::test]
async fn lodged_again_from_home_is_seen_as_well() {
    let mut desk = Desk::at("2021-04-13T08:00").await;
    let gone = desk.receive("2.000815", "2021-04-13T08:00").await;
    let reason = json!({ "action": "withdraw", "reason": "đổi ý" });
    desk.done("receptionist", &gone, reason).await;
    desk.move_to("2021-04-14T08:00");
    let body = json!({
        "procedure_code": "2.000815",
        "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" },
        "channel": "online", "documents": [],
    });
    let (status, again) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{again}");
    let found = findings(&desk, "period=2021-04", "lodged_again").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["dossiers"], json!([gone, again["code"]]));
}

#[tokio::test]
async fn what_is_entered_behind_a_broken_promise_is_named() {
    let mut desk = Desk::at("2021-04-16T08:00").await;
    // Three working days: due on 22/4, as 21/4 is a holiday.
    let receive = async |desk: &Desk| desk.receive("1.001022", "2021-04-16T08:00").await;
    let (backdated, asked, in_time, gone) = (
        receive(&desk).await,
        receive(&desk).await,
        receive(&desk).await,
        receive(&desk).await,
    );
    let at = |act: &str, at: &str| json!({ "action": act, "at": format!("{at}:00+07:00") });
    desk.move_to("2021-04-22T23:00");
    desk.done("specialist", &in_time, at("appraise", "2021-04-16T09:00"))
        .await;
    desk.move_to("2021-04-27T08:00");
    desk.done("specialist", &backdated, at("appraise", "2021-04-20T09:00"))
        .await;
    desk.done(
        "leader",
        &in_time,
        json!({ "action": "refuse", "reason": "x" }),
    )
    .await;
    let mut ask = at("request_supplement", "2021-04-19T09:00");
    ask["items"] = json!(["x"]);
    ask["reason"] = json!("thiếu");
    desk.done("specialist", &asked, ask).await;
    desk.done(
        "receptionist",
        &gone,
        json!({ "action": "reject", "reason": "x" }),
    )
    .await;
    let named = async |rule: &str| {
        let found = findings(&desk, "period=2021-05", rule).await;
        let mut codes: Vec<String> = found
            .iter()
            .map(|one| one["dossiers"][0].as_str().unwrap().to_owned())
            .collect();
        codes.sort();
        codes
    };
    assert_eq!(named("act_backdated").await, [backdated.clone(), asked]);
    assert_eq!(named("rejected_after_due").await, [gone]);
    let office = desk.sign_in(Role::Office).await;
    let page = desk
        .page(&office, &format!("/ho-so/{backdated}"))
        .await
        .body;
    assert!(page.contains("nhập lúc 08:00 27/4/2021"), "{page}");
}

#[tokio::test]
async fn an_online_dossier_left_lying_is_named() {
    let mut desk = Desk::at("2021-04-16T08:00").await;
    let body = json!({
        "procedure_code": "1.001022", "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen" },
        "channel": "online", "documents": [],
    });
    let mut sent = Vec::new();
    for _ in 0..2 {
        let (_, new) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
        sent.push(new["code"].as_str().unwrap().to_owned());
    }
    // Friday 8:00 to Monday: 7 hours on Friday, the eighth ends on Monday at 8:30.
    for (code, at) in sent
        .iter()
        .zip(["2021-04-19T08:30:00", "2021-04-19T08:30:01"])
    {
        desk.move_to(at);
        desk.done("receptionist", code, json!({ "action": "accept" }))
            .await;
    }
    let found = findings(&desk, "period=2021-05", "accepted_late").await;
    let found: Vec<&Value> = found.iter().map(|one| &one["dossiers"][0]).collect();
    assert_eq!(found, [&json!(sent[1])]);
}

#[tokio::test]
async fn a_limit_in_hours_is_broken_within_its_day() {
    let mut desk = Desk::at("2021-04-16T08:00").await;
    // 12 hours, day and night: until 20:00 of the same day.
    let receive = async |desk: &Desk| desk.receive("1.004946", "2021-04-16T08:00").await;
    let (in_time, backdated, gone) = (
        receive(&desk).await,
        receive(&desk).await,
        receive(&desk).await,
    );
    let appraised = json!({ "action": "appraise", "at": "2021-04-16T09:00:00+07:00" });
    desk.move_to("2021-04-16T19:59");
    desk.done("specialist", &in_time, appraised.clone()).await;
    desk.move_to("2021-04-16T20:00");
    desk.done("specialist", &backdated, appraised).await;
    let reject = json!({ "action": "reject", "reason": "x" });
    desk.done("receptionist", &gone, reject).await;
    for (rule, code) in [("act_backdated", backdated), ("rejected_after_due", gone)] {
        let found = findings(&desk, "period=2021-05", rule).await;
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert_eq!(found[0]["dossiers"], json!([code]));
        let words = found[0]["words"].as_str().unwrap();
        assert!(words.ends_with("hẹn 20:00 16/4/2021."), "{words}");
    }
}
