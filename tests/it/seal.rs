//! The seal: every event once, in order; whatever is changed behind the program's back is named.
use motcua::{
    actions::{actor::Actor, close_period},
    domain::{chain::Fault, period::Period, role::Role},
    store::{dossiers::Event, seals},
    upkeep::{
        sealer::{self, Sealer},
        verify::{self, Verified},
    },
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::harness::Desk;

const MORNING: &str = "2021-04-16T10:00";

/// A change by someone who can open the database and knows how to take the guards off.
pub async fn behind_its_back(desk: &Desk, table: &str, sql: &str) -> Result<(), String> {
    let db = desk.store().read();
    let run = async |sql: String| {
        let done = db.execute_unprepared(&sql).await;
        done.map(|_| ()).map_err(|error| error.to_string())
    };
    if db.get_database_backend() == sea_orm::DbBackend::Postgres {
        run(format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await?;
    } else {
        for name in ["no_update", "no_delete"] {
            run(format!("DROP TRIGGER IF EXISTS {table}_{name}")).await?;
        }
    }
    run(sql.to_owned()).await
}

pub async fn verified(desk: &Desk) -> Verified {
    verify::run(desk.store(), None).await.unwrap()
}

/// Three dossiers, one of them worked on, and a complaint; all under seal.
pub async fn sealed_desk() -> (Desk, String) {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001022", "2021-04-16T08:00").await;
    desk.receive("1.001193", "2021-04-16T08:10").await;
    desk.receive("1.001193", "2021-04-16T08:20").await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let wait = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "thiếu" });
    desk.done("specialist", &code, wait).await;
    let complaint = json!({ "kind": "opinion", "content": "Nên có thêm ghế ngồi chờ." });
    let (status, said) = desk.post("", "/api/v1/feedback", &complaint).await;
    assert_eq!(status, 201, "{said}");
    assert_eq!(sealer::run(&desk.app).await.unwrap(), 6);
    (desk, code)
}

/// A question to another agency, and a closed period; under seal.
pub async fn more(desk: &Desk) {
    let code = desk.rows("SELECT code FROM dossier WHERE id = 2").await;
    let code = code[0]["code"].as_str().unwrap().to_owned();
    let ask = json!({
        "action": "ask_agency", "agency": "Phòng Tư pháp huyện", "reason": "Xin ý kiến",
        "due_at": "2021-04-20T10:00",
    });
    desk.done("specialist", &code, ask).await;
    let office = Actor {
        agency: 1,
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "test".into(),
    };
    let period = Period::parse("2021-02", 15).unwrap();
    close_period::run(&desk.app, &office, period, async { Ok(Vec::new()) })
        .await
        .unwrap();
    assert_eq!(sealer::run(&desk.app).await.unwrap(), 2);
    assert_eq!(verified(desk).await.broken, None);
}

/// One more event of the first dossier, to be written by a transaction that ends late.
pub fn event(desk: &Desk, seq: i32) -> Event {
    Event {
        id: 0,
        dossier_id: 1,
        seq,
        at: desk.app.clock.now(),
        recorded_at: desk.app.clock.now(),
        act: "appraise".into(),
        actor: "muộn".into(),
        role: "specialist".into(),
        at_desk: false,
        from_status: None,
        to_status: "processing".into(),
        note: String::new(),
        data: "{}".into(),
    }
}

#[tokio::test]
async fn a_new_number_of_a_paper_leaves_its_event_and_the_seal_holds() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001022", "2021-04-16T08:00").await;
    let wait = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "thiếu" });
    desk.done("receptionist", &code, wait).await;
    sealer::run(&desk.app).await.unwrap();
    let office = desk.sign_in(Role::Office).await;
    let path = "/so-van-ban/supplement/2021/1/huy";
    let page = desk.form(&office, path, "reason=In+hỏng").await;
    assert_eq!(page.status, 303, "{}", page.body);
    sealer::run(&desk.app).await.unwrap();
    let found = verified(&desk).await;
    assert_eq!((found.broken, found.unsealed), (None, 0));
    let page = desk.page(&office, &format!("/ho-so/{code}")).await;
    assert!(page.body.contains("Hủy số giấy, lấy số mới"));
}

