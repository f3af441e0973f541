//! Running it: the doctor, settings and their origin, figures, logs, an orderly end.
use std::process::Command;

use axum::{body::Body, extract::ConnectInfo, http::Request};
use motcua::domain::role::Role;
use sea_orm::ConnectionTrait as _;

use crate::{
    harness::{Desk, database_url},
    server::{Server, ask, intake, program},
};

fn said(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn settings_say_where_they_come_from_and_keep_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("xa.toml");
    std::fs::write(&file, "[lookup]\nper_minute = 7\n").unwrap();
    let mut command = program("postgres://motcua:mat-khau@may/so", folder.path());
    command
        .env(
            "MOTCUA__DEADLINE__HOURS__MORNING",
            "[\"07:00:00\", \"11:00:00\"]",
        )
        .env("MOTCUA__MAIL__SMTP_URL", "smtp://thu:bi-mat@may:25")
        .args(["--config", file.to_str().unwrap(), "config", "show"]);
    let (good, text) = said(&mut command);
    assert!(good, "{text}");
    let line = |key: &str| {
        let found = text
            .lines()
            .find(|line| line.starts_with(&format!("{key} ")));
        found
            .unwrap_or_else(|| panic!("{key} is not in {text}"))
            .to_owned()
    };
    assert!(
        line("lookup.per_minute").contains('7') && line("lookup.per_minute").contains("xa.toml")
    );
    assert!(line("lookup.show_due").ends_with("# mặc định"));
    assert!(line("deadline.hours.morning").ends_with("# biến môi trường"));
    assert!(
        line("database.url").contains("postgres://motcua:•••@may/so"),
        "{text}"
    );
    assert!(
        !text.contains("mat-khau") && !text.contains("bi-mat"),
        "{text}"
    );
    // A key that nobody knows is named.
    std::fs::write(&file, "[lookup]\nper_minuet = 7\n").unwrap();
    let mut command = program("sqlite://x.db?mode=rwc", folder.path());
    let (good, text) = said(command.args(["--config", file.to_str().unwrap(), "config", "show"]));
    assert!(!good && text.contains("per_minuet"), "{text}");
}

#[tokio::test]
async fn the_doctor_says_what_is_to_be_done() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    assert!(said(program(&url, folder.path()).arg("migrate")).0);
    let (good, text) = said(program(&url, folder.path()).arg("doctor"));
    for words in [
        "Cấu hình",
        "Địa chỉ",
        "Ổ đĩa của bản sao lưu",
        "Đồng hồ máy chủ",
        "Thư điện tử",
        "Lịch nghỉ",
        "Sao lưu",
        "Niêm phong sổ",
        "MB",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(good, "{text}");
    // A mail server that is not there must be mended; a server open to all without TLS too.
    let mut command = program(&url, folder.path());
    command
        .env("MOTCUA__MAIL__SMTP_URL", "smtp://127.0.0.1:9")
        .env("MOTCUA_LISTEN", "0.0.0.0:0")
        .arg("doctor");
    let (good, text) = said(&mut command);
    assert!(
        !good && text.contains("Không tới được máy chủ thư"),
        "{text}"
    );
    assert!(text.contains("không có TLS"), "{text}");
}

#[tokio::test]
async fn figures_are_for_this_machine_and_for_administrators() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    desk.get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    let ask = async |peer: &str, header: (&str, &str)| {
        let peer: std::net::SocketAddr = format!("{peer}:5000").parse().unwrap();
        let request = Request::get("/metrics")
            .extension(ConnectInfo(peer))
            .header(header.0, header.1);
        let (status, body) = desk.send(request.body(Body::empty()).unwrap()).await;
        (status.as_u16(), String::from_utf8(body).unwrap())
    };
    let nothing = ("accept", "text/plain");
    assert_eq!(ask("203.0.113.5", nothing).await.0, 401);
    assert_eq!(
        ask("203.0.113.5", ("authorization", "Bearer office"))
            .await
            .0,
        403
    );
    assert_eq!(
        ask("203.0.113.5", ("authorization", "Bearer admin"))
            .await
            .0,
        200
    );
    // Behind a proxy on this machine everyone looks local.
    assert_eq!(
        ask("127.0.0.1", ("x-forwarded-for", "203.0.113.5")).await.0,
        401
    );
    let (status, text) = ask("127.0.0.1", nothing).await;
    assert_eq!(status, 200);
    for line in [
        "motcua_requests_total{method=\"POST\",route=\"/api/v1/dossiers\",status=\"201\"} 1",
        "motcua_request_seconds_bucket",
        "motcua_events_unsealed 1",
        "motcua_mail_waiting 0",
        "motcua_backup_red 0",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains(&code), "a code stands in the figures");
}

