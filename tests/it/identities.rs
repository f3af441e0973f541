//! Who is linked at the province's identity provider: seen and set on the page of staff, by
//! the administrator alone.
use motcua::{actions::join_agency, domain::role::Role};

use crate::{harness::Desk, many_agencies::province};

const PLACE: &str = "/nhan-su/office/tai-khoan-tinh";

#[tokio::test]
async fn the_administrator_links_and_unlinks_on_the_page() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let admin = desk.sign_in(Role::Admin).await;
    let office = desk.sign_in(Role::Office).await;
    desk.sign_in(Role::Leader).await;
    let page = desk.page(&admin, "/nhan-su").await.body;
    assert!(
        !page.contains("Tài khoản của tỉnh"),
        "no provider, no column"
    );
    assert!(
        desk.page(&admin, PLACE)
            .await
            .body
            .contains("Chưa nối với hệ thống đăng nhập")
    );
    assert_eq!(desk.form(&admin, PLACE, "subject=x").await.status, 422);
    desk.set(|settings| {
        settings.oidc.issuer = "https://dangnhap.tinh.vn".into();
        settings.oidc.client_id = "motcua".into();
    });
    let page = desk.page(&admin, "/nhan-su").await.body;
    assert!(page.contains("Tài khoản của tỉnh") && page.contains("chưa nối"));
    // The Office reads it and sets nothing.
    let page = desk.page(&office, "/nhan-su").await.body;
    assert!(page.contains("chưa nối") && !page.contains("tai-khoan-tinh"));
    assert_eq!(desk.page(&office, PLACE).await.status, 403);
    assert_eq!(desk.form(&office, PLACE, "subject=x").await.status, 403);
    // Linked, with what was typed kept where it is wrong.
    let done = desk.form(&admin, PLACE, "subject=nguoi-1").await;
    assert_eq!(done.status, 303, "{}", done.body);
    let said = desk.page(&admin, &done.location).await.body;
    assert!(said.contains("Đã nối tài khoản office") && said.contains("nguoi-1"));
    let leader = "/nhan-su/leader/tai-khoan-tinh";
    let taken = desk.form(&admin, leader, "subject=nguoi-1").await;
    assert_eq!(taken.status, 422);
    assert!(
        taken.body.contains("đã nối với tài khoản “office”")
            && taken.body.contains("value=\"nguoi-1\"")
    );
    let empty = desk.form(&admin, leader, "subject=").await;
    assert!(empty.status == 422 && empty.body.contains("1 đến 255"));
    // Another person: whoever came in as the one before is out.
    assert_eq!(desk.page(&office, "/ban-lam-viec").await.status, 200);
    assert_eq!(
        desk.form(&admin, PLACE, "subject=nguoi-2").await.status,
        303
    );
    assert_eq!(desk.page(&office, "/ban-lam-viec").await.status, 303);
    let form = "username=office&password=mot+cau+de+nho";
    let office = desk.form("", "/dang-nhap", form).await.cookie;
    assert!(desk.page(&admin, PLACE).await.body.contains("nguoi-2"));
    assert_eq!(desk.form(&admin, PLACE, "lam=bo").await.status, 303);
    assert_eq!(desk.page(&office, "/ban-lam-viec").await.status, 303);
    assert!(!desk.page(&admin, "/nhan-su").await.body.contains("nguoi-2"));
    // After a while the password is asked again.
    desk.move_to("2021-04-16T10:30");
    assert_eq!(
        desk.form(&admin, PLACE, "subject=nguoi-3").await.status,
        403
    );
    assert_eq!(
        desk.page(&admin, "/nhan-su/ai-do/tai-khoan-tinh")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn who_works_in_another_agency_too_is_linked_by_none_of_them_but_themselves() {
    let mut desk = province("2025-06-20T10:00").await;
    desk.set(|settings| {
        settings.oidc.issuer = "https://dangnhap.tinh.vn".into();
        settings.oidc.client_id = "motcua".into();
    });
    let admin = desk.sign_in(Role::Admin).await;
    desk.sign_in(Role::Office).await;
    assert_eq!(
        desk.form(&admin, PLACE, "subject=nguoi-1").await.status,
        303
    );
    // With that account its holder signs in the other agency: not for an administrator of
    // this one to come in as them.
    for user in ["office", "admin"] {
        join_agency::run(&desk.app, user, "quang-cong", Role::Leader, "Chủ tịch")
            .await
            .unwrap();
    }
    for refused in [
        desk.page(&admin, PLACE).await,
        desk.form(&admin, PLACE, "subject=cua-quan-tri").await,
        desk.form(&admin, PLACE, "lam=bo").await,
    ] {
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(
            refused.body.contains("còn làm việc ở cơ quan khác"),
            "{}",
            refused.body
        );
    }
    let page = desk.page(&admin, "/nhan-su").await.body;
    assert!(page.contains("nguoi-1") && !page.contains("cua-quan-tri"));
    // One's own account is one's own in every agency.
    let own = "/nhan-su/admin/tai-khoan-tinh";
    assert_eq!(desk.page(&admin, own).await.status, 200);
    assert_eq!(
        desk.form(&admin, own, "subject=cua-quan-tri").await.status,
        303
    );
}
