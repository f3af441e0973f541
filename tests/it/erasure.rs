//! What is over is erased by a list that the head signed, and by nothing else; the
//! figures stay and the seal holds.
use std::collections::BTreeSet;

use motcua::{
    domain::{chain::Fault, role::Role},
    upkeep::sealer,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    seal::{behind_its_back, verified},
};

/// A desk years later, whose settings let the dossiers of every procedure go after two.
pub async fn later() -> Desk {
    let mut desk = Desk::of_demo(160, 5).await;
    sealer::run(&desk.app).await.unwrap();
    desk.move_to("2025-03-03T09:00");
    let codes = desk
        .rows("SELECT DISTINCT code FROM procedure_version")
        .await;
    desk.set(|settings| {
        settings.retention.years = codes
            .iter()
            .map(|row| (row["code"].as_str().unwrap().to_owned(), 2))
            .collect();
    });
    desk
}

/// Everything that is counted anywhere, as the faces tell it.
async fn figures(desk: &Desk) -> Vec<(String, Value)> {
    let office = desk.sign_in_demo("office").await;
    let mut all = Vec::new();
    let span = "from=2020-12-01&to=2022-12-31";
    for by in ["field", "procedure", "officer", "channel", "agency"] {
        let path = format!("/api/v1/reports/processing?{span}&by={by}");
        all.push((path.clone(), desk.get("figures", &path).await.1));
    }
    for path in [
        format!("/api/v1/reports/satisfaction?{span}"),
        format!("/api/v1/reports/apologies?{span}"),
        "/api/v1/reports/targets?at=2021-12-10".into(),
        "/api/v1/reports/four-on-the-spot?at=2021-12-10".into(),
    ] {
        let (status, said) = desk.get("figures", &path).await;
        assert_eq!(status, 200, "{said}");
        all.push((path, said));
    }
    for path in [
        "/bao-cao/ra-soat?nam=2021",
        "/bao-cao/cham-diem?ky=2021",
        "/bao-cao/dung-han?ky=2021",
        "/bao-cao/nhip?ky=2021",
        "/bao-cao/trach-nhiem?ky=2021",
        "/so-van-ban?nam=2021",
        "/ket-qua",
    ] {
        let page = desk.page(&office, path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        // The book of papers shows names beside its numbers: the numbers are what counts.
        let digits = page.body.split(|c: char| !c.is_ascii_digit());
        let digits: Vec<&str> = digits.filter(|digits| !digits.is_empty()).collect();
        let told = if path.starts_with("/so-van-ban") {
            json!(digits.len())
        } else {
            json!(page.body)
        };
        all.push((path.into(), told));
    }
    for sql in [
        "SELECT COUNT(*) AS n FROM ballot",
        "SELECT question, value, COUNT(*) AS n FROM answer GROUP BY question, value ORDER BY question, value",
        "SELECT state, kind, COUNT(*) AS n FROM feedback GROUP BY state, kind ORDER BY state, kind",
        "SELECT kind, channel, COUNT(*) AS n FROM outbox GROUP BY kind, channel ORDER BY kind, channel",
    ] {
        all.push((sql.into(), json!(desk.rows(sql).await)));
    }
    all
}

async fn token_for_figures(desk: &Desk) {
    let token = motcua::store::accounts::Token {
        id: 0,
        agency_id: 1,
        name: "số liệu".into(),
        role: "office".into(),
        token_hash: motcua::secret::hash("figures"),
        created_at: desk.app.clock.now(),
        revoked_at: None,
        note: None,
        expires_at: None,
        scope: "figures".into(),
    };
    let write = desk.store().write().await.unwrap();
    write.insert_token(token).await.unwrap();
    write.commit().await.unwrap();
}

/// All text of all tables.
async fn everything(desk: &Desk) -> String {
    let tables = desk
        .rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        .await;
    let mut all = String::new();
    for table in tables {
        let name = table["name"].as_str().unwrap().to_owned();
        for row in desk.rows(&format!("SELECT * FROM \"{name}\"")).await {
            all.push_str(&row.to_string());
        }
    }
    all
}

async fn lists(desk: &Desk, column: &str) -> Vec<Value> {
    desk.rows(&format!(
        "SELECT {column} AS v FROM erasure_list ORDER BY id"
    ))
    .await
    .iter()
    .map(|row| row["v"].clone())
    .collect()
}

#[tokio::test]
async fn nothing_is_erased_before_a_signature_and_no_figure_moves_after_it() {
    let desk = later().await;
    token_for_figures(&desk).await;
    let office = desk.sign_in_demo("office").await;
    let leader = desk.sign_in_demo("leader").await;
    let before = figures(&desk).await;
    let page = desk.page(&office, "/xoa-du-lieu").await;
    assert!(
        page.body.contains("2 năm sau khi kết thúc"),
        "{}",
        page.body
    );
    let list = desk.form(&office, "/xoa-du-lieu", "").await;
    assert_eq!(
        (list.status, list.location.as_str()),
        (303, "/xoa-du-lieu/1")
    );
    // Not signed: refused, and nobody but the head signs.
    assert_eq!(
        desk.form(&office, "/xoa-du-lieu/1/xoa", "").await.status,
        409
    );
    assert_eq!(
        desk.form(&office, "/xoa-du-lieu/1/ky", "").await.status,
        403
    );
    assert_eq!(
        desk.form(&leader, "/xoa-du-lieu/1/xoa", "").await.status,
        403
    );
    let people = desk
        .rows(
            "SELECT d.applicant_name AS name, d.id_number, d.phone, d.email, d.code FROM dossier d \
             JOIN erasure_line l ON l.dossier_id = d.id",
        )
        .await;
    assert!(people.len() > 60, "{}", people.len());
    let full = everything(&desk).await;
    assert!(full.contains(people[0]["name"].as_str().unwrap()));
    assert_eq!(desk.rows("SELECT 1 AS x FROM tombstone").await.len(), 0);
    // Signed: a number, a name, a time; still nothing erased.
    assert_eq!(
        desk.form(&leader, "/xoa-du-lieu/1/ky", "").await.status,
        303
    );
    assert_eq!(
        desk.form(&leader, "/xoa-du-lieu/1/ky", "").await.status,
        409
    );
    let page = desk.page(&leader, "/xoa-du-lieu/1").await;
    assert!(page.body.contains("01/2025") && page.body.contains("Đã ký, chờ xóa"));
    assert_eq!(desk.rows("SELECT 1 AS x FROM tombstone").await.len(), 0);
    assert_eq!(
        desk.form(&office, "/xoa-du-lieu/1/xoa", "").await.status,
        303
    );
    assert_eq!(
        desk.rows("SELECT 1 AS x FROM tombstone").await.len(),
        people.len()
    );
    // Not a word of them is left in any table; what others bear too is not theirs alone.
    let left = everything(&desk).await;
    let others: BTreeSet<String> = desk
        .rows(
            "SELECT applicant_name AS n FROM dossier UNION SELECT name AS n FROM account \
             UNION SELECT name AS n FROM feedback WHERE dossier_id IS NULL AND name IS NOT NULL",
        )
        .await
        .iter()
        .map(|row| row["n"].as_str().unwrap().to_owned())
        .collect();
    let mut looked_for = 0;
    for person in &people {
        for field in ["name", "id_number", "phone", "email"] {
            let Some(word) = person[field].as_str().filter(|word| !word.is_empty()) else {
                continue;
            };
            if field == "name" && others.iter().any(|other| other.contains(word)) {
                continue;
            }
            let at = left.find(word).map(|at| {
                let near = left[..at].chars().rev().take(300).collect::<Vec<_>>();
                near.into_iter().rev().collect::<String>()
            });
            assert_eq!(at, None, "{field} of {} is left", person["code"]);
            looked_for += 1;
        }
    }
    // Nor in what the file keeps of deleted rows.
    desk.run("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let file = desk.app.settings.database.url.clone();
    let file = file
        .trim_start_matches("sqlite://")
        .split('?')
        .next()
        .unwrap();
    let bytes = std::fs::read(file).unwrap();
    let number = people.iter().find_map(|p| p["id_number"].as_str()).unwrap();
    assert!(!bytes.windows(number.len()).any(|w| w == number.as_bytes()));
    for (was, is) in before.iter().zip(&figures(&desk).await) {
        assert_eq!(was, is, "a figure moved");
    }
    // The seal holds before and after the erasure is sealed itself.
    assert_eq!(verified(&desk).await.broken, None);
    sealer::run(&desk.app).await.unwrap();
    let found = verified(&desk).await;
    assert_eq!((found.broken, found.unsealed), (None, 0));
    assert_eq!(found.erased, people.len() as u64);
    // A dossier is still found by its code, and says that it was erased.
    let code = people[0]["code"].as_str().unwrap();
    let page = desk.page(&office, &format!("/ho-so/{code}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Xóa dữ liệu cá nhân"));
    println!(
        "erased by a signed list: {}, words looked for afterwards: {looked_for}, figures compared: {}",
        people.len(),
        before.len()
    );
}

/// A desk with one erased dossier that has feedback, everything sealed.
async fn one_erased() -> Desk {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let body = json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [{ "name": "Giấy của Trần Thị Tím", "form": "copy" }],
        "applicant": { "name": "Trần Thị Tím", "kind": "citizen", "id_number": "046085001234", "phone": "0912345678" },
        "received_at": "2021-04-16T08:00", "note": "nhà ở cạnh chợ",
    });
    let (_, one) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let code = one["code"].as_str().unwrap().to_owned();
    desk.receive("1.001193", "2021-04-16T08:10").await;
    let said = json!({ "kind": "rule", "content": "Tím hỏi", "name": "Trần Thị Tím", "dossier_code": code });
    let (status, said) = desk.post("", "/api/v1/feedback", &said).await;
    assert_eq!(status, 201, "{said}");
    let out = json!({ "action": "withdraw", "reason": "Tím xin rút về quê" });
    desk.done("receptionist", &code, out).await;
    desk.set(|settings| {
        settings.retention.years.insert("1.001193".into(), 2);
        settings.security.confirm_minutes = 120;
    });
    desk.move_to("2023-04-16T23:00");
    let office = desk.sign_in(Role::Office).await;
    let leader = desk.sign_in(Role::Leader).await;
    // The last day of the second year, then feedback that is open.
    assert_eq!(desk.form(&office, "/xoa-du-lieu", "").await.status, 409);
    desk.move_to("2023-04-17T00:01");
    assert_eq!(desk.form(&office, "/xoa-du-lieu", "").await.status, 409);
    desk.run("UPDATE feedback SET handled_at = received_at")
        .await;
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(desk.form(&office, "/xoa-du-lieu", "").await.status, 303);
    assert_eq!(
        desk.form(&leader, "/xoa-du-lieu/1/ky", "").await.status,
        303
    );
    assert_eq!(
        desk.form(&office, "/xoa-du-lieu/1/xoa", "").await.status,
        303
    );
    sealer::run(&desk.app).await.unwrap();
    desk
}

