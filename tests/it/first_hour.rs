//! The first hour: each step says by itself whether it is done; one may leave and come back.
use motcua::domain::role::Role;

use crate::{harness::Desk, smtp::Server};

/// How many steps are open, as the page says it.
async fn left(desk: &Desk, cookie: &str) -> usize {
    let page = desk.page(cookie, "/khoi-dau").await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.matches("Chưa xong").count()
}

#[tokio::test]
async fn what_is_done_is_seen_by_itself() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let admin = desk.sign_in(Role::Admin).await;
    let before = left(&desk, &admin).await;
    assert!(before >= 3, "{before}");
    let home = desk.page(&admin, "/ban-lam-viec").await.body;
    assert!(home.contains(&format!("còn {before} việc")), "{home}");
    for role in [Role::Receptionist, Role::Leader] {
        desk.sign_in(role).await;
    }
    assert_eq!(left(&desk, &admin).await, before - 1, "somebody to work");
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    desk.pdf(&admin, &format!("/ho-so/{code}/in/giay-hen"))
        .await;
    assert_eq!(
        left(&desk, &admin).await,
        before - 2,
        "a paper left the printer"
    );

    // A mail to oneself: said at once what became of it.
    let none = desk.form(&admin, "/khoi-dau/thu", "").await;
    assert!(
        none.location.ends_with("thu=khong-dia-chi"),
        "{}",
        none.location
    );
    desk.run("UPDATE account SET email = 'toi@example.vn' WHERE role = 'admin'")
        .await;
    let server = Server::start();
    let address = server.url();
    desk.set(|settings| settings.mail.smtp_url.clone_from(&address));
    let sent = desk.form(&admin, "/khoi-dau/thu", "").await;
    assert!(sent.location.ends_with("thu=da-gui"), "{}", sent.location);
    assert_eq!(server.taken().len(), 1);
    desk.set(|settings| settings.mail.smtp_url = "smtp://127.0.0.1:9".into());
    let lost = desk.form(&admin, "/khoi-dau/thu", "").await;
    assert!(lost.location.ends_with("thu=loi"), "{}", lost.location);
    let office = desk.sign_in(Role::Office).await;
    assert_eq!(desk.page(&office, "/khoi-dau").await.status, 403);
}
