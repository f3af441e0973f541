//! How often is the database asked for a page? Not more often than is written here, and
//! not more often when there is more to show: no page asks once for every row.
use std::collections::BTreeMap;

use motcua::{
    config::Database,
    domain::role::Role,
    store::{
        Store,
        register::{self, Filter},
    },
};
use sea_orm::{ConnectionTrait, Statement};

use crate::harness::{Desk, database_url};

/// Who asks for what, and how many statements it may take. Letters in braces are filled in.
const PAGES: [(&str, &str, u64); 16] = [
    ("", "/", 0),
    ("", "/thu-tuc", 2),
    ("", "/tra-cuu?code={code}", 2),
    ("", "/ket-qua", 6),
    ("receptionist", "/ban-lam-viec", 38),
    ("receptionist", "/ho-so", 19),
    ("receptionist", "/ho-so/moi", 10),
    ("receptionist", "/ho-so/{code}", 34),
    ("receptionist", "/ho-so/{code}/tai-cho", 14),
    ("leader", "/xin-loi", 33),
    ("office", "/bao-cao", 59),
    ("office", "/bao-cao/giai-quyet?ky=2021-Q2", 32),
    ("office", "/bao-cao/dung-han?ky=2021-Q2", 40),
    ("office", "/bao-cao/4-tai-cho", 13),
    ("office", "/bao-cao/don-vi?ky=2021-Q2", 34),
    ("office", "/phan-anh/danh-sach", 16),
];

/// The statements of every page, asked a second time: what is read once is read.
async fn counted(dossiers: usize) -> BTreeMap<&'static str, u64> {
    let desk = Desk::of_demo(dossiers, 5).await;
    let row = desk
        .rows("SELECT code FROM dossier WHERE ended_at IS NULL AND received_at IS NOT NULL ORDER BY id DESC LIMIT 1")
        .await;
    let code = row[0]["code"].as_str().unwrap();
    let mut cookies = BTreeMap::from([("", String::new())]);
    for role in [Role::Receptionist, Role::Leader, Role::Office] {
        cookies.insert(role.code(), desk.sign_in_demo(role.code()).await);
    }
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

#[tokio::test]
async fn a_page_asks_as_often_for_many_dossiers_as_for_few() {
    let (few, many) = (counted(300).await, counted(800).await);
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

#[tokio::test]
async fn a_word_within_a_name_is_found_and_by_an_index_where_the_engine_has_one() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let mut codes = Vec::new();
    for day in 3..8 {
        codes.push(
            desk.receive("1.004873", &format!("2021-05-0{day}T08:30"))
                .await,
        );
    }
    let db = desk.store().read();
    for (words, found) in [
        ("đào", 5),
        ("guy", 5),
        ("NGUYEN thi", 5),
        ("100%", 0),
        ("a_b", 0),
    ] {
        let filter = Filter {
            agency: 1,
            words: words.into(),
            ..Filter::default()
        };
        let now = desk.app.clock.now();
        let count = register::count(db, &filter, false, now).await.unwrap();
        assert_eq!(count, found, "{words}");
    }
    let (expected, explain) = if desk.store().is_postgres() {
        (
            "ix_dossier_search",
            "EXPLAIN SELECT id FROM dossier WHERE search LIKE '%nguyen%'",
        )
    } else {
        (
            "SCAN dossier",
            "EXPLAIN QUERY PLAN SELECT id FROM dossier WHERE search LIKE '%nguyen%'",
        )
    };
    let write = desk.store().write().await.unwrap();
    if desk.store().is_postgres() {
        // Five rows are read sooner than any index.
        let off = "SET LOCAL enable_seqscan = off";
        write.reader().execute_unprepared(off).await.unwrap();
    }
    let ask = Statement::from_string(db.get_database_backend(), explain);
    let rows = write.reader().query_all_raw(ask).await.unwrap();
    let plan: String = rows
        .iter()
        .map(|row| {
            row.try_get::<String>("", "QUERY PLAN")
                .or_else(|_| row.try_get("", "detail"))
                .unwrap()
        })
        .collect();
    assert!(plan.contains(expected), "{plan}");
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
