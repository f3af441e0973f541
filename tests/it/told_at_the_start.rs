//! What makes no sense is told at once and in words: before a register is made, a file written,
//! a paper printed; and what a command leaves behind is its owner's.
use std::path::Path;

use motcua::{
    config::Settings,
    domain::{calendar, role::Role},
    private,
    store::accounts,
    upkeep::sealer,
    vault,
};

use crate::{
    harness::{Desk, database_url},
    server::{Server, program},
};

const MORNING: &str = "2021-04-16T10:00";

struct Said {
    status: i32,
    out: String,
    errors: String,
}

fn type_with(url: &str, folder: &Path, set: &[(&str, &str)], words: &[&str]) -> Said {
    let mut command = program(url, folder);
    let done = command.envs(set.iter().copied()).args(words);
    let done = done.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said {
        status: done.status.code().unwrap(),
        out: text(done.stdout),
        errors: text(done.stderr),
    }
}

fn type_in(url: &str, folder: &Path, words: &[&str]) -> Said {
    type_with(url, folder, &[], words)
}

/// What goes well says so by its status.
fn good(url: &str, folder: &Path, words: &[&str]) -> String {
    let said = type_in(url, folder, words);
    assert_eq!(said.status, 0, "{words:?}: {}{}", said.out, said.errors);
    said.out
}

/// What does not, by its status and these words.
fn refused(said: &Said, words: &[&str]) {
    assert_ne!(said.status, 0, "{}", said.out);
    for word in words {
        assert!(said.errors.contains(word), "{word}: {}", said.errors);
    }
    for english in ["os error", "ngoài dự kiến", "panicked"] {
        assert!(!said.errors.contains(english), "{}", said.errors);
    }
}

/// A file whichever engine the other tests use.
fn sqlite(folder: &Path, name: &str) -> String {
    format!("sqlite://{}/{name}?mode=rwc", folder.display())
}

#[tokio::test]
async fn a_set_up_link_makes_nothing_once_somebody_administers() {
    let desk = Desk::at(MORNING).await;
    let write = desk.store().write().await.unwrap();
    let until = desk.app.clock.now() + chrono::TimeDelta::hours(1);
    let link = motcua::secret::hash("abc");
    write.put_setup_link(link, until).await.unwrap();
    write.commit().await.unwrap();
    let short = "name=Hoa&username=hoa&password=ngan";
    let short = desk.form("", "/thiet-lap/abc", short).await;
    assert_eq!(short.status, 422);
    let heading = "Chưa tạo được tài khoản, có 1 chỗ cần sửa";
    assert!(short.body.contains(heading), "{}", short.body);
    assert!(!short.body.contains("Chưa đăng nhập được"));
    let wrong = desk.page("", "/thiet-lap/sai").await.body;
    assert!(wrong.contains("Khởi động lại motcua"), "{wrong}");
    // Somebody was added in another way: the link that was printed is over.
    desk.sign_in(Role::Admin).await;
    let form = "name=K&username=ke&password=mot+cau+de+nho";
    for link in ["/thiet-lap/abc", "/thiet-lap/sai"] {
        let sent = desk.form("", link, form).await;
        assert_eq!(sent.status, 409);
        for page in [desk.page("", link).await.body, sent.body] {
            assert!(page.contains("đã có tài khoản quản trị"), "{page}");
            assert!(page.contains("href=\"/dang-nhap\""), "{page}");
            assert!(!page.contains("Khởi động lại"), "{page}");
        }
    }
    assert_eq!(accounts::admins(desk.store().read()).await.unwrap(), 1);
}

