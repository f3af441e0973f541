//! Every number on a screen against the rows behind its link, on a simulated
//! year; and the other figures against a recount from the tables.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::Desk;

/// Links of a page with the number they show: `href="…">12</a>`.
fn numbers(page: &str, path: &str) -> Vec<(String, u64)> {
    let start = format!("href=\"{path}?");
    page.match_indices(&start)
        .filter_map(|(at, _)| {
            let rest = &page[at + 6..];
            let (address, rest) = rest.split_once('"')?;
            let text = rest.split_once('>')?.1.split_once('<')?.0;
            let number = text.replace('.', "").parse().ok()?;
            Some((address.replace("&amp;", "&"), number))
        })
        .collect()
}

/// The codes that a list's CSV names.
fn csv_rows(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.unwrap()[0].to_owned())
        .collect()
}

#[tokio::test]
async fn each_number_of_the_table_is_the_count_of_its_rows() {
    let desk = Desk::of_demo(250, 3).await;
    let cookie = desk.sign_in_demo("office").await;
    let mut checked = 0;
    for query in [
        "",
        "?ky=2021-Q3",
        "?ky=2021&theo=procedure",
        "?ky=2021&theo=officer",
    ] {
        let page = desk
            .page(&cookie, &format!("/bao-cao/giai-quyet{query}"))
            .await;
        assert_eq!(page.status, 200);
        let cells = numbers(&page.body, "/bao-cao/giai-quyet/ho-so");
        assert!(cells.len() > 10, "{query}: {} linked numbers", cells.len());
        for (address, shown) in cells {
            let rows = desk.page(&cookie, &address).await;
            let words = format!("<b>{shown}</b> hồ sơ");
            assert!(rows.body.contains(&words), "{address} shows {shown}");
            let file = desk.page(&cookie, &format!("{address}&dang=csv")).await;
            let mut codes = csv_rows(&file.body);
            assert_eq!(codes.len() as u64, shown, "{address}");
            codes.dedup();
            assert_eq!(codes.len() as u64, shown, "{address} lists a dossier twice");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked} numbers were followed");
}

#[tokio::test]
async fn each_tile_of_the_desk_is_the_count_of_its_list() {
    let desk = Desk::of_demo(250, 4).await;
    for username in ["receptionist", "specialist", "leader", "office"] {
        let cookie = desk.sign_in_demo(username).await;
        let page = desk.page(&cookie, "/ban-lam-viec").await.body;
        let tiles = tiles(&page);
        assert!(tiles.len() >= 4, "{username}: {tiles:?}");
        for (address, shown) in tiles {
            let list = desk.page(&cookie, &address).await.body;
            let listed = if address.starts_with("/xin-loi") {
                list.matches("data-row").count().max(rows_of(&list))
            } else {
                rows_of(&list)
            };
            if shown <= 20 {
                assert_eq!(listed as u64, shown, "{username} {address}");
            }
        }
    }
}

/// `<a class="tile" href="…"><b>12</b>…`: address and number.
fn tiles(page: &str) -> Vec<(String, u64)> {
    let Some(at) = page.find("class=\"tiles") else {
        return Vec::new();
    };
    let end = page[at..].find("</nav>").map_or(page.len(), |end| at + end);
    page[at..end]
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| {
            let (address, rest) = rest.split_once('"')?;
            let digits: String = rest
                .split('<')
                .filter_map(|part| part.split_once('>'))
                .find_map(|(_, text)| {
                    let text = text.trim().replace('.', "");
                    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
                })?;
            Some((address.replace("&amp;", "&"), digits.parse().ok()?))
        })
        .collect()
}

