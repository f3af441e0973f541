//! The box at the top: what it finds for whom, and that it leads out of no agency.
use motcua::domain::role::Role;
use serde_json::Value;

use crate::harness::Desk;

async fn found(desk: &Desk, cookie: &str, words: &str) -> Vec<(String, String, String)> {
    let page = desk.form(cookie, "/tim", &format!("q={words}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let lines: Vec<Value> = serde_json::from_str(&page.body).unwrap();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    lines
        .iter()
        .map(|line| (text(line, "code"), text(line, "name"), text(line, "href")))
        .collect()
}

#[tokio::test]
async fn each_role_finds_what_it_may_open() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    desk.run("INSERT INTO agency (id, key) VALUES (99, 'xa-khac')")
        .await;
    let foreign = desk.receive("1.001022", "2021-04-16T09:00").await;
    desk.run(&format!(
        "UPDATE dossier SET agency_id = 99 WHERE code = '{foreign}'"
    ))
    .await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let office = desk.sign_in(Role::Office).await;
    // A whole code is one dossier, first of all.
    let whole = found(&desk, &receptionist, &code).await;
    assert_eq!(whole[0].2, format!("/ho-so/{code}"));
    let by_name = found(&desk, &receptionist, "nguyen+thi+dao").await;
    // The list: the words themselves stand in no address.
    assert!(by_name[0].2.starts_with("/ho-so?tim=") && !by_name[0].2.contains("dao"));
    let list = desk.page(&receptionist, &by_name[0].2).await;
    assert!(list.status == 200 && list.body.contains(&code));
    let dossiers: Vec<_> = by_name.iter().filter(|line| line.0 == "Hồ sơ").collect();
    assert_eq!(dossiers.len(), 1, "{by_name:?}");
    assert!(
        found(&desk, &receptionist, &foreign)
            .await
            .iter()
            .all(|line| line.0 != "Hồ sơ")
    );
    // By one letter no dossier is meant; the list is still offered.
    let by_letter = found(&desk, &receptionist, "n").await;
    assert!(by_letter[0].2.starts_with("/ho-so?tim="), "{by_letter:?}");
    assert!(by_letter.iter().all(|line| line.0 != "Hồ sơ"));
    let by_two = found(&desk, &receptionist, "ng").await;
    assert!(by_two.iter().any(|line| line.0 == "Hồ sơ"), "{by_two:?}");
    let begin = found(&desk, &receptionist, "khai+tu").await;
    assert!(
        begin
            .iter()
            .any(|line| line.0 == "Tiếp nhận" && line.2.starts_with("/ho-so/moi"))
    );
    let read = found(&desk, &office, "khai+tu").await;
    assert!(read.iter().all(|line| line.0 != "Tiếp nhận"));
    assert!(read.iter().any(|line| line.0 == "Thủ tục"));
    // Pages: of the own menu only.
    let calendar = |lines: &[(String, String, String)]| lines.iter().any(|line| line.2 == "/lich");
    assert!(calendar(&found(&desk, &office, "lich").await));
    assert!(!calendar(&found(&desk, &receptionist, "lich").await));
    assert_eq!(desk.form("", "/tim", "q=x").await.status, 303);
    assert!(found(&desk, &office, "%00+").await.is_empty());
}
