//! Below which row number is everything sealed? What is sealed is not looked through again, and
//! nothing that waits is ever passed over.
use std::time::Duration;

use motcua::{
    domain::chain::{Fault, Source},
    store::seals::{self, Floors},
    upkeep::{
        backup,
        sealer::{self, Sealer},
    },
};
use serde_json::json;

use crate::{
    harness::Desk,
    seal::{behind_its_back, event, more, sealed_desk, verified},
};

const MORNING: &str = "2021-04-16T10:00";

/// Farther than could ever be walked in steps.
const FAR: i64 = 9_000_000_000_000;

/// One more event, with a row number that was drawn by nobody.
async fn event_at(desk: &Desk, id: i64, seq: i32) {
    desk.run(&format!(
        "INSERT INTO event (id, dossier_id, seq, at, recorded_at, act, actor, role, at_desk, from_status, to_status, note, data) \
         SELECT {id}, dossier_id, {seq}, at, recorded_at, 'note', actor, role, at_desk, to_status, to_status, 'x', '{{}}' \
         FROM event WHERE id = 1"
    ))
    .await;
}

fn floor(desk: &Desk) -> i64 {
    desk.app.floors.of(Source::Dossier)
}

/// Looks until the floor is there. On PostgreSQL it waits for whatever was under way in any
/// database of the server: that of another test too.
async fn risen(desk: &Desk, sealer: &mut Sealer, to: i64) {
    for _ in 0..1200 {
        sealer.pass(&desk.app).await.unwrap();
        if floor(desk) == to {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the floor stands at {}, not at {to}", floor(desk));
}

/// What waits, and since when, by the floors of the process and by none.
async fn waits(desk: &Desk) -> u64 {
    let (db, none) = (desk.store().read(), Floors::default());
    let open = seals::open(db, &desk.app.floors).await.unwrap();
    assert_eq!(open, seals::open(db, &none).await.unwrap());
    let oldest = seals::oldest_open(db, &desk.app.floors).await.unwrap();
    assert_eq!(oldest, seals::oldest_open(db, &none).await.unwrap());
    open
}

#[tokio::test]
async fn what_waits_is_counted_above_the_floors_as_without_them() {
    let (desk, _) = sealed_desk().await;
    assert_eq!(waits(&desk).await, 0);
    let mut sealer = Sealer::default();
    risen(&desk, &mut sealer, 5).await;
    assert_eq!(waits(&desk).await, 0);
    desk.receive("1.001193", "2021-04-16T08:30").await;
    desk.receive("1.001193", "2021-04-16T08:40").await;
    let complaint = json!({ "kind": "opinion", "content": "Nên có thêm quạt ở chỗ chờ." });
    let (status, said) = desk.post("", "/api/v1/feedback", &complaint).await;
    assert_eq!(status, 201, "{said}");
    assert_eq!(waits(&desk).await, 3);
    assert_eq!(seals::count(desk.store().read()).await.unwrap(), 6);
    // Who comes after goes on from there, and has no less to do.
    let resumed = Sealer::resumed(&desk.app);
    assert_eq!(resumed.seal_all(&desk.app).await.unwrap(), 3);
    assert_eq!(waits(&desk).await, 0);
    risen(&desk, &mut sealer, 7).await;
    let found = verified(&desk).await;
    assert_eq!((found.broken, found.sealed, found.unsealed), (None, 9, 0));
    assert_eq!(seals::count(desk.store().read()).await.unwrap(), 9);
}

#[tokio::test]
async fn no_gap_of_row_numbers_is_too_wide() {
    let desk = Desk::at(MORNING).await;
    desk.receive("1.001022", "2021-04-16T08:00").await;
    // At the end of the first step, behind it, some steps on, out of sight.
    for (id, seq) in [
        (50_001, 90),
        (50_002, 91),
        (100_052, 92),
        (400_000, 93),
        (FAR, 94),
    ] {
        event_at(&desk, id, seq).await;
    }
    assert_eq!(waits(&desk).await, 6);
    let mut sealer = Sealer::default();
    assert_eq!(sealer.pass(&desk.app).await.unwrap(), Some(6));
    risen(&desk, &mut sealer, FAR).await;
    assert_eq!(waits(&desk).await, 0);
    let found = verified(&desk).await;
    assert_eq!((found.sealed, found.unsealed), (6, 0));
}

#[tokio::test]
async fn an_event_committed_late_below_a_far_one_is_sealed() {
    let desk = Desk::at(MORNING).await;
    desk.receive("1.001022", "2021-04-16T08:00").await;
    let mut sealer = Sealer::default();
    // Draws its row number, and does not commit yet.
    let late = desk.store().write().await.unwrap();
    late.append_event(event(&desk, 90)).await.unwrap();
    if desk.store().is_postgres() {
        event_at(&desk, FAR, 91).await;
        for _ in 0..5 {
            sealer.pass(&desk.app).await.unwrap();
        }
        assert_eq!(verified(&desk).await.sealed, 2);
        assert!(floor(&desk) < 2, "{}", floor(&desk));
        late.commit().await.unwrap();
    } else {
        late.commit().await.unwrap();
        event_at(&desk, FAR, 91).await;
    }
    sealer.pass(&desk.app).await.unwrap();
    let found = verified(&desk).await;
    assert_eq!((found.sealed, found.unsealed), (3, 0));
    risen(&desk, &mut sealer, FAR).await;
}

/// The end of a snapshot stands behind the last transaction that ended: one that has begun
/// since, and has drawn a row number, is not before it.
#[tokio::test]
async fn the_floor_waits_for_one_that_began_after_the_last_that_ended() {
    let desk = Desk::at(MORNING).await;
    desk.receive("1.001022", "2021-04-16T08:00").await;
    if !desk.store().is_postgres() {
        // One writes at a time.
        return;
    }
    let early = desk.store().write().await.unwrap();
    early.append_event(event(&desk, 90)).await.unwrap();
    let late = desk.store().write().await.unwrap();
    late.append_event(event(&desk, 91)).await.unwrap();
    early.append_event(event(&desk, 92)).await.unwrap();
    early.commit().await.unwrap();
    let mut sealer = Sealer::default();
    for _ in 0..5 {
        sealer.pass(&desk.app).await.unwrap();
    }
    assert_eq!(verified(&desk).await.sealed, 3);
    assert!(floor(&desk) < 3, "{}", floor(&desk));
    late.commit().await.unwrap();
    sealer.pass(&desk.app).await.unwrap();
    let found = verified(&desk).await;
    assert_eq!((found.sealed, found.unsealed), (4, 0));
    risen(&desk, &mut sealer, 4).await;
}

#[tokio::test]
async fn of_heads_that_are_missing_the_first_is_named_and_a_printed_one_before_them() {
    for is_closed in [false, true] {
        let (mut desk, _) = sealed_desk().await;
        let folder = tempfile::tempdir().unwrap();
        desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
        // The second and third find the chain where it was.
        for minute in [10, 20, 30] {
            assert!(backup::run(&desk.app, "nightly").await.unwrap().good);
            desk.move_to(&format!("2021-04-16T10:{minute}"));
        }
        desk.receive("1.001193", "2021-04-16T09:30").await;
        sealer::run(&desk.app).await.unwrap();
        assert!(backup::run(&desk.app, "nightly").await.unwrap().good);
        let links = seals::links(desk.store().read(), 1, 5, 2).await.unwrap();
        if is_closed {
            more(&desk).await;
        }
        assert_eq!(verified(&desk).await.broken, None);
        behind_its_back(&desk, "seal", "DELETE FROM seal")
            .await
            .unwrap();
        desk.run("DELETE FROM seal_head").await;
        let change = "UPDATE event SET actor = 'Kẻ khác' WHERE id = 1";
        behind_its_back(&desk, "event", change).await.unwrap();
        assert!(sealer::run(&desk.app).await.unwrap() > 0);
        let broken = verified(&desk).await.broken.unwrap();
        let said = (broken.fault, broken.number, broken.what);
        if is_closed {
            // It was printed with what was the end of the chain then.
            let head = format!("closed_period 1: {}", printed(&desk).await);
            assert_eq!(said, (Fault::Head, None, head));
        } else {
            assert_eq!(said, (Fault::Copied, Some(6), links[0].head.clone()));
        }
    }
}

async fn printed(desk: &Desk) -> String {
    let rows = desk.rows("SELECT chain_head FROM closed_period").await;
    rows[0]["chain_head"].as_str().unwrap().to_owned()
}