/// How many dossiers a list names: each row has one link to its dossier.
fn rows_of(page: &str) -> usize {
    let main = page.split("<main").nth(1).unwrap_or(page);
    // The tour of a newcomer stands before the list.
    let main = main.replace("<aside class=\"tour\"", "<div class=\"tour\"");
    let main = main.as_str();
    let main = main.split("<aside").next().unwrap_or(main);
    let mut codes: Vec<&str> = main
        .split("href=\"/ho-so/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '/', '?']).next())
        .filter(|code| code.contains("H57-"))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len()
}

#[tokio::test]
async fn on_the_spot_is_what_the_stamps_say() {
    let desk = Desk::of_demo(300, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    let page = desk
        .page(&cookie, "/bao-cao/4-tai-cho?xem=ho-so&dang=json")
        .await;
    let report: Value = serde_json::from_str(&page.body).unwrap();
    // A finished dossier's four acts, read from the events alone.
    let events = desk
        .rows(
            "SELECT d.code, e.act AS kind, e.at, e.at_desk, d.ended_at FROM event e \
             JOIN dossier d ON d.id = e.dossier_id WHERE d.status IN ('processed', 'returned') \
             AND d.ended_at >= '2020-12-14T17:00' ORDER BY e.id",
        )
        .await;
    let mut stamps: BTreeMap<String, BTreeMap<String, (String, bool)>> = BTreeMap::new();
    for event in &events {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let at_desk = event["at_desk"].as_bool() == Some(true) || event["at_desk"] == json!(1);
        stamps
            .entry(text("code"))
            .or_default()
            .insert(text("kind"), (text("at"), at_desk));
    }
    let local_day = |at: &str| {
        let at = at.replace(' ', "T");
        let at: chrono::NaiveDateTime = at[..19].parse().unwrap();
        (at + chrono::TimeDelta::hours(7)).date()
    };
    let spot = stamps
        .values()
        .filter(|acts| {
            let four: Option<Vec<_>> = ["receive", "appraise", "approve", "return_result"]
                .iter()
                .map(|kind| acts.get(*kind))
                .collect();
            four.is_some_and(|four| {
                let day = local_day(&four[0].0);
                four.iter().all(|(at, desk)| *desk && local_day(at) == day)
            })
        })
        .count();
    assert!(spot > 10, "the year has some: {spot}");
    assert_eq!(
        report["dossiers"]["numerator"],
        json!(spot),
        "{}",
        report["dossiers"]
    );
    let of_procedures: u64 = report["procedures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["on_the_spot"].as_u64().unwrap_or_default())
        .sum();
    assert_eq!(of_procedures, spot as u64, "by procedure it adds up");
}

#[tokio::test]
async fn the_targets_repeat_what_their_reports_say() {
    let desk = Desk::of_demo(400, 6).await;
    let cookie = desk.sign_in_demo("office").await;
    let ask = async |path: &str| -> Value {
        serde_json::from_str(&desk.page(&cookie, path).await.body).unwrap()
    };
    let targets = ask("/chi-tieu?dang=json").await;
    let table = ask("/bao-cao/giai-quyet?tu=15/12/2020&den=10/12/2021&dang=json").await;
    let apologies = ask("/bao-cao/xin-loi?tu=15/12/2020&den=10/12/2021&dang=json").await;
    let of = |code: &str| {
        let all = targets["targets"].as_array().unwrap();
        all.iter().find(|t| t["code"] == code).unwrap()["value"].clone()
    };
    assert_eq!(
        of("no_late_dossier"),
        table["total"]["on_time_with_overdue"]
    );
    assert_eq!(of("apology_for_every_late"), apologies["apologised"]);
    let number = |cell: &Value| cell.as_u64().unwrap();
    let (done, open) = (
        number(&table["total"]["processed"]["late"]),
        number(&table["total"]["pending"]["overdue"]),
    );
    assert!(done > 0, "the year has late ones");
    let late = done + open;
    assert_eq!(
        apologies["late"].as_u64(),
        Some(late),
        "one number of late dossiers"
    );
    assert_eq!(of("four_on_the_spot")["denominator"], 138);
}

#[tokio::test]
async fn figures_are_for_those_who_measure() {
    use motcua::domain::role::Role;
    let desk = Desk::at("2021-04-16T10:00").await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    for path in [
        "/bao-cao",
        "/bao-cao/giai-quyet",
        "/bao-cao/giai-quyet/ho-so?o=received",
        "/chi-tieu",
    ] {
        assert_eq!(desk.page(&receptionist, path).await.status, 403, "{path}");
        assert_eq!(desk.page("", path).await.status, 303, "{path}");
    }
    let office = desk.sign_in(Role::Office).await;
    let empty = desk.page(&office, "/bao-cao/giai-quyet").await;
    assert_eq!(empty.status, 200);
    assert!(
        !empty.body.contains("100 %") && !empty.body.contains("100,00"),
        "nothing solved is never 100 %"
    );
    let wrong = desk
        .page(&office, "/bao-cao/giai-quyet?tu=32/13/2021&den=1/1/2021")
        .await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
}
