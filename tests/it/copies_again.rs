//! Copies that must not be lost to a moment, nor leave anything for ever: tried again in the
//! same night, made to the end though nobody waits, at a place that a service may write to,
//! and with every trial and every old copy gone in time.
use std::{path::Path, time::Duration};

use chrono::{NaiveDate, TimeDelta};
use motcua::{
    config::Settings,
    domain::{
        role::Role,
        time::{parse_moment, to_local},
    },
    in_hand, private,
    store::{
        Store,
        copies::{self, BackupRun},
    },
    upkeep::{backup, doctor, postgres, shelf, work},
};
use proptest::prelude::*;

use crate::harness::Desk;

#[tokio::test]
async fn without_a_file_of_the_register_it_lies_in_the_open_beside_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::load(None).unwrap();
    settings.database.url = "postgres://motcua@127.0.0.1/motcua".into();
    let key = folder.path().join("khoa/motcua.key");
    settings.security.key_file = key.display().to_string();
    settings.backup.folder = folder.path().join("sao-luu").display().to_string();
    let begun = work::Work::begin(&settings).unwrap();
    assert!(begun.path().starts_with(folder.path().join("khoa")));
    assert!(!private::seen_by_others(begun.path().parent().unwrap()));
    begun.close().unwrap();
    // What was left there goes.
    let left = work::places(&settings)[0].join("viec-cu");
    std::fs::create_dir(&left).unwrap();
    work::tidy(&settings).unwrap();
    assert!(!left.exists());
    // Where the key may only be read: among the copies.
    settings.security.key_file = "/proc/khong-duoc/motcua.key".into();
    let begun = work::Work::begin(&settings).unwrap();
    assert!(begun.path().starts_with(folder.path().join("sao-luu")));
    begun.close().unwrap();
    settings.backup.folder = "/proc/khong-duoc".into();
    assert!(work::Work::begin(&settings).is_err());
    // The doctor tries it.
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let told = async |desk: &Desk| {
        let checks = doctor::run(&desk.app, false).await.unwrap();
        let named = |check: &doctor::Check| check.name == "Nơi làm bản sao lưu";
        checks.into_iter().find(named).unwrap().grade
    };
    assert_eq!(told(&desk).await, doctor::Grade::Good);
    if desk.store().is_postgres() {
        desk.set(|set| {
            set.security.key_file = settings.security.key_file.clone();
            set.backup.folder = settings.backup.folder.clone();
        });
        assert_eq!(told(&desk).await, doctor::Grade::Bad);
    }
}

#[tokio::test]
async fn trials_that_were_cut_off_go_and_none_under_way_does() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let store = desk.store();
    if !store.is_postgres() {
        store.drop_left_scratches().await.unwrap();
        return;
    }
    let now = desk
        .rows("SELECT extract(epoch FROM now())::bigint AS now")
        .await[0]["now"]
        .as_i64()
        .unwrap();
    let own = std::process::id();
    let old = format!("motcua_check_{}_{own:x}", now - 3_700);
    let before = format!("motcua_check_{own:012x}");
    let young = format!("motcua_check_{}_{own:x}", now - 60);
    let busy = format!("motcua_check_{}_{own:x}", now - 9_000);
    for name in [&old, &before, &young, &busy] {
        desk.run(&format!("CREATE DATABASE {name}")).await;
    }
    let url = postgres::beside(&desk.app.settings.database.url, &busy).unwrap();
    let inside = Store::open(&url).await.unwrap();
    inside.ping().await.unwrap();
    store.drop_left_scratches().await.unwrap();
    let left = desk
        .rows("SELECT datname::text AS name FROM pg_database")
        .await;
    let there = |name: &str| left.iter().any(|row| row["name"] == name);
    assert!(!there(&old) && !there(&before), "a register is left");
    assert!(there(&young), "another server is about to fill it");
    assert!(there(&busy), "somebody works there");
    inside.close().await.unwrap();
    for name in [&young, &busy] {
        store.drop_scratch(name).await.unwrap();
    }
    // One of ours tells when it was made, and is none that is left.
    let made = store.make_scratch().await.unwrap();
    store.drop_left_scratches().await.unwrap();
    let all = desk
        .rows("SELECT datname::text AS name FROM pg_database")
        .await;
    assert!(all.iter().any(|row| row["name"] == made.as_str()));
    store.drop_scratch(&made).await.unwrap();
}

