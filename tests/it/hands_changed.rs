//! Whoever ends a step does not take over the time of the one who had it; who sits on a
//! dossier is late while he does; two officers of one name are two; who cannot do a step
//! is not given it.
use motcua::{actions::add_account, domain::role::Role};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    workflow::{PARENT, hire, holdings, sign_in, version},
};

async fn act(desk: &Desk, username: &str, code: &str, act: &str) {
    let cookie = sign_in(desk, username).await;
    let form = format!("expected_version={}", version(desk, code).await);
    let page = desk
        .form(&cookie, &format!("/ho-so/{code}/{act}"), &form)
        .await;
    assert_eq!(page.status, 303, "{act}: {}", page.body);
}

async fn by(desk: &Desk, username: &str, by: &str) -> Value {
    let cookie = sign_in(desk, username).await;
    let path = format!("/bao-cao/trach-nhiem?ky=2021-Q2&theo={by}&dang=json");
    serde_json::from_str(&desk.page(&cookie, &path).await.body).unwrap()
}

fn line<'a>(report: &'a Value, key: &str) -> &'a Value {
    let rows = report["rows"].as_array().unwrap();
    rows.iter()
        .find(|row| row["key"] == key)
        .unwrap_or_else(|| panic!("{key}: {report}"))
}

#[tokio::test]
async fn the_time_until_a_change_of_hands_stays_with_who_had_it() {
    let mut desk = Desk::at("2021-04-12T08:00").await;
    desk.sign_in(Role::Office).await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "hang", Role::Specialist, "Văn hóa – Xã hội").await;
    let code = desk.receive(PARENT, "2021-04-12T08:00").await;
    desk.done("receptionist", &code, json!({ "action": "hand_over" }))
        .await;
    act(&desk, "huy", &code, "take").await;
    // Two days and a half with him, of 1,8 days that the step may take; then she does it.
    desk.move_to("2021-04-14T10:00");
    // She may not before she stands in for him: it is his case.
    let form = format!("expected_version={}", version(&desk, &code).await);
    let (huy, hang) = (sign_in(&desk, "huy").await, sign_in(&desk, "hang").await);
    let path = format!("/ho-so/{code}/appraise");
    let refused = desk.form(&hang, &path, &form).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.body.contains("đang do Người huy thụ lý"),
        "{}",
        refused.body
    );
    let page = desk.page(&hang, &format!("/ho-so/{code}")).await.body;
    assert!(page.contains("đang do Người huy thụ lý") && !page.contains("Thẩm định xong"));
    let leave = "who=huy&stand_in=hang&from=14/4/2021&to=14/4/2021";
    assert_eq!(desk.form(&huy, "/nghi-phep", leave).await.status, 303);
    act(&desk, "hang", &code, "appraise").await;
    let hands = holdings(&desk, &code).await;
    let told: Vec<(&Value, &Value, &Value)> = hands
        .iter()
        .map(|row| (&row["step"], &row["holder"], &row["held_seconds"]))
        .collect();
    let days = 2 * 27_000 + 7_200;
    assert_eq!(told[1], (&json!(1), &json!("Người huy"), &json!(days)));
    assert_eq!(told[2], (&json!(1), &json!("Người hang"), &json!(0)));
    assert_eq!(hands[3]["step"], 2);
    // He is late; she was not early; the step has one share.
    let officers = by(&desk, "office", "officer").await;
    assert_eq!(line(&officers, "@huy")["late"], 1, "{officers}");
    let hers = line(&officers, "@hang");
    assert_eq!((&hers["early"], &hers["passed"]), (&json!(0), &json!(1)));
    let steps = by(&desk, "office", "step").await;
    let step = line(&steps, "Thẩm định");
    assert_eq!((&step["stretches"], &step["late"]), (&json!(1), &json!(1)));
    // Sent back and done again by her: the step goes on adding to the same share.
    desk.done(
        "leader",
        &code,
        json!({ "action": "send_back", "reason": "Làm rõ" }),
    )
    .await;
    desk.move_to("2021-04-14T14:30");
    act(&desk, "hang", &code, "appraise").await;
    let steps = by(&desk, "office", "step").await;
    let step = line(&steps, "Thẩm định");
    assert_eq!((&step["stretches"], &step["late"]), (&json!(1), &json!(1)));
    let office = sign_in(&desk, "office").await;
    let page = desk.page(&office, &format!("/ho-so/{code}")).await.body;
    assert!(page.contains("chung cả bước"), "{page}");
    let rows =
        "/bao-cao/trach-nhiem/luot?ky=2021-Q2&theo=step&nhom=Th%E1%BA%A9m+%C4%91%E1%BB%8Bnh&o=late";
    let rows = desk.page(&office, rows).await.body;
    assert!(rows.contains("Người huy, rồi Người hang"), "{rows}");
}

