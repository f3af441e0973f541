//! The service score, the index of QĐ 766, when people come: each against a recount from
//! the raw events; the radar finds what it says, and what was reviewed stays reviewed.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    recount::{Story, random_register, stories, tally},
};

const NOW: &str = "2021-10-20T09:00:00";

async fn json_of(desk: &Desk, cookie: &str, path: &str) -> Value {
    let page = desk.page(cookie, path).await;
    assert_eq!(page.status, 200, "{path}");
    serde_json::from_str(&page.body).unwrap()
}

fn counted(all: &[Story], from: NaiveDate, to: NaiveDate) -> Vec<(&Story, &'static str)> {
    let now: NaiveDateTime = NOW.parse().unwrap();
    all.iter()
        .filter_map(|story| Some((story, story.place(from, to, now)?.course)))
        .collect()
}

#[tokio::test]
async fn the_scores_are_what_the_events_say() {
    for seed in [31, 32] {
        let desk = Desk::at(NOW).await;
        let office = desk.sign_in(Role::Office).await;
        random_register(&desk, seed, 60).await;
        let all = stories(&desk).await;
        // Some were complained of.
        let complained: BTreeSet<String> = all
            .iter()
            .step_by(7)
            .map(|story| story.code.clone())
            .collect();
        for code in &complained {
            let body = json!({ "kind": "conduct", "content": "Cán bộ hẹn nhiều lần, thái độ gắt gỏng.", "dossier_code": code });
            let (status, answer) = desk.post("admin", "/api/v1/feedback", &body).await;
            assert_eq!(status, 201, "{answer}");
        }
        for (query, from, to) in [
            ("ky=2021", "2020-12-15", "2021-12-14"),
            ("ky=2021-Q2", "2021-03-15", "2021-06-14"),
        ] {
            let (from, to): (NaiveDate, NaiveDate) = (from.parse().unwrap(), to.parse().unwrap());
            let score = json_of(
                &desk,
                &office,
                &format!("/bao-cao/cham-diem?{query}&dang=json"),
            )
            .await;
            let index = json_of(
                &desk,
                &office,
                &format!("/bao-cao/cham-diem?{query}&theo=766&dang=json"),
            )
            .await;
            let cut = (to + chrono::Days::new(1)).and_hms_opt(0, 0, 0).unwrap();
            // What was complained of after the period's end is not in it.
            let heard: BTreeSet<&String> = if NOW.parse::<NaiveDateTime>().unwrap() < cut {
                complained.iter().collect()
            } else {
                BTreeSet::new()
            };
            let mut sums: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
            let mut add = |number: u64, points: u64| {
                let sum = sums.entry(number).or_default();
                sum.0 += points;
                sum.1 += 1;
            };
            for (story, course) in counted(&all, from, to) {
                let first = match course {
                    "early" => Some(2),
                    "on_time" => Some(1),
                    "late" => Some(0),
                    "processed_undated" => None,
                    _ => continue,
                };
                if let Some(points) = first {
                    add(1, points);
                }
                let times = story
                    .events
                    .iter()
                    .filter(|e| e.act == "request_supplement" && e.at < cut)
                    .count();
                add(3, [2, 1, 0][times.min(2)]);
                if heard.contains(&story.code) {
                    add(7, 0);
                } else if let Some(points) = first.filter(|points| *points > 0) {
                    add(7, points);
                }
            }
            for number in [1, 3, 7] {
                let row = &score["indicators"][usize::try_from(number).unwrap() - 1];
                let (sum, dossiers) = sums.get(&number).copied().unwrap_or_default();
                assert_eq!(
                    (&row["sum"], &row["dossiers"]),
                    (&json!(sum), &json!(dossiers)),
                    "{number} {query}"
                );
                // To one decimal, a half upwards, on paper.
                let tenths = (dossiers > 0).then(|| {
                    let far = |t: &u64| ((t * dossiers).abs_diff(sum * 10), std::cmp::Reverse(*t));
                    (0..=20).min_by_key(far).unwrap()
                });
                assert_eq!(row["tenths"], json!(tenths), "{sum} of {dossiers}");
            }
            let whole: u64 = score["indicators"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|row| row["tenths"].as_u64())
                .sum();
            assert_eq!(score["tenths"], whole);
            assert_eq!(
                score["indicators"][3]["tenths"],
                Value::Null,
                "4 says that it is not known"
            );
            // QĐ 766: kept is what is neither late nor complained of.
            let now = NOW.parse().unwrap();
            let cells = tally(all.iter(), from, to, now);
            let n = |part: &str, name: &str| cells[part][name].as_u64().unwrap();
            let judged: Vec<(&Story, &str)> = counted(&all, from, to)
                .into_iter()
                .filter(|(_, c)| ["early", "on_time", "late", "overdue"].contains(c))
                .collect();
            let late = n("processed", "late") + n("pending", "overdue");
            let blamed = judged
                .iter()
                .filter(|(story, _)| heard.contains(&story.code))
                .count() as u64;
            let portal = &index["portal"];
            assert_eq!(portal["denominator"], judged.len());
            assert_eq!(
                portal["numerator"],
                json!((judged.len() as u64).saturating_sub(late + blamed))
            );
            let whole = judged.len() as u64;
            let said = index["parts"][1]["points"].as_u64().unwrap();
            let off = (said * whole).abs_diff(2000 * (whole - late));
            assert!(off * 2 <= whole, "{said} for {late} late of {whole}");
        }
    }
}

