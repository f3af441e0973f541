//! One act on many dossiers: looked at, done to each on its own, told row by row.
use motcua::domain::role::Role;
use serde_json::json;

use crate::harness::{Desk, Page};

const PARENT: &str = "1.001022";

/// Everything that an act leaves behind, to compare.
async fn traces(desk: &Desk) -> Vec<usize> {
    let mut counts = Vec::new();
    for table in ["event", "holding", "due_change", "batch_row"] {
        let rows = desk.rows(&format!("SELECT id FROM {table}")).await;
        counts.push(rows.len());
    }
    let sum = desk.rows("SELECT version AS v FROM dossier").await;
    let sum: i64 = sum.iter().map(|row| row["v"].as_i64().unwrap()).sum();
    counts.push(usize::try_from(sum).unwrap());
    counts
}

/// The page of work that has ended.
pub async fn ended(desk: &Desk, cookie: &str, started: &Page) -> String {
    assert_eq!(started.status, 303, "{}", started.body);
    for _ in 0..600 {
        let page = desk.page(cookie, &started.location).await;
        assert_eq!(page.status, 200, "{}", page.body);
        if !page.body.contains("Trang tự cập nhật") {
            return page.body;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it does not end");
}

fn chosen(codes: &[String], version: i64) -> String {
    let rows: Vec<String> = codes
        .iter()
        .map(|code| format!("&hs={code}:{version}"))
        .collect();
    rows.concat()
}

#[tokio::test]
async fn many_are_looked_at_before_and_told_one_by_one_after() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    // One of them has ended meanwhile; it cannot be appraised.
    desk.done(
        "leader",
        &codes[1],
        json!({ "action": "refuse", "reason": "Không đủ điều kiện" }),
    )
    .await;
    let cookie = desk.sign_in(Role::Specialist).await;
    let before = traces(&desk).await;
    let all = chosen(&codes[..1], 1) + &chosen(&codes[1..2], 2) + &chosen(&codes[2..], 1);
    let seen = desk
        .form(&cookie, "/ho-so/nhieu", &format!("viec=appraise{all}"))
        .await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert_eq!(traces(&desk).await, before, "a look changes nothing");
    assert!(
        seen.body.contains("Thẩm định xong 3 hồ sơ"),
        "{}",
        seen.body
    );
    assert!(
        seen.body.contains("1 hồ sơ không làm được"),
        "{}",
        seen.body
    );
    assert!(
        seen.body
            .contains("Không thể “Thẩm định xong” khi hồ sơ ở trạng thái")
    );
    // Between look and act somebody else is faster with one of them.
    desk.done("specialist", &codes[3], json!({ "action": "appraise" }))
        .await;
    let started = desk
        .form(&cookie, "/ho-so/nhieu/lam", &format!("viec=appraise{all}"))
        .await;
    let page = ended(&desk, &cookie, &started).await;
    assert!(
        page.contains("<b>2</b> xong") && page.contains("2 không làm được"),
        "{page}"
    );
    assert!(
        page.contains("Hồ sơ vừa được"),
        "the faster one is named: {page}"
    );
    let done = desk
        .rows("SELECT id FROM dossier WHERE appraised_at IS NOT NULL")
        .await;
    assert_eq!(done.len(), 3, "two by the batch, one by who was faster");
    let rows = desk.rows("SELECT state FROM batch_row ORDER BY id").await;
    let states: Vec<&str> = rows
        .iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["done", "refused", "done", "refused"]);
    // Another's batch is not there.
    let other = desk.sign_in(Role::Leader).await;
    assert_eq!(desk.page(&other, &started.location).await.status, 404);
    assert_eq!(
        desk.form(&other, &(started.location + "/tiep"), "")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn many_are_given_to_one_who_can_do_their_step() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    desk.sign_in(Role::Specialist).await;
    let office = desk.sign_in(Role::Office).await;
    let all = chosen(&codes, 1);
    // The only one who can need not be chosen.
    let seen = desk
        .form(&office, "/ho-so/nhieu", &format!("viec=assign{all}"))
        .await;
    assert!(seen.body.contains("Phân công 3 hồ sơ"), "{}", seen.body);
    assert!(seen.body.contains("name=\"to\" value=\"specialist\""));
    let body = format!("viec=assign&to=specialist{all}");
    let started = desk.form(&office, "/ho-so/nhieu/lam", &body).await;
    let page = ended(&desk, &office, &started).await;
    assert!(page.contains("<b>3</b> xong"), "{page}");
    let held = desk.rows("SELECT d.id FROM dossier d JOIN account a ON a.id = d.assigned_to WHERE a.username = 'specialist'").await;
    assert_eq!(held.len(), 3);
    let wrong = format!("viec=assign&to=office{}", chosen(&codes[..1], 2));
    let seen = desk.form(&office, "/ho-so/nhieu/lam", &wrong).await;
    let page = ended(&desk, &office, &seen).await;
    assert!(page.contains("không làm được việc này"), "{page}");
}

#[tokio::test]
async fn a_batch_that_a_restart_cut_names_what_is_left_and_goes_on() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    let cookie = desk.sign_in(Role::Specialist).await;
    let all = chosen(&codes, 1);
    let started = desk
        .form(&cookie, "/ho-so/nhieu/lam", &format!("viec=appraise{all}"))
        .await;
    ended(&desk, &cookie, &started).await;
    // As a cut leaves it: the last done but not written down, the second not begun.
    desk.run("UPDATE batch_row SET state = 'waiting' WHERE id > 1")
        .await;
    let page = desk.page(&cookie, &started.location).await.body;
    assert!(
        page.contains("2 hồ sơ chưa làm") && page.contains("Làm tiếp 2 hồ sơ"),
        "{page}"
    );
    let events = desk.rows("SELECT id FROM event").await.len();
    let on = desk
        .form(&cookie, &format!("{}/tiep", started.location), "")
        .await;
    let page = ended(&desk, &cookie, &on).await;
    assert!(page.contains("2 không làm được"), "{page}");
    assert_eq!(
        desk.rows("SELECT id FROM event").await.len(),
        events,
        "nothing twice"
    );
}

#[tokio::test]
async fn what_a_role_may_not_do_to_one_it_may_not_do_to_many() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let one = chosen(&[code], 1);
    let cookie = desk.sign_in(Role::Receptionist).await;
    for act in ["assign", "approve", "appraise", "refuse"] {
        for path in ["/ho-so/nhieu", "/ho-so/nhieu/lam"] {
            let page = desk.form(&cookie, path, &format!("viec={act}{one}")).await;
            assert_eq!(page.status, 403, "{act} {path}: {}", page.body);
        }
    }
    let page = desk.page(&cookie, "/ho-so").await.body;
    assert!(!page.contains("value=\"assign\"") && page.contains("value=\"return_result\""));
    let none = desk
        .form(&cookie, "/ho-so/nhieu", "viec=return_result")
        .await;
    assert!(none.status == 422 && none.body.contains("Chưa chọn hồ sơ nào"));
    let flood: Vec<String> = (0..201).map(|n| format!("X-{n}")).collect();
    let flood = desk
        .form(
            &cookie,
            "/ho-so/nhieu/lam",
            &format!("viec=return_result{}", chosen(&flood, 1)),
        )
        .await;
    assert!(
        flood.status == 422 && flood.body.contains("nhiều nhất 200"),
        "{}",
        flood.body
    );
}
