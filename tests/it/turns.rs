//! Who waits while somebody is alone, and who does not.
use std::time::Duration;

use motcua::domain::role::Role;

use crate::{
    harness::{Desk, together},
    servers::beside,
};

const MORNING: &str = "2021-04-19T10:00";

/// Who is alone keeps others for a while, and says so; looks and notes wait for nobody.
#[tokio::test]
async fn whoever_is_alone_is_waited_for_by_those_who_change_and_by_nobody_else() {
    let desk = Desk::at(MORNING).await;
    let other = beside(&desk).await;
    let alone = desk.store().write_alone().await.unwrap();
    let brief = Duration::from_millis(500);
    let change = tokio::time::timeout(brief, other.store().write()).await;
    assert!(change.is_err(), "a change begins beside one that is alone");
    if !desk.store().is_postgres() {
        // A file takes one change at a time, whatever it is for.
        return;
    }
    let note = tokio::time::timeout(brief, other.store().note()).await;
    note.unwrap().unwrap().abandon().await.unwrap();
    alone.abandon().await.unwrap();
    let (one, two) = (other.store().write().await, desk.store().write().await);
    let beside = tokio::time::timeout(brief, desk.store().write_alone()).await;
    assert!(beside.is_err(), "one is alone beside two that change");
    for write in [one, two] {
        write.unwrap().abandon().await.unwrap();
    }
    desk.store()
        .write_alone()
        .await
        .unwrap()
        .abandon()
        .await
        .unwrap();
}

/// However many wait: they hold no line to the database meanwhile.
#[tokio::test]
async fn many_who_wait_hold_up_nobody_who_looks() {
    let desk = Desk::at(MORNING).await;
    if !desk.store().is_postgres() {
        // A file has one server, and what was read is noted in its one row of changes.
        return;
    }
    let other = beside(&desk).await;
    let reception = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive("1.001022", "2021-04-19T09:00").await;
    let alone = desk.store().write_alone().await.unwrap();
    let intakes = together((0..16).map(async |_| {
        other.receive("1.001022", "2021-04-19T09:00").await;
    }));
    let looks = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        for path in ["/ban-lam-viec", "/ho-so", &format!("/ho-so/{code}")] {
            let page = tokio::time::timeout(Duration::from_secs(8), other.page(&reception, path));
            assert_eq!(page.await.expect(path).status, 200, "{path}");
        }
        alone.abandon().await.unwrap();
    };
    tokio::join!(intakes, looks);
    assert_eq!(desk.rows("SELECT id FROM dossier").await.len(), 17);
}
