//! The start and the end of the program: nothing is said to be served before it is; long work
//! is done by the end, or taken back and said to be; an orderly end is no failure.
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use motcua::{
    actions::begin_work,
    app::App,
    domain::role::Role,
    jobs::{self, Done},
    store::{Store, leases},
    upkeep::verify,
};
use sea_orm::{ConnectionTrait as _, Statement};
use tokio::sync::Notify;

use crate::{
    harness::{Desk, database_url},
    server,
    works::asked,
};

/// The program with a key of its own.
fn program(url: &str, folder: &Path) -> Command {
    let mut command = server::program(url, folder);
    command.env("MOTCUA__SECURITY__KEY_FILE", folder.join("key"));
    command
}

/// `motcua serve` with other settings; what a commune's settings log is in a file.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(url: &str, folder: &Path, (name, value): (&str, &str)) -> Self {
        let log = File::create(folder.join("log")).unwrap();
        let mut child = program(url, folder)
            .arg("serve")
            .env_remove("RUST_LOG")
            .env(name, value)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        let address = said.strip_prefix("Đang phục vụ tại http://");
        let address = address.unwrap_or_else(|| panic!("{said}")).to_owned();
        Self { child, address }
    }

    /// The whole answer to a request, its head too.
    fn ask(&self, head: &str, body: &[u8]) -> String {
        let mut line = TcpStream::connect(&self.address).unwrap();
        line.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let head = format!(
            "{head}\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(body).unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn form(&self, path: &str, cookie: &str, form: &str) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\r\ncookie: {cookie}\r\n\
             content-type: application/x-www-form-urlencoded"
        );
        self.ask(&head, form.as_bytes())
    }

    fn tell_to_end(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
    }

    /// It ends, and well; answers what it logged.
    fn ended(mut self, folder: &Path) -> String {
        assert!(self.child.wait().unwrap().success());
        fs::read_to_string(folder.join("log")).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn header(answer: &str, name: &str) -> String {
    let begins = format!("{name}: ");
    let value = answer
        .lines()
        .find_map(|line| line.strip_prefix(begins.as_str()));
    let value = value.unwrap_or_else(|| panic!("{name} in {answer}"));
    value.split(';').next().unwrap().to_owned()
}

/// A register of before, so many rows of it.
fn register(rows: usize) -> Vec<u8> {
    let mut file = String::from(
        "--X\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\ndossiers\r\n--X\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"so-cu.csv\"\r\n\r\n\
         code,procedure_code,applicant_name,received_at\n",
    );
    for row in 0..rows {
        file += &format!("A-{row},1.001022,Đào,16/04/2021\n");
    }
    file += "\r\n--X--\r\n";
    file.into_bytes()
}

async fn count(store: &Store, from: &str) -> i64 {
    let ask = format!("SELECT COUNT(*) AS many FROM {from}");
    let ask = Statement::from_string(store.read().get_database_backend(), ask);
    let row = store.read().query_one_raw(ask).await.unwrap().unwrap();
    row.try_get("", "many").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_the_end_meets_is_there_whole_or_not_at_all_and_says_which() {
    const ROWS: usize = 3_000;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let url = database_url(folder).await;
    let add = ["staff", "add", "--username", "lan", "--name", "Hồ Thị Lan"];
    let added = program(&url, folder)
        .args(add)
        .args(["--role", "office"])
        .output()
        .unwrap();
    let added = String::from_utf8(added.stdout).unwrap();
    let password = added.split("Mật khẩu: ").nth(1).unwrap().trim();
    let server = Serving::start(&url, folder, ("MOTCUA__FILES__AT_ONCE_MS", "1"));
    let form = format!("username=lan&password={password}&ve=");
    let cookie = header(&server.form("/dang-nhap", "", &form), "set-cookie");
    let head = format!(
        "POST /nhap HTTP/1.1\r\ncookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=X"
    );
    let page = header(&server.ask(&head, &register(ROWS)), "location");
    let begun = server.form(&format!("{page}/nhap"), &cookie, "lam=nhap");
    let work = header(&begun, "location");
    assert!(work.starts_with("/viec/"), "{begun}");
    server.tell_to_end();
    let log = server.ended(folder);
    assert!(!log.contains("ERROR"), "{log}");

    let store = Store::open(&url).await.unwrap();
    let there = count(&store, "dossier").await;
    let done = count(&store, "work WHERE said LIKE 'Đã nhập %'").await;
    let broken_off = count(&store, "work WHERE said LIKE 'Bị ngắt %'").await;
    let whole = i64::try_from(ROWS).unwrap();
    assert!(
        [(whole, 1, 0), (0, 0, 1)].contains(&(there, done, broken_off)),
        "{there} rows, {done} done, {broken_off} broken off: {log}"
    );
    assert_eq!(count(&store, "work WHERE ended_at IS NULL").await, 0);
    assert_eq!(count(&store, "lease WHERE name LIKE 'work:%'").await, 0);
    let found = verify::run(&store, None).await.unwrap();
    assert_eq!((found.broken, found.unsealed), (None, 0));
}

#[tokio::test]
async fn work_that_the_end_does_not_wait_for_is_taken_back_and_says_so() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let accounts = desk
        .rows("SELECT id FROM account WHERE username = 'receptionist'")
        .await;
    let account = accounts[0]["id"].as_i64().unwrap();
    let (app, go, written) = (
        desk.app.clone(),
        Arc::new(Notify::new()),
        Arc::new(Notify::new()),
    );
    let held = go.clone();
    // Those that a balancer still sends while it looks away are served as ever.
    app.draining.store(true, Ordering::Relaxed);
    let (done, _) = begin_work::run(&app, account, asked("một"), |_| async move {
        held.notified().await;
        Ok(Done {
            said: "Đã xong 3 dòng.".into(),
            made: None,
        })
    })
    .await
    .unwrap();
    let (doing, told) = (app.clone(), written.clone());
    let (cut, job) = begin_work::run(&app, account, asked("hai"), |_| async move {
        let now = doing.clock.now();
        let write = doing.store.write().await?;
        let until = now + TimeDelta::hours(1);
        write.take_lease(("half", "nobody"), now, until).await?;
        told.notify_one();
        std::future::pending::<()>().await;
        write.commit().await?;
        Ok(Done {
            said: "Đã xong.".into(),
            made: None,
        })
    })
    .await
    .unwrap();
    written.notified().await;
    go.notify_one();
    app.ending.store(true, Ordering::Relaxed);
    let never = |_| std::future::pending();
    let more = begin_work::run(&app, account, asked("ba"), never).await;
    assert_eq!(more.unwrap_err().code, "ending");
    let by = Instant::now() + Duration::from_secs(1);
    app.jobs.finish(by, Duration::from_mins(1)).await;
    let why = job.outcome().unwrap().as_ref().unwrap_err();
    assert_eq!(why.code, jobs::BROKEN_OFF);
    let left = leases::all_held(app.store.read(), app.clock.now()).await;
    assert!(left.unwrap().is_empty(), "what it changed, and what it had");

    let settings = (*app.settings).clone();
    desk.app = App::over(app.store.clone(), settings, app.clock);
    desk.set(|_| ());
    for (name, said) in [(done, "Đã xong 3 dòng."), (cut, "Bị ngắt giữa chừng")] {
        let page = desk.page(&cookie, &format!("/viec/{name}")).await.body;
        assert!(page.contains(said), "{said} in {page}");
        let list = desk.page(&cookie, "/viec").await.body;
        assert!(list.contains(said), "{said} in {list}");
    }
}

/// A balancer asks every second: what it is told is no failure each time.
#[tokio::test(flavor = "multi_thread")]
async fn that_it_ends_is_no_failure_whoever_asks() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let url = database_url(folder).await;
    let server = Serving::start(&url, folder, ("MOTCUA__SERVER__DRAIN_SECONDS", "6"));
    let ready = || server.ask("GET /readyz HTTP/1.1", b"");
    assert!(ready().starts_with("HTTP/1.1 200 "));
    server.tell_to_end();
    let begun = Instant::now();
    while !ready().starts_with("HTTP/1.1 503 ") {
        assert!(begun.elapsed() < Duration::from_secs(5), "it never said so");
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = server.ended(folder);
    assert!(!log.contains("ERROR"), "{log}");
    assert!(log.contains("ending: what is under way"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_served_is_not_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let url = database_url(folder).await;
    fs::write(folder.join("tep"), "no folder").unwrap();
    let below_a_file = folder.join("tep/thu").display().to_string();
    for (name, value) in [
        ("MOTCUA__MAIL__SMTP_URL", "http://thu.example.vn"),
        ("MOTCUA__MAIL__FOLDER", below_a_file.as_str()),
    ] {
        let mut command = program(&url, folder);
        let ended = command.arg("serve").env(name, value).output().unwrap();
        assert!(!ended.status.success(), "{name}");
        let said = String::from_utf8_lossy(&ended.stdout);
        assert_eq!(said, "", "{name}");
    }
}
