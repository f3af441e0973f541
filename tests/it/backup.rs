//! Copies: made while serving, locked, tried, kept by a rule, put back into an empty place
//! only; and the schema, brought up from every step there ever was.
use std::{path::Path, process::Output};

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use motcua::{
    domain::{keeping::Rule, role::Role},
    store::{Store, copies},
    upkeep::{backup, sealer, shelf, verify},
};
use proptest::prelude::*;
use sea_orm::ConnectionTrait;

use crate::{
    harness::{Desk, database_url},
    server::{Server, intake, program},
};

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs a command; whether it went well, and all it said.
fn run(url: &str, folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program(url, folder).args(arguments).output().unwrap();
    (output.status.success(), told(&output))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_while_serving_and_put_back_into_an_empty_place_only() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let url = database_url(here.path()).await;
    let (good, token) = run(
        &url,
        here.path(),
        &["token", "add", "--name", "t", "--role", "receptionist"],
    );
    assert!(good, "{token}");
    let server = Server::start(&url, here.path());
    let mut known = Vec::new();
    let one = |number: usize| {
        intake(&server.address, token.trim(), &number.to_string())
            .unwrap()
            .unwrap()
    };
    known.extend((0..5).map(one));
    let copy = there.path().join("ban-sao");
    let path = copy.to_str().unwrap();
    // Somebody hands in all the while.
    let others = {
        let (address, token) = (server.address.clone(), token.trim().to_owned());
        std::thread::spawn(move || {
            (0..20)
                .map(|n| intake(&address, &token, &format!("x{n}")).unwrap().unwrap())
                .count()
        })
    };
    let (good, said) = run(&url, here.path(), &["backup", path]);
    assert!(good, "{said}");
    assert!(
        said.contains("đã phục hồi thử và soát lại") && said.contains("nguyên vẹn"),
        "{said}"
    );
    assert_eq!(others.join().unwrap(), 20);
    let (good, said) = run(&url, here.path(), &["backup", path]);
    assert!(
        !good && said.contains("Đã có tệp"),
        "nothing is overwritten: {said}"
    );
    let (good, said) = run(&url, here.path(), &["verify", path]);
    assert!(good && said.contains("nguyên vẹn"), "{said}");
    // Into a place that holds a register: no.
    let (good, said) = run(&url, here.path(), &["restore", path]);
    assert!(
        !good && said.contains("Chỉ phục hồi vào nơi trống"),
        "{said}"
    );
    // Into an empty one.
    let other = database_url(there.path()).await;
    let (good, said) = run(&other, there.path(), &["restore", path]);
    assert!(good, "{said}");
    let store = Store::open(&other).await.unwrap();
    for code in &known {
        let dossier = motcua::store::seen::by_code(store.read(), code).await;
        assert!(dossier.unwrap().is_some(), "{code} is not there");
    }
    assert_eq!(verify::run(&store, None).await.unwrap().broken, None);
    store.close().await.unwrap();
    // What is damaged does not arrive.
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0x5a);
    let torn = there.path().join("hong");
    std::fs::write(&torn, bytes).unwrap();
    let third = tempfile::tempdir().unwrap();
    let empty = database_url(third.path()).await;
    let (good, said) = run(&empty, third.path(), &["restore", torn.to_str().unwrap()]);
    assert!(!good, "{said}");
    std::fs::write(&torn, "không phải").unwrap();
    let (good, said) = run(&empty, third.path(), &["verify", torn.to_str().unwrap()]);
    assert!(!good && said.contains("không phải bản sao lưu"), "{said}");
}

#[tokio::test]
async fn a_locked_copy_opens_with_the_offices_key_alone() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    let key = |name: &str| folder.path().join(name).display().to_string();
    let make = |name: &str| {
        run(
            "sqlite://none.db?mode=rwc",
            folder.path(),
            &["key", "new", "--out", &key(name)],
        )
    };
    let (good, public) = make("khoa.txt");
    assert!(good && public.starts_with("age1"), "{public}");
    assert!(!make("khoa.txt").0, "a key is never overwritten");
    assert!(make("khac.txt").0);
    desk.set(|settings| {
        settings.backup.recipients = vec![public.trim().to_owned()];
        settings.backup.folder = folder.path().join("sao-luu").display().to_string();
    });
    desk.receive("1.001193", "2021-04-16T09:00").await;
    let row = backup::run(&desk.app, "manual").await.unwrap();
    assert!(
        row.good && row.file.to_ascii_lowercase().ends_with(".age"),
        "{row:?}"
    );
    let file = folder.path().join("sao-luu").join(&row.file);
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1"));
    let plain = b"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b \xc4\x90\xc3\xa0o";
    assert!(
        !bytes.windows(plain.len()).any(|part| part == plain),
        "a name stands in the open"
    );
    let url = &desk.app.settings.database.url;
    let file = file.to_str().unwrap();
    let (good, said) = run(url, folder.path(), &["verify", file]);
    assert!(!good && said.contains("--identity"), "{said}");
    let (good, said) = run(
        url,
        folder.path(),
        &["verify", file, "--identity", &key("khac.txt")],
    );
    assert!(!good && said.contains("Kiểm lại tệp khóa"), "{said}");
    let (good, said) = run(
        url,
        folder.path(),
        &["verify", file, "--identity", &key("khoa.txt")],
    );
    assert!(good && said.contains("nguyên vẹn"), "{said}");
}

