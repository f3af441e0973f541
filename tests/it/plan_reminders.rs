//! The plan's tasks come by mail: once a week, to whoever answers for them and takes mail.
use motcua::{
    actions::{join_agency, merge_agencies},
    domain::role::Role,
    mail::plan_reminder,
};
use serde_json::json;

use crate::{harness::Desk, many_agencies::province, notices::mails, smtp::Server};

/// The words of a mail that came as base64, which so many marks make the shortest.
fn read(mail: &str) -> String {
    let (head, body) = mail.split_once("\n\n").unwrap();
    assert!(head.contains("base64"), "{head}");
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut window, mut bits) = (Vec::new(), 0_u32, 0);
    for place in body.chars().filter_map(|c| letters.find(c)) {
        window = (window << 6) | u32::try_from(place).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((window >> bits) & 255).unwrap());
            window &= (1 << bits) - 1;
        }
    }
    String::from_utf8(bytes).unwrap()
}

async fn wants(desk: &Desk, cookie: &str, address: &str, wanted: bool) {
    let form = format!(
        "email={address}%40example.vn{}",
        if wanted { "&wanted=1" } else { "" }
    );
    let saved = desk.form(cookie, "/tai-khoan/nhac-viec", &form).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
}

#[tokio::test]
async fn who_answers_for_a_task_is_reminded_once_a_week() {
    // Monday; tasks of January are nearly due, those of December past.
    let mut desk = Desk::at("2021-01-18T07:10").await;
    desk.set(|settings| settings.security.session_hours = 10_000);
    let office = desk.sign_in(Role::Office).await;
    let page = desk.page(&office, "/ke-hoach").await.body;
    assert!(
        page.contains("Chưa nhắc được: Người Văn phòng"),
        "no address yet: {page}"
    );
    wants(&desk, &office, "vp", true).await;
    assert_eq!(
        plan_reminder::run_once(&desk.app).await.unwrap(),
        0,
        "not before the hour"
    );
    desk.move_to("2021-01-18T07:15");
    assert_eq!(plan_reminder::run_once(&desk.app).await.unwrap(), 1);
    for again in ["2021-01-18T09:00", "2021-01-22T08:00"] {
        desk.move_to(again);
        assert_eq!(
            plan_reminder::run_once(&desk.app).await.unwrap(),
            0,
            "{again}"
        );
    }
    let page = desk.page(&office, "/ke-hoach").await.body;
    assert!(page.contains("đang nhận thư nhắc việc: Người Văn phòng."));
    assert!(page.contains("Lần gần nhất: 07:15 18/01/2021"));
    let server = Server::start();
    let taken = mails(&mut desk, &server).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].0, "vp@example.vn");
    let text = read(&taken[0].1);
    // Overdue since December; due by the end of January.
    for words in [
        "Quá hạn: ",
        "VII.4",
        "12/2020",
        "Sắp đến hạn: ",
        "31/01/2021",
        "/ke-hoach",
        "/tai-khoan",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // What is done is reminded of no more, and who wants no mail gets none.
    desk.move_to("2021-01-25T08:00");
    for code in ["VII.4%402020-12", "I.1a%402021-01"] {
        let form = format!("item={code}&kind=done&evidence=KH+s%E1%BB%91+1");
        let done = desk.form(&office, "/ke-hoach", &form).await;
        assert_eq!(done.status, 303, "{code}: {}", done.body);
    }
    assert_eq!(
        plan_reminder::run_once(&desk.app).await.unwrap(),
        1,
        "a new week"
    );
    let taken = mails(&mut desk, &server).await;
    let text = read(&taken.last().unwrap().1);
    assert!(!text.contains("VII.4") && !text.contains("I.1a "), "{text}");
    desk.move_to("2021-02-01T08:00");
    wants(&desk, &office, "vp", false).await;
    assert_eq!(
        plan_reminder::run_once(&desk.app).await.unwrap(),
        0,
        "not wanted"
    );
    wants(&desk, &office, "vp", true).await;
    desk.set(|settings| settings.notices.plan = false);
    assert_eq!(
        plan_reminder::run_once(&desk.app).await.unwrap(),
        0,
        "switched off"
    );
    let page = desk.page(&office, "/ke-hoach").await.body;
    assert!(page.contains("Nhắc qua thư đang tắt"));
}

#[tokio::test]
async fn a_title_that_the_plan_names_answers_before_the_office() {
    use motcua::{reports::plan::answering, store::accounts};
    let desk = Desk::at("2021-01-18T08:00").await;
    desk.sign_in(Role::Office).await;
    desk.sign_in(Role::Specialist).await;
    desk.run("UPDATE account SET title = 'Tư pháp – Hộ tịch' WHERE username = 'specialist'")
        .await;
    let people = accounts::enabled(desk.store().read(), 1).await.unwrap();
    let who = |officer: &str| -> Vec<&str> {
        answering(officer, &people)
            .into_iter()
            .map(|account| account.username.as_str())
            .collect()
    };
    assert_eq!(who("Công chức Tư pháp-Hộ tịch"), ["specialist"]);
    assert_eq!(who("Văn phòng UBND xã"), ["office"]);
    assert_eq!(
        who("Công chức Tài chính - Kế toán"),
        ["office"],
        "else the Office"
    );
}

#[tokio::test]
async fn each_agency_reminds_who_works_in_two_and_one_that_is_gone_nobody() {
    let mut desk = province("2021-01-18T07:15").await;
    let office = desk.sign_in(Role::Office).await;
    wants(&desk, &office, "vp", true).await;
    join_agency::run(&desk.app, "office", "quang-cong", Role::Office, "")
        .await
        .unwrap();
    let of = "SELECT agency_id FROM outbox WHERE kind = 'plan' ORDER BY agency_id, id";
    assert_eq!(plan_reminder::run_once(&desk.app).await.unwrap(), 2);
    assert_eq!(plan_reminder::run_once(&desk.app).await.unwrap(), 0);
    let agency = |id: i64| json!({ "agency_id": id });
    assert_eq!(desk.rows(of).await, [agency(1), agency(3)]);

    desk.move_to("2021-01-25T08:00");
    let (keys, on) = (["quang-ngan".to_owned()], "2021-01-25".parse().unwrap());
    merge_agencies::run(&desk.app, &keys, "quang-cong", on, "thử")
        .await
        .unwrap();
    assert_eq!(plan_reminder::run_once(&desk.app).await.unwrap(), 1);
    // The heir's alone.
    assert_eq!(desk.rows(of).await, [agency(1), agency(3), agency(3)]);
}