fn key_of(url: &str) -> std::path::PathBuf {
    let mut settings = Settings::load(None).unwrap();
    url.clone_into(&mut settings.database.url);
    vault::key_file(&settings)
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_one_server_and_one_key_by_every_name_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = &folder.path().canonicalize().unwrap();
    let url = sqlite(folder, "t.db");
    let mut first = Server::start(&url, folder);
    std::fs::create_dir(folder.join("khac")).unwrap();
    std::os::unix::fs::symlink(folder.join("t.db"), folder.join("khac/so.db")).unwrap();
    let other = sqlite(folder, "khac/so.db");
    let said = type_in(&other, folder, &["serve"]);
    refused(&said, &["đang phục vụ", "t.db"]);
    assert_eq!(key_of(&other), key_of(&url));
    // One that was made beside the link before is still the register's.
    std::fs::write(folder.join("khac/so.db.key"), "x").unwrap();
    let _ = std::fs::remove_file(folder.join("t.db.key"));
    assert_eq!(key_of(&other), folder.join("khac/so.db.key"));

    // Nor is it copied away while somebody receives there.
    let to = sqlite(folder, "dich.db");
    for from in [&url, &other] {
        let said = type_in(from, folder, &["copy", "--from", from, "--to", &to]);
        refused(&said, &["đang phục vụ", "chép lại"]);
        assert!(!folder.join("dich.db").exists(), "nothing was made");
    }
    assert!(first.end().success());
    good(&url, folder, &["copy", "--from", &url, "--to", &to]);
}

#[test]
fn an_address_that_is_read_otherwise_than_it_looks_is_refused_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for url in [
        "sqlite:motcua.db?mode=rwc",
        "postgres://motcua:bi-mat@may:so/motcua",
    ] {
        let said = type_in(url, folder, &["migrate"]);
        refused(&said, &["database.url"]);
        assert!(!said.errors.contains("bi-mat"), "{}", said.errors);
    }
    assert!(!folder.join("motcua.db").exists());
}

#[tokio::test]
async fn what_a_command_writes_is_its_owners() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let folder = folder.path();
    good(&url, folder, &["migrate"]);
    let place = |name: &str| folder.join(name).display().to_string();
    // One that was there before, and open to all.
    std::fs::write(folder.join("cu.csv"), "cũ").unwrap();
    let days = ["--from", "2021-01-01", "--to", "2021-03-31"];
    for (name, words) in [
        ("cu.csv", &["dossiers", "export"][..]),
        ("moi.xlsx", &["dossiers", "export", "--format", "xlsx"]),
        ("so.pdf", &[&["letter", "register"][..], &days].concat()),
        (
            "bieu.json",
            &[&["report", "processing"][..], &days].concat(),
        ),
    ] {
        good(&url, folder, &[words, &["--out", &place(name)]].concat());
        let file = folder.join(name);
        assert!(!private::seen_by_others(&file), "{name}");
        assert!(file.metadata().unwrap().len() > 10, "{name}");
    }
    // A paper that has no Word file makes none.
    let out = place("so.docx");
    let word = ["--format", "docx", "--out", &out];
    let words = [&["letter", "register"][..], &days, &word].concat();
    let said = type_in(&url, folder, &words);
    refused(&said, &["Giấy này chỉ có bản PDF."]);
    assert!(!folder.join("so.docx").exists());
}

#[test]
fn the_settings_are_shown_without_what_may_be_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = "https://cong.vn/gui?token=bi-mat";
    let set = [
        ("MOTCUA__NOTICES__GATEWAY_URL", gateway),
        ("MOTCUA__NOTICES__GATEWAY_KEY", "khoa-bi-mat-du-dai"),
    ];
    for (url, shown) in [
        (
            "postgres://may/so?user=u&password=bi-mat",
            "postgres://may/so?•••",
        ),
        (
            "postgres://u:bi-mat@may/so?sslmode=require",
            "postgres://u:•••@may/so?sslmode=require",
        ),
        ("host=may dbname=so password=bi-mat", "\"•••\""),
        ("sqlite://data/x.db?mode=rwc", "data/x.db?mode=rwc"),
    ] {
        let said = type_with(url, folder.path(), &set, &["config", "show"]);
        assert_eq!(said.status, 0, "{}", said.errors);
        assert!(!said.out.contains("bi-mat"), "{}", said.out);
        let mut lines = said.out.lines();
        let line = lines.find(|line| line.starts_with("database.url "));
        assert!(line.unwrap().contains(shown), "{}", said.out);
        let gateway = "notices.gateway_url = \"https://cong.vn/gui?•••\"";
        assert!(said.out.contains(gateway), "{}", said.out);
    }
}

