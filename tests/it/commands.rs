//! The commands as an administrator types them: lines in Vietnamese, an end with its status,
//! and a way on where something is wrong.
use std::path::Path;

use sea_orm::{FromQueryResult as _, JsonValue, Statement};

use crate::{harness::database_url, server::program};

struct Said {
    status: i32,
    out: String,
    errors: String,
}

fn type_in(url: &str, folder: &Path, words: &[&str]) -> Said {
    let mut command = program(url, folder);
    command.env("USER", "quan-tri-may").env_remove("SUDO_USER");
    let done = command.args(words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said {
        status: done.status.code().unwrap(),
        out: text(done.stdout),
        errors: text(done.stderr),
    }
}

/// What is done says so on the one output, and nothing on the other.
fn good(url: &str, folder: &Path, words: &[&str]) -> String {
    let said = type_in(url, folder, words);
    assert_eq!(
        (said.status, said.errors.as_str()),
        (0, ""),
        "{words:?}: {}",
        said.out
    );
    said.out
}

#[tokio::test]
async fn accounts_and_tokens_are_kept_from_the_machine_itself() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let done = tokio::task::spawn_blocking(move || {
        let at = folder.path();
        let run = |words: &[&str]| good(&url, at, words);
        let add = [
            "staff",
            "add",
            "--username",
            "lan",
            "--name",
            "Hồ Thị Lan",
            "--role",
            "office",
        ];
        let made = run(&add);
        assert!(made.starts_with("Đã thêm lan. Mật khẩu: "), "{made}");
        assert_eq!(
            run(&["staff", "list"]),
            "lan\toffice\tHồ Thị Lan\t\tquang-ngan\tđang dùng\n"
        );
        assert!(run(&["staff", "reset-password", "lan"]).contains("dùng một lần trong 24 giờ"));
        assert!(run(&["staff", "reset-code", "lan"]).starts_with("Đã bỏ mã điện thoại"));
        assert_eq!(run(&["staff", "disable", "lan"]), "Đã khóa lan.\n");
        assert!(run(&["staff", "list"]).ends_with("đã khóa\n"));
        let token = run(&[
            "token", "add", "--name", "cong", "--role", "office", "--scope", "figures", "--days",
            "7",
        ]);
        let letters = token.trim_end();
        assert!(letters.len() >= 32 && letters.chars().all(|c| c.is_ascii_alphanumeric()));
        assert!(run(&["token", "list"]).contains("đang dùng\tfigures"));
        assert_eq!(run(&["token", "revoke", "cong"]), "Đã thu hồi cong.\n");
        assert!(run(&["token", "list"]).contains("đã thu hồi"));
        // Wrong usage is 2, work that failed is 1; each with a sentence.
        for (words, status, sentence) in [
            (&add[..], 1, "Tên đăng nhập này đã có."),
            (
                &[
                    "staff",
                    "add",
                    "--username",
                    "a",
                    "--name",
                    "A",
                    "--role",
                    "vua",
                ],
                2,
                "Vai trò “vua” không có. Dùng: receptionist",
            ),
            (
                &["staff", "disable", "khong-co"],
                1,
                "Không có tài khoản “khong-co”.",
            ),
            (
                &["staff", "reset-code", "khong-co"],
                1,
                "Không có tài khoản “khong-co”.",
            ),
            (
                &["staff", "link-oidc", "lan", "x"],
                1,
                "Chưa đặt oidc.issuer",
            ),
            (
                &["staff", "unlink-oidc", "lan"],
                1,
                "chưa nối với hệ thống đăng nhập nào",
            ),
            (
                &["token", "revoke", "khong-co"],
                1,
                "Không có mã truy cập “khong-co” đang dùng.",
            ),
            (
                &["token", "add", "--name", "cong", "--role", "office"],
                1,
                "Đã có mã truy cập tên “cong”.",
            ),
            (
                &["report", "processing", "--period", "2021-Q9"],
                1,
                "2021-Q9",
            ),
            (&["report", "khong-co"], 2, "khong-co"),
            (&["verify", "khong-co.db"], 1, "khong-co.db"),
            (
                &["--config", "khong-co.toml", "config", "show"],
                1,
                "Không tìm thấy tệp cấu hình khong-co.toml.",
            ),
        ] {
            let said = type_in(&url, at, words);
            assert_eq!(
                said.status, status,
                "{words:?}: {}{}",
                said.out, said.errors
            );
            assert!(said.errors.contains(sentence), "{words:?}: {}", said.errors);
            assert!(!said.errors.contains("panicked"), "{}", said.errors);
        }
        folder
    });
    drop(done.await.unwrap());
}

