//! How often is the database asked for a page? Not more often than is written here, and
//! not more often when there is more to show: no page asks once for every row.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use motcua::{
    config::Database,
    domain::{dossier::Status, role::Role},
    store::{
        Store,
        register::{self, By, Filter, Order},
    },
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::json;

use crate::harness::{Desk, database_url};

/// Who asks for what, and how many statements it may take. Letters in braces are filled in.
const PAGES: [(&str, &str, u64); 16] = [
    ("", "/", 0),
    ("", "/thu-tuc", 2),
    ("", "/tra-cuu?code={code}", 2),
    ("", "/ket-qua", 6),
    ("receptionist", "/ban-lam-viec", 31),
    ("receptionist", "/ho-so", 16),
    ("receptionist", "/ho-so/moi", 7),
    ("receptionist", "/ho-so/{code}", 35),
    ("receptionist", "/ho-so/{code}/tai-cho", 14),
    ("leader", "/xin-loi", 26),
    ("office", "/bao-cao", 52),
    ("office", "/bao-cao/giai-quyet?ky=2021-Q2", 21),
    ("office", "/bao-cao/dung-han?ky=2021-Q2", 34),
    ("office", "/bao-cao/4-tai-cho", 11),
    ("office", "/bao-cao/don-vi?ky=2021-Q2", 24),
    ("office", "/phan-anh/danh-sach", 13),
];

/// Who of them signs in.
const ASKERS: [Role; 3] = [Role::Receptionist, Role::Leader, Role::Office];

/// A cookie for each of them.
type Cookies = BTreeMap<&'static str, String>;

/// The statements of every page, asked a second time: what is read once is read.
async fn counted(desk: &Desk, code: &str, cookies: &Cookies) -> BTreeMap<&'static str, u64> {
    let mut all = BTreeMap::new();
    for (who, path, _) in PAGES {
        let at = path.replace("{code}", code);
        let mut asked = 0;
        for _ in 0..2 {
            let before = desk.store().statements();
            let page = desk.page(&cookies[who], &at).await;
            assert_eq!(page.status, 200, "{who} {at}");
            asked = desk.store().statements() - before;
        }
        all.insert(path, asked);
    }
    all
}

async fn counted_of_demo(dossiers: usize) -> BTreeMap<&'static str, u64> {
    let desk = Desk::of_demo(dossiers, 5).await;
    let row = desk
        .rows("SELECT code FROM dossier WHERE ended_at IS NULL AND received_at IS NOT NULL ORDER BY id DESC LIMIT 1")
        .await;
    let mut cookies = Cookies::from([("", String::new())]);
    for role in ASKERS {
        cookies.insert(role.code(), desk.sign_in_demo(role.code()).await);
    }
    counted(&desk, row[0]["code"].as_str().unwrap(), &cookies).await
}

