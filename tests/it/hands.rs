//! Who kept his share, and what is foreseen: on a simulated year, against a slow
//! recount from the rows that imports nothing of the code it checks.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde_json::Value;

use crate::{
    harness::Desk,
    oracle::Almanac,
    recount::{Story, stories, wall},
    year::{seconds, stood},
};

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

/// A dossier in a step, in one run of its limit, in all hands or in one pair.
#[derive(Default)]
struct Slow {
    who: String,
    used: i64,
    most: Option<i64>,
    open: bool,
    last: Option<NaiveDateTime>,
}

const COLUMNS: [&str; 7] = [
    "stretches",
    "early",
    "on_time",
    "late",
    "passed",
    "undated",
    "over",
];

/// The columns of a period, by whoever is counted, from the raw rows of hands and events.
async fn recounted(
    desk: &Desk,
    officer: bool,
    from: NaiveDateTime,
    cut: NaiveDateTime,
) -> BTreeMap<String, [u64; 7]> {
    let almanac = Almanac::from_file();
    let all: BTreeMap<String, Story> = stories(desk)
        .await
        .into_iter()
        .map(|story| (story.code.clone(), story))
        .collect();
    let rows = desk
        .rows(
            "SELECT d.code, h.step, h.duty, h.holder, a.username, h.held_seconds, h.allotted_seconds, \
             p.unit, p.clock, CAST(h.given_at AS TEXT) AS given, CAST(h.ended_at AS TEXT) AS ended, \
             CAST(d.received_at AS TEXT) AS received FROM holding h JOIN dossier d ON d.id = h.dossier_id \
             JOIN procedure_version p ON p.id = d.procedure_version_id \
             LEFT JOIN account a ON a.id = h.account_id ORDER BY h.dossier_id, h.seq",
        )
        .await;
    let names = desk.rows("SELECT username, name FROM account").await;
    let mut groups: BTreeMap<(String, i64, usize, String), Slow> = BTreeMap::new();
    for row in &rows {
        let (given, ended) = (wall(&row["given"]).unwrap(), wall(&row["ended"]));
        if given >= cut {
            continue;
        }
        let story = &all[row["code"].as_str().unwrap()];
        // How often the limit had begun anew.
        let anew = story.events.iter().filter(|e| {
            e.act == "supplement_received"
                && e.data["due_at"].is_string()
                && Some(e.at) > wall(&row["received"])
                && e.at <= given
                && row["clock"] != "pause"
        });
        let holder = row["holder"].as_str().unwrap();
        let alone = names.iter().find(|one| one["name"] == holder);
        let username = row["username"]
            .as_str()
            .or(alone.and_then(|one| one["username"].as_str()));
        let who = match (officer, username) {
            (false, _) => row["duty"].as_str().unwrap().to_owned(),
            (true, Some(username)) => format!("@{username}"),
            (true, None) if holder.is_empty() => format!("nobody, {}", row["duty"]),
            (true, None) => holder.to_owned(),
        };
        let own = if officer { who.clone() } else { String::new() };
        let key = (
            story.code.clone(),
            row["step"].as_i64().unwrap(),
            anew.count(),
            own,
        );
        let one = groups.entry(key).or_default();
        one.who = who;
        one.most = row["allotted_seconds"].as_i64();
        if let Some(end) = ended.filter(|end| *end < cut) {
            one.used += row["held_seconds"].as_i64().unwrap();
            one.last = Some(end);
        } else {
            one.open = true;
            let in_office = !["ngay", "thang", "gio_lien_tuc"]
                .iter()
                .any(|unit| row["unit"] == *unit);
            let mut used = seconds(&almanac, in_office, given, cut);
            for wait in stood(story, cut) {
                let (begin, end) = (wait.from.max(given), wait.to.min(cut));
                used -= seconds(&almanac, in_office, begin, end);
            }
            one.used += used.num_seconds();
        }
    }
    let mut counts: BTreeMap<String, [u64; 7]> = BTreeMap::new();
    for one in groups.into_values() {
        let most = one.most.unwrap_or(i64::MAX);
        let place = if one.open {
            if one.used <= most {
                continue;
            }
            6
        } else if one.last.unwrap() < from {
            continue;
        } else if one.most.is_none() {
            5
        } else if one.used == 0 {
            4
        } else {
            match one.used.cmp(&most) {
                std::cmp::Ordering::Less => 1,
                std::cmp::Ordering::Equal => 2,
                std::cmp::Ordering::Greater => 3,
            }
        };
        let row = counts.entry(one.who).or_default();
        row[place] += 1;
        row[0] += u64::from(place < 6);
    }
    counts
}

