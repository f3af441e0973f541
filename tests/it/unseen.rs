//! What of a citizen is seen, by whom, and what is left lying: own work by the account, the
//! end of a number alone, signs that no paper holds, uploads that nobody decided on.
use motcua::{domain::role::Role, nightly, password::is_weak};
use serde_json::json;

use crate::harness::Desk;

const MORNING: &str = "2021-04-16T10:00";
const NUMBER: &str = "046085001234";

async fn looks(desk: &Desk) -> usize {
    desk.rows("SELECT id FROM read_log").await.len()
}

#[tokio::test]
async fn own_work_is_by_the_account_and_not_by_the_name() {
    let desk = Desk::at(MORNING).await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let office = desk.sign_in(Role::Office).await;
    desk.run("UPDATE account SET name = 'Lê Thị Hoa'").await;
    let form = "thu-tuc=1.001193&name=An&kind=citizen&channel=desk&act=receive&key=k1";
    let own = desk.form(&receptionist, "/ho-so/moi", form).await;
    assert_eq!(own.status, 303, "{}", own.body);
    let code = desk.rows("SELECT code FROM dossier").await.remove(0);
    let path = format!("/ho-so/{}", code["code"].as_str().unwrap());
    desk.page(&receptionist, &path).await;
    assert_eq!(looks(&desk).await, 0, "one's own work");
    // Another of the same name, and not once for both.
    desk.page(&office, &path).await;
    assert_eq!(looks(&desk).await, 1);
    let third = desk.sign_in(Role::Leader).await;
    desk.run("UPDATE account SET name = 'Lê Thị Hoa'").await;
    desk.page(&third, &path).await;
    assert_eq!(looks(&desk).await, 2);
}

#[tokio::test]
async fn a_program_has_no_work_of_its_own() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    desk.get("receptionist", &format!("/api/v1/dossiers/{code}"))
        .await;
    assert_eq!(looks(&desk).await, 1);
}

#[tokio::test]
async fn a_letter_shows_a_list_and_that_is_noted() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    let leader = desk.sign_in(Role::Leader).await;
    assert_eq!(
        desk.page(&leader, &format!("/xin-loi/{code}")).await.status,
        200
    );
    let rows = desk
        .rows("SELECT face, about FROM read_log ORDER BY face")
        .await;
    assert!(
        rows.iter()
            .any(|row| row["face"] == "list" && row["about"] == "xin lỗi"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn whole_numbers_leave_with_the_office_alone() {
    let mut desk = Desk::at(MORNING).await;
    let body = json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [],
        "applicant": { "name": "Trần Thị Tím", "kind": "citizen", "id_number": NUMBER },
    });
    let (status, made) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{made}");
    let (_, list) = desk.get("admin", "/api/v1/dossiers").await;
    let text = list.to_string();
    assert!(
        !text.contains(NUMBER) && text.contains("•••• 1234"),
        "{text}"
    );
    let one = format!("/api/v1/dossiers/{}", made["code"].as_str().unwrap());
    let (_, one) = desk.get("admin", &one).await;
    assert_eq!(one["applicant"]["id_number"], NUMBER);
    let mut cookies = Vec::new();
    for role in [
        Role::Receptionist,
        Role::Specialist,
        Role::Leader,
        Role::Office,
        Role::Admin,
    ] {
        cookies.push((role, desk.sign_in(role).await));
    }
    for dang in ["csv", "json"] {
        for (role, cookie) in &cookies {
            let page = desk.page(cookie, &format!("/ho-so/tep?dang={dang}")).await;
            let whole = matches!(role, Role::Office | Role::Admin);
            assert_eq!(page.status, 200);
            assert_eq!(page.body.contains(NUMBER), whole, "{role:?} {dang}");
            assert_eq!(page.body.contains("•••• 1234"), !whole, "{role:?} {dang}");
        }
    }
    // The password again, when it was given long ago.
    desk.move_to("2021-04-16T11:00");
    for (role, cookie) in &cookies {
        let page = desk.page(cookie, "/ho-so/tep?dang=csv").await;
        let whole = matches!(role, Role::Office | Role::Admin);
        assert_eq!(page.status, if whole { 403 } else { 200 }, "{role:?}");
        assert_eq!(
            page.body
                .contains("/xac-nhan?ve=%2Fho-so%2Ftep%3Fdang%3Dcsv"),
            whole
        );
    }
}

