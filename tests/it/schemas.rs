//! A register that was kept under any schema there ever was comes up with all its rows:
//! for every step of the schema a database is built as it was then, the rows of a year are
//! put in as it had them, and the newest program opens it. The rows are there, the figures
//! are those of the year, the receipts of then open, the seal holds, work goes on.
use std::{collections::BTreeMap, fmt::Write as _};

use axum::{body::Body, http::Request};
use motcua::{
    app::App,
    clock::Clock,
    config::Settings,
    domain::{
        chain::{Link, START, Source, head},
        role::Role,
        time::parse_moment,
    },
    secret,
    store::{Store, accounts::Token, dossiers, sealed, sealed::Told, states},
    upkeep::{sealer, verify},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::harness::{Desk, database_url};

const NOW: &str = "2021-12-10T09:00";

async fn rows(store: &Store, sql: &str) -> Vec<Value> {
    let backend = store.read().get_database_backend();
    let ask = Statement::from_string(backend, sql.to_owned());
    JsonValue::find_by_statement(ask)
        .all(store.read())
        .await
        .unwrap()
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

/// The tables in the order they came to be, each with its columns; none that holds files.
async fn tables(store: &Store) -> Vec<(String, Vec<String>)> {
    let postgres = store.read().get_database_backend() == DbBackend::Postgres;
    let names = if postgres {
        "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    };
    let mut all = Vec::new();
    for table in rows(store, names).await {
        let table = text(&table, "name");
        let columns = if postgres {
            format!(
                "SELECT column_name::text AS name, data_type::text AS kind FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
            )
        } else {
            format!("SELECT name, type AS kind FROM pragma_table_info('{table}')")
        };
        let columns = rows(store, &columns).await;
        let file = |column: &Value| {
            matches!(
                text(column, "kind").to_lowercase().as_str(),
                "blob" | "bytea"
            )
        };
        let aside = ["seaql_migrations", "seal", "seal_head", "backup_run"];
        if !columns.iter().any(file) && !aside.contains(&table.as_str()) {
            all.push((
                table,
                columns.iter().map(|column| text(column, "name")).collect(),
            ));
        }
    }
    all
}

/// What a column held that the newest schema has no more.
fn as_it_was(table: &str, column: &str) -> String {
    match (table, column) {
        ("dossier", "receipt_secret") => format!("'{}' || printf('%08d', id)", "5".repeat(24)),
        // When it was used was never kept for long; that it was, until it had its own table.
        ("survey_token", "used_at") => "NULL".to_owned(),
        ("survey_token", "used") => {
            "EXISTS (SELECT 1 FROM burned_token b WHERE b.token_hash = survey_token.token_hash)"
                .to_owned()
        }
        other => panic!("{other:?}: which values did it have?"),
    }
}

/// Puts the year's rows into an old schema; answers how many by table.
async fn put_in(year: &Store, old: &Store) -> BTreeMap<String, usize> {
    let postgres = old.read().get_database_backend() == DbBackend::Postgres;
    let newest: BTreeMap<String, Vec<String>> = tables(year).await.into_iter().collect();
    let mut put = BTreeMap::new();
    for (table, columns) in tables(old).await {
        let now = newest
            .get(&table)
            .unwrap_or_else(|| panic!("{table} is gone"));
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let value = if now.contains(column) {
                    format!("\"{column}\"")
                } else {
                    as_it_was(&table, column)
                };
                // Every type of PostgreSQL reads a text.
                if postgres {
                    format!("CASE WHEN {value} IS NULL THEN 'NULL' ELSE quote(CAST({value} AS TEXT)) END")
                } else {
                    format!("quote({value})")
                }
            })
            .collect();
        let ask = format!(
            "SELECT {} AS v FROM \"{table}\" ORDER BY 1",
            values.join(" || ',' || ")
        );
        let found = rows(year, &ask).await;
        let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        for some in found.chunks(100) {
            let mut sql = format!("INSERT INTO \"{table}\" ({}) VALUES ", names.join(", "));
            for (place, row) in some.iter().enumerate() {
                let comma = if place == 0 { "" } else { ", " };
                write!(sql, "{comma}({})", text(row, "v")).unwrap();
            }
            old.read()
                .execute_unprepared(&sql)
                .await
                .unwrap_or_else(|why| panic!("{table}: {why}"));
        }
        if postgres && columns.contains(&"id".to_owned()) {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST(MAX(id), 1)) FROM \"{table}\""
            );
            old.read().execute_unprepared(&sql).await.unwrap();
        }
        put.insert(table, found.len());
    }
    put
}

/// The chain as the first sealer made it, digests of one part and states without hands.
async fn first_chain(year: &Store) -> Vec<String> {
    let db = year.read();
    let ids = async |table: &str| -> Vec<i64> {
        let found = rows(year, &format!("SELECT id FROM {table} ORDER BY id")).await;
        found
            .iter()
            .map(|row| row["id"].as_i64().unwrap())
            .collect()
    };
    let (mut before, mut links) = (START.to_owned(), Vec::new());
    let states = [
        (
            Source::Dossier,
            states::of_dossier_ids(db, ids("dossier").await)
                .await
                .unwrap(),
        ),
        (
            Source::Feedback,
            states::of_feedback_ids(db, ids("feedback").await)
                .await
                .unwrap(),
        ),
    ];
    for (source, standing) in states {
        let events = ids(source.code()).await;
        let told = sealed::events(db, source, events.clone()).await.unwrap();
        for id in events {
            let Told::Event(event, _) = &told[&id] else {
                panic!("{id} is no event");
            };
            let left = standing.values().find(|one| one.last_event == Some(id));
            let link = Link {
                number: i64::try_from(links.len()).unwrap() + 1,
                source,
                event_id: id,
                digest: event.one.clone(),
                state: left.map(|one| one.narrow.clone()),
            };
            before = head(&before, &link);
            let state = link
                .state
                .map_or("NULL".to_owned(), |state| format!("'{state}'"));
            links.push(format!(
                "INSERT INTO seal (agency_id, number, source, event_id, digest, state, head, sealed_at) \
                 VALUES (1, {}, '{}', {id}, '{}', {state}, '{before}', '2021-12-10 02:00:00+00:00')",
                link.number,
                source.code(),
                link.digest,
            ));
        }
    }
    links.push(format!(
        "INSERT INTO seal_head (agency_id, number, head) VALUES (1, {}, '{before}')",
        links.len()
    ));
    links
}

