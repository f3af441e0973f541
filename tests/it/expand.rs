//! A migration takes nothing away from the release before it: what that one reads and writes
//! is still there, so that old servers go on serving while the first new one starts.
use std::collections::{BTreeMap, BTreeSet};

use motcua::store::Store;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::harness::database_url;

/// The newest step of the release that may still be serving.
const BEFORE: &str = "m34_moves";

/// What a row can be written without knowing: nullable, or with a default.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    kind: String,
    required: bool,
}

type Tables = BTreeMap<String, BTreeMap<String, Column>>;

async fn tables(store: &Store) -> Tables {
    let db = store.read();
    let (backend, sql) = if store.is_postgres() {
        (
            DbBackend::Postgres,
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS kind, \
             (is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO')::int AS required \
             FROM information_schema.columns WHERE table_schema = 'public'",
        )
    } else {
        (
            DbBackend::Sqlite,
            "SELECT m.name AS t, p.name AS c, p.type AS kind, \
             CAST(p.\"notnull\" = 1 AND p.dflt_value IS NULL AND p.pk = 0 AS INTEGER) AS required \
             FROM pragma_table_list m JOIN pragma_table_info(m.name) p \
             WHERE m.schema = 'main' AND m.type = 'table'",
        )
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    let mut all = Tables::new();
    for row in rows {
        let text = |name: &str| row.try_get::<String>("", name).unwrap();
        let required: i32 = row.try_get("", "required").unwrap();
        let column = Column {
            kind: text("kind"),
            required: required == 1,
        };
        all.entry(text("t")).or_default().insert(text("c"), column);
    }
    assert!(all.len() > 40, "{}", all.len());
    all
}

/// What the second of two schemas takes away from whoever knows the first.
fn taken(before: &Tables, after: &Tables) -> Vec<String> {
    let mut wrong = Vec::new();
    for (table, columns) in before {
        let Some(now) = after.get(table) else {
            wrong.push(format!("{table} is gone"));
            continue;
        };
        for (name, column) in columns {
            match now.get(name) {
                None => wrong.push(format!("{table}.{name} is gone")),
                Some(is) if is.kind != column.kind => {
                    wrong.push(format!("{table}.{name} is {} now", is.kind));
                }
                Some(is) if is.required && !column.required => {
                    wrong.push(format!("{table}.{name} must be written now"));
                }
                Some(_) => {}
            }
        }
        for (name, column) in now {
            if column.required && !columns.contains_key(name) {
                wrong.push(format!("{table}.{name} is new and must be written"));
            }
        }
    }
    wrong
}

/// What may refuse a row that is written: a unique index, a check, a trigger. Its table, its
/// name, its words.
type Rules = BTreeSet<(String, String, String)>;

/// Rules of later steps over tables of then, by which no older program is refused.
const HARMLESS: [&str; 3] = [
    // On SQLite: they keep the index of words beside a text that every program writes.
    "dossier_words_added",
    "dossier_words_changed",
    "dossier_words_removed",
];

async fn rules(store: &Store) -> Rules {
    let (backend, sql) = if store.is_postgres() {
        (
            DbBackend::Postgres,
            "SELECT c.relname::text AS t, i.relname::text AS n, pg_get_indexdef(i.oid) AS said \
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
             JOIN pg_class c ON c.oid = x.indrelid WHERE x.indisunique \
             UNION ALL SELECT c.relname::text, k.conname::text, pg_get_constraintdef(k.oid) \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('c', 'x') \
             UNION ALL SELECT c.relname::text, g.tgname::text, pg_get_triggerdef(g.oid) \
             FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal",
        )
    } else {
        // Checks have no names there, and stand within their table: how many is told.
        (
            DbBackend::Sqlite,
            "SELECT tbl_name AS t, name AS n, COALESCE(sql, '') AS said FROM sqlite_master \
             WHERE type = 'trigger' \
             OR (type = 'index' AND (sql IS NULL OR sql LIKE 'CREATE UNIQUE %')) \
             UNION ALL SELECT name, 'CHECK', \
             CAST((length(words) - length(replace(words, 'CHECK(', ''))) / 6 AS TEXT) \
             FROM (SELECT name, replace(upper(sql), 'CHECK (', 'CHECK(') AS words \
             FROM sqlite_master WHERE type = 'table') WHERE words LIKE '%CHECK(%'",
        )
    };
    let ask = Statement::from_string(backend, sql);
    let rows = store.read().query_all_raw(ask).await.unwrap();
    let of = |row: &sea_orm::QueryResult| {
        let text = |name: &str| row.try_get::<String>("", name).unwrap();
        (text("t"), text("n"), text("said"))
    };
    rows.iter().map(of).collect()
}

/// The rules of the second schema over tables of before that the first did not have.
fn stricter(before: &Tables, held: &Rules, now: &Rules) -> Vec<String> {
    let new = now.difference(held).filter(|(table, name, _)| {
        before.contains_key(table) && !HARMLESS.contains(&name.as_str())
    });
    new.map(|(table, name, said)| format!("{table}: {name} {said}"))
        .collect()
}

#[tokio::test]
async fn every_step_since_the_last_release_leaves_what_that_one_reads_and_writes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&database_url(folder.path()).await)
        .await
        .unwrap();
    let steps = Store::schema_steps();
    let known = steps.iter().position(|step| step == BEFORE).unwrap() + 1;
    store.migrate_up_to(known).await.unwrap();
    let (before, held) = (tables(&store).await, rules(&store).await);
    for step in &steps[known..] {
        store.migrate_up_to(1).await.unwrap();
        let mut wrong = taken(&before, &tables(&store).await);
        wrong.extend(stricter(&before, &held, &rules(&store).await));
        assert!(wrong.is_empty(), "{step}: {wrong:#?}");
    }
    assert!(store.pending().await.unwrap().is_empty());
    // The look itself finds what it is there for.
    let held = rules(&store).await;
    for name in HARMLESS {
        let is_there = held.iter().any(|rule| rule.1 == name);
        assert_eq!(is_there, !store.is_postgres(), "{name}");
    }
    let trigger = if store.is_postgres() {
        "CREATE TRIGGER odd BEFORE UPDATE ON dossier FOR EACH ROW \
         EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    } else {
        "CREATE TRIGGER odd BEFORE UPDATE ON dossier BEGIN SELECT 1; END"
    };
    for odd in [
        "CREATE UNIQUE INDEX odd_index ON dossier (agency_id, id)",
        "ALTER TABLE dossier ADD COLUMN odd integer CHECK (odd > 0)",
        trigger,
    ] {
        store.read().execute_unprepared(odd).await.unwrap();
    }
    let wrong = stricter(&before, &held, &rules(&store).await);
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
    let mut after = before.clone();
    let dossier = after.get_mut("dossier").unwrap();
    let code = dossier.remove("code").unwrap();
    dossier.insert(
        "number".into(),
        Column {
            required: true,
            ..code
        },
    );
    after.remove("wait");
    let wrong = taken(&before, &after);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}