#[tokio::test]
async fn the_hours_and_the_strips_are_what_the_events_say() {
    let desk = Desk::at(NOW).await;
    let office = desk.sign_in(Role::Office).await;
    random_register(&desk, 41, 60).await;
    let all = stories(&desk).await;
    let (from, to): (NaiveDate, NaiveDate) =
        ("2020-12-15".parse().unwrap(), "2021-12-14".parse().unwrap());
    let now: NaiveDateTime = NOW.parse().unwrap();
    for channel in ["", "online"] {
        let report = json_of(
            &desk,
            &office,
            &format!("/bao-cao/nhip?ky=2021&kenh={channel}&dang=json"),
        )
        .await;
        let mine: Vec<&Story> = all
            .iter()
            .filter(|s| channel.is_empty() || s.channel == channel)
            .collect();
        let mut hours = vec![vec![0_u64; 24]; 7];
        for story in &mine {
            if story
                .place(from, to, now)
                .is_some_and(|place| place.arrival != "carried_over")
            {
                let at = story.when(&["receive", "accept"], |_| true).unwrap();
                hours[at.weekday().num_days_from_monday() as usize][at.hour() as usize] += 1;
            }
        }
        assert_eq!(report["hours"], json!(hours));
        for strip in report["fields"].as_array().unwrap() {
            let field = strip["field"].as_str().unwrap();
            for (place, month) in report["months"].as_array().unwrap().iter().enumerate() {
                let day = |name: &str| {
                    month[1][name]
                        .as_str()
                        .unwrap()
                        .parse::<NaiveDate>()
                        .unwrap()
                };
                let cells = tally(
                    mine.iter().copied().filter(|s| s.field == field),
                    day("from"),
                    day("to"),
                    now,
                );
                let n = |part: &str, name: &str| cells[part][name].as_u64().unwrap();
                let kept = n("processed", "early") + n("processed", "on_time");
                let whole = kept + n("processed", "late") + n("pending", "overdue");
                let said = &strip["months"][place];
                assert_eq!(
                    (&said["numerator"], &said["denominator"]),
                    (&json!(kept), &json!(whole)),
                    "{field} {month}"
                );
            }
        }
    }
    let page = desk.page(&office, "/bao-cao/nhip?ky=2021").await.body;
    let (address, shown) = page
        .split("href=\"/bao-cao/giai-quyet/ho-so?")
        .skip(1)
        .filter(|rest| rest.contains("luc="))
        .find_map(|rest| {
            let (address, rest) = rest.split_once('"')?;
            let number: u64 = rest.split_once('>')?.1.split_once('<')?.0.parse().ok()?;
            (number > 1).then(|| (address.replace("&amp;", "&"), number))
        })
        .unwrap();
    let rows = desk
        .page(&office, &format!("/bao-cao/giai-quyet/ho-so?{address}"))
        .await;
    assert!(
        rows.body.contains(&format!("<b>{shown}</b> hồ sơ")),
        "{address} shows {shown}"
    );
}

