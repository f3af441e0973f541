//! How many a search finds: a few by their numbers, very many as far as people read.
use motcua::{
    domain::role::Role,
    store::{dossiers, register},
};
use serde_json::Value;

use crate::{ballots_mixed::dossiers_like, harness::Desk, statements::hearing, word_index::asking};

/// A page names those that its words are in where none of the sampled texts has them. They may
/// be more than it names for all that, and then each is there as well.
#[tokio::test]
async fn what_no_sampled_text_has_is_found_whether_few_or_many() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let model = desk.receive("1.004873", "2021-05-03T08:30").await;
    dossiers_like(&desk, &model, 1, 20_000).await;
    let last = desk
        .rows("SELECT id FROM dossier ORDER BY id DESC LIMIT 1")
        .await;
    let part = last[0]["id"].as_i64().unwrap() / 64 + 1;
    // The places that are asked, as `src/store/search.rs` has them.
    let sampled: Vec<String> = (0..64)
        .map(|at| (at * part + at * 7919 % part).max(1).to_string())
        .collect();
    let now = desk.app.clock.now();
    for (word, parts) in [("vaiso", 3), ("dongqua", 5)] {
        desk.run(&format!(
            "UPDATE dossier SET search = search || ' {word}' WHERE id <= {} AND id NOT IN ({})",
            parts * part,
            sampled.join(", ")
        ))
        .await;
        let there = desk
            .rows(&format!(
                "SELECT id FROM dossier WHERE search LIKE '%{word}%'"
            ))
            .await
            .len() as u64;
        assert_eq!(there > 1_000, parts == 5, "{word}: {there}");
        let (db, said) = hearing(&desk).await;
        let (rows, total) = register::page(&db, &asking(word), false, now, 20)
            .await
            .unwrap();
        assert_eq!((rows.len(), total), (20, there), "{word}");
        if desk.store().is_postgres() {
            continue;
        }
        let asked = said.lock().unwrap().clone();
        let by_index = |one: &&sea_orm::Statement| one.sql.contains("dossier_words");
        let times = asked.iter().filter(by_index).count();
        assert_eq!(times == 1, parts == 3, "{word}: {asked:#?}");
    }
}

/// What a search has is counted as far as people read; what a program asks for, whole.
#[tokio::test]
async fn a_search_with_very_many_hits_says_so_and_counts_no_further() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let model = desk.receive("1.004873", "2021-05-03T08:30").await;
    let reception = desk.sign_in(Role::Receptionist).await;
    let told = async || {
        let list = desk
            .page(&reception, "/ho-so?q=%C4%91%C3%A0o")
            .await
            .location;
        let page = desk.page(&reception, &list).await.body;
        let first = page.split(&format!("href=\"/ho-so/{model}-")).nth(1);
        let first = first.unwrap().split('"').next().unwrap();
        let first = format!("/ho-so/{model}-{}", first.replace("&amp;", "&"));
        let whole = desk.page(&reception, &first).await.body;
        let crumbs = whole.split("class=\"crumbs\"").nth(1).unwrap();
        let palette = desk.form(&reception, "/tim", "q=%C4%91%C3%A0o");
        (
            page,
            crumbs.split("</nav>").next().unwrap().to_owned(),
            palette.await.body,
        )
    };
    dossiers_like(&desk, &model, 1, 999).await;
    let (page, crumbs, palette) = told().await;
    assert!(page.contains("<b>1.000</b> hồ sơ"), "{page}");
    assert!(!page.contains("ơn 1.000"), "{page}");
    assert!(crumbs.contains("1 trong 1.000"), "{crumbs}");
    assert!(palette.contains("\"1.000 hồ sơ\""), "{palette}");
    dossiers_like(&desk, &model, 1000, 5).await;
    let (page, crumbs, palette) = told().await;
    assert!(
        page.contains("<b>Hơn 1.000</b> hồ sơ, gõ thêm từ"),
        "{page}"
    );
    assert!(crumbs.contains("1 trong hơn 1.000"), "{crumbs}");
    assert!(palette.contains("\"Hơn 1.000 hồ sơ\""), "{palette}");
    // The last of them has a place further than anyone counts.
    let last = dossiers::by_code(desk.store().read(), 1, &model)
        .await
        .unwrap();
    let all = register::around(
        desk.store().read(),
        &asking("đào"),
        false,
        desk.app.clock.now(),
        &last,
    )
    .await
    .unwrap();
    assert!(
        all.listed && all.place.is_none() && all.total.more,
        "{all:?}"
    );
    assert_eq!(all.after, None);
    // A list that no word narrows, and what programs are told, are counted to the end.
    let page = desk.page(&reception, "/ho-so").await.body;
    assert!(page.contains("<b>1.005</b> hồ sơ"), "{page}");
    let told = desk
        .get("office", "/api/v1/dossiers?q=%C4%91%C3%A0o&limit=1")
        .await;
    assert_eq!((told.0, &told.1["total"]), (200, &Value::from(1005)));
}