#[tokio::test]
async fn every_report_is_printed_and_those_with_names_leave_a_line_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let place = url.clone();
    let done = tokio::task::spawn_blocking(move || {
        let at = folder.path();
        good(&url, at, &["migrate"]);
        let period = ["--period", "2021-Q1"];
        let mut printed = 0;
        for (name, options) in [
            ("processing", &period[..]),
            ("four-on-the-spot", &["--at", "2021-03-31"]),
            ("four-to-reach", &["--at", "2021-03-31"]),
            ("satisfaction", &period),
            ("apologies", &period),
            ("on-time", &period),
            ("review", &period),
            ("service-score", &period),
            ("index-766", &period),
            ("radar", &period),
            ("rhythm", &period),
            ("accountability", &period),
            ("foresight", &[]),
            ("targets", &["--at", "2021-03-31"]),
            ("plan", &["--at", "2021-03-31"]),
        ] {
            for format in ["json", "csv"] {
                let words = [&["report", name], options, &["--format", format]].concat();
                let out = good(&url, at, &words);
                if format == "json" {
                    serde_json::from_str::<serde_json::Value>(&out).unwrap();
                } else {
                    assert!(
                        out.lines().next().is_some_and(|head| head.contains(',')),
                        "{name}: {out}"
                    );
                }
                printed += 1;
            }
        }
        println!("reports printed by the command: {printed}");
        let sound = good(&url, at, &["verify"]);
        assert!(sound.ends_with("Sổ nguyên vẹn.\n"), "{sound}");
        folder
    });
    let folder = done.await.unwrap();
    let db = sea_orm::Database::connect(&place).await.unwrap();
    let ask = "SELECT about, actor FROM read_log ORDER BY about";
    let ask = Statement::from_string(db.get_database_backend(), ask.to_owned());
    let rows = JsonValue::find_by_statement(ask).all(&db).await.unwrap();
    let about: Vec<&str> = rows
        .iter()
        .map(|row| row["about"].as_str().unwrap())
        .collect();
    assert!(
        about.contains(&"dự báo trễ") && about.contains(&"rà xét"),
        "{about:?}"
    );
    for row in &rows {
        assert_eq!(row["actor"], "máy chủ: quan-tri-may");
    }
    db.close().await.unwrap();
    drop(folder);
}

#[tokio::test]
async fn a_token_has_a_name_and_its_end_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let folder = folder.path();
    let add = |name: &str, more: &[&str]| {
        let words = ["token", "add", "--role", "office", "--name", name];
        type_in(&url, folder, &[&words[..], more].concat())
    };
    for name in ["", "  "] {
        let said = add(name, &[]);
        assert_eq!(said.status, 1, "{}", said.out);
        assert!(said.errors.contains("Chưa ghi tên mã truy cập"));
    }
    assert_eq!(add("mãi", &[]).status, 0);
    assert_eq!(add("ngắn", &["--days", "7"]).status, 0);
    let list = good(&url, folder, &["token", "list"]);
    let line = |name: &str| list.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("mãi").ends_with("không có hạn"), "{list}");
    assert!(line("ngắn").contains("\tđến "), "{list}");
}

#[tokio::test]
async fn a_merger_is_looked_at_before_its_day() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let folder = folder.path();
    let other = include_str!("../../config/agency.toml")
        .replace("key = \"quang-ngan\"", "key = \"quang-moi\"")
        .replace("000.00.00.H57", "000.00.99.H57")
        .replace("H57.00.00", "H57.00.01");
    std::fs::write(folder.join("moi.toml"), other).unwrap();
    let add = ["agency", "add", "moi.toml", "--parent", "quang-ngan"];
    good(&url, folder, &add);
    let merge = ["agency", "merge", "quang-moi", "--into", "quang-ngan"];
    let on = ["--on", "1/1/2100"];
    let said = type_in(&url, folder, &[&merge[..], &on].concat());
    assert_eq!(said.status, 1, "{}", said.out);
    assert!(said.errors.contains("chưa đến"), "{}", said.errors);
    let shown = good(&url, folder, &[&merge[..], &on, &["--preview"]].concat());
    assert!(shown.contains("Sẽ sáp nhập quang-moi"), "{shown}");
    assert!(!good(&url, folder, &["agency", "list"]).contains("đã sáp nhập"));
}

#[test]
fn rows_of_a_register_keep_the_number_of_their_line() {
    for end in ["\n", "\r\n"] {
        let text = ["a,b", "1,\"2", "3\"", "", "", "4,5"].join(end);
        let grid = motcua::documents::workbook::read(text.as_bytes()).unwrap();
        assert_eq!(grid.len(), 6);
        assert_eq!(grid[5], ["4", "5"]);
    }
}