#[tokio::test]
async fn only_what_a_signed_list_erased_may_differ_from_its_seal() {
    let desk = one_erased().await;
    let found = verified(&desk).await;
    assert_eq!((found.broken, found.erased), (None, 1));
    let mut tampered = 0;
    for (table, sql, fault) in [
        (
            "event",
            "UPDATE event SET note = 'x' WHERE id = 1",
            Fault::Changed,
        ),
        (
            "event",
            "UPDATE event SET data = '{}' WHERE act = 'erase'",
            Fault::Erased,
        ),
        (
            "event",
            "DELETE FROM event WHERE act = 'erase'",
            Fault::Erased,
        ),
        (
            "feedback_event",
            "UPDATE feedback_event SET note = 'x' WHERE id = 1",
            Fault::Changed,
        ),
        (
            "dossier",
            "UPDATE dossier SET applicant_name = 'Ai đó' WHERE id = 1",
            Fault::Erased,
        ),
        (
            "erasure_list",
            "UPDATE erasure_list SET signed_at = NULL",
            Fault::Erased,
        ),
        (
            "erasure_line",
            "UPDATE erasure_line SET code = 'khác'",
            Fault::Erased,
        ),
        ("erasure_line", "DELETE FROM erasure_line", Fault::Erased),
        (
            "tombstone",
            "INSERT INTO tombstone (dossier_id, list_id, erased_at, signed_by) SELECT 2, 1, erased_at, 'x' FROM tombstone",
            Fault::Erased,
        ),
        ("tombstone", "DELETE FROM tombstone", Fault::Changed),
    ] {
        let desk = one_erased().await;
        behind_its_back(&desk, table, sql).await.unwrap();
        let broken = verified(&desk).await.broken;
        assert_eq!(broken.map(|b| b.fault), Some(fault), "{sql}");
        tampered += 1;
    }
    // Under the tombstone the database lets words go, and nothing else.
    let db = desk.store().read();
    for sql in [
        "UPDATE event SET at = recorded_at, seq = 9 WHERE id = 1",
        "UPDATE event SET note = 'x' WHERE dossier_id = 2",
        "DELETE FROM event WHERE id = 1",
        "DELETE FROM feedback_event",
    ] {
        let refused = db.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("only ever added"), "{sql}: {refused}");
    }
    println!("tampered with an erasure and found: {tampered}");
}

