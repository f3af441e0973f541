//! Whoever sees persons outside their own work leaves a line: every page there is, the
//! papers, the files, the API, the command line.
use std::collections::BTreeSet;

use motcua::domain::role::Role;

use crate::{
    harness::Desk,
    routes::{filled, of},
};

async fn lines(desk: &Desk) -> usize {
    desk.rows("SELECT id FROM read_log").await.len()
}

/// Pages that show persons and note nothing, each with its reason.
const OWN: [(&str, &str); 3] = [
    ("/tai-khoan", "the reader's own account"),
    ("/nhan-su", "staff are no applicants"),
    ("/nhat-ky/xem", "the log of looks itself"),
];

#[tokio::test]
async fn no_page_names_an_applicant_without_a_line_in_the_log() {
    let desk = Desk::of_demo(150, 3).await;
    let names: BTreeSet<String> = desk
        .rows("SELECT DISTINCT applicant_name AS n FROM dossier WHERE applicant_name NOT IN (SELECT name FROM account)")
        .await
        .iter()
        .map(|row| row["n"].as_str().unwrap().to_owned())
        .collect();
    let (mut asked, mut naming, mut silent) = (0, BTreeSet::new(), Vec::new());
    for role in [Role::Receptionist, Role::Leader, Role::Office] {
        let cookie = desk.sign_in_demo(role.code()).await;
        let account = desk
            .rows(&format!(
                "SELECT id, name FROM account WHERE username = '{}'",
                role.code()
            ))
            .await
            .remove(0);
        // A dossier that is none of theirs, with letters and notices if there is one.
        let foreign = desk
            .rows(&format!(
                "SELECT d.code FROM dossier d WHERE d.received_by <> '{0}' AND COALESCE(d.assigned_to, 0) <> {1} \
                 AND NOT EXISTS (SELECT 1 FROM event e WHERE e.dossier_id = d.id AND e.actor = '{0}') \
                 ORDER BY (SELECT COUNT(*) FROM apology a WHERE a.dossier_id = d.id) DESC, d.id LIMIT 1",
                account["name"].as_str().unwrap(),
                account["id"]
            ))
            .await;
        // Whoever had a hand in everything has lists all the same.
        let foreign = foreign
            .first()
            .map_or("khong-co", |row| row["code"].as_str().unwrap());
        for (method, path) in of(&motcua::web::router()) {
            if method != "GET" || path.starts_with("/assets/") || path.starts_with("/sample") {
                continue;
            }
            let queries: &[&str] = if role == Role::Office {
                &["", "?nam=2021", "?q=nguyen"]
            } else {
                &[""]
            };
            for query in queries {
                let at = format!("{}{query}", filled(&path, foreign));
                desk.run("DELETE FROM read_log").await;
                let page = desk.page(&cookie, &at).await;
                asked += 1;
                if page.status != 200 || OWN.iter().any(|own| own.0 == path) {
                    continue;
                }
                if names.iter().any(|name| page.body.contains(name.as_str())) {
                    naming.insert(path.clone());
                    if lines(&desk).await == 0 {
                        silent.push(format!("{at} as {role:?}"));
                    }
                }
            }
        }
    }
    assert!(silent.is_empty(), "named without a line: {silent:#?}");
    assert!(naming.len() > 5, "{naming:?}");
    println!(
        "pages asked: {asked}; addresses that name applicants, each look noted: {}",
        naming.len()
    );
}

#[tokio::test]
async fn papers_files_and_the_api_leave_a_line_too() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    // The day goes on; another test asks for the password again.
    desk.set(|settings| settings.security.confirm_minutes = 60 * 24);
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    let said = serde_json::json!({ "kind": "rule", "content": "Chờ lâu", "name": "An", "contact": "0912345678" });
    let (_, said) = desk.post("", "/api/v1/feedback", &said).await;
    let feedback = said["code"].as_str().unwrap().to_owned();
    let covered = motcua::vault::cover(&desk.app.settings, 1, "dao").unwrap();
    let mut hour = 10;
    for (path, face) in [
        (format!("/ho-so/{code}/in/giay-hen"), "paper"),
        (format!("/ho-so/{code}/in/kiem-soat"), "paper"),
        ("/so-theo-doi?tu=1/4/2021&den=16/4/2021".into(), "book"),
        ("/ho-so/tep?dang=xlsx".into(), "export"),
        ("/phan-anh/danh-sach/tep?dang=csv".into(), "export"),
        (format!("/phan-anh/danh-sach/{feedback}"), "feedback"),
        (format!("/ho-so/{code}/assign"), "page"),
        (format!("/ho-so/{code}/tai-cho"), "page"),
        (format!("/ho-so?tim={covered}"), "list"),
    ] {
        hour += 1;
        desk.move_to(&format!("2021-04-16T{hour}:59"));
        // Long gone idle otherwise.
        desk.run("DELETE FROM read_log").await;
        let (status, _) = desk
            .send(
                axum::http::Request::get(&path)
                    .header("cookie", &office)
                    .body(axum::body::Body::empty())
                    .unwrap(),
            )
            .await;
        assert_eq!(status, 200, "{path}");
        let faces = desk.rows("SELECT face, actor FROM read_log").await;
        assert_eq!(faces.len(), 1, "{path}: {faces:?}");
        assert_eq!(faces[0]["face"], face, "{path}");
    }
    for (path, face) in [
        ("/api/v1/dossiers".to_owned(), "api-list"),
        ("/api/v1/reports/foresight".to_owned(), "api-list"),
        (format!("/api/v1/dossiers/{code}"), "api"),
    ] {
        desk.run("DELETE FROM read_log").await;
        for _ in 0..3 {
            assert_eq!(desk.get("leader", &path).await.0, 200);
        }
        let faces = desk.rows("SELECT face FROM read_log").await;
        assert_eq!(
            (faces.len(), &faces[0]["face"]),
            (1, &face.into()),
            "{path}"
        );
    }
    // A look that was refused is none.
    desk.run("DELETE FROM read_log").await;
    let specialist = desk.sign_in(Role::Specialist).await;
    assert_eq!(desk.page(&specialist, "/so-van-ban").await.status, 403);
    assert_eq!(lines(&desk).await, 0);
}