#[tokio::test]
async fn a_seal_from_before_hands_were_held_still_fits() {
    use motcua::store::states;
    let (desk, _) = sealed_desk().await;
    let one = states::of_dossier_ids(desk.store().read(), vec![1])
        .await
        .unwrap();
    assert!(one[&1].is(Some(&one[&1].narrow)) && one[&1].is(Some(&one[&1].digest)));
    assert!(one[&1].is(Some(&one[&1].wide)) && one[&1].wide.starts_with("2:"));
    assert!(one[&1].digest.starts_with("3:") && !one[&1].is(Some("3:")) && !one[&1].is(None));
    // A wide seal is not fitted by its narrow half, nor one of two parts by one of them.
    for (begin, part) in [
        ("2:", &one[&1].narrow),
        ("3:", &one[&1].kept),
        ("3:", &one[&1].wide),
    ] {
        assert!(!one[&1].is(Some(&format!("{begin}{part}"))));
    }
}

#[tokio::test]
async fn every_event_is_sealed_once_and_in_order() {
    let (desk, code) = sealed_desk().await;
    let found = verified(&desk).await;
    assert_eq!(found.broken, None);
    assert_eq!((found.sealed, found.unsealed, found.compared), (6, 0, 4));
    let rows = desk
        .rows("SELECT number, source, event_id FROM seal ORDER BY number")
        .await;
    let numbers: Vec<i64> = rows.iter().map(|r| r["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    // Nothing new, nothing sealed; and the next event follows.
    assert_eq!(sealer::run(&desk.app).await.unwrap(), 0);
    let back = json!({ "action": "supplement_received" });
    desk.done("receptionist", &code, back).await;
    assert_eq!(verified(&desk).await.unsealed, 1);
    assert_eq!(sealer::run(&desk.app).await.unwrap(), 1);
    let head = seals::head(desk.store().read(), 1).await.unwrap().unwrap();
    assert_eq!(head.number, 7);
    // What was printed is found again; what was not, is not.
    let printed = verify::run(desk.store(), Some(&head.head)).await.unwrap();
    assert_eq!(printed.broken, None);
    let other = "0".repeat(64);
    let other = verify::run(desk.store(), Some(&other)).await.unwrap();
    assert_eq!(other.broken.map(|b| b.fault), Some(Fault::Head));
}

#[tokio::test]
async fn an_event_cannot_be_changed_or_removed_even_by_hand() {
    let (desk, _) = sealed_desk().await;
    let db = desk.store().read();
    for sql in [
        "UPDATE event SET actor = 'ai đó' WHERE id = 1",
        "DELETE FROM event WHERE id = 1",
        "UPDATE feedback_event SET note = 'x'",
        "DELETE FROM feedback_event",
        "UPDATE seal SET digest = 'x' WHERE number = 1",
        "DELETE FROM seal WHERE number = 6",
    ] {
        let refused = db.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("only ever added"), "{sql}: {refused}");
    }
    assert_eq!(verified(&desk).await.broken, None);
}

#[tokio::test]
async fn a_change_behind_the_programs_back_is_named() {
    // Where, what, and what is said of it: the link's number or the code.
    let changes = [
        (
            "event",
            "UPDATE event SET at = recorded_at WHERE id = 2",
            Fault::Changed,
            Some(2),
        ),
        (
            "event",
            "UPDATE event SET actor = 'Người khác' WHERE id = 4",
            Fault::Changed,
            Some(4),
        ),
        (
            "event",
            "DELETE FROM event WHERE id = 3",
            Fault::Removed,
            Some(3),
        ),
        (
            "feedback_event",
            "UPDATE feedback_event SET note = 'x'",
            Fault::Changed,
            Some(6),
        ),
        (
            "seal",
            "UPDATE seal SET digest = 'x' WHERE number = 3",
            Fault::Link,
            Some(3),
        ),
        (
            "seal",
            "UPDATE seal SET source = 'x' WHERE number = 3",
            Fault::Link,
            Some(3),
        ),
        (
            "seal",
            "DELETE FROM seal WHERE number = 2",
            Fault::Gap,
            Some(2),
        ),
        (
            "seal",
            "DELETE FROM seal WHERE number = 6",
            Fault::Cut,
            Some(6),
        ),
        (
            "dossier",
            "UPDATE dossier SET due_at = received_at WHERE id = 1",
            Fault::State,
            None,
        ),
        (
            "dossier",
            "UPDATE dossier SET applicant_name = 'X' WHERE id = 2",
            Fault::State,
            None,
        ),
        (
            "dossier",
            "UPDATE wait SET from_at = to_at, kind = 'x'",
            Fault::State,
            None,
        ),
        (
            "dossier",
            "DELETE FROM due_change WHERE dossier_id = 3",
            Fault::State,
            None,
        ),
        (
            "feedback",
            "UPDATE feedback SET content = 'Rất tốt.'",
            Fault::State,
            None,
        ),
        // Whose hands, what was asked, why and by whom the clock was stopped.
        (
            "holding",
            "UPDATE holding SET holder = 'Người khác' WHERE dossier_id = 1",
            Fault::State,
            None,
        ),
        (
            "holding",
            "DELETE FROM holding WHERE dossier_id = 1",
            Fault::State,
            None,
        ),
        (
            "transfer",
            "UPDATE transfer SET content = 'Hỏi việc khác'",
            Fault::State,
            None,
        ),
        (
            "wait",
            "UPDATE wait SET reason = 'lý do khác'",
            Fault::State,
            None,
        ),
        (
            "wait",
            "UPDATE wait SET asked_by = 'Người khác'",
            Fault::State,
            None,
        ),
        (
            "closed_period",
            "UPDATE closed_period SET closed_by = 'Người khác'",
            Fault::Changed,
            Some(8),
        ),
        (
            "closed_period",
            "DELETE FROM closed_period",
            Fault::Removed,
            Some(8),
        ),
    ];
    let mut found = 0;
    for (table, sql, fault, number) in changes {
        let (desk, _) = sealed_desk().await;
        if ["transfer", "closed_period"].contains(&table) {
            more(&desk).await;
        }
        // `from_at` must not be null
        let sql = sql.replace("from_at = to_at, ", "");
        behind_its_back(&desk, table, &sql).await.unwrap();
        let broken = verified(&desk)
            .await
            .broken
            .unwrap_or_else(|| panic!("{sql}: not found"));
        assert_eq!((broken.fault, broken.number), (fault, number), "{sql}");
        found += 1;
    }
    println!("changes behind the program's back found: {found} of 20");
}

#[tokio::test]
async fn an_event_committed_late_is_sealed_all_the_same() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001022", "2021-04-16T08:00").await;
    let mut sealer = Sealer::default();
    // Draws its row number, and does not commit yet.
    let late = desk.store().write().await.unwrap();
    late.append_event(event(&desk, 90)).await.unwrap();
    let postgres = desk.store().engine() == "PostgreSQL";
    if postgres {
        // Another one is faster with a greater number, and is sealed first.
        desk.receive("1.001193", "2021-04-16T08:30").await;
        for _ in 0..5 {
            sealer.pass(&desk.app).await.unwrap();
        }
        assert_eq!(verified(&desk).await.sealed, 2);
    } else {
        // One writes at a time: what was there before is sealed afterwards.
        let open = seals::open(desk.store().read(), &desk.app.floors).await;
        assert_eq!(open.unwrap(), 1);
    }
    late.commit().await.unwrap();
    for _ in 0..3 {
        sealer.pass(&desk.app).await.unwrap();
    }
    let found = verified(&desk).await;
    assert_eq!(found.unsealed, 0, "{code}");
    assert_eq!(found.sealed, if postgres { 3 } else { 2 });
}

#[tokio::test]
async fn several_sealers_at_once_make_one_chain() {
    let desk = Desk::at(MORNING).await;
    for minute in 10..40 {
        desk.receive("1.001193", &format!("2021-04-16T08:{minute}"))
            .await;
    }
    let one = || async {
        for _ in 0..4 {
            // A loser of the race is told so, and looks again.
            Sealer::default().pass(&desk.app).await.unwrap();
        }
    };
    tokio::join!(one(), one(), one());
    sealer::run(&desk.app).await.unwrap();
    let found = verified(&desk).await;
    assert_eq!((found.broken, found.sealed, found.unsealed), (None, 30, 0));
}

#[tokio::test]
async fn the_demos_whole_year_stands_under_its_seal() {
    let desk = Desk::of_demo(150, 3).await;
    let sealed = sealer::run(&desk.app).await.unwrap();
    let found = verified(&desk).await;
    assert_eq!(found.broken, None);
    assert_eq!(found.sealed, sealed as u64);
    assert!(sealed > 400, "{sealed}");
}
