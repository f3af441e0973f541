//! The secret on a receipt: in no table as it is printed, there for the next print and for
//! who shows it, and found open by an upgrade it is sealed.
use motcua::{
    actions::seal_receipts,
    domain::role::Role,
    secret,
    store::dossiers::{Dossier, by_code},
    vault,
};
use serde_json::json;

use crate::{
    anonymity::dump,
    harness::Desk,
    server::{Server, program},
};

async fn dossier(desk: &Desk, code: &str) -> Dossier {
    by_code(desk.store().read(), 1, code).await.unwrap()
}

/// Every value of every row that says one of these words.
async fn said(desk: &Desk, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (table, rows) in dump(desk).await {
        for row in rows {
            for (column, value) in row.as_object().unwrap() {
                let value = value.to_string();
                if words.iter().any(|word| value.contains(word)) {
                    found.push(format!("{table}.{column}: {value}"));
                }
            }
        }
    }
    found
}

async fn shown(desk: &Desk, code: &str, own: &str) -> bool {
    let page = desk
        .page("", &format!("/tra-cuu?code={code}&s={own}"))
        .await;
    assert_eq!(page.status, 200);
    page.body.contains("Các bước đã qua")
}

#[tokio::test]
async fn no_table_holds_what_a_receipt_shows() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    let own = desk.app.secret_of(&dossier(&desk, &code).await).unwrap();
    let survey = secret::survey_token(&own);
    let print = format!("/ho-so/{code}/in/giay-hen");
    desk.pdf(&cookie, &print).await;
    let again = desk.pdf(&cookie, &print).await;
    assert_eq!(said(&desk, &[&own, &survey]).await, Vec::<String>::new());
    assert!(shown(&desk, &code, &own).await);
    assert!(!shown(&desk, &code, &secret::new()).await);
    // What is kept, or its hash, opens nothing.
    let row = dossier(&desk, &code).await;
    for kept in [&row.receipt_sealed, &row.receipt_hash] {
        assert!(!shown(&desk, &code, kept).await);
    }
    // Sealed for one dossier: another's row does not open it.
    assert!(
        vault::unseal(
            &desk.app.settings,
            "000.00.00.H57-210416-0009",
            &row.receipt_sealed
        )
        .is_err()
    );
    // The third print is the second.
    let third = desk.pdf(&cookie, &print).await;
    assert!(again == third);
}

#[tokio::test]
async fn what_was_stored_open_is_sealed_at_the_next_start() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let mut owns = Vec::new();
    for minute in 10..13 {
        let code = desk
            .receive("1.001193", &format!("2021-04-16T09:{minute}"))
            .await;
        desk.pdf(&cookie, &format!("/ho-so/{code}/in/giay-hen"))
            .await;
        let row = dossier(&desk, &code).await;
        let own = desk.app.secret_of(&row).unwrap();
        // As the versions before kept it.
        desk.run(&format!(
            "UPDATE dossier SET receipt_sealed = '{own}', receipt_hash = '' WHERE id = {}",
            row.id
        ))
        .await;
        let kept = desk
            .rows(&format!(
                "SELECT id, body FROM paper WHERE dossier_id = {}",
                row.id
            ))
            .await;
        let body = kept[0]["body"].as_str().unwrap();
        let open = motcua::papers::hidden::Hidden::of(&own).put_back(body);
        assert_ne!(open, body);
        desk.run(&format!(
            "UPDATE paper SET body = '{open}' WHERE dossier_id = {}",
            row.id
        ))
        .await;
        owns.push((code, own));
    }
    assert_eq!(said(&desk, &[&owns[0].1]).await.len(), 2);
    assert_eq!(seal_receipts::run(&desk.app).await.unwrap(), 3);
    assert_eq!(seal_receipts::run(&desk.app).await.unwrap(), 0);
    for (code, own) in &owns {
        let survey = secret::survey_token(own);
        assert_eq!(said(&desk, &[own, &survey]).await, Vec::<String>::new());
        assert!(
            shown(&desk, code, own).await,
            "the paper of then still opens it"
        );
        desk.pdf(&cookie, &format!("/ho-so/{code}/in/giay-hen"))
            .await;
    }
}

#[tokio::test]
async fn without_the_key_papers_still_open_and_work_goes_on() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    let own = desk.app.secret_of(&dossier(&desk, &code).await).unwrap();
    std::fs::remove_file(vault::key_file(&desk.app.settings)).unwrap();
    assert!(shown(&desk, &code, &own).await, "the citizen's paper");
    let print = desk
        .page(&cookie, &format!("/ho-so/{code}/in/giay-hen"))
        .await;
    assert_eq!(print.status, 409);
    assert!(print.body.contains("tệp khóa"), "{}", print.body);
    let checks = motcua::upkeep::doctor::run(&desk.app, false).await.unwrap();
    let key = checks
        .iter()
        .find(|check| check.name == "Tệp khóa")
        .unwrap();
    assert_eq!(
        key.grade,
        motcua::upkeep::doctor::Grade::Bad,
        "{}",
        key.words
    );
    // Acts that write to the applicant are done all the same; a new dossier makes a new key.
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "request_supplement", "items": ["Giấy khai sinh"], "reason": "thiếu" }),
    )
    .await;
    if desk.store().is_postgres() {
        // One of several servers makes none (`keys`).
        return assert!(!vault::key_file(&desk.app.settings).exists());
    }
    let next = desk.receive("1.001193", "2021-04-16T09:30").await;
    let row = dossier(&desk, &next).await;
    assert!(desk.app.secret_of(&row).is_ok());
    assert!(desk.app.secret_of(&dossier(&desk, &code).await).is_err());
}

#[tokio::test]
async fn a_server_without_the_registers_key_says_so_as_it_starts() {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.receive("1.001193", "2021-04-16T09:00").await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let url = &desk.app.settings.database.url;
    let said = || std::fs::read_to_string(&log).unwrap();
    drop(Server::start_with_log(url, folder.path(), &log));
    assert!(said().contains("Không thấy tệp khóa"), "{}", said());
}

#[tokio::test]
async fn a_key_made_by_the_command_is_one_that_servers_are_given() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("office.key");
    let made = program("sqlite://none.db", folder.path())
        .args(["key", "new", "--out"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with('#'));
    desk.set(|settings| settings.security.key_file = file.display().to_string());
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    assert!(desk.app.secret_of(&dossier(&desk, &code).await).is_ok());
}