#[test]
fn who_only_looks_makes_no_register() {
    let folder = tempfile::tempdir().unwrap();
    let folder = &folder.path().canonicalize().unwrap();
    let here = folder.display().to_string();
    for words in [
        &["verify"][..],
        &["backup", "ban-sao.db"],
        &["doctor"],
        &["report", "foresight"],
        &["letter", "receipt", "H57.1", "--out", "x.pdf"],
        &["dossiers", "export"],
        &["staff", "list"],
        &["token", "list"],
        &["agency", "list"],
        &["catalogue", "export"],
    ] {
        let said = type_in("sqlite://data/motcua.db?mode=rwc", folder, words);
        refused(&said, &["Không có sổ ở", "database.url", &here]);
        assert_eq!(said.out, "", "{words:?}");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "{words:?}");
    }
}

#[test]
fn settings_under_which_nothing_works_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let listen = ("MOTCUA_LISTEN", "127.0.0.1:8099");
    for (name, value, key) in [
        (
            "MOTCUA__DEADLINE__HOURS__MORNING",
            "[\"11:30:00\", \"07:30:00\"]",
            "deadline.hours",
        ),
        (
            "MOTCUA__DEADLINE__HOURS__AFTERNOON",
            "[\"11:00:00\", \"17:00:00\"]",
            "deadline.hours",
        ),
        (
            "MOTCUA__BACKUP__RECIPIENTS",
            "[\"khoa\"]",
            "backup.recipients",
        ),
        ("MOTCUA__TRIAL__LISTEN", listen.1, "trial.listen"),
        ("MOTCUA__TRIAL__LISTEN", "0.0.0.0:8099", "trial.listen"),
        (
            "MOTCUA__SECURITY__SESSION_HOURS",
            "0",
            "security.session_hours",
        ),
        (
            "MOTCUA__SECURITY__LOCKOUT_FAILURES",
            "-1",
            "security.lockout_failures",
        ),
        (
            "MOTCUA__SERVER__ANSWER_SECONDS",
            "0",
            "server.answer_seconds",
        ),
        (
            "MOTCUA__SERVER__DRAIN_SECONDS",
            "41",
            "server.drain_seconds",
        ),
    ] {
        let set = [listen, (name, value)];
        let url = "sqlite://x.db?mode=rwc";
        let said = type_with(url, folder.path(), &set, &["config", "show"]);
        refused(&said, &["Cấu hình sai: ", key]);
    }
}

#[tokio::test]
async fn a_head_is_looked_for_only_where_it_is_one() {
    let desk = Desk::at(MORNING).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    desk.receive("1.001193", "2021-04-16T09:00").await;
    sealer::run(&desk.app).await.unwrap();
    let rows = desk.rows("SELECT head FROM seal LIMIT 1").await;
    let head = rows[0]["head"].as_str().unwrap();
    let url = &desk.app.settings.database.url;
    let said = type_in(url, folder, &["verify", "--head", "abcd"]);
    refused(&said, &["abcd", "64 ký tự"]);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    assert!(!said.errors.contains("BỊ SỬA"), "{}", said.errors);
    let found = good(url, folder, &["verify", "--head", head]);
    assert!(found.contains("có trong chuỗi"), "{found}");
    let other = "a".repeat(64);
    let said = type_in(url, folder, &["verify", "--head", &other]);
    refused(&said, &["BỊ SỬA", "không có trong chuỗi", &other]);
    assert!(!said.errors.contains("Cơ quan 0"), "{}", said.errors);

    // A copy of what was changed by hand bears no good name, and the alarm comes first.
    desk.run("UPDATE dossier SET applicant_name = 'X'").await;
    let copy = folder.join("ban-sao.db").display().to_string();
    for aside in ["ban-sao-hong.db", "ban-sao-hong-hong.db"] {
        let said = type_in(url, folder, &["backup", &copy]);
        refused(&said, &[aside]);
        assert!(said.errors.starts_with("SỔ BỊ SỬA"), "{}", said.errors);
        assert_eq!(said.out, "");
        assert!(!folder.join("ban-sao.db").exists() && folder.join(aside).exists());
    }
}