#[tokio::test]
async fn the_night_makes_its_copy_and_a_bad_one_is_red_everywhere() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| {
        settings.backup.folder = folder.path().display().to_string();
        settings.security.session_hours = 24 * 30;
        settings.security.session_idle_minutes = 60 * 24 * 30;
    });
    desk.receive("1.001193", "2021-04-16T09:00").await;
    sealer::run(&desk.app).await.unwrap();
    let office = desk.sign_in(Role::Office).await;
    let began = desk.app.clock.now();
    let night = async |desk: &Desk| backup::night(&desk.app, began).await.unwrap();
    let state = async |desk: &Desk| {
        let (status, ready) = desk.get("", "/readyz").await;
        let (alive, health) = desk.get("", "/healthz").await;
        assert_eq!(alive, 200, "the database answers");
        assert_eq!(ready["backup"], health["backup"]);
        (
            status,
            health["backup"]["state"].as_str().unwrap().to_owned(),
        )
    };
    assert!(night(&desk).await.is_none(), "the first is due tonight");
    assert_eq!(state(&desk).await, (200, "none".into()));
    desk.move_to("2021-04-17T01:29");
    assert!(night(&desk).await.is_none());
    desk.move_to("2021-04-17T01:30");
    let made = night(&desk).await.unwrap();
    assert!(made.good, "{made:?}");
    assert_eq!(made.seal_number, Some(1));
    assert!(night(&desk).await.is_none(), "one a night");
    assert_eq!(state(&desk).await, (200, "good".into()));
    assert!(
        desk.page(&office, "/van-hanh")
            .await
            .body
            .contains("Đã phục hồi thử")
    );
    // Two nights without power: made up for at once, not twice; before that it is old.
    desk.move_to("2021-04-19T08:00");
    assert_eq!(state(&desk).await, (503, "old".into()));
    assert!(night(&desk).await.is_some());
    assert!(night(&desk).await.is_none());
    // A register changed behind the program's back turns the copy red.
    desk.store()
        .read()
        .execute_unprepared("UPDATE dossier SET applicant_name = 'X'")
        .await
        .unwrap();
    desk.move_to("2021-04-20T01:31");
    let red = night(&desk).await.unwrap();
    assert!(
        !red.good && red.message.contains("không còn như"),
        "{red:?}"
    );
    assert_eq!(state(&desk).await, (503, "bad".into()));
    let page = desk.page(&office, "/van-hanh").await.body;
    assert!(
        page.contains("Bản sao lưu gần nhất không dùng được"),
        "{page}"
    );
    // A place that cannot be written is red too, and raised to nobody else.
    desk.set(|settings| settings.backup.folder = "/proc/khong-duoc".into());
    let red = backup::run(&desk.app, "manual").await.unwrap();
    assert!(
        !red.good && red.message.contains("Không sao lưu được"),
        "{red:?}"
    );
    assert_eq!(
        copies::recent(desk.store().read(), 9).await.unwrap().len(),
        4
    );
}

#[tokio::test]
async fn old_copies_go_by_the_rule_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
    let first = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    for day in 0..900 {
        let name = format!(
            "motcua-{}-013000.db",
            (first + Days::new(day)).format("%Y%m%d")
        );
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    for kept in [
        "ghi-chu.txt",
        "truoc-nang-cap-20190101-000000.db",
        "motcua-x.db",
    ] {
        std::fs::write(folder.path().join(kept), "x").unwrap();
    }
    let now = first.and_hms_opt(0, 0, 0).unwrap() + Days::new(900);
    let gone = shelf::tidy(&desk.app.settings.backup, now).unwrap();
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(gone.len() + left, 903);
    // 7 days, 5 weeks and 12 months share some of their copies.
    assert!((12..=24 + 3).contains(&left), "{left}");
    for kept in [
        "ghi-chu.txt",
        "truoc-nang-cap-20190101-000000.db",
        "motcua-x.db",
    ] {
        assert!(folder.path().join(kept).exists(), "{kept}");
    }
}

