//! How a register is opened: by two servers at once, by a wrong address, through a pooler
//! that leads elsewhere; and what is left beside a file when a command is done.
use std::{path::Path, time::Duration};

use motcua::{actions::fill, domain::time::parse_moment, store::Store};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::{
    harness::{Desk, database_url},
    server::{Server, program},
};

/// Runs a command; whether it went well, and all it said.
fn run(url: &str, folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program(url, folder).args(arguments).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        said(&output.stdout) + &said(&output.stderr),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_on_an_empty_database_all_serve() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let url = database_url(folder).await;
        // A file is one server's: several serve from PostgreSQL alone.
        let count = if url.starts_with("postgres") { 2 } else { 1 };
        let servers: Vec<Server> = std::thread::scope(|scope| {
            let starting: Vec<_> = (0..count)
                .map(|_| scope.spawn(|| Server::start(&url, folder)))
                .collect();
            starting
                .into_iter()
                .map(|one| one.join().unwrap())
                .collect()
        });
        assert_eq!(servers.len(), count);
        drop(servers);
        let (good, said) = run(&url, folder, &["migrate"]);
        assert!(good && said.contains("không phải làm gì"), "{said}");
        // There was nothing to copy before the schema came up.
        let copies = std::fs::read_dir(folder.join("data/backup"));
        let before_upgrade = copies.into_iter().flatten().any(|copy| {
            let name = copy.unwrap().file_name();
            name.to_string_lossy().starts_with("truoc-nang-cap-")
        });
        assert!(!before_upgrade);
    }
}

/// An index that is built beside the work waits for every transaction that it finds in the
/// middle of a statement: one that asks for its turn until that index is there would wait for ever.
#[tokio::test]
async fn who_waits_for_its_turn_stays_in_no_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    if !url.starts_with("postgres") {
        // A file is one server's.
        return;
    }
    let (one, two) = (
        Store::open(&url).await.unwrap(),
        Store::open(&url).await.unwrap(),
    );
    let turn = one.turn().await.unwrap();
    let waiting = tokio::spawn(async move { two.turn().await.unwrap().end().await.unwrap() });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let long = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
         AND query LIKE '%pg_try_advisory_xact_lock%' AND pid <> pg_backend_pid() \
         AND xact_start < clock_timestamp() - interval '1 second'";
    let ask = Statement::from_string(DbBackend::Postgres, long);
    let found = one.read().query_all_raw(ask).await.unwrap();
    assert_eq!(found.len(), 1, "besides the one that has it");
    turn.end().await.unwrap();
    waiting.await.unwrap();
}

#[tokio::test]
async fn of_two_who_fill_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let (one, two) = (
        Store::open(&url).await.unwrap(),
        Store::open(&url).await.unwrap(),
    );
    one.migrate().await.unwrap();
    let now = parse_moment("2021-04-16T10:00").unwrap();
    let both = tokio::join!(fill::run(&one, now), fill::run(&two, now));
    let mut done = [both.0.unwrap().len(), both.1.unwrap().len()];
    done.sort_unstable();
    assert!(done[0] == 0 && done[1] >= 7, "{done:?}");
}

#[tokio::test]
async fn a_pooler_that_leads_to_another_register_is_refused() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (url, other) = (
        database_url(here.path()).await,
        database_url(there.path()).await,
    );
    // Empty first, then another register.
    for step in ["empty", "filled"] {
        if step == "filled" {
            let (good, said) = run(&other, there.path(), &["migrate"]);
            assert!(good, "{said}");
        }
        let output = program(&url, here.path())
            .env("MOTCUA__DATABASE__POOLER_URL", &other)
            .arg("serve")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{step}");
        assert!(output.stdout.is_empty(), "{step}: it is not said to serve");
        for setting in ["database.pooler_url", "database.url"] {
            assert!(said.contains(setting), "{step}: {said}");
        }
    }
    let same = [("MOTCUA__DATABASE__POOLER_URL", url.as_str())];
    drop(Server::start_with(&url, here.path(), &same));
}

