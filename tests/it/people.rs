//! Accounts on their pages: who may add and lock, and what a lock ends.
use motcua::domain::role::Role;

use crate::harness::Desk;

const NEW: &str = "name=Lê+Văn+Đạt&username=dat&role=specialist&title=&password=mot+cau+de+nho";

#[tokio::test]
async fn only_an_admin_adds_and_locks() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let admin = desk.sign_in(Role::Admin).await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    assert_eq!(desk.page(&receptionist, "/nhan-su").await.status, 403);
    assert_eq!(desk.page(&office, "/nhan-su").await.status, 200);
    assert_eq!(desk.form(&office, "/nhan-su", NEW).await.status, 403);
    let short = desk
        .form(&admin, "/nhan-su", &NEW.replace("mot+cau+de+nho", "ngan"))
        .await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("Lê Văn Đạt"), "what was typed is kept");
    assert_eq!(desk.form(&admin, "/nhan-su", NEW).await.status, 303);
    assert_eq!(
        desk.form(&admin, "/nhan-su", NEW).await.status,
        422,
        "one name once"
    );
    let dat = desk
        .form("", "/dang-nhap", "username=dat&password=mot+cau+de+nho")
        .await;
    assert_eq!(dat.status, 303);
    assert_eq!(
        desk.form(&office, "/nhan-su/dat/khoa", "").await.status,
        403
    );
    assert_eq!(desk.form(&admin, "/nhan-su/dat/khoa", "").await.status, 303);
    assert_eq!(
        desk.page(&dat.cookie, "/ban-lam-viec").await.status,
        303,
        "his sessions end"
    );
    let again = desk
        .form("", "/dang-nhap", "username=dat&password=mot+cau+de+nho")
        .await;
    assert_eq!(again.status, 401);
    let own = desk.form(&admin, "/nhan-su/admin/khoa", "").await;
    assert_ne!(own.status, 303, "nobody locks himself out");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let first = desk.sign_in(Role::Office).await;
    let second = desk
        .form("", "/dang-nhap", "username=office&password=mot+cau+de+nho")
        .await
        .cookie;
    assert!(
        desk.page(&first, "/tai-khoan")
            .await
            .body
            .contains("phiên này")
    );
    let wrong = desk
        .form(
            &first,
            "/tai-khoan/mat-khau",
            "old=sai&new=mot+cau+khac+hon",
        )
        .await;
    assert_eq!(wrong.status, 422);
    let changed = desk
        .form(
            &first,
            "/tai-khoan/mat-khau",
            "old=mot+cau+de+nho&new=mot+cau+khac+hon",
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    assert_eq!(desk.page(&first, "/ban-lam-viec").await.status, 200);
    assert_eq!(desk.page(&second, "/ban-lam-viec").await.status, 303);
    assert_eq!(
        desk.form("", "/dang-nhap", "username=office&password=mot+cau+de+nho")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_session_is_ended_by_its_owner_only() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let leader = desk.sign_in(Role::Leader).await;
    let rows = desk.rows("SELECT s.id FROM session s JOIN account a ON a.id = s.account_id WHERE a.username = 'office'").await;
    let path = format!("/tai-khoan/phien/{}", rows[0]["id"]);
    desk.form(&leader, &path, "").await;
    assert_eq!(
        desk.page(&office, "/ban-lam-viec").await.status,
        200,
        "a stranger's session stays"
    );
    desk.form(&office, &path, "").await;
    assert_eq!(desk.page(&office, "/ban-lam-viec").await.status, 303);
}