#[tokio::test]
async fn who_sits_on_it_past_his_share_is_late_while_he_does() {
    let mut desk = Desk::at("2021-04-12T08:00").await;
    desk.sign_in(Role::Office).await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    let code = desk.receive(PARENT, "2021-04-12T08:00").await;
    let lies = desk.receive(PARENT, "2021-04-12T08:00").await;
    desk.done("receptionist", &code, json!({ "action": "hand_over" }))
        .await;
    act(&desk, "huy", &code, "take").await;
    // The desk's tenth of three days is over at 10:15, the specialist's share a day later.
    desk.move_to("2021-04-12T10:15");
    let report = by(&desk, "office", "officer").await;
    assert_eq!(report["total"]["over"], 0, "{report}");
    desk.move_to("2021-04-12T10:16");
    let report = by(&desk, "office", "officer").await;
    assert_eq!(line(&report, "test receptionist")["over"], 1, "{report}");
    assert_eq!(report["total"]["kept_with_over"]["denominator"], 1);
    desk.move_to("2021-04-15T10:00");
    let report = by(&desk, "office", "officer").await;
    let his = line(&report, "@huy");
    assert_eq!(
        (&his["over"], &his["late"], &his["stretches"]),
        (&json!(1), &json!(0), &json!(0))
    );
    assert_eq!(his["kept"]["denominator"], 0);
    assert_eq!(his["kept_with_over"]["percent"], 0.0);
    let (office, huy) = (sign_in(&desk, "office").await, sign_in(&desk, "huy").await);
    // The number leads to what he holds, and to nothing else.
    let rows = "/bao-cao/trach-nhiem/luot?ky=2021-Q2&theo=officer&nhom=%40huy&o=over";
    let rows = desk.page(&office, rows).await.body;
    assert!(rows.contains(&code) && !rows.contains(&lies), "{rows}");
    let mine = desk
        .page(&huy, "/bao-cao/trach-nhiem?ky=2021-Q2")
        .await
        .body;
    assert!(mine.contains("nhom=%40huy&amp;o=over"), "{mine}");
    // While the clock stands nothing is added, and what was used is not forgotten.
    desk.done(
        "specialist",
        &code,
        json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu" }),
    )
    .await;
    assert_eq!(
        line(&by(&desk, "office", "officer").await, "@huy")["over"],
        1
    );
}

#[tokio::test]
async fn two_officers_of_one_name_are_two() {
    let mut desk = Desk::at("2021-04-12T08:00").await;
    desk.sign_in(Role::Office).await;
    for (username, title) in [("hoa1", "Tư pháp – Hộ tịch"), ("hoa2", "Tư pháp – Hộ tịch")]
    {
        let input = add_account::Input {
            username: username.into(),
            name: "Lê Thị Hoa".into(),
            title: title.into(),
            password: "mot cau de nho".into(),
            email: String::new(),
        };
        add_account::run(&desk.app, 1, Role::Specialist, &input, None)
            .await
            .unwrap();
    }
    for (who, until) in [("hoa1", "2021-04-12T09:00"), ("hoa2", "2021-04-15T10:00")] {
        let code = desk.receive(PARENT, "2021-04-12T08:00").await;
        desk.done("receptionist", &code, json!({ "action": "hand_over" }))
            .await;
        act(&desk, who, &code, "take").await;
        desk.move_to(until);
        act(&desk, who, &code, "appraise").await;
    }
    let report = by(&desk, "office", "officer").await;
    let (one, two) = (line(&report, "@hoa1"), line(&report, "@hoa2"));
    assert_eq!(one["label"], "Lê Thị Hoa (hoa1)");
    assert_eq!((&one["early"], &one["late"]), (&json!(1), &json!(0)));
    assert_eq!((&two["early"], &two["late"]), (&json!(0), &json!(1)));
    // Each sees his own, however both are called; a file and a cut tell them apart too.
    for key in ["@hoa1", "@hoa2"] {
        let own = by(&desk, &key[1..], "officer").await;
        assert_eq!(own["rows"].as_array().unwrap().len(), 1, "{own}");
        assert_eq!(line(&own, key)["stretches"], 1);
        let path = format!("/api/v1/reports/accountability?period=2021-Q2&by=step&officer={key}");
        let (_, cut) = desk.get("office", &path.replace('@', "%40")).await;
        assert_eq!(cut["total"]["stretches"], 1, "{cut}");
    }
}