#[tokio::test]
async fn a_wrong_address_is_named_with_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for url in ["mysql://x:bi-mat@localhost/y", "data/motcua.db"] {
        let (good, said) = run(url, folder, &["staff", "list"]);
        assert!(!good && said.contains("database.url"), "{said}");
        assert!(!said.contains("bi-mat"), "{said}");
        assert!(!said.contains("Có lỗi ngoài dự kiến"), "{said}");
    }
    let missing = format!("sqlite://{}/chua-co/x.db", folder.display());
    let (good, said) = run(&missing, folder, &["migrate"]);
    assert!(!good && said.contains("?mode=rwc"), "{said}");
    assert!(!folder.join("chua-co").exists(), "nothing was made");
    let url = database_url(folder).await;
    if url.starts_with("postgres") {
        let (good, said) = run(&format!("{url}_khong_co"), folder, &["staff", "list"]);
        assert!(!good && said.contains("createdb"), "{said}");
        assert!(said.contains("database.url"), "{said}");
    }
}

/// On a file whichever engine the other tests use.
#[tokio::test]
async fn a_command_leaves_no_log_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let url = format!("sqlite://{}/t.db?mode=rwc", folder.display());
    let log = folder.join("t.db-wal");
    for (arguments, goes_well) in [
        (&["migrate"][..], true),
        (&["staff", "list"], true),
        (&["catalogue", "import", "khong-co.csv"], false),
    ] {
        let (good, said) = run(&url, folder, arguments);
        assert_eq!(good, goes_well, "{arguments:?}: {said}");
        assert!(!log.exists(), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_restore_names_the_log_that_was_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let url = format!("sqlite://{}/t.db?mode=rwc", folder.display());
    let copy = folder.join("ban-sao.db").display().to_string();
    assert!(run(&url, folder, &["migrate"]).0);
    let (good, said) = run(&url, folder, &["backup", &copy]);
    assert!(good, "{said}");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("t.db{ending}")));
    }
    std::fs::write(folder.join("t.db-wal"), "x").unwrap();
    let (good, said) = run(&url, folder, &["restore", &copy]);
    assert!(!good && said.contains("t.db-wal"), "{said}");
    std::fs::remove_file(folder.join("t.db-wal")).unwrap();
    let (good, said) = run(&url, folder, &["restore", &copy]);
    assert!(good, "{said}");
}

#[tokio::test]
async fn a_register_that_was_copied_elsewhere_is_not_ready() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let write = desk.store().write().await.unwrap();
    write.note_crossing(desk.app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    let (status, said) = desk.get("", "/readyz").await;
    assert_eq!(
        (status, said["status"].as_str()),
        (503, Some("copied_elsewhere")),
        "{said}"
    );
    assert_eq!(desk.get("", "/healthz").await.0, 200);
}

/// Compiling a statement costs PostgreSQL more than answering any of ours.
#[tokio::test]
async fn no_statement_is_compiled_before_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = motcua::store::Store::open(&url).await.unwrap();
    // A file's engine has nothing to compile.
    if !store.is_postgres() {
        return assert_eq!(store.engine(), "SQLite");
    }
    let db = store.read();
    let ask = Statement::from_string(db.get_database_backend(), "SHOW jit");
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    assert_eq!(row.try_get::<String>("", "jit").unwrap(), "off");
}

/// Of two on one file the second would take what the first has in hand for left behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let url = database_url(folder).await;
    let mut first = Server::start(&url, folder);
    if url.starts_with("postgres") {
        assert!(Server::start(&url, folder).end().success());
    } else {
        let (good, said) = run(&url, folder, &["serve"]);
        assert!(
            !good && said.contains("đang phục vụ") && said.contains("t.db"),
            "{said}"
        );
        assert!(!said.contains("Đang phục vụ tại"), "{said}");
    }
    // Commands may work beside it, and one that was killed leaves the file free.
    assert!(run(&url, folder, &["doctor"]).1.contains("Tệp khóa"));
    first.kill();
    assert!(Server::start(&url, folder).end().success());
}
