//! The morning's mail to officers: yours due, yours overdue, once a working day.
use std::collections::BTreeMap;

use motcua::{
    actions::{add_account, join_agency},
    domain::{notice::Channel, role::Role, time::local_day},
    mail::digest,
    papers::telling,
    store::{accounts, leaves::Leave, outbox},
};
use serde_json::json;

use crate::{
    harness::Desk,
    many_agencies::province,
    notices::{mails, read},
    servers::beside,
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
    // Of two servers one writes it, and another only once that one has been silent for long.
    let mut other = beside(&desk).await;
    let today = local_day(desk.app.clock.now());
    let written = async || {
        desk.rows("SELECT id FROM outbox WHERE kind = 'digest'")
            .await
    };
    let over = digest::morning(&desk.app, None, today).await.unwrap();
    assert_eq!((over, written().await.len()), (Some(today), 1));
    for over in [None, Some(today)] {
        let of_other = digest::morning(&other.app, over, today).await;
        assert_eq!(of_other.unwrap(), over, "it is another's");
    }
    other.move_to("2021-04-16T07:45");
    let of_other = digest::morning(&other.app, None, today).await.unwrap();
    assert_eq!((of_other, written().await.len()), (Some(today), 1));
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

/// A dossier in the hands of an officer, received with the tokens of an agency.
async fn given(desk: &Desk, tokens: &str, to: &str) -> String {
    let body = json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "received_at": "2021-04-13T07:45",
        "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" },
    });
    let token = format!("receptionist{tokens}");
    let (status, one) = desk.post(&token, "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{one}");
    let code = one["code"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/dossiers/{code}");
    let (_, one) = desk.get(&format!("admin{tokens}"), &path).await;
    let body = json!({ "action": "assign", "to": to, "expected_version": one["version"] });
    let (token, path) = (format!("leader{tokens}"), format!("{path}/actions"));
    let (status, answer) = desk.post(&token, &path, &body).await;
    assert_eq!(status, 200, "{answer}");
    code
}

/// Somebody is away from the desk of one agency for a day.
async fn away(desk: &Desk, agency: i64, who: &str, stand_in: &str, day: &str) {
    let id = async |name: &str| {
        let found = accounts::by_username(desk.store().read(), name).await;
        found.unwrap().unwrap().id
    };
    let leave = Leave {
        id: 0,
        agency_id: agency,
        account_id: id(who).await,
        stand_in_id: id(stand_in).await,
        from_day: day.parse().unwrap(),
        to_day: day.parse().unwrap(),
        note: String::new(),
        set_by: "t".into(),
        set_at: desk.app.clock.now(),
        cancelled_at: None,
    };
    let write = desk.store().write().await.unwrap();
    write.insert_leave(leave).await.unwrap();
    write.commit().await.unwrap();
}

/// This morning's mails by recipient, which have left then.
async fn written(desk: &Desk) -> BTreeMap<String, String> {
    let count = digest::run_once(&desk.app).await.unwrap();
    let now = desk.app.clock.now();
    let rows = outbox::due(desk.store().read(), Channel::Mail, now, 16).await;
    let mut all = BTreeMap::new();
    for row in rows.unwrap() {
        let words = telling::words(&desk.app, &row).await.unwrap();
        all.insert(row.recipient, words.paragraphs.join("\n"));
    }
    assert_eq!(all.len(), count, "one to each: {all:?}");
    desk.run("UPDATE outbox SET sent_at = queued_at").await;
    all
}

#[tokio::test]
async fn a_leave_in_one_agency_gives_nothing_of_another_to_the_stand_in() {
    let mut desk = province("2021-04-14T08:00").await;
    // Huy works in both, Hằng in the one, Thơ in the other.
    for (agency, username) in [(1, "huy"), (1, "hang"), (3, "tho")] {
        let input = add_account::Input {
            username: username.into(),
            name: format!("Người {username}"),
            title: String::new(),
            password: "mot cau de nho".into(),
            email: format!("{username}@example.vn"),
        };
        add_account::run(&desk.app, agency, Role::Specialist, &input, None)
            .await
            .unwrap();
    }
    join_agency::run(&desk.app, "huy", "quang-cong", Role::Specialist, "")
        .await
        .unwrap();
    let at_home = given(&desk, "", "huy").await;
    let elsewhere = given(&desk, "@quang-cong", "huy").await;
    let to = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();

    // Present in both: one mail that says which is where.
    desk.move_to("2021-04-15T07:30");
    let mails = written(&desk).await;
    assert_eq!(to(&mails), ["huy@example.vn"]);
    let text = &mails["huy@example.vn"];
    for (code, name) in [
        (&at_home, "(UBND xã Quảng Ngạn)"),
        (&elsewhere, "(UBND xã Quảng Công)"),
    ] {
        let line = text.lines().find(|line| line.contains(code.as_str()));
        assert!(line.is_some_and(|line| line.ends_with(name)), "{text}");
    }

    // Away from the one: the stand-in reads of that alone, the holder of the other alone.
    away(&desk, 1, "huy", "hang", "2021-04-16").await;
    desk.move_to("2021-04-16T07:30");
    let mails = written(&desk).await;
    assert_eq!(to(&mails), ["hang@example.vn", "huy@example.vn"]);
    let text = &mails["hang@example.vn"];
    assert!(
        text.contains(&at_home) && !text.contains(&elsewhere),
        "{text}"
    );
    assert!(!text.contains("(UBND"), "who works in one agency knows it");
    let text = &mails["huy@example.vn"];
    assert!(
        text.contains(&elsewhere) && !text.contains(&at_home),
        "{text}"
    );

    // Away from the other, which is not the home of the holder.
    away(&desk, 3, "huy", "tho", "2021-04-19").await;
    desk.move_to("2021-04-19T07:30");
    let mails = written(&desk).await;
    assert_eq!(to(&mails), ["huy@example.vn", "tho@example.vn"]);
    let text = &mails["tho@example.vn"];
    assert!(
        text.contains(&elsewhere) && !text.contains(&at_home),
        "{text}"
    );
    let text = &mails["huy@example.vn"];
    assert!(
        text.contains(&at_home) && !text.contains(&elsewhere),
        "{text}"
    );
}
