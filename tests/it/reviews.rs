//! The yearly review of the procedures, and what would lift "4 tại chỗ": against a
//! recount from the raw events; and their files.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    recount::{Story, random_register, stories},
};

const NOW: &str = "2021-10-20T09:00:00";

async fn json_of(desk: &Desk, cookie: &str, path: &str) -> Value {
    let page = desk.page(cookie, path).await;
    assert_eq!(page.status, 200, "{path}");
    serde_json::from_str(&page.body).unwrap()
}

fn share(part: u64, whole: u64) -> Value {
    json!([part, whole])
}

fn of(value: &Value) -> Value {
    json!([value["numerator"], value["denominator"]])
}

#[tokio::test]
async fn the_review_is_what_the_events_say() {
    for seed in [21, 22] {
        let desk = Desk::at(NOW).await;
        let office = desk.sign_in(Role::Office).await;
        random_register(&desk, seed, 60).await;
        let all = stories(&desk).await;
        let now: NaiveDateTime = NOW.parse().unwrap();
        for (query, from, to) in [
            ("ky=2021", "2020-12-15", "2021-12-14"),
            ("ky=2021-Q2", "2021-03-15", "2021-06-14"),
        ] {
            let (from, to): (NaiveDate, NaiveDate) = (from.parse().unwrap(), to.parse().unwrap());
            let cut = (to + chrono::Days::new(1)).and_hms_opt(0, 0, 0).unwrap();
            let report = json_of(
                &desk,
                &office,
                &format!("/bao-cao/ra-soat?{query}&dang=json"),
            )
            .await;
            let mut expected: BTreeMap<&str, Vec<&Story>> = BTreeMap::new();
            for story in all.iter().filter(|s| s.place(from, to, now).is_some()) {
                expected.entry(&story.procedure).or_default().push(story);
            }
            let rows = report["rows"].as_array().unwrap();
            // Those in force that nobody came for stand below, with nothing.
            let (used, unused): (Vec<&Value>, Vec<&Value>) =
                rows.iter().partition(|row| row["dossiers"] != 0);
            assert_eq!(used.len(), expected.len());
            assert!(unused.len() > 100, "{}", unused.len());
            for row in &unused {
                assert!(!expected.contains_key(row["code"].as_str().unwrap()));
                assert_eq!(row["processed"], 0);
            }
            for row in used {
                let of_it = &expected[row["code"].as_str().unwrap()];
                let whole = of_it.len() as u64;
                let asked = |story: &&&Story| {
                    story
                        .events
                        .iter()
                        .any(|e| e.act == "request_supplement" && e.at < cut)
                };
                let many = of_it.iter().filter(asked).count() as u64;
                assert_eq!(row["dossiers"], whole);
                assert_eq!(of(&row["supplemented"]), share(many, whole));
                let mut papers: BTreeMap<String, u64> = BTreeMap::new();
                for story in of_it {
                    let mut own: BTreeSet<String> = BTreeSet::new();
                    for event in story
                        .events
                        .iter()
                        .filter(|e| e.act == "request_supplement" && e.at < cut)
                    {
                        let items = event.data["items"].as_array().unwrap();
                        own.extend(items.iter().map(|item| item.as_str().unwrap().to_owned()));
                    }
                    for paper in own {
                        *papers.entry(paper).or_default() += 1;
                    }
                }
                let said: BTreeMap<String, u64> =
                    serde_json::from_value::<Vec<(String, u64)>>(row["papers"].clone())
                        .unwrap()
                        .into_iter()
                        .collect();
                assert_eq!(said, papers);
                let ends = ["process", "refuse", "withdraw", "stop"];
                let ended = |story: &Story| {
                    story
                        .events
                        .iter()
                        .find(|e| ends.contains(&e.act.as_str()) && e.at < cut && e.at <= now)
                        .map(|e| e.act.clone())
                };
                let done = of_it.iter().filter(|story| ended(story).is_some()).count() as u64;
                let refused = of_it
                    .iter()
                    .filter(|story| ended(story).as_deref() == Some("refuse"))
                    .count() as u64;
                assert_eq!(of(&row["refused"]), share(refused, done), "{row}");
            }
        }
    }
}

