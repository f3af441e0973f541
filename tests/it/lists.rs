//! Papers of many dossiers: letters in one file, the register as a book, the quarter's table.
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{harness::Desk, looks::like_before, paper::Paper};

const PARENT: &str = "1.001022";

#[tokio::test]
async fn all_letters_of_a_list_are_one_file_in_the_lists_order() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    desk.move_to("2021-04-20T10:00");
    let cookie = desk.sign_in(Role::Leader).await;
    for code in &codes {
        let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
        desk.done("specialist", code, draft).await;
        desk.done("leader", code, json!({ "action": "sign_apology" }))
            .await;
    }
    let started = desk.form(&cookie, "/in", "viec=xin-loi").await;
    assert_eq!(started.status, 303, "{}", started.body);
    let mut file = Vec::new();
    for _ in 0..1200 {
        let page = desk.page(&cookie, &started.location).await;
        assert_eq!(page.status, 200, "{}", page.body);
        if page.body.contains("Mở tệp PDF") {
            file = desk
                .pdf(&cookie, &format!("{}/tep", started.location))
                .await;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let paper = Paper::of(&file);
    let in_order: Vec<&str> = codes.iter().map(String::as_str).collect();
    paper.says(&in_order);
    assert!(
        paper.info().contains("Pages:           5"),
        "{}",
        paper.info()
    );
    let other = desk.sign_in(Role::Office).await;
    assert_eq!(
        desk.page(&other, &started.location).await.status,
        404,
        "another's file"
    );
}

#[tokio::test]
async fn the_register_of_a_period_has_a_line_for_every_dossier() {
    let desk = Desk::of_demo(120, 2).await;
    let cookie = desk.sign_in_demo("office").await;
    let pdf = desk
        .pdf(&cookie, "/so-theo-doi?tu=1/3/2021&den=31/3/2021")
        .await;
    like_before("06-register", &pdf);
    let paper = Paper::of(&pdf);
    let rows = desk
        .rows("SELECT code FROM dossier WHERE COALESCE(received_at, registered_at) >= '2021-02-28T17:00' AND COALESCE(received_at, registered_at) < '2021-03-31T17:00' ORDER BY COALESCE(received_at, registered_at), id")
        .await;
    assert!(rows.len() > 5);
    let text = paper.text();
    for row in &rows {
        assert!(
            text.contains(row["code"].as_str().unwrap()),
            "{row} in {text}"
        );
    }
    assert!(
        text.contains(&format!("Sổ này có {} hồ sơ.", rows.len())),
        "{text}"
    );
    paper.says(&[
        "SỔ THEO DÕI HỒ SƠ",
        "Từ ngày 01 tháng 3 năm 2021",
        "Mã hồ sơ",
    ]);
    assert!(paper.info().contains("841.89 x 595.276"));
}

#[tokio::test]
async fn the_quarters_table_prints_as_the_form_has_it() {
    let desk = Desk::of_demo(150, 3).await;
    let cookie = desk.sign_in_demo("office").await;
    let pdf = desk
        .pdf(
            &cookie,
            "/bao-cao/giai-quyet?tu=15/3/2021&den=13/6/2021&dang=pdf",
        )
        .await;
    like_before("II.06a", &pdf);
    let paper = Paper::of(&pdf);
    let text = paper.text();
    assert!(
        text.contains("Biểu số II.06a/VPCP/KSTT") && text.contains("Đơn vị tính: Số hồ sơ TTHC"),
        "{text}"
    );
    let table = desk
        .page(
            &cookie,
            "/bao-cao/giai-quyet?tu=15/3/2021&den=13/6/2021&dang=json",
        )
        .await
        .body;
    let table: Value = serde_json::from_str(&table).unwrap();
    let total = &table["total"];
    let numbers: Vec<String> = [
        &total["received"]["total"],
        &total["received"]["online"],
        &total["received"]["direct"],
        &total["received"]["carried_over"],
        &total["processed"]["total"],
        &total["processed"]["early"],
        &total["processed"]["on_time"],
        &total["processed"]["late"],
        &total["pending"]["total"],
    ]
    .map(ToString::to_string)
    .to_vec();
    let line = format!("Tổng cộng {}", numbers.join(" "));
    assert!(text.contains(&line), "{line} in {text}");
    assert!(paper.info().contains("841.89 x 595.276"));
}

/// What was sent on Friday evening and received on Monday is of Monday's quarter, as II.06a
/// has it and as its row says.
#[tokio::test]
async fn the_days_of_the_list_are_those_on_which_the_desk_received() {
    let mut desk = Desk::at("2021-03-12T20:00").await;
    let body = json!({
        "procedure_code": "1.004873", "channel": "online", "documents": [],
        "applicant": { "name": "Hồ Thị Xuân", "kind": "citizen" },
    });
    let (status, sent) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{sent}");
    let code = sent["code"].as_str().unwrap();
    desk.move_to("2021-03-15T08:00");
    let office = desk.sign_in(Role::Office).await;
    let within = async |from: &str, to: &str| {
        let page = desk
            .page(&office, &format!("/ho-so?from={from}&to={to}"))
            .await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body.contains(code)
    };
    assert!(
        within("12/3/2021", "14/3/2021").await,
        "it waits since Friday"
    );
    desk.done("receptionist", code, json!({ "action": "accept" }))
        .await;
    assert!(!within("12/3/2021", "14/3/2021").await);
    assert!(within("15/3/2021", "15/3/2021").await);
}
