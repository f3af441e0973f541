//! What is refused before it can do harm: a file that unpacks without end, a session too
//! many, a way out in clear. What was refused is logged without what was typed; and what
//! `config/security.md` says of keys and logs is so.
use std::{fs, io::Write as _, path::Path};

use motcua::{config::Settings, documents::workbook, domain::role::Role, upkeep::doctor};

use crate::{
    harness::{Desk, database_url},
    server::{Server, ask, program},
};

/// A workbook-like archive of so many parts of eight megabytes of nothing.
fn bomb(parts: usize) -> Vec<u8> {
    let options = zip::write::SimpleFileOptions::default();
    let mut one = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    one.start_file("part", options).unwrap();
    one.write_all(&vec![b' '; 8 << 20]).unwrap();
    let one = one.finish().unwrap();
    let mut one = zip::ZipArchive::new(one).unwrap();
    let mut all = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..parts {
        let part = one.by_index_raw(0).unwrap();
        all.raw_copy_file_rename(part, format!("xl/{number}"))
            .unwrap();
    }
    all.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_unpacks_without_end_is_not_opened() {
    let whole = bomb(26);
    assert!(whole.len() < 1 << 20, "{}", whole.len());
    let why = workbook::read(&whole).unwrap_err();
    assert!(why.0.contains("quá 200 MB"), "{}", why.0);
    // Its directory may tell small sizes: they are not believed.
    let mut liar = whole;
    let size = (8_u32 << 20).to_le_bytes();
    let places: Vec<usize> = (0..liar.len() - 4)
        .filter(|at| liar[*at..*at + 4] == size)
        .collect();
    assert!(places.len() >= 26, "{}", places.len());
    for at in places {
        liar[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let why = workbook::read(&liar).unwrap_err();
    assert!(why.0.contains("tệp Excel không đọc được"), "{}", why.0);
}

#[test]
fn one_cell_far_away_does_not_make_a_sheet_of_billions() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "code").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let why = workbook::read(&book.save_to_buffer().unwrap()).unwrap_err();
    assert!(why.0.contains("ô dùng quá xa"), "{}", why.0);
}

#[tokio::test]
async fn a_session_too_many_ends_the_one_used_longest_ago() {
    let mut desk = Desk::at("2021-04-16T08:00").await;
    let mut cookies = vec![desk.sign_in(Role::Office).await];
    for minute in 1..=6 {
        desk.move_to(&format!("2021-04-16T08:1{minute}"));
        // The first is used all along, the second never again.
        assert_eq!(desk.page(&cookies[0], "/tai-khoan").await.status, 200);
        let form = "username=office&password=mot+cau+de+nho";
        cookies.push(desk.form("", "/dang-nhap", form).await.cookie);
    }
    let rows = desk.rows("SELECT id FROM session").await;
    assert_eq!(rows.len(), 6);
    let page = desk.page(&cookies[0], "/tai-khoan").await;
    assert!(page.status == 200 && page.body.contains("Nhiều nhất 6 phiên"));
    for (number, cookie) in cookies.iter().enumerate().skip(1) {
        let status = desk.page(cookie, "/tai-khoan").await.status;
        assert_eq!(status, if number == 1 { 303 } else { 200 }, "{number}");
    }
}

#[test]
fn nothing_leaves_for_another_machine_in_clear() {
    let shipped = Settings::load(None).unwrap();
    let of = |database: &str, mail: &str, gateway: &str| {
        let mut settings = shipped.clone();
        settings.database.url = database.into();
        settings.mail.smtp_url = mail.into();
        settings.notices.gateway_url = gateway.into();
        settings.not_by_tls()
    };
    let here = "sqlite://data/motcua.db?mode=rwc";
    for database in [
        here,
        "postgres://m:x@127.0.0.1:5432/m",
        "postgres://m@localhost/m",
        "postgres://m:x@db/m",
        "postgres://m@[::1]/m",
        "postgres:///m?host=/run/postgresql",
        "postgres://m@%2Frun%2Fpostgresql/m",
        "postgres://m:x@db.tinh.vn/m?sslmode=verify-full",
    ] {
        assert_eq!(of(database, "", ""), None, "{database}");
    }
    for mail in [
        "smtp://127.0.0.1:25",
        "smtps://a:b@thu.tinh.vn",
        "smtp://thu.tinh.vn:587?tls=required",
    ] {
        assert_eq!(of(here, mail, "https://cong.tinh.vn/sms"), None, "{mail}");
    }
    for (key, said) in [
        ("database.url", of("postgres://m:x@db.tinh.vn/m", "", "")),
        (
            "database.url",
            of("postgres://m:x@127.0.0.1/m?host=db.tinh.vn", "", ""),
        ),
        (
            "database.url",
            of("postgres://m:x@10.0.0.2/m?sslmode=prefer", "", ""),
        ),
        ("mail.smtp_url", of(here, "smtp://a:b@thu.tinh.vn:587", "")),
        (
            "mail.smtp_url",
            of(here, "smtp://thu.tinh.vn?tls=opportunistic", ""),
        ),
        (
            "notices.gateway_url",
            of(here, "", "http://cong.tinh.vn/sms"),
        ),
    ] {
        let said = said.unwrap();
        assert!(
            said.contains(key) && said.contains("security.allow_without_tls"),
            "{said}"
        );
        assert!(
            !said.contains(":x@") && !said.contains("a:b"),
            "no password: {said}"
        );
    }
}

#[test]
fn a_database_in_clear_is_refused_at_the_start_with_the_way_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program("postgres://m:mat-khau@192.0.2.7/m", folder.path());
    let done = command.arg("migrate").output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(
        said.contains("database.url") && said.contains("sslmode=verify-full"),
        "{said}"
    );
    assert!(!said.contains("mat-khau"));
}

