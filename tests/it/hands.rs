//! Who kept his share, and what is foreseen: on a simulated year, against a slow
//! recount from the rows that imports nothing of the code it checks.
use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::Desk;

/// Links of a page with the number they show.
fn numbers(page: &str, path: &str) -> Vec<(String, u64)> {
    let start = format!("href=\"{path}?");
    page.match_indices(&start)
        .filter_map(|(at, _)| {
            let rest = &page[at + 6..];
            let (address, rest) = rest.split_once('"')?;
            let text = rest.split_once('>')?.1.split_once('<')?.0;
            Some((
                address.replace("&amp;", "&"),
                text.replace('.', "").parse().ok()?,
            ))
        })
        .collect()
}

async fn report(desk: &Desk, cookie: &str, query: &str) -> Value {
    let page = desk
        .page(cookie, &format!("/bao-cao/trach-nhiem?{query}&dang=json"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    serde_json::from_str(&page.body).unwrap()
}

#[tokio::test]
async fn every_share_kept_is_counted_once_and_leads_to_its_rows() {
    let desk = Desk::of_demo(220, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    // Ended within 2021-06-15 to 2021-09-14, Vietnam's days.
    let rows = desk
        .rows(
            "SELECT h.holder, h.duty, h.elsewhere, h.held_seconds, h.allotted_seconds FROM holding h \
             WHERE datetime(h.ended_at) >= '2021-06-14 17:00:00' AND datetime(h.ended_at) < '2021-09-14 17:00:00'",
        )
        .await;
    assert!(rows.len() > 100, "{}", rows.len());
    let mut slow: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for row in &rows {
        let (held, most) = (
            row["held_seconds"].as_i64(),
            row["allotted_seconds"].as_i64(),
        );
        let place = match (held, most) {
            (Some(held), Some(most)) if held < most => 0,
            (Some(held), Some(most)) if held == most => 1,
            (Some(_), Some(_)) => 2,
            _ => continue,
        };
        slow.entry(row["duty"].as_str().unwrap()).or_default()[place] += 1;
    }
    let by_step = report(&desk, &cookie, "ky=2021-Q3&theo=step").await;
    assert_eq!(by_step["total"]["stretches"], rows.len() as u64);
    let sum = |place: usize| slow.values().map(|counts| counts[place]).sum::<u64>();
    assert_eq!(by_step["total"]["early"], sum(0));
    assert_eq!(by_step["total"]["on_time"], sum(1));
    assert_eq!(by_step["total"]["late"], sum(2));
    assert!(sum(2) > 0, "the year has some who went beyond");
    for by in ["step", "officer", "agency"] {
        let report = report(&desk, &cookie, &format!("ky=2021-Q3&theo={by}")).await;
        let lines = report["rows"].as_array().unwrap();
        for column in ["stretches", "early", "on_time", "late", "undated"] {
            let added: u64 = lines.iter().map(|row| row[column].as_u64().unwrap()).sum();
            assert_eq!(report["total"][column], added, "{by} {column}");
        }
        let page = desk
            .page(
                &cookie,
                &format!("/bao-cao/trach-nhiem?ky=2021-Q3&theo={by}"),
            )
            .await
            .body;
        let cells = numbers(&page, "/bao-cao/trach-nhiem/luot");
        assert!(cells.len() >= 6, "{by}: {}", cells.len());
        for (address, shown) in cells {
            let listed = desk.page(&cookie, &address).await.body;
            assert_eq!(
                listed.matches("<tr>").count() as u64 - 1,
                shown,
                "{address}"
            );
        }
        let pauses = numbers(&page, "/so-tam-dung");
        assert_eq!(pauses.is_empty(), by != "officer");
        for (address, shown) in pauses {
            let listed = desk.page(&cookie, &address).await.body;
            let words = format!("<b>{shown}</b> lần dừng");
            assert!(listed.contains(&words), "{address}: {listed}");
        }
    }
}

#[tokio::test]
async fn an_officer_sees_his_own_hands_only() {
    let desk = Desk::of_demo(120, 8).await;
    let own = desk.sign_in_demo("specialist").await;
    let mine = report(&desk, &own, "ky=2021&theo=officer").await;
    let names: Vec<&str> = mine["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["label"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Trương Đức Huy"]);
    let rows = desk
        .page(
            &own,
            "/bao-cao/trach-nhiem/luot?ky=2021&theo=officer&nhom=V%C4%83n+B%C3%A1+H%C3%B9ng&o=all",
        )
        .await
        .body;
    assert!(rows.contains("Không có lượt giữ nào"), "{rows}");
    let all = desk.sign_in_demo("leader").await;
    let everyone = report(&desk, &all, "ky=2021&theo=officer").await;
    assert!(everyone["rows"].as_array().unwrap().len() > 3);
}

/// Nearest rank, the slow way.
fn rank(sorted: &[i64], percent: usize) -> i64 {
    let mut needed = 1;
    while needed * 100 < sorted.len() * percent {
        needed += 1;
    }
    sorted[needed - 1]
}

#[tokio::test]
async fn what_is_foreseen_is_what_the_last_year_took() {
    let desk = Desk::of_demo(900, 4).await;
    let found = motcua::reports::foresight::build(&desk.app, 1, None)
        .await
        .unwrap();
    assert!(found.looked_at > 0);
    assert!(found.unknown < found.looked_at || found.rows.is_empty());
    let past = desk
        .rows(
            "SELECT p.code, h.step, h.step_name, h.held_seconds FROM holding h \
             JOIN dossier d ON d.id = h.dossier_id JOIN procedure_version p ON p.id = d.procedure_version_id \
             WHERE h.held_seconds IS NOT NULL AND datetime(h.ended_at) >= '2020-12-10 02:00:00'",
        )
        .await;
    let mut times: BTreeMap<(String, i64), Vec<i64>> = BTreeMap::new();
    for row in &past {
        let key = (
            row["code"].as_str().unwrap().to_owned(),
            row["step"].as_i64().unwrap(),
        );
        times
            .entry(key)
            .or_default()
            .push(row["held_seconds"].as_i64().unwrap());
    }
    for seconds in times.values_mut() {
        seconds.sort_unstable();
    }
    for row in &found.rows {
        let open = desk
            .rows(&format!(
                "SELECT p.code, d.received_by FROM dossier d JOIN procedure_version p \
                 ON p.id = d.procedure_version_id WHERE d.code = '{}'",
                row.code
            ))
            .await;
        let code = open[0]["code"].as_str().unwrap();
        // The cause is named with what that step took, in how many cases.
        let named: Vec<&Vec<i64>> = times
            .iter()
            .filter(|((procedure, _), seconds)| procedure == code && seconds.len() == row.cases)
            .map(|(_, seconds)| seconds)
            .collect();
        assert!(
            named
                .iter()
                .any(|seconds| Some(rank(seconds, 50)) == row.step_usual_seconds),
            "{row:?}"
        );
        assert!(row.cases >= 10);
        let (usual, slow) = (row.usual_seconds.unwrap(), row.slow_seconds.unwrap());
        assert!(if row.likely {
            usual > row.seconds_left
        } else {
            slow > row.seconds_left && usual <= row.seconds_left
        });
    }
}
