//! One window changes over to another agency while a form stands open in the next: what was
//! typed is written into no other agency, and not lost.
use motcua::{
    actions::{join_agency, merge_agencies},
    domain::role::Role,
};

use crate::{
    feedback::{KEY, form},
    harness::Desk,
    many_agencies::province,
};

const STORM: &str =
    "ngay=24%2F6%2F2025&loai=compensatory_off&ten=Ngh%E1%BB%89+tr%C3%A1nh+b%C3%A3o&lam-bu=";

async fn two_places() -> (Desk, String) {
    let desk = province("2025-06-20T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    join_agency::run(&desk.app, "office", "quang-cong", Role::Office, "")
        .await
        .unwrap();
    (desk, office)
}

async fn change_over(desk: &Desk, cookie: &str, to: &str) {
    let path = "/tai-khoan/co-quan?noi-lam=1";
    let done = desk.form(cookie, path, &format!("agency={to}")).await;
    assert_eq!(done.status, 303, "{}", done.body);
}

#[tokio::test]
async fn a_form_of_one_agency_is_not_written_into_another() {
    let (desk, office) = two_places().await;
    let opened = desk.page(&office, "/lich/thay-doi").await.body;
    assert!(
        opened.contains("action=\"/lich/thay-doi?noi-lam=1\""),
        "{opened}"
    );
    change_over(&desk, &office, "quang-cong").await;
    let sent = desk.form(&office, "/lich/thay-doi?noi-lam=1", STORM).await;
    assert_eq!(sent.status, 409, "{}", sent.body);
    for words in [
        "Biểu mẫu này mở ở UBND xã Quảng Ngạn",
        "UBND xã Quảng Công",
        "value=\"Nghỉ tránh bão\"",
        "<li>Nghỉ tránh bão</li>",
        "Chuyển về UBND xã Quảng Ngạn và gửi",
        "/lich/thay-doi?noi-lam=1&amp;chuyen=1",
    ] {
        assert!(sent.body.contains(words), "no “{words}” in {}", sent.body);
    }
    let save = desk
        .form(
            &office,
            "/lich/thay-doi?noi-lam=1",
            &format!("{STORM}&ban=0"),
        )
        .await;
    assert_eq!(save.status, 409);
    assert!(desk.rows("SELECT id FROM own_day").await.is_empty());
    // Where it was opened, it is written, and there one works again.
    let back = desk
        .form(
            &office,
            "/lich/thay-doi?noi-lam=1&chuyen=1",
            &format!("{STORM}&ban=0"),
        )
        .await;
    assert_eq!(back.status, 303, "{}", back.body);
    assert_eq!(
        desk.rows("SELECT agency_id FROM own_day").await,
        [serde_json::json!({ "agency_id": 1 })]
    );
    let desk_page = desk.page(&office, "/lich").await.body;
    assert!(
        desk_page.contains("<span>xã Quảng Ngạn</span>"),
        "{desk_page}"
    );
}

#[tokio::test]
async fn an_intake_keeps_what_was_typed() {
    let desk = province("2025-06-20T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    join_agency::run(
        &desk.app,
        "receptionist",
        "quang-cong",
        Role::Receptionist,
        "",
    )
    .await
    .unwrap();
    change_over(&desk, &cookie, "quang-cong").await;
    let typed = "procedure=1.001022&applicant_name=Tr%E1%BA%A7n+Th%E1%BB%8B+Sen&applicant_kind=citizen&channel=desk&act=later&key=k1";
    let sent = desk.form(&cookie, "/ho-so/moi?noi-lam=1", typed).await;
    assert_eq!(sent.status, 409, "{}", sent.body);
    assert!(
        sent.body.contains("value=\"Trần Thị Sen\""),
        "{}",
        sent.body
    );
    assert!(desk.rows("SELECT id FROM dossier").await.is_empty());
    // Who has left the agency since cannot go back to it; the words are still to be copied.
    join_agency::leave(&desk.app, "receptionist", "quang-cong")
        .await
        .unwrap();
    let sent = desk.form(&cookie, "/ho-so/moi?noi-lam=3", typed).await;
    assert_eq!(sent.status, 409, "{}", sent.body);
    assert!(
        sent.body
            .contains("không còn làm việc ở UBND xã Quảng Công"),
        "{}",
        sent.body
    );
    assert!(sent.body.contains("<li>Trần Thị Sen</li>"), "{}", sent.body);
    let forced = desk
        .form(&cookie, "/ho-so/moi?noi-lam=3&chuyen=1", typed)
        .await;
    assert_eq!(forced.status, 403, "{}", forced.body);
    assert!(desk.rows("SELECT id FROM dossier").await.is_empty());
}

#[tokio::test]
async fn every_form_of_every_page_says_where_it_was_opened() {
    let (desk, office) = two_places().await;
    let code = desk.receive("1.001022", "2025-06-19T08:00").await;
    for path in [
        "/ban-lam-viec",
        "/ho-so",
        "/bao-cao",
        "/lich/thay-doi",
        "/lich/gio",
        "/nhan-su",
        "/danh-muc/1.001022/o-day",
        "/nhap",
        "/tai-khoan",
        "/phan-anh/nhap",
        "/quy-trinh/1",
        &format!("/ho-so/{code}"),
        &format!("/ho-so/{code}/request_supplement"),
    ] {
        let page = desk.page(&office, path).await.body;
        let forms = page.matches("method=\"post\"").count() + page.matches(" formaction=").count();
        let bound = page.matches("noi-lam=1\"").count();
        assert_eq!(forms, bound, "{path}: {page}");
        assert!(!path.starts_with("/lich") || forms > 1, "{path}");
    }
    // A password is not handed back.
    change_over(&desk, &office, "quang-cong").await;
    let sent = desk
        .form(
            &office,
            "/nhan-su?noi-lam=1",
            "username=a&name=B+C&password=rat+bi+mat+day",
        )
        .await;
    assert_eq!(sent.status, 409);
    assert!(
        sent.body.contains("B C") && !sent.body.contains("rat bi mat day"),
        "{}",
        sent.body
    );
    let alone = Desk::at("2025-06-20T10:00").await;
    let office = alone.sign_in(Role::Office).await;
    let page = alone.page(&office, "/lich/thay-doi").await.body;
    assert!(!page.contains("noi-lam"), "{page}");
}

#[tokio::test]
async fn forms_say_where_they_were_opened_also_when_one_agency_is_left() {
    let mut desk = province("2025-07-01T07:30").await;
    let office = desk.sign_in(Role::Office).await;
    let all = ["quang-ngan", "quang-cong", "phong-hai"].map(String::from);
    let day = "2025-07-01".parse().unwrap();
    merge_agencies::run(&desk.app, &all, "hue", day, "thử")
        .await
        .unwrap();
    // Who is there is read anew after a moment.
    desk.move_to("2025-07-01T07:35");
    let page = desk.page(&office, "/phan-anh/nhap").await.body;
    let mut addresses = page.split("method=\"post\" action=\"").skip(1);
    let address = addresses
        .find(|rest| rest.starts_with("/phan-anh/nhap"))
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    // Another window goes back to the old agency, to finish what is open there.
    change_over(&desk, &office, "quang-ngan").await;
    let entry = form(&[
        ("key", KEY),
        ("kind", "rule"),
        ("content", "Lệ phí niêm yết sai"),
        ("source", "phone"),
    ]);
    let sent = desk.form(&office, address, &entry).await;
    assert_eq!(sent.status, 409, "{address}: {}", sent.body);
    assert!(desk.rows("SELECT id FROM feedback").await.is_empty());
    let back = format!("{address}&chuyen=1");
    let sent = desk.form(&office, &back, &entry).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert_eq!(
        desk.rows("SELECT agency_id FROM feedback").await,
        [serde_json::json!({ "agency_id": 2 })]
    );
}