/// What the program says of its settings with these variables, and whether it takes them.
fn settings_with(set: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program("sqlite://x.db?mode=rwc", folder.path());
    command.envs(set.iter().copied()).args(["config", "show"]);
    let done = command.output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn a_variable_that_nobody_would_read_is_refused_with_its_right_name() {
    for (wrong, right) in [
        ("MOTCUA_DATABASE__URL", "MOTCUA__DATABASE__URL"),
        ("MOTCUA_SERVER__PUBLIC_URL", "MOTCUA__SERVER__PUBLIC_URL"),
    ] {
        let (good, said) = settings_with(&[(wrong, "postgres://m:mat-khau@may/so")]);
        assert!(
            !good && said.contains(wrong) && said.contains(right),
            "{said}"
        );
        assert!(!said.contains("mat-khau"), "{said}");
    }
    let (good, said) = settings_with(&[
        ("MOTCUA_LONG_TEST", "1"),
        ("MOTCUA__LOOKUP__PER_MINUTE", "9"),
    ]);
    assert!(good, "{said}");
}

#[test]
fn a_setting_that_cannot_work_or_be_read_is_refused_by_its_name() {
    for (name, value, words) in [
        ("MOTCUA__MAIL__FROM", "foo", ["mail.from", "foo"]),
        (
            "MOTCUA__SERVER__PUBLIC_URL",
            "foo",
            ["server.public_url", "https://"],
        ),
        (
            "MOTCUA__SERVER__PUBLIC_URL",
            "ftp://xa.vn",
            ["server.public_url", "https://"],
        ),
        (
            "MOTCUA_LISTEN",
            "8080",
            [
                "server.listen (biến môi trường MOTCUA_LISTEN)",
                "127.0.0.1:8080",
            ],
        ),
        (
            "MOTCUA__LOOKUP__PER_MINUTE",
            "chín",
            ["biến môi trường MOTCUA__LOOKUP__PER_MINUTE", "“chín”"],
        ),
    ] {
        let (good, said) = settings_with(&[(name, value)]);
        assert!(!good && said.starts_with("Cấu hình sai: "), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(!said.contains("invalid type"), "{said}");
    }
    // None is set.
    let (good, said) = settings_with(&[("MOTCUA__SERVER__PUBLIC_URL", "\"\"")]);
    assert!(good, "{said}");
    // A secret of digits alone is not shown.
    let (good, said) = settings_with(&[("MOTCUA__NOTICES__GATEWAY_KEY", "1234567890123456")]);
    assert!(!good && !said.contains("1234567890123456"), "{said}");
}

#[tokio::test]
async fn the_doctor_tells_of_folders_that_cannot_be_written() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| {
        settings.backup.folder = "/proc/khong-duoc/sao-luu".into();
        settings.mail.folder = "/proc/khong-duoc/thu".into();
    });
    let checks = doctor::run(&desk.app, false).await.unwrap();
    for (name, key) in [
        ("Ổ đĩa của bản sao lưu", "backup.folder"),
        (doctor::MAIL, "mail.folder"),
    ] {
        let check = checks.iter().find(|check| check.name == name).unwrap();
        assert_eq!(check.grade, doctor::Grade::Bad, "{}", check.words);
        for words in [key, "hông ghi được", "/proc/khong-duoc/"] {
            assert!(check.words.contains(words), "{}", check.words);
        }
    }
}

