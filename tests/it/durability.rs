//! What was acknowledged is there: after `kill -9`, after a power cut, on a full disk,
//! with a clock that was set back or forward.
use std::{
    collections::BTreeSet,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use motcua::{store::Store, upkeep::verify};
use rand::RngExt as _;
use sea_orm::{ConnectionTrait, FromQueryResult, JsonValue, Statement};
use serde_json::json;

use crate::{
    harness::{Desk, database_url},
    server::{Server, intake, program},
};

/// Rounds of each database; the figures in the long run.
fn rounds() -> usize {
    match (
        std::env::var_os("MOTCUA_LONG").is_some(),
        std::env::var_os("MOTCUA_TEST_DATABASE").is_some(),
    ) {
        (false, _) => 10,
        (true, false) => 200,
        (true, true) => 50,
    }
}

/// A token of the program's own making.
fn token(url: &str, folder: &Path) -> String {
    let made = program(url, folder)
        .args([
            "token",
            "add",
            "--name",
            "đầu cuối",
            "--role",
            "receptionist",
        ])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

async fn codes(store: &Store) -> Vec<String> {
    let db = store.read();
    let ask = Statement::from_string(db.get_database_backend(), "SELECT code FROM dossier");
    let rows = JsonValue::find_by_statement(ask).all(db).await.unwrap();
    rows.iter()
        .map(|row| row["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Eight counters hand in dossiers until told to end; what was acknowledged.
struct Counters {
    acknowledged: Arc<Mutex<Vec<String>>>,
    end: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Counters {
    fn open(address: &str, token: &str, round: usize) -> Self {
        let acknowledged = Arc::<Mutex<Vec<String>>>::default();
        let end = Arc::<AtomicBool>::default();
        let threads = (0..8)
            .map(|counter| {
                let (address, token) = (address.to_owned(), token.to_owned());
                let (acknowledged, end) = (acknowledged.clone(), end.clone());
                std::thread::spawn(move || {
                    for number in 0.. {
                        let key = format!("{round}-{counter}-{number}");
                        match intake(&address, &token, &key) {
                            Ok(Ok(code)) => acknowledged.lock().unwrap().push(code),
                            Ok(Err(refused)) => panic!("{refused:?}"),
                            // The server is gone.
                            Err(_) => break,
                        }
                        if end.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                })
            })
            .collect();
        Self {
            acknowledged,
            end,
            threads,
        }
    }

    fn wait_for(&self, most: usize) {
        let began = Instant::now();
        while self.acknowledged.lock().unwrap().len() < most {
            assert!(
                began.elapsed() < Duration::from_mins(1),
                "intakes stand still"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn close(self) -> Vec<String> {
        self.end.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        Arc::try_unwrap(self.acknowledged)
            .unwrap()
            .into_inner()
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let token = token(&url, folder.path());
    let mut all = BTreeSet::new();
    let (mut acknowledged, mut least) = (0, usize::MAX);
    for round in 0..rounds() {
        let mut server = Server::start(&url, folder.path());
        let counters = Counters::open(&server.address, &token, round);
        counters.wait_for(20);
        // At no moment in particular.
        let pause = rand::rng().random_range(0..60_000);
        tokio::time::sleep(Duration::from_micros(pause)).await;
        server.kill();
        let known = counters.close();
        (acknowledged, least) = (acknowledged + known.len(), least.min(known.len()));
        for code in known {
            assert!(all.insert(code.clone()), "{code} was given out twice");
        }
        let store = Store::open(&url).await.unwrap();
        let there = codes(&store).await;
        let once: BTreeSet<String> = there.iter().cloned().collect();
        assert_eq!(once.len(), there.len(), "a code is there twice");
        let lost: Vec<&String> = all.difference(&once).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
        let found = verify::run(&store, None).await.unwrap();
        assert_eq!(found.broken, None, "round {round}");
        store.close().await.unwrap();
    }
    println!(
        "kills survived: {}, intakes acknowledged: {acknowledged}, at least {least} before each",
        rounds()
    );
    assert!(least >= 20);
}

/// The machine loses power: what `SQLite` had not yet forced onto the disk is gone or
/// half there. Everything acknowledged lies in the log before its end at that moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_torn_by_a_power_cut_loses_nothing_acknowledged() {
    if std::env::var_os("MOTCUA_TEST_DATABASE").is_some() {
        // PostgreSQL forces its own log; that we do not switch it off is what we can see.
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&database_url(folder.path()).await)
            .await
            .unwrap();
        let db = store.read();
        let ask = Statement::from_string(db.get_database_backend(), "SHOW synchronous_commit");
        let row = db.query_one_raw(ask).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "on");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let token = token(&url, folder.path());
    let server = Server::start(&url, folder.path());
    let (base, log) = (folder.path().join("t.db"), folder.path().join("t.db-wal"));
    let mut known = Vec::new();
    let mut tries = 0;
    for number in 0..12 {
        let code = intake(&server.address, &token, &number.to_string());
        known.push(code.unwrap().unwrap());
        let forced = log.metadata().unwrap().len();
        // More is written, and the power goes before any of it is forced.
        intake(&server.address, &token, &format!("{number} b"))
            .unwrap()
            .unwrap();
        let (base, log) = (std::fs::read(&base).unwrap(), std::fs::read(&log).unwrap());
        let forced = usize::try_from(forced).unwrap();
        for _ in 0..4 {
            let end = rand::rng().random_range(forced..=log.len());
            let mut torn = log[..end].to_vec();
            // The last sector may hold anything.
            let noise = torn.len().saturating_sub(512).max(forced);
            rand::rng().fill(&mut torn[noise..]);
            let place = tempfile::tempdir().unwrap();
            std::fs::write(place.path().join("t.db"), &base).unwrap();
            std::fs::write(place.path().join("t.db-wal"), &torn).unwrap();
            let url = format!("sqlite://{}/t.db?mode=rw", place.path().display());
            let store = Store::open(&url).await.unwrap();
            let there: BTreeSet<String> = codes(&store).await.into_iter().collect();
            let lost: Vec<&String> = known.iter().filter(|code| !there.contains(*code)).collect();
            assert!(lost.is_empty(), "lost {lost:?} of {}", known.len());
            assert_eq!(verify::run(&store, None).await.unwrap().broken, None);
            tries += 1;
        }
    }
    println!("power cuts survived: {tries}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_work_goes_on_when_there_is_room() {
    if std::env::var_os("MOTCUA_TEST_DATABASE").is_some() {
        // PostgreSQL's disk is not ours to fill: the same words for the same state.
        let full = motcua::store::words_of_engine("53100", "could not extend file");
        assert_eq!(full.unwrap().code, "disk_full");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let token = token(&url, folder.path());
    let log = folder.path().join("t.db-wal");
    let size = |name: &str| {
        folder
            .path()
            .join(name)
            .metadata()
            .map_or(0, |file| file.len())
    };
    let room = size("t.db").max(size("t.db-wal")) / 1024 + 200;
    let server = Server::start_with_room(&url, folder.path(), room);
    let mut known = Vec::new();
    let mut refused = None;
    for number in 0..2_000 {
        match intake(&server.address, &token, &number.to_string()).unwrap() {
            Ok(code) => known.push(code),
            Err(why) => {
                refused = Some(why);
                break;
            }
        }
    }
    let (status, said) = refused.unwrap_or_else(|| panic!("the disk never filled: {log:?}"));
    assert_eq!(status, 507, "{said}");
    for words in [
        "disk_full",
        "Ổ đĩa của máy chủ đã đầy hoặc không ghi được, chưa có gì được lưu",
    ] {
        assert!(said.contains(words), "{said}");
    }
    // Looking still works.
    assert_eq!(server.get("/thu-tuc").unwrap().0, 200);
    // Room again.
    let id = server.id().to_string();
    let lifted = Command::new("prlimit")
        .args(["--pid", &id, "--fsize=unlimited:"])
        .status()
        .unwrap();
    assert!(lifted.success());
    for number in 0..5 {
        let code = intake(&server.address, &token, &format!("then {number}"));
        known.push(code.unwrap().unwrap());
    }
    drop(server);
    let store = Store::open(&url).await.unwrap();
    let there: BTreeSet<String> = codes(&store).await.into_iter().collect();
    let lost: Vec<&String> = known.iter().filter(|code| !there.contains(*code)).collect();
    assert!(lost.is_empty(), "lost {lost:?} of {}", known.len());
    assert_eq!(verify::run(&store, None).await.unwrap().broken, None);
    println!(
        "full disk: {} acknowledged before and after, none lost",
        known.len()
    );
}

/// The engine ends a transaction by itself when the disk is full: a line that still believes
/// in it would take what comes after for parts of it, and nothing of them would be kept.
#[tokio::test]
async fn what_follows_a_transaction_that_the_engine_ended_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    let now = motcua::clock::Clock::System.now();
    let write = store.write().await.unwrap();
    write.reader().execute_unprepared("ROLLBACK").await.unwrap();
    // Said or not, nothing of it was kept.
    let _ = write.commit().await;
    let given_up = store.write().await.unwrap();
    given_up.put_setup_link("one".into(), now).await.unwrap();
    given_up.abandon().await.unwrap();
    let kept = store.write().await.unwrap();
    kept.put_setup_link("two".into(), now).await.unwrap();
    kept.commit().await.unwrap();
    let elsewhere = Store::open(&url).await.unwrap();
    let ask = Statement::from_string(
        elsewhere.read().get_database_backend(),
        "SELECT token_hash FROM setup_link",
    );
    let there = elsewhere.read().query_all_raw(ask).await.unwrap();
    let there: Vec<String> = there
        .iter()
        .map(|row| row.try_get("", "token_hash").unwrap())
        .collect();
    assert_eq!(there, ["two"]);
}

#[tokio::test]
async fn a_clock_set_back_or_forward_uses_no_code_twice_and_no_time_is_negative() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let receive = async |desk: &Desk| {
        let body = json!({
            "procedure_code": "1.001022", "channel": "desk", "documents": [],
            "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" },
        });
        let (status, said) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 201, "{said}");
        said["code"].as_str().unwrap().to_owned()
    };
    let mut all = vec![receive(&desk).await];
    let office = desk.sign_in(motcua::domain::role::Role::Office).await;
    for moment in [
        "2021-04-19T10:00",
        "2021-04-16T09:00",
        "2021-04-16T10:00",
        "2021-04-15T10:00",
        "2021-04-16T11:00",
    ] {
        desk.move_to(moment);
        all.push(receive(&desk).await);
        // What was begun in the future goes on in the present.
        let _ = desk
            .done(
                "specialist",
                &all[0].clone(),
                json!({ "action": "appraise" }),
            )
            .await;
    }
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!(once.len(), all.len(), "{all:?}");
    let rows = desk
        .rows("SELECT at, dossier_id FROM event ORDER BY dossier_id, seq")
        .await;
    for pair in rows.windows(2) {
        if pair[0]["dossier_id"] == pair[1]["dossier_id"] {
            assert!(pair[0]["at"].as_str() <= pair[1]["at"].as_str(), "{pair:?}");
        }
    }
    // The clock stands before what was recorded: said to whoever looks after it.
    let page = desk.page(&office, "/van-hanh").await;
    assert!(page.body.contains("Đồng hồ máy chủ"), "{}", page.body);
    desk.move_to("2021-04-19T10:05");
    let page = desk.page(&office, "/van-hanh").await;
    assert!(!page.body.contains("chậm hơn việc đã ghi"), "{}", page.body);
}
