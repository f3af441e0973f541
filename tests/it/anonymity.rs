//! Nobody who holds a copy of the whole database can say whose ballot is whose: not by
//! a shared value, not by the order of rows, not by what the database notes about them
//! (`xmin`, `ctid`, `rowid`); neither before the box is emptied nor after.
use std::collections::{BTreeMap, BTreeSet};

use motcua::{actions::empty_ballot_box, app::App, secret, store::dossiers};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};

use crate::harness::Desk;

const BIRTH: &str = "1.001022";
const VOTERS: usize = 40;

/// Rows of every table, as they lie: on PostgreSQL with what it notes about each.
pub async fn dump(desk: &Desk) -> BTreeMap<String, Vec<Value>> {
    let postgres = desk.store().read().get_database_backend() == DbBackend::Postgres;
    let names = if postgres {
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    } else {
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let mut all = BTreeMap::new();
    for row in desk.rows(names).await {
        let name = row["name"].as_str().unwrap().to_owned();
        let lie = if postgres {
            format!("SELECT t.xmin::text AS noted, t.* FROM \"{name}\" t ORDER BY t.ctid")
        } else if name == "seaql_migrations" || name == "idempotency" {
            format!("SELECT * FROM \"{name}\"")
        } else {
            format!("SELECT * FROM \"{name}\" ORDER BY rowid")
        };
        all.insert(name, desk.rows(&lie).await);
    }
    assert!(all.len() > 20, "{:?}", all.keys());
    all
}

/// People hand in dossiers, then answer in that order; the ballot says in words whose it
/// is. Answers the hashes of their tokens in the order of voting.
async fn vote(desk: &Desk) -> Vec<String> {
    let mut tokens = Vec::new();
    for _ in 0..VOTERS {
        let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
        let row = dossiers::by_code(desk.store().read(), 1, &code)
            .await
            .unwrap();
        tokens.push(secret::survey_token(&desk.app.secret_of(&row).unwrap()));
    }
    for (place, token) in tokens.iter().enumerate() {
        let said = json!({ "answers": { "q1": 4 }, "comment": format!("lời {place}") });
        let (status, answer) = desk
            .post("", &format!("/api/v1/survey/{token}"), &said)
            .await;
        assert_eq!(status, 201, "{answer}");
    }
    tokens.iter().map(|token| secret::hash(token)).collect()
}

/// Which voter each comment names, in the order of the rows.
fn voters(rows: &[Value]) -> Vec<usize> {
    let comments = rows.iter().map(|row| row["comment"].as_str().unwrap());
    comments
        .map(|comment| comment.trim_start_matches("lời ").parse().unwrap())
        .collect()
}

/// How much an order follows another: 1 or −1 when it is the same, near 0 when nothing follows.
fn follows(order: &[usize]) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let n = number(order.len());
    let apart: f64 = order
        .iter()
        .enumerate()
        .map(|(place, voter)| (number(place) - number(*voter)).powi(2))
        .sum();
    1.0 - 6.0 * apart / (n * (n * n - 1.0))
}

/// The places of the burned tokens' owners, as the rows lie.
fn burned(all: &BTreeMap<String, Vec<Value>>, hashes: &[String]) -> Vec<usize> {
    let rows = all["burned_token"].iter();
    rows.map(|row| {
        let hash = row["token_hash"].as_str().unwrap();
        hashes.iter().position(|known| known == hash).unwrap()
    })
    .collect()
}

/// Nothing in any other table has a value that a ballot's row is known by, and on
/// PostgreSQL no row was written in the transaction that wrote a ballot, save the burned tokens:
/// so few of them are all written anew together.
fn nothing_is_shared(all: &BTreeMap<String, Vec<Value>>) {
    let ours = ["ballot", "answer", "ballot_box"];
    let mut known = BTreeSet::new();
    let mut written = BTreeSet::new();
    for row in ours.iter().flat_map(|name| &all[*name]) {
        for column in ["id", "ballot_id", "comment", "answers"] {
            if let Some(value) = row.get(column).filter(|value| !value.is_null()) {
                known.insert(value.to_string());
            }
        }
        written.extend(row.get("noted").map(Value::to_string));
    }
    assert!(known.len() >= VOTERS);
    for (name, rows) in all
        .iter()
        .filter(|(name, _)| !ours.contains(&name.as_str()))
    {
        for (column, value) in rows.iter().flat_map(|row| row.as_object().unwrap()) {
            assert!(
                !known.contains(&value.to_string()),
                "{name}.{column} leads to a ballot: {value}"
            );
        }
        let notes: BTreeSet<String> = rows
            .iter()
            .filter_map(|row| row.get("noted").map(Value::to_string))
            .collect();
        if name == "burned_token" {
            assert!(notes.len() <= 1, "tokens were burned at {notes:?}");
        } else {
            let same: Vec<_> = notes.intersection(&written).collect();
            assert!(
                same.is_empty(),
                "{name} was written with a ballot: {same:?}"
            );
        }
    }
}

/// Columns hold what they may, and times are days.
fn columns_are(rows: &[Value], expected: &[&str]) {
    for row in rows {
        let row = row.as_object().unwrap();
        let mut columns: Vec<&str> = row.keys().map(String::as_str).collect();
        columns.retain(|name| *name != "noted");
        columns.sort_unstable();
        assert_eq!(columns, expected, "a new column must lead back to nobody");
        assert_eq!(row["cast_on"], "2021-04-16", "the day alone");
        assert!(
            row["id"].as_i64().unwrap() > 1_000_000,
            "the id counts nothing"
        );
    }
}