#[test]
fn no_migration_since_then_drops_or_renames() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/src");
    let mut looked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.starts_with('m') || name.as_str() <= BEFORE {
            continue;
        }
        looked += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
            .to_lowercase();
        for word in [
            "drop_table",
            "drop_column",
            "rename",
            "drop table",
            "drop column",
            "modify_column",
            "set not null",
        ] {
            assert!(
                !code.contains(word),
                "{name} says {word}: see migrations/src/lib.rs"
            );
        }
    }
    assert!(looked >= 2, "{looked}");
}

#[tokio::test]
async fn servers_that_start_together_bring_the_schema_up_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let (one, two) = (
        Store::open(&url).await.unwrap(),
        Store::open(&url).await.unwrap(),
    );
    // A file has one server.
    let made = if one.is_postgres() {
        let both = tokio::join!(one.migrate(), two.migrate());
        [both.0.unwrap(), both.1.unwrap()]
    } else {
        [one.migrate().await.unwrap(), two.migrate().await.unwrap()]
    };
    let mut made = made.map(|steps| steps.len());
    made.sort_unstable();
    assert_eq!(made, [0, Store::schema_steps().len()]);
}

/// Every index, and whether it is whole.
async fn indexes(store: &Store) -> BTreeMap<String, bool> {
    let (backend, sql) = if store.is_postgres() {
        (
            DbBackend::Postgres,
            "SELECT c.relname::text AS name, i.indisvalid::int AS whole FROM pg_index i \
             JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'public'",
        )
    } else {
        (
            DbBackend::Sqlite,
            "SELECT name, 1 AS whole FROM sqlite_master WHERE type = 'index'",
        )
    };
    let ask = Statement::from_string(backend, sql);
    let rows = store.read().query_all_raw(ask).await.unwrap();
    let of = |row: &sea_orm::QueryResult| {
        let whole: i32 = row.try_get("", "whole").unwrap();
        (row.try_get("", "name").unwrap(), whole == 1)
    };
    rows.iter().map(of).collect()
}