/// Whether something is under way in the open.
fn under_way(place: &Path) -> bool {
    let all = std::fs::read_dir(place).into_iter().flatten().flatten();
    all.map(|entry| entry.path()).any(|path| path.is_dir())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_asked_for_is_made_though_nobody_waits_and_one_at_a_time() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
    let office = desk.sign_in(Role::Office).await;
    let place = work::places(&desk.app.settings)[0].clone();
    let begun = async {
        while !under_way(&place) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    // Whoever asked hangs up as soon as it has begun.
    tokio::select! {
        () = begun => {}
        _ = desk.form(&office, "/van-hanh/sao-luu", "") => {}
    }
    let mut runs = Vec::new();
    for _ in 0..1200 {
        runs = copies::recent(desk.store().read(), 9).await.unwrap();
        if !runs.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(runs.len() == 1 && runs[0].good, "{runs:?}");
    assert!(!under_way(&place), "something is left in the open");
    // While another is made, by whichever server, it is told so.
    let mut hold = None;
    while hold.is_none() {
        tokio::task::yield_now().await;
        hold = in_hand::take(&desk.app, "backup".into()).await.unwrap();
    }
    let page = desk.form(&office, "/van-hanh/sao-luu", "").await;
    assert!(
        page.body.contains("Đang có một bản sao lưu"),
        "{}",
        page.body
    );
    let runs = copies::recent(desk.store().read(), 9).await.unwrap();
    assert_eq!(runs.len(), 1);
    drop(hold);
}

#[tokio::test]
async fn a_night_that_failed_is_tried_again() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be.
    let blocked = folder.path().join("tep");
    std::fs::write(&blocked, "x").unwrap();
    desk.set(|settings| settings.backup.folder = blocked.display().to_string());
    desk.receive("1.001193", "2021-04-16T09:00").await;
    let began = desk.app.clock.now();
    let night = async |desk: &mut Desk, at: &str| {
        desk.move_to(at);
        let made = backup::night(&desk.app, began).await.unwrap();
        made.map(|run| run.good)
    };
    for (at, made) in [
        ("2021-04-17T01:29", None),
        ("2021-04-17T01:30", Some(false)),
        ("2021-04-17T01:31", None),
        ("2021-04-17T01:59", None),
        ("2021-04-17T02:00", Some(false)),
        ("2021-04-17T02:30", Some(false)),
        ("2021-04-17T03:00", Some(false)),
        // It does not go on all day.
        ("2021-04-17T03:30", None),
        ("2021-04-17T23:00", None),
        ("2021-04-18T01:30", Some(false)),
    ] {
        assert_eq!(night(&mut desk, at).await, made, "{at}");
    }
    let good = folder.path().join("sao-luu");
    desk.set(|settings| settings.backup.folder = good.display().to_string());
    assert_eq!(night(&mut desk, "2021-04-18T01:45").await, None);
    assert_eq!(night(&mut desk, "2021-04-18T02:00").await, Some(true));
    assert_eq!(night(&mut desk, "2021-04-18T02:30").await, None);
}

proptest! {
    /// However often the clock is looked at: four tries at most, half an hour apart, none
    /// after one that made a copy, good or not.
    #[test]
    fn a_night_has_few_tries(step in 1i64..90, made in 0usize..8, good in any::<bool>()) {
        let due = parse_moment("2021-04-17T01:30").unwrap();
        let mut at = due;
        let mut copies: Vec<BackupRun> = Vec::new();
        while at < due + TimeDelta::hours(24) {
            if backup::is_to_be_made(due, at, &copies) {
                let is_made = copies.len() == made;
                copies.push(BackupRun {
                    id: 0,
                    kind: "nightly".into(),
                    started_at: at,
                    ended_at: Some(at),
                    file: String::new(),
                    bytes: i64::from(is_made),
                    good: is_made && good,
                    message: String::new(),
                    seal_number: None,
                    heads: "[]".into(),
                });
            }
            at += TimeDelta::minutes(step);
        }
        prop_assert_eq!(copies.len(), (made + 1).min(4));
        for pair in copies.windows(2) {
            prop_assert!(pair[1].started_at - pair[0].started_at >= TimeDelta::minutes(30));
        }
    }
}

#[test]
fn what_is_said_to_go_goes_and_what_another_server_puts_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut backup = Settings::load(None).unwrap().backup;
    backup.folder = folder.path().display().to_string();
    let put = |name: &str| std::fs::write(folder.path().join(name), "x").unwrap();
    let there = |name: &str| folder.path().join(name).exists();
    let stay = [
        "motcua-20210416-013000.db.do-dang",
        "truoc-nang-cap-20210416-013000.dump.age.do-dang",
        "truoc-nang-cap-20200501-000000.db",
        "truoc-nang-cap-20210401-000000.db.age",
        "ghi-chu.do-dang",
    ];
    let half = [
        "motcua-20210414-013000.db.age.do-dang",
        "truoc-nang-cap-20210414-013000.dump.do-dang",
    ];
    let go = [
        "truoc-nang-cap-20190101-000000.dump",
        "truoc-nang-cap-20200301-000000.db",
    ];
    for name in stay.iter().chain(&half).chain(&go) {
        put(name);
    }
    for name in half.iter().chain(&stay[4..]) {
        let file = std::fs::File::options()
            .write(true)
            .open(folder.path().join(name))
            .unwrap();
        let written = file.metadata().unwrap().modified().unwrap();
        file.set_modified(written - Duration::from_hours(25))
            .unwrap();
    }
    let day = |year| {
        let day = NaiveDate::from_ymd_opt(year, 4, 16).unwrap();
        day.and_hms_opt(10, 0, 0).unwrap()
    };
    shelf::tidy(&backup, day(2021)).unwrap();
    for name in stay {
        assert!(there(name), "{name} is gone");
    }
    for name in half.iter().chain(&go) {
        assert!(!there(name), "{name} stays");
    }
    // The newest of those made before an upgrade is the way back, however old.
    shelf::tidy(&backup, day(2031)).unwrap();
    assert!(!there(stay[2]) && there(stay[3]));
}