#[tokio::test]
async fn only_the_office_looks_at_the_running() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
    for role in Role::ALL {
        let cookie = desk.sign_in(role).await;
        let may = matches!(role, Role::Office | Role::Admin);
        let expected = if may { (200, 303) } else { (403, 403) };
        let page = desk.page(&cookie, "/van-hanh").await.status;
        let made = desk.form(&cookie, "/van-hanh/sao-luu", "").await.status;
        assert_eq!((page, made), expected, "{role:?}");
    }
    let made = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(made >= 1, "a copy lies there");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_end_finishes_what_is_under_way_and_logs_no_person() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let mut token = program(&url, folder.path());
    token.args(["token", "add", "--name", "t", "--role", "receptionist"]);
    let (good, token) = said(&mut token);
    assert!(good, "{token}");
    let token = token.trim().to_owned();
    let log = folder.path().join("log");
    let mut server = Server::start_with_log(&url, folder.path(), &log);
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let (address, token) = (server.address.clone(), token.clone());
            std::thread::spawn(move || {
                let mut known = Vec::new();
                for number in 0..1_000 {
                    match intake(&address, &token, &format!("{worker}-{number}")) {
                        Ok(Ok(code)) => known.push(code),
                        Ok(Err(refused)) => panic!("{refused:?}"),
                        Err(_) => break,
                    }
                }
                known
            })
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(400));
    let code = server.get("/tra-cuu?code=H57.1").unwrap();
    assert_eq!(code.0, 200);
    let unknown = ask(
        &server.address,
        "GET /ho-so/BI-MAT HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    assert_eq!(unknown.unwrap().0, 303);
    assert!(server.end().success(), "it ends well");
    let known: Vec<String> = workers
        .into_iter()
        .flat_map(|worker| worker.join().unwrap())
        .collect();
    assert!(!known.is_empty());
    let store = motcua::store::Store::open(&url).await.unwrap();
    for code in &known {
        let there = motcua::store::seen::by_code(store.read(), code).await;
        assert!(there.unwrap().is_some(), "{code}");
    }
    let found = motcua::upkeep::verify::run(&store, None).await.unwrap();
    assert_eq!((found.broken, found.unsealed), (None, 0));
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answered = lines
        .iter()
        .filter(|line| line["target"] == "motcua::requests");
    assert!(answered.count() >= known.len());
    for secret in [
        "Nguyễn Thị Đào",
        "BI-MAT",
        "H57.1",
        token.as_str(),
        known[0].as_str(),
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} stands in the log");
    }
}

/// Whoever reads the log of a night looks for what went wrong: an end in the middle of the
/// program's own work is not that.
#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_end_is_no_failure_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::of_demo(120, 7).await;
    // Much waits for its link, and all at once: the sealer is at it from the first moment to
    // the last.
    let mut servers = Vec::new();
    for name in 0..12 {
        let own = folder.path().join(name.to_string());
        std::fs::create_dir(&own).unwrap();
        let place = own.join("own.db");
        desk.run(&format!("VACUUM INTO '{}'", place.display()))
            .await;
        let (url, log) = (format!("sqlite://{}", place.display()), own.join("log"));
        let server = Server::start_with_plain_log(&url, &own, &log);
        servers.push((server, log));
    }
    for (server, _) in &servers {
        server.tell_to_end();
    }
    for (mut server, log) in servers {
        assert!(server.end().success());
        let log = std::fs::read_to_string(log).unwrap();
        assert!(log.contains("ending"), "{log}");
        let mut wrong = log.lines().filter(|line| line.contains("\"ERROR\""));
        // The copy came without its key.
        let of_key = |line: &&str| !line.contains("Tệp khóa");
        assert_eq!(wrong.find(of_key), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_logged_with_its_route_where_answers_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let log = folder.path().join("log");
    let mut server = Server::start_with_plain_log(&url, folder.path(), &log);
    assert_eq!(server.get("/tra-cuu?code=H57.1").unwrap().0, 200);
    let store = motcua::store::Store::open(&url).await.unwrap();
    store
        .read()
        .execute_unprepared("ALTER TABLE dossier RENAME TO gone")
        .await
        .unwrap();
    assert_eq!(server.get("/tra-cuu?code=H57.1").unwrap().0, 500);
    assert!(server.end().success());
    let log = std::fs::read_to_string(log).unwrap();
    let told: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.contains("motcua::requests"))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), 1, "{log}");
    let fields = &told[0]["fields"];
    assert_eq!(
        (&told[0]["level"], &fields["route"]),
        (&"ERROR".into(), &"/tra-cuu".into())
    );
    assert_eq!(
        (&fields["method"], &fields["status"]),
        (&"GET".into(), &500.into())
    );
    assert!(!log.contains("H57.1"), "{log}");
}

#[tokio::test]
async fn the_end_of_the_certificate_is_told_three_weeks_before() {
    use motcua::upkeep::doctor;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificate.pem");
    let mut desk = crate::harness::Desk::at("2026-12-01T08:00").await;
    desk.set(|settings| {
        settings.server.public_url = "https://motcua.example.gov.vn".into();
        settings.server.certificate = file.into();
    });
    let told = async |desk: &crate::harness::Desk| {
        let checks = doctor::run(&desk.app, false).await.unwrap();
        let one = checks
            .into_iter()
            .find(|c| c.name == "Địa chỉ, chứng thư số");
        let one = one.unwrap();
        (one.grade, one.words)
    };
    for (moment, grade, words) in [
        (
            "2026-12-01T08:00",
            doctor::Grade::Good,
            "dùng đến 00:27 25/02/2027",
        ),
        ("2027-02-10T08:00", doctor::Grade::Warn, "còn 14 ngày"),
        ("2027-02-26T08:00", doctor::Grade::Bad, "đã hết hạn"),
    ] {
        desk.move_to(moment);
        let (found, said) = told(&desk).await;
        assert_eq!(found, grade, "{said}");
        assert!(said.contains(words), "{said}");
    }
    desk.set(|settings| settings.server.certificate = "Cargo.toml".into());
    assert_eq!(told(&desk).await.0, doctor::Grade::Bad);
}
