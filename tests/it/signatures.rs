//! Who signs for the agency, entered by the administrator; a leader by his own name, a
//! deputy in the chairman's place.
use motcua::domain::role::Role;
use serde_json::json;

use crate::{harness::Desk, paper::Paper};

#[tokio::test]
async fn the_administrator_says_who_signs_and_under_which_identifier() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let admin = desk.sign_in(Role::Admin).await;
    let page = desk.page(&admin, "/co-quan").await;
    assert!(page.body.contains("(để trống tên)"), "{}", page.body);
    // Refused with what was typed, and nothing written.
    let wrong = "name=&capacity=chairman&from=31/2/2021";
    let wrong = desk.form(&admin, "/co-quan/nguoi-ky", wrong).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("Chưa ghi họ và tên người ký"),
        "{}",
        wrong.body
    );
    assert!(wrong.body.contains("value=\"31/2/2021\""));
    let wrong = desk
        .form(&admin, "/co-quan", "identifier=h57-mã&phone=1")
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("chữ in hoa không dấu") && wrong.body.contains("h57-mã"));
    // Twice for the same day: one row, the last word.
    for name in ["Lê+Nhầm", "Trần+Đình+Ngữ"] {
        let form = format!("name={name}&capacity=chairman&from=16/4/2021");
        let saved = desk.form(&admin, "/co-quan/nguoi-ky", &form).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
    }
    let rows = desk.rows("SELECT name FROM signatory WHERE valid_from = '2021-04-16'");
    assert_eq!(rows.await, [json!({ "name": "Trần Đình Ngữ" })]);
    let form = "identifier=000.11.22.H57&confirmed=1&phone=0234+3500+100";
    assert_eq!(desk.form(&admin, "/co-quan", form).await.status, 303);
    let home = desk.page("", "/tra-cuu").await;
    assert!(home.body.contains("0234 3500 100"), "{}", home.body);
    let code = desk.receive("1.001022", "2021-04-16T10:00").await;
    assert!(code.starts_with("000.11.22.H57-210416-"), "{code}");
    let first = desk.page(&admin, "/khoi-dau").await.body;
    assert!(
        first.contains("Trần Đình Ngữ, TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH"),
        "{first}"
    );
    assert!(
        !first.contains("config/"),
        "no file is edited by an administrator"
    );
    for role in [Role::Receptionist, Role::Leader, Role::Office] {
        let other = desk.sign_in(role).await;
        assert_eq!(desk.page(&other, "/co-quan").await.status, 403);
        assert_eq!(desk.form(&other, "/co-quan", form).await.status, 403);
        assert_eq!(
            desk.form(
                &other,
                "/co-quan/nguoi-ky",
                "name=x&capacity=deputy&from=1/1"
            )
            .await
            .status,
            403
        );
    }
}

#[tokio::test]
async fn a_deputy_signs_in_the_chairmans_place_on_the_screen_and_on_paper() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive("1.001022", "2021-04-16T10:00").await;
    desk.move_to("2021-04-26T09:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "draft_apology", "reason_code": "verification", "reason": "Chờ xác minh" }),
    )
    .await;
    let leader = desk.sign_in(Role::Leader).await;
    desk.run("UPDATE account SET title = 'Phó Chủ tịch UBND xã' WHERE role = 'leader'")
        .await;
    let page = desk.page(&leader, &format!("/xin-loi/{code}")).await;
    for words in ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Người Lãnh đạo"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("TM. ỦY BAN NHÂN DÂN"));
    let version = desk.rows("SELECT version FROM dossier").await[0]["version"].clone();
    let form = format!("expected_version={version}");
    let signed = desk
        .form(&leader, &format!("/ho-so/{code}/sign_apology"), &form)
        .await;
    assert_eq!(signed.status, 303, "{}", signed.body);
    let pdf = desk
        .pdf(&leader, &format!("/ho-so/{code}/in/xin-loi"))
        .await;
    Paper::of(&pdf).says(&["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Người Lãnh đạo"]);
}
