//! Who waits while somebody is alone, and who does not.
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use motcua::{
    actions::{
        act_on_many::{self, Seen},
        actor::Actor,
        close_period, reset_password,
    },
    domain::{dossier::Act, period::Period, role::Role},
    in_hand, password,
    store::{accounts, leases},
};

use serde_json::json;

use crate::{
    harness::{Desk, together},
    mergers::actor_of,
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

/// A dossier that somebody alone has in hand: who prints its papers, or foresees an act, waits
/// for that turn as every change does, and not on a line.
#[tokio::test]
async fn many_who_print_or_foresee_meanwhile_hold_up_nobody_who_looks() {
    let desk = Desk::at(MORNING).await;
    if !desk.store().is_postgres() {
        return;
    }
    let other = beside(&desk).await;
    let reception = desk.sign_in(Role::Receptionist).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    let code = desk.receive("1.001022", "2021-04-19T09:00").await;
    let alone = desk.store().write_alone().await.unwrap();
    alone.dossier_to_change(1, &code).await.unwrap();
    let receipt = format!("/ho-so/{code}/in/giay-hen");
    let chosen = format!("viec=appraise&hs={code}:1");
    let prints = together((0..12).map(async |number| {
        if number % 4 == 0 {
            let seen = other.form(&specialist, "/ho-so/nhieu", &chosen).await;
            assert_eq!(seen.status, 200, "{}", seen.body);
        } else {
            assert!(!other.pdf(&reception, &receipt).await.is_empty());
        }
    }));
    let looks = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for path in ["/ban-lam-viec", "/ho-so", &format!("/ho-so/{code}")] {
            let page = tokio::time::timeout(Duration::from_secs(8), other.page(&reception, path));
            assert_eq!(page.await.expect(path).status, 200, "{path}");
        }
        alone.abandon().await.unwrap();
    };
    tokio::join!(prints, looks);
}

/// Of an act on many that came while somebody was alone for long, nothing is refused: it waits.
#[tokio::test]
async fn what_was_only_busy_goes_on_waiting() {
    let desk = Desk::at(MORNING).await;
    if !desk.store().is_postgres() {
        // A file is waited for otherwise: by its engine.
        return;
    }
    let other = beside(&desk).await;
    desk.sign_in(Role::Specialist).await;
    let code = desk.receive("1.001022", "2021-04-19T09:00").await;
    let found = accounts::by_username(desk.store().read(), "specialist").await;
    let account = found.unwrap().unwrap();
    let actor = Actor {
        role: Role::Specialist,
        account: Some(account.id),
        ..actor_of(&desk, "quang-ngan").await
    };
    let seen = [Seen { code, version: 1 }];
    let opened = act_on_many::open(&desk.app, &actor, account.id, Act::Appraise, "", &seen).await;
    let id = opened.unwrap();
    let run = async || {
        let hold = in_hand::take(&desk.app, in_hand::batch(id)).await.unwrap();
        act_on_many::run(&desk.app, &actor, account.id, id, hold.unwrap()).await
    };
    let state = async || {
        let rows = desk.rows("SELECT state, said FROM batch_row").await;
        rows[0]["state"].as_str().unwrap().to_owned()
    };
    let alone = other.store().write_alone().await.unwrap();
    assert_eq!(run().await.unwrap_err().code, "register_busy");
    assert_eq!(state().await, "waiting");
    alone.abandon().await.unwrap();
    // The lease is let go of beside.
    while leases::held(
        desk.store().read(),
        &in_hand::batch(id),
        desk.app.clock.now(),
    )
    .await
    .unwrap()
    {
        tokio::task::yield_now().await;
    }
    run().await.unwrap();
    assert_eq!(state().await, "done");
}

/// The other figures of a closed period are counted in the same turn as its lines.
#[tokio::test]
async fn a_period_is_closed_as_it_stands_when_its_turn_comes() {
    let desk = Desk::at(MORNING).await;
    let other = beside(&desk).await;
    let actor = actor_of(&desk, "quang-ngan").await;
    let march = Period::new("2021-02-15".parse().unwrap(), "2021-03-14".parse().unwrap()).unwrap();
    let changing = desk.store().write().await.unwrap();
    let counted = AtomicBool::new(false);
    let close = close_period::run(&other.app, &actor, march, async {
        counted.store(true, Ordering::Relaxed);
        Ok(Vec::new())
    });
    let change = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!counted.load(Ordering::Relaxed), "before its turn");
        changing.commit().await.unwrap();
    };
    let (closed, ()) = tokio::join!(close, change);
    closed.unwrap();
    assert!(counted.load(Ordering::Relaxed));
}

/// Passwords are hashed three at a time, and whoever waits for that holds nothing.
#[tokio::test]
async fn nobody_holds_the_register_while_a_password_is_hashed() {
    let desk = Desk::at(MORNING).await;
    let other = beside(&desk).await;
    desk.sign_in(Role::Receptionist).await;
    let code = reset_password::offer(&desk.app, "receptionist").await;
    let input = reset_password::Input {
        username: "receptionist".into(),
        code: code.unwrap(),
        new: "ghe-go-canh-song-huong".into(),
    };
    let queue = together((0..20).map(async |_| password::hash("mot cau de nho").await.unwrap()));
    let reset = async {
        tokio::task::yield_now().await;
        reset_password::run(&desk.app, &input).await.unwrap();
    };
    let changes = async {
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let write = tokio::time::timeout(Duration::from_secs(2), other.store().write());
            write.await.expect("held").unwrap().abandon().await.unwrap();
        }
    };
    tokio::join!(queue, reset, changes);
}

/// Whoever prints a paper and whoever cancels its number take the dossier in one order, and
/// under no number stands what was made for another.
#[tokio::test]
async fn a_number_is_cancelled_while_its_paper_is_printed() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    let reception = desk.sign_in(Role::Receptionist).await;
    let office = desk.sign_in(Role::Office).await;
    for number in 1..5 {
        let code = desk.receive("1.001022", "2021-04-19T09:00").await;
        let ask = json!({ "action": "request_supplement", "items": ["Sổ"], "reason": "Thiếu" });
        desk.done("specialist", &code, ask).await;
        let path = format!("/so-van-ban/supplement/2021/{}/huy", number * 2 - 1);
        let print = format!("/ho-so/{code}/in/bo-sung");
        let (printed, cancelled) = tokio::join!(
            desk.page(&reception, &print),
            other.form(&office, &path, "reason=in+sai")
        );
        assert_eq!(printed.status, 200, "{}", printed.body);
        assert_eq!(cancelled.status, 303, "{}", cancelled.body);
    }
    let kept = desk
        .rows("SELECT number, body FROM paper WHERE body IS NOT NULL")
        .await;
    assert!(!kept.is_empty());
    for paper in kept {
        let said = format!("{:02}/", paper["number"].as_i64().unwrap());
        assert!(paper["body"].as_str().unwrap().contains(&said), "{paper}");
    }
}