#[tokio::test]
async fn a_dump_of_the_database_leads_from_no_ballot_to_a_person() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let hashes = vote(&desk).await;

    // While the ballots are held …
    let held = dump(&desk).await;
    assert_eq!(
        (held["ballot_box"].len(), held["ballot"].len()),
        (VOTERS, 0)
    );
    columns_are(
        &held["ballot_box"],
        &[
            "agency_id",
            "answers",
            "cast_on",
            "comment",
            "counter",
            "field",
            "id",
            "marks",
            "questionnaire",
            "reason",
            "source",
        ],
    );
    nothing_is_shared(&held);
    let first = voters(&held["ballot_box"]);

    // … and when they were moved.
    assert_eq!(empty_ballot_box::run(&desk.app).await.unwrap(), VOTERS);
    let moved = dump(&desk).await;
    assert_eq!(
        (moved["ballot_box"].len(), moved["ballot"].len()),
        (0, VOTERS)
    );
    columns_are(
        &moved["ballot"],
        &[
            "agency_id",
            "batch",
            "cast_on",
            "comment",
            "counter",
            "field",
            "id",
            "marks",
            "questionnaire",
            "reason",
            "source",
        ],
    );
    nothing_is_shared(&moved);

    // The order in which rows lie follows neither the voting nor the tokens.
    let answers: Vec<i64> = moved["answer"]
        .iter()
        .map(|row| row["ballot_id"].as_i64().unwrap())
        .collect();
    let ids: Vec<i64> = moved["ballot"]
        .iter()
        .map(|row| row["id"].as_i64().unwrap())
        .collect();
    let place = |id: &i64| ids.iter().position(|known| known == id).unwrap();
    let second = voters(&moved["ballot"]);
    let mut by_answer: Vec<usize> = Vec::new();
    for voter in answers.iter().map(|id| second[place(id)]) {
        if !by_answer.contains(&voter) {
            by_answer.push(voter);
        }
    }
    for (what, order) in [
        ("held ballots", first),
        ("ballots", second.clone()),
        ("answers", by_answer),
        ("tokens while held", burned(&held, &hashes)),
        ("tokens", burned(&moved, &hashes)),
    ] {
        assert_eq!(order.len(), VOTERS);
        // Chance alone passes 0,64 once in some ten thousand times.
        assert!(
            follows(&order).abs() < 0.64,
            "{what} follow the voting: {order:?}"
        );
    }
    let tokens = burned(&moved, &hashes);
    let against: Vec<usize> = tokens
        .iter()
        .map(|voter| second.iter().position(|other| other == voter).unwrap())
        .collect();
    assert!(follows(&against).abs() < 0.64, "{against:?}");
}

#[tokio::test]
async fn few_ballots_wait_for_others_and_none_waits_for_ever() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
    let row = dossiers::by_code(desk.store().read(), 1, &code)
        .await
        .unwrap();
    let path = format!(
        "/api/v1/survey/{}",
        secret::survey_token(&desk.app.secret_of(&row).unwrap())
    );
    let said = json!({ "answers": { "q1": 2 }, "comment": "Gọi Trần Văn Bình 0912345678" });
    assert_eq!(desk.post("", &path, &said).await.0, 201);
    assert_eq!(empty_ballot_box::run(&desk.app).await.unwrap(), 0, "alone");
    let figures = "/api/v1/reports/satisfaction?from=2021-04-01&to=2021-04-30";
    let (_, report) = desk.get("office", figures).await;
    assert_eq!(report["ballots"], 1, "it counts while it waits");
    desk.move_to("2021-04-23T10:00");
    assert_eq!(empty_ballot_box::run(&desk.app).await.unwrap(), 1);
    let (_, after) = desk.get("office", figures).await;
    assert_eq!(report["index"], after["index"]);
    assert_eq!(after["ballots"], 1);
    let kept = desk.rows("SELECT comment FROM ballot").await;
    assert_eq!(kept, [json!({ "comment": "Gọi [tên] [số]" })]);
    // One birth a year would name the ballot.
    let fields = desk.rows("SELECT field FROM ballot").await;
    assert_eq!(fields, [json!({ "field": "" })]);
}

#[tokio::test]
async fn a_kill_loses_no_ballot_and_counts_none_twice() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let hashes = vote(&desk).await;
    // Killed in the middle of moving: nothing of it was kept.
    let write = desk.store().write().await.unwrap();
    let taken = write.take_from_box(1).await.unwrap();
    assert_eq!(taken.len(), VOTERS);
    drop(write);
    assert_eq!(dump(&desk).await["ballot_box"].len(), VOTERS);
    // A token burns once, and with it another ballot is held.
    let write = desk.store().write().await.unwrap();
    let held = &motcua::store::ballot_box::held(desk.store().read(), 1)
        .await
        .unwrap()[0];
    let found = motcua::store::surveys::token(desk.store().read(), &hashes[0])
        .await
        .unwrap();
    assert!(found.unwrap().used);
    let burn = async |hash: String| write.burn_token(1, None, hash).await.unwrap();
    assert!(burn(secret::hash("another")).await);
    assert!(!burn(hashes[0].clone()).await, "burned once");
    write
        .put_in_box(held.clone(), &held.given().unwrap())
        .await
        .unwrap();
    write.commit().await.unwrap();
    let again = App::open((*desk.app.settings).clone(), desk.app.clock)
        .await
        .unwrap();
    assert_eq!(empty_ballot_box::run(&again).await.unwrap(), VOTERS + 1);
    let all = dump(&desk).await;
    assert_eq!(
        (all["ballot_box"].len(), all["ballot"].len()),
        (0, VOTERS + 1)
    );
    nothing_is_shared(&all);
}
