//! Copies when things go wrong around them: killed in between, ended in between, switched
//! off every night, a clock that ran ahead, a register that no longer verifies.
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use motcua::{
    private,
    store::Store,
    upkeep::{backup, doctor, work},
};
use sea_orm::ConnectionTrait;

use crate::{
    harness::{Desk, database_url},
    server::{Server, program},
};

/// A register large enough that a copy takes its time, whose nightly copy is due.
async fn large(folder: &Path) -> String {
    let url = database_url(folder).await;
    let made = program(&url, folder).arg("migrate").output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let store = Store::open(&url).await.unwrap();
    let pad = if store.is_postgres() {
        "CREATE TABLE pad AS SELECT i, md5(random()::text) || md5(random()::text) AS x FROM generate_series(1, 900000) i"
    } else {
        "CREATE TABLE pad AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90000) \
         SELECT i, hex(randomblob(500)) AS x FROM n"
    };
    let due = "INSERT INTO backup_run (kind, started_at, file, bytes, good, message) \
               VALUES ('nightly', '2021-04-16 03:00:00+00:00', 'x', 0, TRUE, '')";
    for sql in [pad, due] {
        store.read().execute_unprepared(sql).await.unwrap();
    }
    store.close().await.unwrap();
    url
}

/// The folders in which something is under way.
fn under_way(place: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(place).into_iter().flatten().flatten();
    all.map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

/// Waits until a copy has begun to write.
fn wait_for_a_copy(place: &Path) {
    for _ in 0..2000 {
        let files = under_way(place)
            .into_iter()
            .flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
        if files
            .flatten()
            .any(|file| file.metadata().is_ok_and(|meta| meta.len() > 0))
        {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no copy began");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_cut_off_leaves_no_register_in_the_open() {
    let folder = tempfile::tempdir().unwrap();
    let url = large(folder.path()).await;
    let place = if url.starts_with("sqlite") {
        folder.path().join(".motcua-tam")
    } else {
        folder.path().join("data/.motcua-tam")
    };
    let mut server = Server::start(&url, folder.path());
    wait_for_a_copy(&place);
    server.kill();
    // What lies there is its owner's; among the copies there is nothing of it.
    assert!(!under_way(&place).is_empty());
    assert!(!private::seen_by_others(&place));
    let copies = folder.path().join("data/backup");
    let copies = std::fs::read_dir(copies).map_or(0, Iterator::count);
    assert_eq!(copies, 0, "half a copy among the copies");
    // The next start removes it.
    let quiet = [("MOTCUA__BACKUP__NIGHTLY", "false")];
    let mut server = Server::start_with(&url, folder.path(), &quiet);
    assert_eq!(under_way(&place), Vec::<PathBuf>::new());
    assert!(server.end().success());
    if !url.starts_with("sqlite") {
        // As a minute later does: until then it may still be another server's.
        let store = Store::open(&url).await.unwrap();
        let write = store.write().await.unwrap();
        write.end_all_leases().await.unwrap();
        write.commit().await.unwrap();
    }
    // Told to end, the program gives the copy up and removes it itself.
    let mut server = Server::start(&url, folder.path());
    wait_for_a_copy(&place);
    assert!(server.end().success());
    assert_eq!(under_way(&place), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_machine_that_is_off_at_night_has_its_copy_by_day() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
    let ready = async |desk: &Desk| {
        let (status, answer) = desk.get("", "/readyz").await;
        (
            status,
            answer["backup"]["state"].as_str().unwrap().to_owned(),
        )
    };
    // Begun each morning anew.
    let night = async |desk: &Desk| {
        backup::night(&desk.app, desk.app.clock.now())
            .await
            .unwrap()
    };
    assert!(night(&desk).await.is_none(), "nothing is in the register");
    desk.receive("1.001193", "2021-04-16T09:00").await;
    assert!(night(&desk).await.is_none(), "the first is due tonight");
    desk.move_to("2021-04-18T10:59");
    assert_eq!(ready(&desk).await, (200, "none".into()));
    desk.move_to("2021-04-18T11:01");
    assert_eq!(
        ready(&desk).await,
        (503, "none".into()),
        "two nights without a copy"
    );
    let checks = doctor::run(&desk.app, false).await.unwrap();
    let copies = checks.iter().find(|check| check.name == "Sao lưu").unwrap();
    assert!(
        copies.words.contains("chưa có bản sao lưu nào"),
        "{copies:?}"
    );
    assert!(night(&desk).await.unwrap().good);
    assert!(night(&desk).await.is_none(), "one a night");
    assert_eq!(ready(&desk).await, (200, "good".into()));
}

#[tokio::test]
async fn what_a_clock_that_ran_ahead_has_noted_ends_no_copies() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
    desk.receive("1.001193", "2021-04-16T09:00").await;
    desk.move_to("2031-04-16T10:00");
    assert!(backup::run(&desk.app, "nightly").await.unwrap().good);
    desk.move_to("2021-04-17T01:31");
    let behind = doctor::clock_is_behind(&desk.app).await.unwrap();
    assert!(behind.is_some(), "the clock stands before the last copy");
    let began = desk.app.clock.now();
    assert!(backup::night(&desk.app, began).await.unwrap().is_some());
    assert!(backup::night(&desk.app, began).await.unwrap().is_none());
    let behind = doctor::clock_is_behind(&desk.app).await.unwrap();
    assert_eq!(behind, None);
    // Nor does it stand for the copies that are missing since.
    desk.move_to("2021-04-20T12:00");
    let (status, answer) = desk.get("", "/readyz").await;
    assert_eq!((status, &answer["backup"]["state"]), (503, &"old".into()));
}

#[tokio::test]
async fn a_bad_copy_never_takes_the_place_of_a_good_one() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| {
        settings.backup.folder = folder.path().join("sao-luu").display().to_string();
        settings.backup.daily = 2;
        settings.backup.weekly = 0;
        settings.backup.monthly = 0;
    });
    let names = || {
        let all = std::fs::read_dir(folder.path().join("sao-luu")).unwrap();
        let mut all: Vec<String> = all
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        all.sort();
        all
    };
    desk.receive("1.001193", "2021-04-16T09:00").await;
    let good = backup::run(&desk.app, "nightly").await.unwrap();
    assert!(good.good);
    let path = folder.path().join("sao-luu").join(&good.file);
    assert!(!private::seen_by_others(&path), "a copy that others read");
    assert!(!private::seen_by_others(path.parent().unwrap()));
    motcua::upkeep::sealer::run(&desk.app).await.unwrap();
    desk.run("UPDATE dossier SET applicant_name = 'X'").await;
    for hour in 11..15 {
        desk.move_to(&format!("2021-04-16T{hour}:00"));
        let bad = backup::run(&desk.app, "manual").await.unwrap();
        assert!(!bad.good && bad.file.contains("-hong."), "{bad:?}");
        assert!(names().contains(&bad.file), "{bad:?}");
    }
    let left = names();
    assert!(left.contains(&good.file), "the good one is gone: {left:?}");
    assert_eq!(
        left.len(),
        3,
        "the good one and the last two bad ones: {left:?}"
    );
}

#[tokio::test]
async fn the_register_is_its_owners_and_the_doctor_says_where_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::at("2021-04-16T10:00").await;
    let words = |settings: &motcua::config::Settings| motcua::upkeep::rights::check(settings).words;
    let mut settings = (*desk.app.settings).clone();
    settings.mail.folder = folder.path().join("thu").display().to_string();
    settings.backup.folder = folder.path().join("sao-luu").display().to_string();
    settings.database.url = format!("sqlite://{}/data/t.db?mode=rwc", folder.path().display());
    let store = Store::open(&settings.database.url).await.unwrap();
    store.migrate().await.unwrap();
    for name in ["data", "data/t.db", "data/t.db-wal"] {
        let path = folder.path().join(name);
        assert!(path.exists() && !private::seen_by_others(&path), "{name}");
    }
    assert!(
        words(&settings).contains("chỉ tài khoản chạy motcua"),
        "{}",
        words(&settings)
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = |name: &str, mode| {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path().join(name), mode).unwrap();
        };
        open("data/t.db", 0o644);
        assert!(
            !words(&settings).contains("t.db"),
            "the folder keeps others out"
        );
        open("data", 0o755);
        assert!(
            words(&settings).contains("t.db: chmod 600"),
            "{}",
            words(&settings)
        );
    }
    // Somebody works there: nothing is taken away from them.
    let busy = work::Work::begin(&settings).unwrap();
    work::tidy(&settings).unwrap();
    assert!(busy.path().exists());
    busy.close().unwrap();
    let left = work::places(&settings)[0].join("viec-cu");
    std::fs::create_dir(&left).unwrap();
    work::tidy(&settings).unwrap();
    assert!(!left.exists());
}

#[tokio::test]
async fn a_database_of_something_else_is_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let junk = folder.path().join("la.db");
    let store = Store::open(&format!("sqlite://{}?mode=rwc", junk.display()))
        .await
        .unwrap();
    store
        .read()
        .execute_unprepared("CREATE TABLE x (y TEXT)")
        .await
        .unwrap();
    store.close().await.unwrap();
    let torn = folder.path().join("rach.db");
    std::fs::write(
        &torn,
        [b"SQLite format 3\0".as_slice(), &[0x5a; 9000]].concat(),
    )
    .unwrap();
    let url = database_url(folder.path()).await;
    for file in [&junk, &torn] {
        for command in ["verify", "restore"] {
            let tried = program(&url, folder.path())
                .arg(command)
                .arg(file)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&tried.stderr).into_owned();
            assert!(
                !tried.status.success() && said.contains("không phải bản sao lưu"),
                "{command}: {said}"
            );
            assert!(!said.contains("ngoài dự kiến"), "{said}");
        }
    }
}
