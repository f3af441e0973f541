//! What a ballot costs does not grow with all that were ever cast, and its token hides among
//! those of its time all the same.
use std::collections::BTreeSet;

use motcua::{secret, store::dossiers};
use serde_json::{Value, json};

use crate::{anonymity::dump, harness::Desk};

const BIRTH: &str = "1.001022";

/// Dossiers like the one with that code, numbered from `first`.
pub async fn dossiers_like(desk: &Desk, code: &str, first: usize, many: usize) {
    let columns = if desk.store().is_postgres() {
        "SELECT column_name::text AS name FROM information_schema.columns \
         WHERE table_name = 'dossier' AND table_schema = 'public'"
    } else {
        "SELECT name FROM pragma_table_info('dossier')"
    };
    let rows = desk.rows(columns).await;
    let names = rows.iter().map(|row| row["name"].as_str().unwrap());
    let names: Vec<&str> = names.filter(|name| *name != "id").collect();
    let values: Vec<String> = (names.iter())
        .map(|name| match *name {
            "code" | "receipt_hash" => format!("{name} || '-' || n"),
            "external_code" => "NULL".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    let numbers = format!(
        "WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {})",
        first + many - 1
    );
    let (names, values) = (names.join(", "), values.join(", "));
    desk.run(&format!(
        "INSERT INTO dossier ({names}) {numbers} \
         SELECT {values} FROM dossier, numbers WHERE code = '{code}'"
    ))
    .await;
}

/// Dossiers beside the one with that code, each with a token that was burned.
async fn copies(desk: &Desk, code: &str, first: usize, many: usize) {
    dossiers_like(desk, code, first, many).await;
    let tokens = format!(
        "INSERT INTO survey_token (agency_id, dossier_id, token_hash, counter) \
         SELECT agency_id, id, 'token of ' || code, '' FROM dossier \
         WHERE code LIKE '{code}-%' AND id NOT IN (SELECT dossier_id FROM survey_token)"
    );
    // Ids that say nothing about when they came.
    let burned = "INSERT INTO burned_token (id, agency_id, token_hash) \
         SELECT (id + 7) * 100003 % 9000000, 1, token_hash FROM survey_token \
         WHERE token_hash LIKE 'token of %' \
         AND token_hash NOT IN (SELECT token_hash FROM burned_token)";
    for step in [&tokens, burned] {
        desk.run(step).await;
    }
}

/// It is written anew with those of the five hundred burned next to it, at no place of its own.
#[tokio::test]
async fn a_token_hides_among_those_of_its_time() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let model = desk.receive(BIRTH, "2021-04-16T10:00").await;
    copies(&desk, &model, 10_000, 800).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
        let row = dossiers::by_code(desk.store().read(), 1, &code)
            .await
            .unwrap();
        tokens.push(secret::survey_token(&desk.app.secret_of(&row).unwrap()));
    }
    copies(&desk, &model, 20_000, 800).await;
    let order = "SELECT t.token_hash FROM survey_token t ORDER BY t.dossier_id";
    let order = desk.rows(order).await;
    let place = |hash: &Value| order.iter().position(|row| row["token_hash"] == *hash);
    let mut places = BTreeSet::new();
    for token in tokens {
        let said = json!({ "answers": { "q1": 4 }, "comment": "lời" });
        let path = format!("/api/v1/survey/{token}");
        assert_eq!(desk.post("", &path, &said).await.0, 201);
        let all = dump(&desk).await.remove("burned_token").unwrap();
        assert!(all.len() > 1_600);
        let hash = Value::from(secret::hash(&token));
        let mine = all.iter().find(|row| row["token_hash"] == hash).unwrap();
        let alike = all
            .iter()
            .filter(|row| row.get("noted") == mine.get("noted"));
        let mut alike: Vec<_> = alike.map(|row| place(&row["token_hash"])).collect();
        alike.sort_unstable();
        if mine.get("noted").is_some() {
            assert_eq!(alike.len(), 501);
            let ends = alike.first().unwrap().zip(*alike.last().unwrap()).unwrap();
            // Between them at most those of the four that have not voted yet.
            assert!(ends.1 - ends.0 < 504, "one after another: {ends:?}");
        } else {
            // SQLite notes nothing.
            assert_eq!(alike.len(), all.len());
        }
        let mine = place(&hash);
        places.insert(alike.iter().position(|one| *one == mine));
    }
    assert!(places.len() > 1, "always at {places:?}");
}

/// Where only what was imported lies beside it, or hardly anybody answers, it hides among
/// whichever there are.
#[tokio::test]
async fn a_token_far_from_all_others_hides_among_them_too() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let model = desk.receive(BIRTH, "2021-04-16T10:00").await;
    copies(&desk, &model, 10_000, 600).await;
    // None of them is of a dossier that is found.
    desk.run("UPDATE survey_token SET dossier_id = NULL WHERE token_hash LIKE 'token of %'")
        .await;
    let row = dossiers::by_code(desk.store().read(), 1, &model)
        .await
        .unwrap();
    let token = secret::survey_token(&desk.app.secret_of(&row).unwrap());
    let said = json!({ "answers": { "q1": 4 } });
    let path = format!("/api/v1/survey/{token}");
    assert_eq!(desk.post("", &path, &said).await.0, 201);
    assert_eq!(desk.post("", &path, &said).await.0, 409, "once");
    let all = dump(&desk).await.remove("burned_token").unwrap();
    let hash = Value::from(secret::hash(&token));
    let mine = all.iter().find(|row| row["token_hash"] == hash).unwrap();
    let alike = all
        .iter()
        .filter(|row| row.get("noted") == mine.get("noted"));
    let alike = alike.count();
    let expected = if mine.get("noted").is_some() {
        501
    } else {
        all.len()
    };
    assert_eq!((all.len(), alike), (601, expected));
}
