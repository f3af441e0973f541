//! Lines to the database are lent again without a test of their own: each question gets its own
//! answer, whatever became of those before it on the same line.
use std::time::Duration;

use motcua::store::{Reader, Store};
use sea_orm::{ConnectionTrait as _, Statement};
use tokio::task::JoinSet;

use crate::harness::{Desk, database_url};

/// Asks for a number and what follows from it in a thousand rows.
async fn asked(db: &impl Reader, number: i64) -> Result<i64, sea_orm::DbErr> {
    let sql = "WITH RECURSIVE step(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 1000) \
               SELECT CAST($1 AS bigint) + count(*) AS answer FROM step";
    let ask = Statement::from_sql_and_values(db.get_database_backend(), sql, [number.into()]);
    let row = db.query_one_raw(ask).await?.unwrap();
    Ok(row.try_get::<i64>("", "answer").unwrap() - 1000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_question_has_its_own_answer_whatever_was_given_up_before() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let store = desk.store();
    let now = desk.app.clock.now();
    let mut asking = JoinSet::new();
    for number in 0..400_i64 {
        let store = store.clone();
        asking.spawn(async move {
            let soon = Duration::from_micros(u64::try_from(number).unwrap() * 7);
            match number % 5 {
                // Given up halfway, or before it began.
                0 => drop(tokio::time::timeout(soon, asked(store.read(), number)).await),
                // Refused by the engine.
                1 => {
                    let engine = store.read().get_database_backend();
                    let wrong = Statement::from_string(engine, "SELECT nothing FROM nowhere");
                    store.read().query_one_raw(wrong).await.unwrap_err();
                }
                // Changes that are let go of, with a word or without one, or cut off.
                2 => {
                    let change = async {
                        let write = store.write().await.unwrap();
                        write
                            .put_setup_link(format!("link {number}"), now)
                            .await
                            .unwrap();
                        if number % 2 == 0 {
                            write.abandon().await.unwrap();
                        }
                    };
                    drop(tokio::time::timeout(soon * 8, change).await);
                }
                3 => {
                    let moment = store.snapshot().await.unwrap();
                    assert_eq!(asked(&moment, number).await.unwrap(), number);
                }
                _ => assert_eq!(asked(store.read(), number).await.unwrap(), number),
            }
        });
    }
    while let Some(done) = asking.join_next().await {
        done.unwrap();
    }
    let links = desk.rows("SELECT token_hash FROM setup_link").await;
    assert!(links.is_empty(), "{links:?}");
    // Every line is still there for whoever comes next, to look and to change.
    let mut all = JoinSet::new();
    for number in 0..100 {
        let store = store.clone();
        all.spawn(async move {
            assert_eq!(asked(store.read(), number).await.unwrap(), number);
            let write = store.write().await.unwrap();
            assert_eq!(asked(write.reader(), number).await.unwrap(), number);
            write.commit().await.unwrap();
        });
    }
    while let Some(done) = all.join_next().await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_given_up_while_it_began_is_on_no_line() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let store = desk.store();
    let engine = store.read().get_database_backend();
    for number in 0..40 {
        assert_eq!(asked(store.read(), number).await.unwrap(), number);
        // Looked at once: the word is sent by the line that was just given back, and not
        // answered yet.
        tokio::select! {
            biased;
            begun = store.snapshot() => drop(begun),
            () = std::future::ready(()) => {}
        }
        // Within a transaction the refusal would be everybody's after.
        let wrong = Statement::from_string(engine, "SELECT nothing FROM nowhere");
        store.read().query_one_raw(wrong).await.unwrap_err();
        assert_eq!(asked(store.read(), number).await.unwrap(), number);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_is_closed_while_it_is_asked() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&database_url(folder.path()).await)
            .await
            .unwrap();
        let mut asking = JoinSet::new();
        for number in 0..40 {
            let store = store.clone();
            asking.spawn(async move {
                // Until it is closed.
                while asked(store.read(), number).await == Ok(number) {}
            });
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        let closed = tokio::time::timeout(Duration::from_secs(20), store.close());
        closed.await.expect("a line was waited for").unwrap();
        while let Some(done) = asking.join_next().await {
            done.unwrap();
        }
    }
}

/// A server that was restarted: at most what was under way is refused. A file has nobody who
/// could hang up, and every look at it is answered.
#[tokio::test]
async fn a_server_that_hung_up_is_asked_by_new_lines() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let store = Store::open(&url).await.unwrap();
    let other = Store::open(&url).await.unwrap();
    let together = async || {
        tokio::join!(
            asked(store.read(), 1),
            asked(store.read(), 2),
            asked(store.read(), 3)
        )
    };
    assert_eq!(together().await, (Ok(1), Ok(2), Ok(3)));
    if store.is_postgres() {
        let sql = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let ask = Statement::from_string(other.read().get_database_backend(), sql);
        let row = other.read().query_one_raw(ask).await.unwrap().unwrap();
        assert!(row.try_get::<i64>("", "n").unwrap() >= 1);
        // Each line at hand is found out once, and never lent again.
        for _ in 0..4 {
            let _ = store.ping().await;
        }
    }
    for _ in 0..3 {
        assert_eq!(together().await, (Ok(1), Ok(2), Ok(3)));
    }
}

#[test]
fn a_store_may_be_let_go_of_when_its_runtime_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(async {
        let store = Store::open(&database_url(folder.path()).await)
            .await
            .unwrap();
        assert_eq!(asked(store.read(), 1).await, Ok(1));
        store
    });
    drop(runtime);
    drop(store);
}
