//! A province, its communes, a desk of one of them and a branch of that desk: each sees itself
//! and what is below, and a number counts once however deep it lies.
use motcua::{
    actions::{add_agency, join_agency},
    domain::role::Role,
    secret,
    store::agencies,
};
use serde_json::Value;

use crate::{
    harness::Desk,
    many_agencies::{agency, figures, lodged, province, receive},
};

/// An identifier as they are written.
fn of_key(key: &str) -> String {
    format!("{}.H57", key.to_uppercase().replace('-', "."))
}

#[tokio::test]
async fn rows_stand_as_the_agencies_do_however_many_are_read_at_a_time() {
    let desk = province("2025-06-20T10:00").await;
    lodged(&desk).await;
    // More than are read at a time, one of them a level further down.
    for (key, above) in [("xa-3", "hue"), ("xa-4", "phong-hai")] {
        let new = agency(key, "UBND xã mới", &of_key(key));
        add_agency::run(&desk.app, &new, Some(above)).await.unwrap();
    }
    let db = desk.store().read();
    let top = agencies::by_key(db, "hue").await.unwrap();
    let placed = agencies::below(db, top).await.unwrap();
    assert_eq!(placed.len(), 6);
    let all = figures(&desk, "office@hue").await;
    for (place, one) in placed.iter().enumerate() {
        let row = &all["rows"][place];
        assert_eq!(row["key"], one.agency.key, "{all}");
        assert_eq!(row["depth"], one.depth);
    }
    assert_eq!(all["rows"].as_array().unwrap().len(), placed.len());
}

/// Below the commune a desk, below that a branch; where they receive, under tokens of theirs.
async fn deep() -> Desk {
    let desk = province("2025-06-20T10:00").await;
    lodged(&desk).await;
    for (key, above, many) in [("quay", "phong-hai", 3), ("chi-nhanh", "quay", 2)] {
        let new = agency(key, &format!("Điểm {key}"), &of_key(key));
        let id = add_agency::run(&desk.app, &new, Some(above)).await.unwrap();
        for role in ["receptionist", "office"] {
            let name = format!("{role}@{key}");
            let token = secret::hash(&name);
            desk.run(&format!(
                "INSERT INTO api_token (agency_id, name, role, token_hash, created_at, scope) \
                 VALUES ({id}, '{name}', '{role}', '{token}', '2025-06-01 00:00:00+00:00', 'all')"
            ))
            .await;
        }
        for n in 0..many {
            let at = format!("2025-06-0{}T09:00", 3 + n);
            let by = format!("receptionist@{key}");
            receive(&desk, &by, &format!("Lê Văn Sâu {n}"), &at).await;
        }
    }
    desk
}

fn received(all: &Value) -> Vec<(&str, i64, i64)> {
    let rows = all["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let number = |value: &Value| value.as_i64().unwrap();
        let key = row["key"].as_str().unwrap();
        (
            key,
            number(&row["depth"]),
            number(&row["received"]["total"]),
        )
    })
    .collect()
}

#[tokio::test]
async fn each_level_sees_itself_and_what_is_below() {
    let desk = deep().await;
    for (who, expected) in [
        (
            "office@hue",
            vec![
                ("hue", 0, 0),
                ("phong-hai", 1, 2),
                ("quay", 2, 3),
                ("chi-nhanh", 3, 2),
                ("quang-cong", 1, 4),
                ("quang-ngan", 1, 3),
            ],
        ),
        (
            "office@phong-hai",
            vec![("phong-hai", 0, 2), ("quay", 1, 3), ("chi-nhanh", 2, 2)],
        ),
        ("office@quay", vec![("quay", 0, 3), ("chi-nhanh", 1, 2)]),
        ("office@chi-nhanh", vec![("chi-nhanh", 0, 2)]),
        ("office@quang-cong", vec![("quang-cong", 0, 4)]),
    ] {
        let all = figures(&desk, who).await;
        let mut rows = received(&all);
        let mut expected = expected;
        let sum: i64 = expected.iter().map(|row| row.2).sum();
        assert_eq!(all["total"]["received"]["total"], sum, "{who}: once each");
        assert_eq!(rows[0], expected[0], "{who}");
        // How those of one level follow each other is the names' business.
        rows.sort_unstable();
        expected.sort_unstable();
        assert_eq!(rows, expected, "{who}");
        let own = all["rows"][0]["key"].as_str().unwrap().to_owned();
        // Its list is its own alone: what is below is summed, not shown.
        let (_, list) = desk.get(who, "/api/v1/dossiers").await;
        let mine = rows.iter().find(|row| row.0 == own).unwrap();
        assert_eq!(list["total"], mine.2, "{who}");
    }
}

#[tokio::test]
async fn the_page_of_a_level_asks_as_often_for_what_is_deep_as_for_what_is_near() {
    let desk = deep().await;
    let cookie = desk.sign_in(Role::Office).await;
    let mut asked = Vec::new();
    for key in ["chi-nhanh", "quay", "phong-hai", "hue"] {
        join_agency::run(&desk.app, "office", key, Role::Office, "")
            .await
            .unwrap();
        let to = format!("agency={key}");
        let moved = desk.form(&cookie, "/tai-khoan/co-quan", &to).await;
        assert_eq!(moved.status, 303, "{}", moved.body);
        let at = "/bao-cao/don-vi?tu=15/5/2025&den=14/6/2025";
        let mut statements = 0;
        for _ in 0..2 {
            let before = desk.store().statements();
            let page = desk.page(&cookie, at).await;
            assert!(
                page.status == 200 && page.body.contains("chi-nhanh"),
                "{key}"
            );
            statements = desk.store().statements() - before;
        }
        asked.push(statements);
    }
    println!("statements of one, two, three and six agencies: {asked:?}");
    // The tables of each are read by statements of its own.
    let each = asked[1].saturating_sub(asked[0]);
    assert!(asked[0] <= 24 && each <= 16, "{asked:?}");
    assert!(asked[3] <= asked[0] + 5 * each, "{asked:?}");
}
