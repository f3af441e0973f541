//! The key file: where several servers may serve never made anew once something is sealed,
//! and one that is of no use is said at once.
use std::path::Path;

use motcua::{
    config::Settings,
    domain::role::Role,
    store::dossiers::by_code,
    upkeep::{
        doctor::{Check, Grade},
        keys, lock,
    },
    vault,
};
use serde_json::{Value, json};

use crate::{
    harness::{Desk, database_url},
    server::{Server, program},
};

const MORNING: &str = "2021-04-16T10:00";

async fn told(desk: &Desk) -> Check {
    keys::run(&desk.app).await.unwrap()
}

/// Asks for an intake, whatever comes of it.
async fn hand_in(desk: &Desk) -> (u16, Value) {
    let body = json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [],
        "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" },
        "received_at": "2021-04-16T09:30",
    });
    desk.post("receptionist", "/api/v1/dossiers", &body).await
}

async fn is_open(desk: &Desk, code: &str) -> bool {
    let row = by_code(desk.store().read(), 1, code).await.unwrap();
    desk.app.secret_of(&row).is_ok()
}

#[tokio::test]
async fn no_new_key_is_made_where_receipts_are_sealed_by_one_that_is_gone() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    let file = vault::key_file(&desk.app.settings);
    let key = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let (status, said) = hand_in(&desk).await;
    if !desk.store().is_postgres() {
        // A file has one server: the desk goes on, and what the new key does not open is told.
        assert_eq!(status, 201, "{said}");
        assert!(!is_open(&desk, &code).await);
        for key in [std::fs::read(&file).unwrap(), key] {
            std::fs::write(&file, key).unwrap();
            assert_eq!(told(&desk).await.grade, Grade::Warn);
        }
        return assert!(is_open(&desk, &code).await);
    }
    let said = said.to_string();
    assert_eq!(status, 409, "{said}");
    for words in [
        "key_lost",
        "Không thấy tệp khóa",
        "từ nơi cất",
        &*file.display().to_string(),
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // Whoever signs in and reads is not kept out, and makes no key either.
    let cookie = desk.sign_in(Role::Office).await;
    assert_eq!(desk.page(&cookie, "/ho-so").await.status, 200);
    assert!(!file.exists());
    assert_eq!(told(&desk).await.grade, Grade::Bad);
    // The right key again: all is as it was.
    std::fs::write(&file, key).unwrap();
    assert_eq!(hand_in(&desk).await.0, 201);
    assert!(is_open(&desk, &code).await);
    assert_ne!(told(&desk).await.grade, Grade::Bad);
}

#[tokio::test]
async fn no_new_key_is_made_where_a_second_factor_is_locked_by_one_that_is_gone() {
    let desk = Desk::at(MORNING).await;
    desk.sign_in(Role::Admin).await;
    let settings = &desk.app.settings;
    let locked = vault::lock(settings, "admin", "JBSWY3DPEHPK3PXP").unwrap();
    desk.run(&format!("UPDATE account SET totp_secret = '{locked}'"))
        .await;
    let file = vault::key_file(settings);
    std::fs::remove_file(&file).unwrap();
    let sealed = vault::seal(settings, "000.00.00.H57-210416-0001", "x");
    if desk.store().is_postgres() {
        assert_eq!(sealed.unwrap_err().code, "key_lost");
        assert!(!file.exists());
    }
    // Another key that is put there opens none of it.
    std::fs::write(&file, lock::new_key().0).unwrap();
    let other = told(&desk).await;
    assert_eq!(other.grade, Grade::Bad, "{}", other.words);
    assert!(other.words.contains("tệp khóa khác"), "{}", other.words);
    // Nothing is locked any more: a new one may be made.
    desk.run("UPDATE account SET totp_secret = NULL").await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(hand_in(&desk).await.0, 201);
    assert!(file.exists());
}

#[tokio::test]
async fn a_register_of_two_keys_is_told_with_either_of_them() {
    let desk = Desk::at(MORNING).await;
    desk.receive("1.001193", "2021-04-16T09:00").await;
    let file = vault::key_file(&desk.app.settings);
    let right = std::fs::read_to_string(&file).unwrap();
    let other = lock::new_key().0;
    std::fs::write(&file, &other).unwrap();
    let opens_nothing = told(&desk).await;
    assert_eq!(opens_nothing.grade, Grade::Bad);
    let words = opens_nothing.words;
    assert!(
        words.contains("không mở được 1 trong 1 mã in trên giấy"),
        "{words}"
    );
    assert_eq!(hand_in(&desk).await.0, 201);
    for key in [&other, &right] {
        std::fs::write(&file, key).unwrap();
        let told = told(&desk).await;
        assert_eq!(told.grade, Grade::Warn, "{}", told.words);
        assert!(told.words.contains("1 trong 2 mã"), "{}", told.words);
    }
}

#[tokio::test]
async fn a_key_file_of_no_use_is_told_before_the_first_intake() {
    let mut desk = Desk::at(MORNING).await;
    assert_eq!(told(&desk).await.words, "Chưa có gì phải khóa.");
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("garbage");
    std::fs::write(&garbage, "garbage").unwrap();
    let garbage = garbage.display().to_string();
    for file in ["/proc/keys-no/k", &*garbage] {
        desk.set(|settings| settings.security.key_file = file.to_owned());
        let key = told(&desk).await;
        assert_eq!(key.grade, Grade::Bad, "{}", key.words);
        assert!(key.words.contains(file), "{}", key.words);
        let (status, said) = hand_in(&desk).await;
        let said = said.to_string();
        assert_eq!(status, 409, "{said}");
        assert!(
            said.contains("Không dùng được tệp khóa") && said.contains(file),
            "{said}"
        );
    }
    assert_eq!(std::fs::read_to_string(&garbage).unwrap(), "garbage");
}

/// Where a program in that folder keeps the key of that register.
fn key_of(url: &str, folder: &Path) -> std::path::PathBuf {
    let mut settings = Settings::load(None).unwrap();
    url.clone_into(&mut settings.database.url);
    folder.join(vault::key_file(&settings))
}

#[tokio::test]
async fn a_server_and_the_doctor_say_that_a_key_file_is_of_no_use() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let file = key_of(&url, folder.path());
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "garbage").unwrap();
    let log = folder.path().join("log");
    drop(Server::start_with_log(&url, folder.path(), &log));
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("Không dùng được tệp khóa"), "{said}");
    let done = program(&url, folder.path())
        .env("MOTCUA__SECURITY__KEY_FILE", "/proc/keys-no/k")
        .arg("doctor")
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    let mut lines = said.lines();
    let line = lines.find(|line| line.starts_with("[phải sửa] Tệp khóa"));
    assert!(line.unwrap().contains("/proc/keys-no/k"), "{said}");
}
