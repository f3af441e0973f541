//! What is written down after a period was closed and reaches back into it: the closed
//! figures stay, and the adjustment says what, by whom and when.
use chrono::TimeDelta;
use motcua::{domain::role::Role, store::closed_periods};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    statements::{hearing, plan},
};

/// Received on 8 March, due on 10 March; asked for a supplement on the 9th.
async fn waiting(desk: &mut Desk) -> String {
    desk.move_to("2021-03-08T09:00");
    let code = desk.receive("1.001022", "2021-03-08T09:00").await;
    desk.move_to("2021-03-09T09:00");
    desk.done(
        "specialist",
        &code,
        json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"], "reason": "thiếu" }),
    )
    .await;
    code
}

/// With the password again, which gives the session a new secret: that is answered.
async fn close(desk: &mut Desk, office: &str) -> String {
    desk.move_to("2021-03-15T08:00");
    let again = "password=mot+cau+de+nho&ve=/bao-cao/chot-so";
    let sure = desk.form(office, "/xac-nhan", again).await;
    assert_eq!(sure.status, 303, "{}", sure.body);
    let closed = desk
        .form(&sure.cookie, "/bao-cao/chot-so", "ky=2021-Q1")
        .await;
    assert_eq!(closed.status, 303, "{}", closed.body);
    sure.cookie
}

async fn table(desk: &Desk, period: &str) -> Value {
    let path = format!("/api/v1/reports/processing?period={period}");
    desk.get("office", &path).await.1
}

/// The period's own figures are those of the closing, and its one adjustment is this.
async fn adjusted(desk: &Desk, before: &Value, code: &str, words: &[&str]) {
    let after = table(desk, "2021-Q1").await;
    for part in ["total", "rows", "notes"] {
        assert_eq!(after[part], before[part], "{part} moved");
    }
    let all = after["closed"]["adjustments"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["code"], code);
    assert_ne!(all[0]["was"], all[0]["is"]);
    let reason = all[0]["reason"].as_str().unwrap();
    for word in words {
        assert!(reason.contains(word), "{word}: {reason}");
    }
}

async fn closing_desk() -> (Desk, String) {
    let mut desk = Desk::at("2021-03-08T08:00").await;
    desk.set(|settings| settings.security.session_hours = 10_000);
    let office = desk.sign_in(Role::Office).await;
    (desk, office)
}

#[tokio::test]
async fn papers_said_later_to_have_come_earlier_adjust_the_closed_period() {
    let (mut desk, office) = closing_desk().await;
    let code = waiting(&mut desk).await;
    let office = close(&mut desk, &office).await;
    let before = table(&desk, "2021-Q1").await;
    assert_eq!(before["notes"]["waiting"], 1);
    assert_eq!(before["closed"]["adjustments"], json!([]));
    // Only now written down: the papers had come within the closed period.
    desk.move_to("2021-03-16T09:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_arrived", "at": "2021-03-10T15:00:00" }),
    )
    .await;
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_received" }),
    )
    .await;
    adjusted(
        &desk,
        &before,
        &code,
        &["15:00", "10/3/2021", "16/3/2021", "test receptionist"],
    )
    .await;
    // The next period's carried-over still equals what was closed.
    let next = table(&desk, "2021-Q2").await;
    assert_eq!(next["carried"]["from_closed"], true);
    assert_eq!(next["carried"]["pending"], next["carried"]["carried_over"]);
    let page = desk.page(&office, "/bao-cao/giai-quyet?ky=2021-Q1").await;
    assert!(page.body.contains("Điều chỉnh kỳ trước: 1 hồ sơ"));
}

#[tokio::test]
async fn papers_that_had_come_and_are_looked_at_after_the_closing_are_a_reason_too() {
    let (mut desk, office) = closing_desk().await;
    let code = waiting(&mut desk).await;
    // Written down in time; whether they suffice is looked at after the closing.
    desk.move_to("2021-03-11T10:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_arrived" }),
    )
    .await;
    close(&mut desk, &office).await;
    let before = table(&desk, "2021-Q1").await;
    desk.move_to("2021-03-17T09:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_received" }),
    )
    .await;
    adjusted(
        &desk,
        &before,
        &code,
        &["giấy bổ sung đã đến lúc 10:00", "11/3/2021", "17/3/2021"],
    )
    .await;
}

#[tokio::test]
async fn between_the_papers_coming_and_the_look_at_them_no_old_promise_is_counted() {
    let (mut desk, _) = closing_desk().await;
    let code = waiting(&mut desk).await;
    desk.move_to("2021-03-12T15:00");
    let arrived = json!({ "action": "supplement_arrived" });
    desk.done("receptionist", &code, arrived).await;
    desk.move_to("2021-03-15T09:00");
    let before = table(&desk, "2021-Q1").await;
    let looked_at = json!({ "action": "supplement_received" });
    desk.done("receptionist", &code, looked_at).await;
    let after = table(&desk, "2021-Q1").await;
    assert_eq!(after["total"], before["total"], "in time, before and after");
    assert_eq!(after["total"]["pending"]["overdue"], 0);
}