#[tokio::test]
async fn figures_of_nobody_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let folder = folder.path();
    good(&url, folder, &["migrate"]);
    let add = ["staff", "add", "--username", "lan", "--role", "office"];
    let named = [&add[..], &["--name", "Hồ Thị Lan"]].concat();
    good(&url, folder, &named);
    let ask = |report: &'static str, cut: [&'static str; 2]| {
        let words = ["report", report, "--period", "2021-Q1", cut[0], cut[1]];
        type_in(&url, folder, &words)
    };
    for (report, cut, words) in [
        ("processing", ["--officer", "lan"], "motcua staff list"),
        ("processing", ["--officer", "@lan"], "(tên đăng nhập)"),
        ("accountability", ["--officer", "@nope"], "@tên đăng nhập"),
        ("apologies", ["--field", "nope"], "Hộ tịch"),
        ("review", ["--procedure", "nope"], "motcua catalogue export"),
    ] {
        refused(&ask(report, cut), &[cut[1], words]);
    }
    for (report, cut) in [
        ("processing", ["--officer", "Hồ Thị Lan"]),
        ("accountability", ["--officer", "@lan"]),
        ("on-time", ["--field", "Hộ tịch"]),
        ("rhythm", ["--procedure", "1.001193"]),
    ] {
        assert_eq!(ask(report, cut).status, 0, "{report} {cut:?}");
    }
}

#[test]
fn a_wrong_row_is_named_by_its_line_in_the_file() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "date,name,kind,confidence",
            "2030-01-01,\"Hai",
            "dòng\",holiday,high",
            "",
            "2030-01-03,C,holiday,high",
            "2030-13-04,D,holiday,high",
        ];
        let wrong = calendar::read(&text.join(end)).unwrap_err();
        assert_eq!((wrong.line, wrong.column.as_str()), (6, "date"), "{end:?}");
        let long = [&text[..5], &["2030-01-04,D,holiday,high,x"]].concat();
        let wrong = calendar::read(&long.join(end)).unwrap_err();
        assert_eq!(wrong.line, 6, "{end:?}");
    }
}

#[tokio::test]
async fn the_system_refuses_in_vietnamese() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let folder = folder.path();
    good(&url, folder, &["migrate"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = type_in(&url, folder, &["serve", "--listen", &address]);
    refused(&said, &[&address, "đang có chương trình khác dùng"]);
    let missing = "không có tệp hoặc thư mục ấy";
    for words in [
        &["catalogue", "import", "khong-co.csv"][..],
        &["dossiers", "export", "--out", "khong-co/x.csv"],
        &["verify", "khong-co.db"],
    ] {
        refused(&type_in(&url, folder, words), &["khong-co", missing]);
    }
    std::fs::write(folder.join("khoa.txt"), "x").unwrap();
    let said = type_in(&url, folder, &["key", "new", "--out", "khoa.txt"]);
    refused(&said, &["khoa.txt", "đã có tệp tên ấy"]);
    let help = good(&url, folder, &["--help"]);
    assert!(help.starts_with("Theo dõi hồ sơ thủ tục"), "{help}");
}