/// Where `pg_trgm` could not be added, or somebody took its index away, searches read everything.
#[tokio::test]
async fn the_doctor_tells_where_words_are_looked_for_without_an_index() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let told = async || {
        let checks = doctor::run(&desk.app, false).await.unwrap();
        checks.iter().any(|check| check.name == doctor::SEARCH)
    };
    assert!(!told().await);
    if desk.store().is_postgres() {
        desk.run("DROP INDEX ix_dossier_search").await;
        assert!(told().await);
    }
}

#[tokio::test]
async fn refused_input_is_logged_without_what_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let log = folder.path().join("log");
    let file = log.clone();
    let done = tokio::task::spawn_blocking(move || {
        let server = Server::start_with_log(&url, folder.path(), &file);
        let post = |path: &str, kind: &str, more: &str, body: &str| {
            let words = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            ask(&server.address, &words).unwrap().0
        };
        let json = "application/json";
        let form = "application/x-www-form-urlencoded";
        let status = [
            post(
                "/api/v1/deadlines",
                json,
                "",
                "{\"received_at\":\"Bi-Mat\"}",
            ),
            post("/api/v1/survey/Bi-Mat?x=Bi-Mat", json, "", "Bi-Mat"),
            post("/phan-anh", form, "", "name=Bi-Mat&content="),
            post(
                "/dang-nhap",
                form,
                "origin: https://xau.vn\r\n",
                "username=Bi-Mat",
            ),
        ];
        (server, folder, status)
    });
    let (server, folder, status) = done.await.unwrap();
    let text = fs::read_to_string(&log).unwrap();
    drop((server, folder));
    let refused: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("input refused"))
        .collect();
    assert_eq!(refused.len(), 4, "{status:?} {text}");
    for (line, (route, status)) in refused.iter().zip(
        [
            "/api/v1/deadlines",
            "/api/v1/survey/{token}",
            "/phan-anh",
            "/dang-nhap",
        ]
        .iter()
        .zip(status),
    ) {
        assert!(line.contains(&format!("\"route\":\"{route}\"")), "{line}");
        assert!(line.contains(&format!("\"status\":{status}")), "{line}");
        assert!(line.contains("motcua::security"), "{line}");
    }
    assert!(!text.contains("Bi-Mat"), "{text}");
}

/// The unit is one that systemd takes, and by its own measure it gives little away.
#[test]
fn the_unit_is_one_that_systemd_takes() {
    let folder = tempfile::tempdir().unwrap();
    let unit =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/motcua.service"));
    let unit = unit
        .unwrap()
        .replace("/opt/motcua/motcua", env!("CARGO_BIN_EXE_motcua"));
    let file = folder.path().join("motcua.service");
    fs::write(&file, unit).unwrap();
    // Of ten at most two: 1.2 when this was written.
    for ask in [
        &["verify"][..],
        &["security", "--offline=true", "--threshold=20"],
    ] {
        let mut command = std::process::Command::new("systemd-analyze");
        let done = command.args(ask).arg(&file).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(
            done.status.success() && !said.contains("motcua.service:"),
            "{ask:?}: {said}"
        );
    }
}

/// Every key, secret and log that there is stands in the written policy.
#[test]
fn the_policy_names_every_key_and_every_log() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let policy = read("config/security.md");
    let (mut section, mut keys) = (String::new(), 0);
    for line in read("config/motcua.toml").lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        }
        let name = line.split(" = ").next().unwrap();
        let secret = ["key", "key_file", "secret", "secret_file", "recipients"];
        if secret.iter().any(|end| name.ends_with(end)) && !name.starts_with('#') {
            assert!(
                policy.contains(&format!("{section}.{name}")),
                "{section}.{name}"
            );
            keys += 1;
        }
    }
    assert!(keys >= 3);
    for target in [
        "motcua::security",
        "motcua::requests",
        "read_log",
        "/nhat-ky",
        "/metrics",
    ] {
        assert!(policy.contains(target), "{target}");
    }
    // What is counted in days, and what the settings say of the same.
    assert!(read("config/motcua.toml").contains("session_hours = 10"));
    assert!(policy.contains("sessions 10 hours") && policy.contains("| 3 days |"));
    assert!(read("README.md").contains("config/security.md"));
    assert!(read("Cargo.lock").contains("name = \"chacha20poly1305\""));
}