proptest! {
    /// Against a count that walks day by day, week by week, month by month.
    #[test]
    fn the_rule_keeps_the_last_of_each_span(
        days in proptest::collection::btree_set((0u64..900, 0u32..24), 1..120),
        daily in 0usize..9, weekly in 0usize..7, monthly in 0usize..14,
    ) {
        let first = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
        let all: Vec<NaiveDateTime> = days
            .iter()
            .map(|(day, hour)| (first + Days::new(*day)).and_hms_opt(*hour, 30, 0).unwrap())
            .collect();
        let kept = Rule { daily, weekly, monthly }.keep(&all);
        let newest = *all.iter().max().unwrap();
        let mut expected = vec![newest];
        for (most, same) in [
            (daily, (|a, b| a == b) as fn(NaiveDate, NaiveDate) -> bool),
            (weekly, |a, b| a - Days::new(u64::from(a.weekday().num_days_from_monday())) == b - Days::new(u64::from(b.weekday().num_days_from_monday()))),
            (monthly, |a, b| (a.year(), a.month()) == (b.year(), b.month())),
        ] {
            let (mut spans, mut last) = (0, None);
            for day in (0..1000).rev().map(|day| first + Days::new(day)) {
                let Some(latest) = all.iter().filter(|m| m.date() == day).max() else { continue };
                if last.is_none_or(|last| !same(last, day)) {
                    spans += 1;
                    if spans <= most { expected.push(*latest); }
                    last = Some(day);
                }
            }
        }
        expected.sort();
        expected.dedup();
        prop_assert_eq!(kept.into_iter().collect::<Vec<_>>(), expected);
    }
}

/// Every schema there ever was, with an office and an account in it, comes up; the copy
/// made before lies there.
#[tokio::test]
async fn a_database_of_every_schema_comes_up() {
    use motcua::{app::App, clock::Clock, config::Settings};
    let steps = Store::schema_steps();
    let mut done = 0;
    for step in 1..=steps.len() {
        let folder = tempfile::tempdir().unwrap();
        let url = database_url(folder.path()).await;
        let store = Store::open(&url).await.unwrap();
        store.migrate_up_to(step).await.unwrap();
        for sql in [
            "INSERT INTO agency (id, key) VALUES (1, 'cu')",
            "INSERT INTO account (agency_id, username, name, role, title, password_hash, disabled, failures, created_at) \
             VALUES (1, 'cu', 'Người cũ', 'office', '', 'x', FALSE, 0, '2021-04-16 03:00:00+00:00')",
        ] {
            // The first step has no accounts yet.
            if step > 1 || !sql.contains("account") {
                store.read().execute_unprepared(sql).await.unwrap();
            }
        }
        store.close().await.unwrap();
        let mut settings = Settings::load(None).unwrap();
        settings.database.url = url;
        settings.backup.folder = folder.path().join("sao-luu").display().to_string();
        let app = App::open(settings, Clock::System).await.unwrap();
        assert!(app.store.pending().await.unwrap().is_empty(), "{step}");
        let names = motcua::store::accounts::all(app.store.read())
            .await
            .unwrap();
        assert_eq!(names.len(), usize::from(step > 1), "{step}");
        let copies = std::fs::read_dir(folder.path().join("sao-luu")).map_or(0, Iterator::count);
        assert_eq!(
            copies,
            usize::from(step < steps.len()),
            "{step}: a copy before the upgrade"
        );
        done += 1;
    }
    println!("schemas upgraded: {done}");
    assert_eq!(done, steps.len());
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let (good, _) = run(&url, folder.path(), &["migrate"]);
    assert!(good);
    let store = Store::open(&url).await.unwrap();
    store
        .read()
        .execute_unprepared(
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99_future', 1)",
        )
        .await
        .unwrap();
    store.close().await.unwrap();
    for command in [
        &["serve"][..],
        &["migrate"],
        &["verify"],
        &["staff", "list"],
    ] {
        let (good, said) = run(&url, folder.path(), command);
        assert!(
            !good && said.contains("mới hơn") && said.contains("m99_future"),
            "{said}"
        );
    }
}