#[tokio::test]
async fn the_radar_says_why_and_what_was_reviewed_stays_so() {
    let mut desk = Desk::at("2021-03-12T09:00").await;
    desk.set(|settings| settings.security.session_hours = 10_000);
    let office = desk.sign_in(Role::Office).await;
    // Due on 10 March, asked for a supplement that day; the receipt written down days later.
    let stopped = desk.receive("1.001022", "2021-03-05T08:00").await;
    let due = desk
        .get("admin", &format!("/api/v1/dossiers/{stopped}"))
        .await
        .1["due_at"]
        .as_str()
        .unwrap()[..10]
        .to_owned();
    desk.move_to(&format!("{due}T10:00"));
    desk.done(
        "specialist",
        &stopped,
        json!({ "action": "request_supplement", "items": ["x"], "reason": "thiếu" }),
    )
    .await;
    // Withdrawn and lodged again by the same person.
    let gone = desk.receive("2.000815", &format!("{due}T10:00")).await;
    desk.done(
        "receptionist",
        &gone,
        json!({ "action": "withdraw", "reason": "đổi ý" }),
    )
    .await;
    desk.receive("2.000815", &format!("{due}T10:00")).await;
    let rules = async |desk: &Desk| -> BTreeMap<String, u64> {
        let rows = json_of(
            desk,
            &office,
            "/bao-cao/ra-xet?tu=15/2/2021&den=20/3/2021&dang=json",
        )
        .await;
        let mut many = BTreeMap::new();
        for row in rows["findings"].as_array().unwrap() {
            *many
                .entry(row["rule"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
        many
    };
    let found = rules(&desk).await;
    assert_eq!(found.get("stopped_on_last_day"), Some(&1), "{found:?}");
    assert_eq!(found.get("receipt_backdated"), Some(&1), "{found:?}");
    assert_eq!(found.get("lodged_again"), Some(&1), "{found:?}");
    assert_eq!(found.get("returned_outside"), None);
    let page = desk
        .page(&office, "/bao-cao/ra-xet?tu=15/2/2021&den=20/3/2021")
        .await
        .body;
    assert!(page.contains("không phải kết luận"));
    let rows = json_of(
        &desk,
        &office,
        "/bao-cao/ra-xet?tu=15/2/2021&den=20/3/2021&dang=json",
    )
    .await;
    let key = rows["findings"][0]["key"].as_str().unwrap().to_owned();
    let form = format!(
        "finding={key}&note-{key}=h%E1%BB%93+s%C6%A1+gi%E1%BA%A5y&tu=15%2F2%2F2021&den=20%2F3%2F2021"
    );
    assert_eq!(
        desk.form(&office, "/bao-cao/ra-xet", &form).await.status,
        303
    );
    assert_eq!(
        desk.form(&office, "/bao-cao/ra-xet", &form).await.status,
        409,
        "once"
    );
    let rows = json_of(
        &desk,
        &office,
        "/bao-cao/ra-xet?tu=15/2/2021&den=20/3/2021&dang=json",
    )
    .await;
    let same = rows["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == key.as_str())
        .unwrap();
    assert!(
        same["reviewed"].as_str().unwrap().ends_with("hồ sơ giấy"),
        "{same}"
    );
    let specialist = desk.sign_in(Role::Specialist).await;
    assert_eq!(
        desk.form(&specialist, "/bao-cao/ra-xet", &form)
            .await
            .status,
        403
    );
}
