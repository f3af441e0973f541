//! What everyone sees of a month: the same as a recount, closed for good, and silent
//! about the opinions of a few.
use motcua::{
    domain::{period::Period, role::Role},
    reports::scoreboard,
    secret,
    store::dossiers,
};
use serde_json::json;

use crate::harness::Desk;

const BIRTH: &str = "1.001193";

async fn finish(desk: &Desk, received: &str) -> String {
    let code = desk.receive(BIRTH, received).await;
    for (role, act) in [
        ("specialist", json!({ "action": "appraise" })),
        ("leader", json!({ "action": "approve" })),
        ("specialist", json!({ "action": "process" })),
    ] {
        desk.done(role, &code, act).await;
    }
    code
}

async fn rate(desk: &Desk, code: &str, value: i64) {
    let row = dossiers::by_code(desk.store().read(), 1, code)
        .await
        .unwrap();
    let path = format!(
        "/api/v1/survey/{}",
        secret::survey_token(&desk.app.secret_of(&row).unwrap())
    );
    let said = json!({ "answers": { "q1": value } });
    assert_eq!(desk.post("", &path, &said).await.0, 201);
}

async fn close(desk: &Desk, period: Period) {
    let actor = motcua::actions::actor::Actor {
        agency: 1,
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "x".into(),
    };
    motcua::actions::close_period::run(&desk.app, &actor, period, async { Ok(Vec::new()) })
        .await
        .unwrap();
}

fn april() -> Period {
    Period::parse("2021-04", 15).unwrap()
}

#[tokio::test]
async fn a_month_says_what_a_recount_says_and_hides_a_few_opinions() {
    let mut desk = Desk::at("2021-04-06T09:00").await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(finish(&desk, "2021-04-06T08:00").await);
    }
    // Due at the end of the day it came, done two days later.
    desk.move_to("2021-04-08T09:00");
    codes.push(finish(&desk, "2021-04-06T08:00").await);
    desk.receive(BIRTH, "2021-04-08T08:00").await;
    for (code, value) in codes.iter().zip([5, 5, 4, 1]) {
        rate(&desk, code, value).await;
    }
    desk.move_to("2021-04-16T09:00");
    let figures = scoreboard::count(&desk.app, 1, april()).await.unwrap();
    let of = |sql: &str| {
        let sql = format!("SELECT id FROM dossier WHERE {sql}");
        let desk = &desk;
        async move { desk.rows(&sql).await.len() as u64 }
    };
    assert_eq!(figures.received, of("received_at IS NOT NULL").await);
    assert_eq!(figures.solved, of("ended_at IS NOT NULL").await);
    assert_eq!(figures.late, 1);
    assert_eq!(figures.overdue, 1);
    assert_eq!(figures.early + figures.on_time, 3);
    let page = desk.page("", "/ket-qua?thang=2021-04").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("Không công bố") && page.body.contains("ít hơn 5 phiếu"));
    let opinions = page.body.split("Người dân hài lòng").nth(1).unwrap();
    let opinions = opinions.split("</section>").next().unwrap();
    assert!(!opinions.contains(" / "), "four opinions: {opinions}");
    assert!(page.body.contains("Chưa chốt số liệu"));
    rate(&desk, &desk.receive(BIRTH, "2021-04-16T08:00").await, 5).await;
    desk.move_to("2021-04-16T10:00");
    assert!(
        desk.page("", "/ket-qua?thang=2021-05")
            .await
            .body
            .contains("Tháng đang chạy")
    );
    for nowhere in ["2021-06", "2015-01", "2021-Q1", "x", "9999-99"] {
        let page = desk.page("", &format!("/ket-qua?thang={nowhere}")).await;
        assert_eq!(page.status, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn a_closed_month_stays_as_it_was_made_public_and_changes_are_told() {
    let mut desk = Desk::at("2021-04-06T09:00").await;
    for _ in 0..3 {
        finish(&desk, "2021-04-06T08:00").await;
    }
    desk.move_to("2021-04-16T09:00");
    assert_eq!(
        scoreboard::freeze(&desk.app).await.unwrap(),
        0,
        "not closed"
    );
    let office = desk.sign_in(Role::Office).await;
    close(&desk, april()).await;
    assert_eq!(scoreboard::freeze(&desk.app).await.unwrap(), 1);
    assert_eq!(scoreboard::freeze(&desk.app).await.unwrap(), 0, "once");
    let before = scoreboard::month(&desk.app, 1, april()).await.unwrap();
    assert!(
        before.frozen_at.is_some() && before.now.is_none(),
        "{before:?}"
    );
    // A paper ballot of that month is keyed late.
    let second = desk.sign_in(Role::Receptionist).await;
    for (who, key) in [(&office, "a"), (&second, "b")] {
        let sheet = format!("key={key}&batch=L&number=1&cast_on=7/4&q1=1");
        assert_eq!(desk.form(who, "/phieu-khao-sat", &sheet).await.status, 303);
    }
    desk.move_to("2021-04-16T10:00");
    let after = scoreboard::month(&desk.app, 1, april()).await.unwrap();
    assert_eq!(after.figures, before.figures);
    let told = after.figures.differences(&after.now.unwrap());
    assert_eq!(told, [("phiếu khảo sát", 0, 1)]);
    let page = desk.page("", "/ket-qua").await.body;
    assert!(page.contains("Chốt số liệu ngày 16/4/2021"), "{page}");
    assert!(page.contains("phiếu khảo sát: công bố 0, tính lại 1"));
}

#[tokio::test]
async fn a_month_closed_by_itself_and_within_its_quarter_is_made_public_once() {
    let desk = Desk::at("2021-06-20T09:00").await;
    let quarter = Period::parse("2021-Q2", 15).unwrap();
    let tail = Period {
        from: april().from,
        to: "2021-04-30".parse().unwrap(),
    };
    close(&desk, tail).await;
    let freeze = async || scoreboard::freeze(&desk.app).await.unwrap();
    assert_eq!(freeze().await, 1, "the month that it holds whole");
    close(&desk, april()).await;
    assert_eq!(freeze().await, 0);
    close(&desk, quarter).await;
    assert_eq!(freeze().await, 2, "the other two");
    assert_eq!(freeze().await, 0);
    let public = desk.rows("SELECT id FROM scoreboard_month").await;
    assert_eq!(public.len(), 3, "each once");
}