#[tokio::test]
async fn only_who_can_do_the_step_is_given_it() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "thu", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "nghi", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "loi", Role::Specialist, "Địa chính – Xây dựng").await;
    hire(&desk, "tiep", Role::Receptionist, "").await;
    desk.run("UPDATE account SET disabled = TRUE WHERE username = 'nghi'")
        .await;
    let huy = sign_in(&desk, "huy").await;
    let leave = "who=huy&stand_in=thu&from=16/4/2021&to=20/4/2021&note=";
    assert_eq!(desk.form(&huy, "/nghi-phep", leave).await.status, 303);
    let code = desk.receive(PARENT, "2021-04-16T09:00").await;
    let page = desk.page(&leader, &format!("/ho-so/{code}/assign")).await;
    for offered in ["huy", "thu"] {
        let option = format!("value=\"{offered}\"");
        assert!(page.body.contains(&option), "{offered}: {}", page.body);
    }
    for not in ["loi", "tiep", "leader", "nghi"] {
        assert!(!page.body.contains(&format!("value=\"{not}\"")), "{not}");
    }
    assert!(page.body.contains("nghỉ đến 20/4, Người thu thay"));
    for not in ["loi", "tiep", "leader", "nghi"] {
        let body = json!({ "action": "assign", "to": not });
        let (status, answer) = desk.act("leader", &code, body).await;
        assert_eq!(status, 422, "{not}: {answer}");
        let said = answer["errors"][0]["message"].as_str().unwrap();
        assert_eq!(answer["errors"][0]["field"], "to");
        if not != "nghi" {
            assert!(
                said.contains("Tư pháp – Hộ tịch") && said.contains("Người huy, Người thu"),
                "{said}"
            );
        }
        // Neither is it handed over to them.
        let body = json!({ "action": "hand_over", "to": not });
        assert_eq!(desk.act("receptionist", &code, body).await.0, 422);
    }
    let body = json!({ "action": "assign", "to": "huy" });
    desk.done("leader", &code, body).await;
    assert_eq!(holdings(&desk, &code).await[1]["holder"], "Người thu");
}

#[tokio::test]
async fn ten_stretches_of_nine_dossiers_say_nothing_yet() {
    let mut desk = Desk::at("2021-03-01T08:00").await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    let mut codes = Vec::new();
    for _ in 0..10 {
        codes.push(desk.receive(PARENT, "2021-03-01T08:00").await);
    }
    // Every step but the desk's is done twice.
    let way = [
        ("2021-03-01T09:00", "receptionist", "hand_over"),
        ("2021-03-03T09:00", "specialist", "appraise"),
        ("2021-03-05T09:00", "leader", "approve"),
        ("2021-03-08T09:00", "leader", "assign"),
        ("2021-03-10T09:00", "specialist", "appraise"),
        ("2021-03-12T09:00", "leader", "approve"),
    ];
    for (at, role, act) in way {
        desk.move_to(at);
        for code in &codes {
            let mut body = json!({ "action": act });
            if act == "assign" {
                body["to"] = json!("huy");
            }
            desk.done(role, code, body).await;
        }
    }
    desk.move_to("2021-03-15T09:00");
    for code in &codes[..9] {
        desk.done("specialist", code, json!({ "action": "process" }))
            .await;
    }
    desk.move_to("2021-04-16T09:00");
    let last = desk.receive(PARENT, "2021-04-16T08:00").await;
    desk.done("receptionist", &last, json!({ "action": "hand_over" }))
        .await;
    let (_, ahead) = desk.get("leader", "/api/v1/reports/foresight").await;
    assert_eq!((&ahead["unknown"], &ahead["rows"]), (&json!(1), &json!([])));
    desk.done("specialist", &codes[9], json!({ "action": "process" }))
        .await;
    let (_, ahead) = desk.get("leader", "/api/v1/reports/foresight").await;
    let row = &ahead["rows"][0];
    assert_eq!(
        (&row["code"], &row["cases"]),
        (&json!(last), &json!(10)),
        "{ahead}"
    );
    // Two days twice, the weekend of neither: all that the step took.
    assert_eq!(row["step_usual_seconds"], 2 * 2 * 27_000);
    assert_eq!(row["due_at"], "2021-04-22T17:00:00+07:00");
    // Put off: the date that counts for late is the one that the setting names.
    let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ", "new_due_at": "2021-04-23T17:00:00" });
    desk.done("specialist", &last, draft).await;
    desk.done("leader", &last, json!({ "action": "sign_apology" }))
        .await;
    let (_, ahead) = desk.get("leader", "/api/v1/reports/foresight").await;
    assert_eq!(ahead["rows"][0]["due_at"], "2021-04-22T17:00:00+07:00");
    let left = ahead["rows"][0]["seconds_left"].as_i64().unwrap();
    desk.set(|settings| {
        settings.figures.after_reappointment = motcua::config::AfterReappointment::New;
    });
    let (_, ahead) = desk.get("leader", "/api/v1/reports/foresight").await;
    assert_eq!(ahead["rows"][0]["due_at"], "2021-04-23T17:00:00+07:00");
    assert_eq!(ahead["rows"][0]["seconds_left"], left + 27_000);
}