#[test]
fn tools_are_those_of_the_server_or_the_next() {
    let installed = [13, 15, 17, 18];
    for (server, tools) in [(13, 13), (14, 15), (15, 15), (16, 17), (18, 18), (19, 18)] {
        assert_eq!(postgres::fitting(&installed, server), Some(tools));
    }
    assert_eq!(postgres::fitting(&[], 15), None);
    for (tools, server, well) in [
        (15, 15, true),
        (16, 13, true),
        (17, 16, false),
        (18, 17, true),
        (15, 16, false),
    ] {
        assert_eq!(postgres::work_together(tools, server), well);
    }
}

#[tokio::test]
async fn old_copies_go_also_where_something_lies_in_the_way_of_the_rest() {
    let mut desk = Desk::at("2021-06-19T09:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| {
        settings.backup.folder = folder.path().display().to_string();
        (settings.backup.daily, settings.backup.weekly) = (1, 0);
        settings.backup.monthly = 0;
    });
    let [old, new] = ["20210617", "20210618"].map(|day| {
        let copy = folder.path().join(format!("motcua-{day}-013000.db"));
        std::fs::write(&copy, "x").unwrap();
        copy
    });
    let work = &work::places(&desk.app.settings)[0];
    if work.exists() {
        std::fs::remove_dir_all(work).unwrap();
    }
    // A file where a folder belongs: whoever tidies there is refused, root too.
    std::fs::create_dir_all(work.parent().unwrap()).unwrap();
    std::fs::write(work, "x").unwrap();
    let now = to_local(desk.app.clock.now());
    assert!(shelf::tidy_all(&desk.app.settings, now).is_err());
    assert!(new.exists() && !old.exists());
}