#[tokio::test]
async fn whoever_writes_while_an_index_is_built_is_not_held_up() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = Store::open(&url).await.unwrap();
    let steps = Store::schema_steps();
    let known = steps.iter().position(|step| step == "m48_received");
    store.migrate_up_to(known.unwrap()).await.unwrap();
    // An older server is in the middle of a change: a file has one server.
    let writes = "UPDATE dossier SET note = note";
    let older = Store::open(&url).await.unwrap();
    let held = older.write().await.unwrap();
    if older.is_postgres() {
        held.reader().execute_unprepared(writes).await.unwrap();
    } else {
        held.commit().await.unwrap();
        store.migrate().await.unwrap();
        return assert!(store.pending().await.unwrap().is_empty());
    }
    let migrating = {
        let store = store.clone();
        tokio::spawn(async move { store.migrate().await })
    };
    // It has begun the first of them, and waits for that change.
    let begun = async {
        while !indexes(&older).await.contains_key("ix_dossier_received") {
            assert!(!migrating.is_finished(), "it waited for nobody");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let patience = std::time::Duration::from_mins(1);
    let begun = tokio::time::timeout(patience, begun).await;
    assert!(begun.is_ok(), "it began none beside the work");
    let next = async {
        let write = older.write().await.unwrap();
        write.reader().execute_unprepared(writes).await.unwrap();
        write.commit().await.unwrap();
    };
    let done = tokio::time::timeout(patience, next).await;
    assert!(done.is_ok(), "the next change waited for the index");
    assert!(!migrating.is_finished());
    held.commit().await.unwrap();
    migrating.await.unwrap().unwrap();
    let broken: Vec<_> = indexes(&store)
        .await
        .into_iter()
        .filter(|one| !one.1)
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[tokio::test]
async fn a_column_that_a_broken_step_added_is_added_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = Store::open(&url).await.unwrap();
    let steps = Store::schema_steps();
    let known = steps.iter().position(|step| step == "m46_untold");
    store.migrate_up_to(known.unwrap()).await.unwrap();
    let begun = if store.is_postgres() {
        "ALTER TABLE outbox ADD COLUMN over_at timestamp with time zone NULL"
    } else {
        "ALTER TABLE outbox ADD COLUMN over_at timestamp_with_timezone_text NULL"
    };
    store.read().execute_unprepared(begun).await.unwrap();
    store.migrate().await.unwrap();
    let all = indexes(&store).await;
    for name in ["ix_outbox_untold", "ix_outbox_given_up", "ix_wait_arrived"] {
        assert!(all[name], "{name}");
    }
}

#[tokio::test]
async fn a_step_that_was_broken_off_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = Store::open(&url).await.unwrap();
    let steps = Store::schema_steps();
    let known = steps.iter().position(|step| step == "m49_indexes");
    store.migrate_up_to(known.unwrap()).await.unwrap();
    // Another index of the name, as half of one would be.
    let half = "CREATE INDEX ix_feedback_code ON feedback (id)";
    store.read().execute_unprepared(half).await.unwrap();
    if store.is_postgres() {
        let half = "UPDATE pg_index SET indisvalid = false \
             WHERE indexrelid = 'ix_feedback_code'::regclass";
        store.read().execute_unprepared(half).await.unwrap();
    }
    store.migrate().await.unwrap();
    let text = if store.is_postgres() {
        "SELECT indexdef AS text FROM pg_indexes WHERE indexname = 'ix_feedback_code'"
    } else {
        "SELECT sql AS text FROM sqlite_master WHERE name = 'ix_feedback_code'"
    };
    let ask = Statement::from_string(store.read().get_database_backend(), text);
    let row = store.read().query_one_raw(ask).await.unwrap().unwrap();
    let text: String = row.try_get("", "text").unwrap();
    assert!(text.ends_with("(code)"), "{text}");
    assert!(indexes(&store).await["ix_feedback_code"]);
}