#[tokio::test]
async fn the_candidates_are_ranked_by_what_the_register_shows() {
    let desk = Desk::of_demo(300, 9).await;
    let office = desk.sign_in_demo("office").await;
    let report = json_of(&desk, &office, "/bao-cao/4-tai-cho/de-xuat?dang=json").await;
    let candidates = report["candidates"].as_array().unwrap();
    assert!(candidates.len() > 3);
    let all = stories(&desk).await;
    let from: NaiveDate = "2020-12-15".parse().unwrap();
    for one in candidates {
        let (mut within, mut whole) = (0, 0);
        for story in all
            .iter()
            .filter(|story| story.procedure == one["code"].as_str().unwrap())
        {
            let ended = story
                .events
                .iter()
                .find(|e| ["process", "refuse", "withdraw", "stop"].contains(&e.act.as_str()));
            let Some(ended) = ended
                .filter(|e| ["process", "refuse"].contains(&e.act.as_str()) && e.at.date() >= from)
            else {
                continue;
            };
            let received = story.when(&["receive", "accept"], |_| true).unwrap();
            whole += 1;
            within += u64::from(received.date() == ended.at.date());
        }
        assert_eq!(of(&one["within_the_day"]), share(within, whole), "{one}");
    }
    let keys: Vec<(bool, i64)> = candidates
        .iter()
        .map(|one| {
            (
                one["elsewhere"].as_bool().unwrap(),
                -one["sure_at_least"].as_i64().unwrap(),
            )
        })
        .collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let missing = report["missing"].as_u64().unwrap();
    let enough = candidates
        .iter()
        .filter(|one| one["enough"] == true)
        .count() as u64;
    assert!(enough <= missing && enough > 0, "{enough} of {missing}");
    let four = json_of(&desk, &office, "/bao-cao/4-tai-cho?dang=json").await;
    assert_eq!(four["missing"], report["missing"]);
    let page = desk.page(&office, "/bao-cao/4-tai-cho/de-xuat").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Được xếp vào diện, cuối tháng"));
}

#[tokio::test]
async fn a_declaration_counts_from_its_day() {
    let desk = Desk::at("2021-06-20T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    // Declared from the first of May on: not in the months before.
    desk.run("UPDATE procedure_version SET four_from = '2021-05-01' WHERE code = '1.001193'")
        .await;
    let ask = async |day: &str| {
        let report = json_of(
            &desk,
            &office,
            &format!("/bao-cao/4-tai-cho?ngay={day}&dang=json"),
        )
        .await;
        report["declared"]["numerator"].as_u64().unwrap()
    };
    assert_eq!(ask("30/4/2021").await + 1, ask("1/5/2021").await);
    assert_eq!(NOW.parse::<NaiveDateTime>().unwrap().year(), 2021);
}

#[tokio::test]
async fn the_lists_are_files_that_office_programs_open() {
    let desk = Desk::of_demo(150, 9).await;
    let office = desk.sign_in_demo("office").await;
    for (path, words) in [
        ("/bao-cao/ra-soat?ky=2021&dang=docx", "Đề xuất"),
        ("/bao-cao/4-tai-cho/de-xuat?dang=docx", "4 tại chỗ"),
    ] {
        let bytes = desk.file(&office, path).await;
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("word/document.xml").unwrap(), &mut text)
            .unwrap();
        assert!(text.contains(words), "{path}");
    }
    for path in [
        "/bao-cao/ra-soat?ky=2021&dang=xlsx",
        "/bao-cao/4-tai-cho/de-xuat?dang=xlsx",
        "/bao-cao/dung-han?ky=2021&dang=xlsx",
    ] {
        let bytes = desk.file(&office, path).await;
        let grid = motcua::documents::workbook::read(&bytes).unwrap();
        assert!(grid.len() > 3, "{path}");
    }
}