#[tokio::test]
async fn any_act_written_back_into_a_closed_period_is_told_and_no_later_one_is() {
    let (mut desk, office) = closing_desk().await;
    let ended = desk.receive("1.001022", "2021-03-08T08:00").await;
    let later = desk.receive("1.001022", "2021-03-08T08:00").await;
    close(&mut desk, &office).await;
    let before = table(&desk, "2021-Q1").await;
    desk.move_to("2021-03-18T09:00");
    let refused = json!({ "action": "refuse", "reason": "ghi từ sổ tay" });
    let mut back = refused.clone();
    back["at"] = json!("2021-03-12T16:00:00");
    desk.done("leader", &ended, back).await;
    // Ended today: the closed period is not touched.
    desk.done("leader", &later, refused).await;
    adjusted(&desk, &before, &ended, &["12/3/2021", "ghi từ sổ tay"]).await;
    let next = table(&desk, "2021-Q2").await;
    let differences = next["carried"]["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0]["code"], json!(ended));
    assert!(
        differences[0]["reason"]
            .as_str()
            .unwrap()
            .contains("ghi từ sổ tay")
    );
}

#[tokio::test]
async fn of_several_that_changed_each_has_the_reasons_of_its_own() {
    let (mut desk, office) = closing_desk().await;
    let looked_at = waiting(&mut desk).await;
    let one = desk.receive("1.001022", "2021-03-09T08:00").await;
    let other = desk.receive("1.001022", "2021-03-09T08:00").await;
    close(&mut desk, &office).await;
    desk.move_to("2021-03-16T09:00");
    // Two acts of one dossier, and between them those of others.
    desk.done(
        "receptionist",
        &looked_at,
        json!({ "action": "supplement_arrived", "at": "2021-03-10T15:00:00" }),
    )
    .await;
    for (code, reason) in [(&one, "ghi từ sổ tay"), (&other, "ghi từ sổ giấy")] {
        let refused = json!({ "action": "refuse", "reason": reason, "at": "2021-03-12T16:00:00" });
        desk.done("leader", code, refused).await;
    }
    desk.done(
        "receptionist",
        &looked_at,
        json!({ "action": "supplement_received" }),
    )
    .await;
    let words = [
        (&looked_at, "đã đến lúc 15:00"),
        (&one, "ghi từ sổ tay"),
        (&other, "ghi từ sổ giấy"),
    ];
    let each_its_own = |told: &Value, codes: &[&String]| {
        let told = told.as_array().unwrap();
        let mut expected: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        expected.sort_unstable();
        let told_of: Vec<&str> = told.iter().map(|x| x["code"].as_str().unwrap()).collect();
        assert_eq!(told_of, expected, "{told:?}");
        for line in told {
            let reason = line["reason"].as_str().unwrap();
            for (code, said) in words {
                let own = line["code"].as_str() == Some(code.as_str());
                assert_eq!(reason.contains(said), own, "{said}: {line}");
            }
        }
    };
    let closed = table(&desk, "2021-Q1").await;
    let adjustments = &closed["closed"]["adjustments"];
    each_its_own(adjustments, &[&looked_at, &one, &other]);
    // The one with the papers is still open, so the next period has it as it was left.
    let next = table(&desk, "2021-Q2").await;
    each_its_own(&next["carried"]["differences"], &[&one, &other]);
}

#[tokio::test]
async fn what_was_recorded_since_is_looked_up_by_dossier_however_many_there_are() {
    let (desk, _) = closing_desk().await;
    let code = desk.receive("1.001022", "2021-03-08T08:00").await;
    let other = desk.receive("1.001022", "2021-03-08T08:00").await;
    let (db, said) = hearing(&desk).await;
    let (day, now) = (TimeDelta::days(1), desk.app.clock.now());
    let strangers: Vec<String> = (0..1500).map(|n| format!("khong-co-{n}")).collect();
    let mut codes: Vec<&str> = strangers.iter().map(String::as_str).collect();
    codes.push(&code);
    let found = closed_periods::recorded_since(&db, 1, &codes, now - day, now + day)
        .await
        .unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), [&code], "not {other}");
    assert!(found[&code].iter().all(|one| one.code == code));
    let asked = said.lock().unwrap().clone();
    assert_eq!(asked.len(), 2, "a thousand at a time");
    for statement in &asked {
        let steps = plan(&desk, statement).await;
        // As SQLite says that it reads every event.
        let through_all = steps.iter().any(|step| step.contains("SCAN e"));
        assert!(!through_all, "{steps:?}");
    }
    // Nothing is asked of nobody.
    let none = closed_periods::recorded_since(&db, 1, &[], now - day, now + day);
    assert!(none.await.unwrap().is_empty());
    assert_eq!(said.lock().unwrap().len(), 2);
}
