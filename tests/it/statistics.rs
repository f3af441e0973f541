//! The planner knows how the tables are filled: after a change of the schema, and after a
//! night in which they grew. It took an index that it knew nothing of for a good way through
//! a hundred thousand rows.
use std::collections::BTreeSet;

use chrono::TimeDelta;
use motcua::{
    actions::import_dossiers,
    app::App,
    clock::Clock,
    config::Settings,
    nightly,
    store::{Reader, Store},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, JsonValue, Statement};

use crate::{
    harness::{Desk, database_url},
    imports::{office, plan},
};

/// What of a table the planner has numbers of: indexes of SQLite, columns of PostgreSQL.
async fn known(db: &impl Reader, table: &str) -> BTreeSet<String> {
    let backend = db.get_database_backend();
    let ask = if backend == DbBackend::Postgres {
        format!("SELECT attname AS name FROM pg_stats WHERE tablename = '{table}'")
    } else {
        let there = "SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'";
        let there = Statement::from_string(backend, there);
        if db.query_one_raw(there).await.unwrap().is_none() {
            return BTreeSet::new();
        }
        format!("SELECT idx AS name FROM sqlite_stat1 WHERE tbl = '{table}' AND idx IS NOT NULL")
    };
    let rows = JsonValue::find_by_statement(Statement::from_string(backend, ask));
    let rows = rows.all(db).await.unwrap();
    rows.iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn after_a_night_the_planner_knows_the_tables() {
    let desk = Desk::at("2021-04-16T09:00").await;
    assert_eq!(known(desk.store().read(), "dossier").await.len(), 0);
    for at in ["2021-04-16T08:00:00+07:00", "2021-04-16T08:10:00+07:00"] {
        desk.receive("1.001193", at).await;
    }
    let now = desk.app.clock.now() + TimeDelta::days(1);
    nightly::due(&desk.app, None, now).await.unwrap();
    let known = known(desk.store().read(), "dossier").await;
    assert!(known.len() > 5, "{known:?}");
}

#[tokio::test]
async fn after_a_change_of_the_schema_the_planner_knows_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = Store::open(&url).await.unwrap();
    store
        .migrate_up_to(Store::schema_steps().len() - 1)
        .await
        .unwrap();
    for sql in [
        "INSERT INTO agency (id, key) VALUES (1, 'cu')",
        "INSERT INTO account (agency_id, username, name, role, title, password_hash, disabled, failures, created_at) \
         VALUES (1, 'cu', 'Người cũ', 'office', '', 'x', FALSE, 0, '2021-04-16 03:00:00+00:00')",
    ] {
        store.read().execute_unprepared(sql).await.unwrap();
    }
    assert_eq!(known(store.read(), "account").await.len(), 0);
    store.close().await.unwrap();
    let mut settings = Settings::load(None).unwrap();
    settings.database.url = url;
    settings.backup.folder = folder.path().join("sao-luu").display().to_string();
    let app = App::open(settings, Clock::System).await.unwrap();
    assert!(!known(app.store.read(), "account").await.is_empty());
}

#[tokio::test]
async fn after_many_rows_at_once_the_planner_knows_the_tables() {
    // A year of which the planner knew nothing: its quarterly report took six times as long.
    let demo = Desk::of_demo(60, 5).await;
    assert!(known(demo.store().read(), "dossier").await.len() > 5);

    let desk = Desk::at("2021-04-16T09:00").await;
    let mut csv = String::from("code,procedure_code,applicant_name,received_at\n");
    for n in 1..=500 {
        csv.push_str(&format!(
            "SO-CU-{n:03},1.001193,Nguyễn Thị Đào,2021-04-01 08:00\n"
        ));
    }
    let plan = plan(&desk, csv.as_bytes()).await;
    import_dossiers::run(&desk.app, &office(), plan, false, |_| ())
        .await
        .unwrap();
    assert!(known(desk.store().read(), "dossier").await.len() > 5);
}
