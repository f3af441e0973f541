//! How often is the database asked for a page? Not more often than is written here, and
//! not more often when there is more to show: no page asks once for every row.
use std::collections::BTreeMap;

use motcua::domain::role::Role;

use crate::harness::Desk;

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
    ("office", "/bao-cao", 57),
    ("office", "/bao-cao/giai-quyet?ky=2021-Q2", 30),
    ("office", "/bao-cao/dung-han?ky=2021-Q2", 38),
    ("office", "/bao-cao/4-tai-cho", 13),
    ("office", "/bao-cao/don-vi?ky=2021-Q2", 33),
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
