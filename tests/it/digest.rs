//! The morning's mail to officers: yours due, yours overdue, once a working day.
use motcua::{domain::role::Role, mail::digest};
use serde_json::json;

use crate::{
    harness::Desk,
    notices::{mails, read},
    smtp::Server,
};

#[tokio::test]
async fn the_morning_mail_names_what_is_mine_due_and_overdue() {
    let mut desk = Desk::at("2021-04-14T08:00").await;
    desk.sign_in(Role::Specialist).await;
    let specialist = desk
        .form(
            "",
            "/dang-nhap",
            "username=specialist&password=mot+cau+de+nho&ve=",
        )
        .await
        .cookie;
    let saved = desk
        .form(
            &specialist,
            "/tai-khoan/nhac-viec",
            "email=huy%40example.vn&wanted=1",
        )
        .await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let wrong = desk
        .form(&specialist, "/tai-khoan/nhac-viec", "email=huy&wanted=1")
        .await;
    assert!(
        wrong.status == 422 && wrong.body.contains("value=\"huy\""),
        "what was typed is kept"
    );
    let mut codes = Vec::new();
    for day in ["2021-04-05", "2021-04-13", "2021-04-14"] {
        let code = desk.receive("1.001022", &format!("{day}T07:45")).await;
        desk.done(
            "leader",
            &code,
            json!({ "action": "assign", "to": "specialist" }),
        )
        .await;
        codes.push(code);
    }
    let foreign = desk.receive("1.001022", "2021-04-05T07:45").await;
    desk.move_to("2021-04-16T07:14");
    assert_eq!(
        digest::run_once(&desk.app).await.unwrap(),
        0,
        "not before the hour"
    );
    desk.move_to("2021-04-16T07:15");
    assert_eq!(digest::run_once(&desk.app).await.unwrap(), 1);
    assert_eq!(digest::run_once(&desk.app).await.unwrap(), 0, "once a day");
    let server = Server::start();
    let taken = mails(&mut desk, &server).await;
    assert_eq!(taken[0].0, "huy@example.vn");
    let text = read(&taken[0].1);
    for code in &codes[..2] {
        assert!(text.contains(code.as_str()), "{text}");
    }
    assert!(
        text.contains("Quá hạn: ") && !text.contains(&foreign),
        "{text}"
    );
    assert!(!text.contains("Đào"), "no applicant is named: {text}");
    desk.move_to("2021-04-17T08:00");
    assert_eq!(
        digest::run_once(&desk.app).await.unwrap(),
        0,
        "not on a Saturday"
    );
    let specialist = desk
        .form(
            "",
            "/dang-nhap",
            "username=specialist&password=mot+cau+de+nho&ve=",
        )
        .await
        .cookie;
    let off = desk
        .form(
            &specialist,
            "/tai-khoan/nhac-viec",
            "email=huy%40example.vn",
        )
        .await;
    assert!(off.location.contains("nhac-viec"), "{}", off.location);
    desk.move_to("2021-04-19T08:00");
    assert_eq!(
        digest::run_once(&desk.app).await.unwrap(),
        0,
        "stopped by its reader"
    );
}

#[tokio::test]
async fn the_stand_in_is_reminded_of_both_desks_and_the_absent_of_none() {
    use motcua::actions::add_account::{Input, run};
    let mut desk = Desk::at("2021-04-14T08:00").await;
    for (username, name) in [("huy", "Người Vắng"), ("hang", "Người Thay")] {
        let input = Input {
            username: username.into(),
            name: name.into(),
            title: String::new(),
            password: "mot cau de nho".into(),
            email: format!("{username}@example.vn"),
        };
        run(&desk.app, 1, Role::Specialist, &input, None)
            .await
            .unwrap();
    }
    desk.run("UPDATE account SET digest = TRUE").await;
    let mut codes = Vec::new();
    for to in ["huy", "hang"] {
        let code = desk.receive("1.001022", "2021-04-13T07:45").await;
        desk.done("leader", &code, json!({ "action": "assign", "to": to }))
            .await;
        codes.push(code);
    }
    let office = desk.sign_in(Role::Office).await;
    let leave = "who=huy&stand_in=hang&from=16/4/2021&to=19/4/2021";
    assert_eq!(desk.form(&office, "/nghi-phep", leave).await.status, 303);
    // Signed by the specialist: it lies with the leader, and nobody else is reminded of it.
    let given_on = desk.receive("1.001022", "2021-04-13T07:45").await;
    desk.done(
        "leader",
        &given_on,
        json!({ "action": "assign", "to": "hang" }),
    )
    .await;
    desk.sign_in(Role::Leader).await;
    desk.done("specialist", &given_on, json!({ "action": "appraise" }))
        .await;
    desk.move_to("2021-04-16T07:30");
    assert_eq!(digest::run_once(&desk.app).await.unwrap(), 1);
    let server = Server::start();
    let taken = mails(&mut desk, &server).await;
    assert_eq!(taken[0].0, "hang@example.vn");
    let text = read(&taken[0].1);
    assert!(
        codes.iter().all(|code| text.contains(code.as_str())),
        "{text}"
    );
    assert!(!text.contains(&given_on), "{text}");
}