#[tokio::test]
async fn every_share_kept_is_counted_once_and_leads_to_its_rows() {
    let desk = Desk::of_demo(220, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    // The third quarter is 2021-06-15 to 2021-09-14.
    let spans = [
        ("ky=2021-Q3", "2021-06-15", "2021-09-15"),
        ("tu=1/3/2021&den=20/7/2021", "2021-03-01", "2021-07-21"),
        ("tu=16/8/2021&den=24/8/2021", "2021-08-16", "2021-08-25"),
    ];
    let mut seen = [0; 7];
    for (span, by) in spans
        .iter()
        .flat_map(|span| ["step", "officer", "agency"].map(|by| (span, by)))
    {
        let (span, from, cut) = *span;
        let moment = |day: &str| format!("{day}T00:00:00").parse::<NaiveDateTime>().unwrap();
        let (from, cut) = (moment(from), moment(cut));
        let report = report(&desk, &cookie, &format!("{span}&theo={by}")).await;
        let lines = report["rows"].as_array().unwrap();
        for column in COLUMNS {
            let added: u64 = lines.iter().map(|row| row[column].as_u64().unwrap()).sum();
            assert_eq!(report["total"][column], added, "{by} {column}");
        }
        if by != "agency" {
            let slow = recounted(&desk, by == "officer", from, cut).await;
            let sorted = |mut all: Vec<[u64; 7]>| {
                all.sort_unstable();
                all
            };
            let of = |line: &Value| COLUMNS.map(|column| line[column].as_u64().unwrap());
            let told: Vec<[u64; 7]> = lines.iter().map(of).filter(|row| *row != [0; 7]).collect();
            assert_eq!(
                sorted(told),
                sorted(slow.values().copied().collect()),
                "{by}"
            );
            for line in lines {
                let key = line["key"].as_str().unwrap();
                if let Some(counts) = slow.get(key) {
                    assert_eq!(of(line), *counts, "{key}");
                }
                for (sum, one) in seen.iter_mut().zip(of(line)) {
                    *sum += one;
                }
            }
            let kept = |name: &str| {
                let share = &report["total"][name];
                (share["numerator"].as_u64(), share["denominator"].as_u64())
            };
            let sum = |places: &[usize]| -> Option<u64> {
                let all = slow
                    .values()
                    .flat_map(|row| places.iter().map(|place| row[*place]));
                Some(all.sum())
            };
            assert_eq!(kept("kept"), (sum(&[1, 2]), sum(&[1, 2, 3])));
            assert_eq!(kept("kept_with_over"), (sum(&[1, 2]), sum(&[1, 2, 3, 6])));
        }
        let page = desk
            .page(&cookie, &format!("/bao-cao/trach-nhiem?{span}&theo={by}"))
            .await
            .body;
        let cells = numbers(&page, "/bao-cao/trach-nhiem/luot");
        assert!(cells.len() >= 5, "{by}: {}", cells.len());
        for (address, shown) in cells {
            let listed = desk.page(&cookie, &address).await.body;
            assert_eq!(listed.matches("<tr").count() as u64 - 1, shown, "{address}");
        }
        let pauses = numbers(&page, "/so-tam-dung");
        assert!(by == "officer" || pauses.is_empty());
        for (address, shown) in pauses {
            let listed = desk.page(&cookie, &address).await.body;
            let words = format!("<b>{shown}</b> lần dừng");
            assert!(listed.contains(&words), "{address}: {listed}");
        }
    }
    // The year has some of each but those that take their share to the second.
    for place in [0, 1, 3, 4, 6] {
        assert!(seen[place] > 0, "{} {seen:?}", COLUMNS[place]);
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
            "SELECT d.code AS dossier, p.code, h.step, h.step_name, h.held_seconds, \
             CAST(h.ended_at AS TEXT) AS ended FROM holding h \
             JOIN dossier d ON d.id = h.dossier_id JOIN procedure_version p ON p.id = d.procedure_version_id",
        )
        .await;
    // What a step took a dossier: all its stretches there, where none is open.
    let mut took: BTreeMap<(&str, i64, &str, &str), (i64, NaiveDateTime)> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for row in &past {
        let words = |name: &str| row[name].as_str().unwrap();
        let key = (
            words("code"),
            row["step"].as_i64().unwrap(),
            words("step_name"),
            words("dossier"),
        );
        let Some(ended) = wall(&row["ended"]) else {
            open.insert(key);
            continue;
        };
        let one = took.entry(key).or_insert((0, ended));
        one.0 += row["held_seconds"].as_i64().unwrap();
        one.1 = one.1.max(ended);
    }
    let since = "2020-12-10T09:00:00".parse::<NaiveDateTime>().unwrap();
    let mut times: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for (key, (seconds, ended)) in &took {
        if !open.contains(key) && *ended >= since {
            times.entry((key.0, key.2)).or_default().push(*seconds);
        }
    }
    for seconds in times.values_mut() {
        seconds.sort_unstable();
    }
    for row in &found.rows {
        let open = desk
            .rows(&format!(
                "SELECT p.code FROM dossier d JOIN procedure_version p \
                 ON p.id = d.procedure_version_id WHERE d.code = '{}'",
                row.code
            ))
            .await;
        let code = open[0]["code"].as_str().unwrap();
        // The cause is named with what that step took, in how many dossiers.
        let seconds = &times[&(code, row.step.as_str())];
        assert_eq!(seconds.len(), row.cases, "{row:?}");
        assert_eq!(Some(rank(seconds, 50)), row.step_usual_seconds, "{row:?}");
        assert!(row.cases >= 10);
        let (usual, slow) = (row.usual_seconds.unwrap(), row.slow_seconds.unwrap());
        assert!(if row.likely {
            usual > row.seconds_left
        } else {
            slow > row.seconds_left && usual <= row.seconds_left
        });
    }
}