async fn ask(app: &App, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", "Bearer schemas")
        .header("content-type", "application/json");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let router = motcua::cli::serve::router(app.clone());
    let answer = router
        .oneshot(request.body(Body::from(body)).unwrap())
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let body = http_body_util::BodyExt::collect(answer.into_body())
        .await
        .unwrap()
        .to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn with_token(app: &App) {
    let write = app.store.write().await.unwrap();
    let token = Token {
        id: 0,
        agency_id: 1,
        name: "sau nâng cấp".into(),
        role: Role::Admin.code().into(),
        token_hash: secret::hash("schemas"),
        created_at: app.clock.now(),
        revoked_at: None,
        note: None,
        expires_at: None,
        scope: "all".into(),
    };
    write.insert_token(token).await.unwrap();
    write.commit().await.unwrap();
}

/// The figures that the rows of a schema can answer.
async fn figures(app: &App, known: &dyn Fn(&str) -> bool) -> Vec<Value> {
    let span = "from=2020-12-01&to=2021-12-09";
    let mut all = Vec::new();
    for (path, table) in [
        (format!("processing?{span}&by=field"), "dossier"),
        (format!("processing?{span}&by=procedure"), "dossier"),
        (format!("apologies?{span}"), "apology"),
        (format!("satisfaction?{span}"), "ballot_box"),
        ("four-on-the-spot?at=2021-12-09".into(), "dossier"),
    ] {
        if known(table) {
            let (status, said) =
                ask(app, "GET", &format!("/api/v1/reports/{path}"), &Value::Null).await;
            assert_eq!(status, 200, "{path}: {said}");
            all.push(said);
        }
    }
    all
}

#[tokio::test]
async fn the_rows_of_every_schema_come_up() {
    let year = Desk::of_demo(60, 3).await;
    let steps = Store::schema_steps();
    with_token(&year.app).await;
    let chain = first_chain(year.store()).await;
    let (mut most, mut told) = (0, 0);
    for step in 1..=steps.len() {
        let name = &steps[step - 1];
        let folder = tempfile::tempdir().unwrap();
        let url = database_url(folder.path()).await;
        let old = Store::open(&url).await.unwrap();
        old.migrate_up_to(step).await.unwrap();
        let put = put_in(year.store(), &old).await;
        let sealed = name.as_str() >= "m14_seal";
        for link in chain.iter().filter(|_| sealed) {
            old.read().execute_unprepared(link).await.unwrap();
        }
        old.close().await.unwrap();
        let mut settings = Settings::load(None).unwrap();
        settings.database.url = url;
        settings.backup.before_upgrade = false;
        settings.security.key_file = folder.path().join("key").display().to_string();
        let clock = Clock::Fixed(parse_moment(NOW).unwrap());
        let app = App::open(settings, clock).await.unwrap();
        for (table, count) in &put {
            let there = rows(&app.store, &format!("SELECT 1 AS x FROM \"{table}\"")).await;
            assert_eq!(there.len(), *count, "{name}: rows of {table}");
        }
        most = most.max(put.values().sum());
        if !put.contains_key("dossier") {
            continue;
        }
        if (name.as_str() >= "m05_survey") && !put.contains_key("burned_token") {
            let burned = "SELECT token_hash AS hash FROM burned_token ORDER BY 1";
            assert_eq!(
                rows(year.store(), burned).await,
                rows(&app.store, burned).await,
                "{name}"
            );
        }
        with_token(&app).await;
        let known = |table: &str| put.contains_key(table);
        let was = figures(&year.app, &known).await;
        let is = figures(&app, &known).await;
        assert_eq!(was, is, "{name}: the figures");
        told += is.len();
        let one = dossiers::by_id(app.store.read(), 7).await.unwrap();
        if name.as_str() < "m27_receipt" {
            let own = format!("{}{:08}", "5".repeat(24), 7);
            assert_eq!(app.secret_of(&one).unwrap(), own, "{name}");
            assert_eq!(one.receipt_hash, secret::hash(&own));
            assert!(!one.receipt_sealed.contains(&own));
        }
        let before = sealer::run(&app).await.unwrap();
        assert_eq!(
            before == 0,
            sealed,
            "{name}: {before} events were sealed anew"
        );
        let body = json!({
            "procedure_code": "1.001193", "channel": "desk", "documents": [],
            "applicant": { "name": "Sau nâng cấp", "kind": "citizen" },
        });
        let (status, said) = ask(&app, "POST", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 201, "{name}: {said}");
        sealer::run(&app).await.unwrap();
        let found = verify::run(&app.store, None).await.unwrap();
        assert_eq!((found.broken, found.unsealed), (None, 0), "{name}");
    }
    println!(
        "schemas upgraded with their rows: {}, rows at most: {most}, figures compared: {told}",
        steps.len()
    );
}