#[tokio::test]
async fn a_page_asks_as_often_for_many_dossiers_as_for_few() {
    let (few, many) = (counted_of_demo(300).await, counted_of_demo(800).await);
    println!(
        "{:<40} {:>10} {:>6} {:>6}",
        "page", "statements", "many", "most"
    );
    let mut wrong = Vec::new();
    for (who, path, most) in PAGES {
        let (few, many) = (few[path], many[path]);
        println!(
            "{:<40} {few:>10} {many:>6} {most:>6}",
            format!("{who} {path}")
        );
        if few.max(many) > most || many > few + 3 {
            wrong.push(format!(
                "{who} {path}: {few} of few, {many} of many, at most {most}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The demo is a file whatever the suite runs on.
#[tokio::test]
async fn a_page_asks_no_more_often_on_another_engine() {
    let desk = Desk::at("2021-05-12T10:00").await;
    for minute in 0..4 {
        desk.receive("1.004873", &format!("2021-05-12T09:0{minute}"))
            .await;
    }
    let code = desk.receive("1.004873", "2021-05-12T09:10").await;
    let mut cookies = Cookies::from([("", String::new())]);
    for role in ASKERS {
        cookies.insert(role.code(), desk.sign_in(role).await);
    }
    let asked = counted(&desk, &code, &cookies).await;
    let mut wrong = Vec::new();
    for (who, path, most) in PAGES {
        let line = format!("{who} {path}: {} statements, at most {most}", asked[path]);
        println!("{}, {line}", desk.store().engine());
        if asked[path] > most {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn no_answer_is_kept_for_the_next_one_who_asks() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let code = desk.receive("1.004873", "2021-05-12T09:00").await;
    let address = format!("/tra-cuu?code={code}");
    let look = async || {
        let before = desk.store().statements();
        let page = desk.page("", &address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        (page.body, desk.store().statements() - before)
    };
    // Names and days are read once.
    look().await;
    let wanted = "Chờ ông/bà bổ sung giấy tờ";
    let act = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu" });
    for is_wanted in [false, true] {
        if is_wanted {
            desk.done("receptionist", &code, act.clone()).await;
        }
        let ((page, first), (again, second)) = (look().await, look().await);
        assert_eq!(page.contains(wanted), is_wanted, "{page}");
        assert_eq!(page, again);
        assert_eq!(first, second);
        assert!(first > 0);
    }
}

/// A connection that keeps the statements which go over it: the program's own words.
pub async fn hearing(desk: &Desk) -> (DatabaseConnection, Arc<Mutex<Vec<Statement>>>) {
    let said = Arc::<Mutex<Vec<Statement>>>::default();
    let mut db = sea_orm::Database::connect(&desk.app.settings.database.url)
        .await
        .unwrap();
    let heard = said.clone();
    db.set_metric_callback(move |info| heard.lock().unwrap().push(info.statement.clone()));
    (db, said)
}

/// How the engine means to answer a statement, a line for each of its steps.
pub async fn plan(desk: &Desk, statement: &Statement) -> Vec<String> {
    let postgres = desk.store().is_postgres();
    let write = desk.store().write().await.unwrap();
    if postgres {
        // A few rows are read and sorted sooner than any index is walked.
        for off in ["seqscan", "sort"] {
            let off = format!("SET LOCAL enable_{off} = off");
            write.reader().execute_unprepared(&off).await.unwrap();
        }
    }
    let explain = if postgres {
        "EXPLAIN"
    } else {
        "EXPLAIN QUERY PLAN"
    };
    let mut ask = statement.clone();
    ask.sql = format!("{explain} {}", ask.sql);
    let rows = write.reader().query_all_raw(ask).await.unwrap();
    let step = |row: &sea_orm::QueryResult| {
        row.try_get::<String>("", "QUERY PLAN")
            .or_else(|_| row.try_get("", "detail"))
            .unwrap()
    };
    rows.iter().map(step).collect()
}

/// A step for which every row is read and put in order.
fn sorts_all(step: &str) -> bool {
    let step = step.trim_start().trim_start_matches("->").trim_start();
    step.starts_with("Sort  (") || step.contains("TEMP B-TREE")
}

#[tokio::test]
async fn the_first_page_of_a_list_is_walked_along_an_index_in_whatever_order() {
    let desk = Desk::of_demo(60, 5).await;
    let (db, said) = hearing(&desk).await;
    let now = desk.app.clock.now();
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for by in [
        By::Entered,
        By::Received,
        By::FirstDue,
        By::Due,
        By::Ended,
        By::Returned,
        By::Waiting,
        By::Name,
    ] {
        for (down, status) in [
            (false, None),
            (true, None),
            (false, Some(Status::Returned)),
            (true, Some(Status::Returned)),
        ] {
            // By another order a state is as rare as it is: only its own rows are sorted.
            if status.is_some() && by != By::Entered {
                continue;
            }
            let order = Order { by, down };
            let filter = Filter {
                agency: 1,
                status,
                order,
                ..Filter::default()
            };
            said.lock().unwrap().clear();
            register::page(&db, &filter, false, now, 50).await.unwrap();
            let statements: Vec<Statement> = said.lock().unwrap().clone();
            for statement in &statements {
                if !statement.sql.contains("ORDER BY") {
                    continue;
                }
                looked_at += 1;
                let steps = plan(&desk, statement).await;
                if steps.iter().any(|step| sorts_all(step)) {
                    wrong.push(format!(
                        "{order:?} {status:?}: {}\n{steps:#?}",
                        statement.sql
                    ));
                }
            }
        }
    }
    // Each order of what not every row has is read in two parts.
    assert!(looked_at >= 20, "{looked_at}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_statement_of_a_server_takes_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database {
        url: database_url(folder.path()).await,
        pooler_url: String::new(),
        connections: 2,
        statement_seconds: 1,
    };
    let store = Store::open_to_serve(&database).await.unwrap();
    let db = store.read();
    let (slow, is_cut) = if store.is_postgres() {
        ("SELECT CAST(pg_sleep(20) AS text)", true)
    } else {
        // SQLite has no such limit; its statements are bounded by what pages ask.
        ("SELECT 1", false)
    };
    let ask = Statement::from_string(db.get_database_backend(), slow);
    assert_eq!(db.query_one_raw(ask).await.is_err(), is_cut);
    store.ping().await.unwrap();
}

#[tokio::test]
async fn changes_wait_in_a_row_and_no_look_waits_for_them() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let store = desk.store();
    let (now, token) = (desk.app.clock.now(), |n: usize| format!("link {n}"));
    let held = store.write().await.unwrap();
    held.put_setup_link(token(0), now).await.unwrap();
    // More of them than there are connections to look with.
    let mut waiting = tokio::task::JoinSet::new();
    for n in 1..=20 {
        let (store, link) = (store.clone(), token(n));
        waiting.spawn(async move {
            let write = store.write().await?;
            write.put_setup_link(link, now).await?;
            write.commit().await
        });
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
        store.ping().await.unwrap();
    }
    held.commit().await.unwrap();
    while let Some(done) = waiting.join_next().await {
        done.unwrap().unwrap();
    }
}

#[tokio::test]
async fn idle_lines_are_closed_while_others_look_and_change() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let store = desk.store();
    let code = desk.receive("1.004873", "2021-05-12T09:00").await;
    let held = store.write().await.unwrap();
    held.put_setup_link("link".to_owned(), desk.app.clock.now())
        .await
        .unwrap();
    let looked = store.snapshot().await.unwrap();
    for _ in 0..20 {
        let (closed, alive) = tokio::join!(store.close_idle(), store.ping());
        closed.unwrap();
        alive.unwrap();
    }
    let ask = Statement::from_string(looked.get_database_backend(), "SELECT code FROM dossier");
    assert_eq!(looked.query_all_raw(ask).await.unwrap().len(), 1);
    held.commit().await.unwrap();
    store.close_idle().await.unwrap();
    let there = desk.rows("SELECT code FROM dossier").await;
    assert_eq!(there[0]["code"], code.as_str());
}

#[tokio::test]
async fn one_intake_asks_no_more_than_it_must() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let mut asked = 0;
    for _ in 0..3 {
        let before = desk.store().statements();
        desk.receive("1.004873", "2021-05-12T09:00").await;
        asked = desk.store().statements() - before;
    }
    println!("one intake: {asked} statements");
    assert!((5..=7).contains(&asked), "{asked}");
}