#[tokio::test]
async fn a_dropped_list_erases_nothing_and_frees_its_dossiers() {
    let desk = later().await;
    let office = desk.sign_in_demo("office").await;
    assert_eq!(desk.form(&office, "/xoa-du-lieu", "").await.status, 303);
    // They stand on a list already.
    assert_eq!(desk.form(&office, "/xoa-du-lieu", "").await.status, 409);
    assert_eq!(
        desk.form(&office, "/xoa-du-lieu/1/bo", "").await.status,
        303
    );
    assert_eq!(
        desk.form(&office, "/xoa-du-lieu/1/xoa", "").await.status,
        409
    );
    assert_eq!(desk.form(&office, "/xoa-du-lieu", "").await.status, 303);
    assert_eq!(lists(&desk, "signed_at").await, [Value::Null, Value::Null]);
    assert_eq!(desk.rows("SELECT 1 AS x FROM tombstone").await.len(), 0);
}

#[tokio::test]
async fn by_default_everything_is_kept() {
    let mut desk = Desk::of_demo(60, 2).await;
    desk.move_to("2060-01-04T09:00");
    assert!(desk.app.settings.retention.years.is_empty());
    let office = desk.sign_in_demo("office").await;
    let refused = desk.form(&office, "/xoa-du-lieu", "").await;
    assert_eq!(refused.status, 409);
    let page = desk.page(&office, "/xoa-du-lieu").await;
    assert!(page.body.contains("mọi hồ sơ được giữ"));
}