#[tokio::test]
async fn signs_that_no_document_holds_are_refused_by_field() {
    let desk = Desk::at(MORNING).await;
    for sign in ['\u{fffe}', '\u{ffff}', '\u{7}'] {
        let body = json!({
            "procedure_code": "1.001193", "channel": "desk", "documents": [], "note": format!("a{sign}b"),
            "applicant": { "name": format!("An{sign}"), "kind": "citizen" },
        });
        let (status, said) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 422, "{said}");
        let fields: Vec<&str> = said["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, ["applicant.name", "note"], "{said}");
    }
}

#[test]
fn what_everybody_knows_by_heart_is_no_password() {
    for known in [
        "Độc lập - Tự do - Hạnh phúc",
        "doclaptudohanhphuc",
        "doc lap tu do hanh phuc 1945",
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "khong co gi quy hon doc lap tu do",
        "Học, học nữa, học mãi!",
        "tien hoc le hau hoc van",
        "uống nước nhớ nguồn",
        "dân giàu nước mạnh 2025",
        "phuc vu nhan dan 123",
    ] {
        assert!(is_weak(known, &[]), "{known}");
    }
    for good in [
        "mot cau de nho",
        "ghe go canh song huong",
        "thuyen ve ben cu chieu nay",
    ] {
        assert!(!is_weak(good, &[]), "{good}");
    }
}

#[tokio::test]
async fn an_upload_that_nobody_decided_on_is_gone_after_a_day() {
    let mut desk = Desk::at(MORNING).await;
    let office = desk.sign_in(Role::Office).await;
    let _ = office;
    let insert = if desk.store().is_postgres() {
        "INSERT INTO upload (agency_id, account_id, kind, name, body, uploaded_at) VALUES (1, 1, 'csv', 'so.csv', '\\x61', '2021-04-16 03:00:00+00:00')"
    } else {
        "INSERT INTO upload (agency_id, account_id, kind, name, body, uploaded_at) VALUES (1, 1, 'csv', 'so.csv', x'61', '2021-04-16 03:00:00+00:00')"
    };
    desk.run(insert).await;
    let now = desk.app.clock.now();
    nightly::due(&desk.app, None, now).await.unwrap();
    assert_eq!(desk.rows("SELECT id FROM upload").await.len(), 1);
    desk.move_to("2021-04-17T10:01");
    nightly::due(&desk.app, None, desk.app.clock.now())
        .await
        .unwrap();
    assert_eq!(desk.rows("SELECT id FROM upload").await.len(), 0);
}

#[tokio::test]
async fn no_address_puts_words_into_the_programs_mouth() {
    let desk = Desk::at(MORNING).await;
    let admin = desk.sign_in(Role::Admin).await;
    desk.sign_in(Role::Office).await;
    let page = desk
        .page(&admin, "/nhan-su?xong=gọi+số+0900&ai=office")
        .await;
    assert!(!page.body.contains("0900"), "{}", page.body);
    let page = desk.page(&admin, "/nhan-su?xong=khoa&ai=gọi+số+0900").await;
    assert!(!page.body.contains("0900"), "{}", page.body);
    let locked = desk.form(&admin, "/nhan-su/office/khoa", "").await;
    let page = desk.page(&admin, &locked.location).await;
    assert!(
        page.body.contains("Đã khóa tài khoản office."),
        "{}",
        page.body
    );
}
