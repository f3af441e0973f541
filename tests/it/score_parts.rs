//! Indicators 8 and 9 of the service score, the feedback part of the index, and the
//! dossiers that cost points this week: recounted from the raw rows.
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    recount::{Story, random_register, stories, wall},
};

const NOW: &str = "2021-08-12T09:00:00";

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_hms_opt(0, 0, 0).unwrap()
}

/// What was said, of which dossier, in time or not; drawn by lot.
async fn random_feedback(desk: &Desk, all: &[Story], rng: &mut StdRng, tardy: f64) {
    let now: NaiveDateTime = NOW.parse().unwrap();
    for place in 0..24 {
        let kind = ["conduct", "rule", "opinion"][rng.random_range(0..3)];
        let story = &all[rng.random_range(0..all.len())];
        let body = json!({ "kind": kind, "content": format!("Chờ lâu, lần {place}."), "dossier_code": story.code });
        let (status, said) = desk.post("admin", "/api/v1/feedback", &body).await;
        assert_eq!(status, 201, "{said}");
        let came = now - TimeDelta::hours(rng.random_range(1..4000));
        // A limit lapses at a midnight; some at the edge of a period.
        let lapse = match rng.random_range(0..6) {
            0 => midnight("2021-06-15".parse().unwrap()),
            1 => midnight("2021-03-15".parse().unwrap()),
            _ => midnight(came.date() + Days::new(rng.random_range(1..30))),
        };
        let handled = match rng.random_bool(tardy) {
            true if rng.random_bool(0.5) => None,
            true => Some(lapse + TimeDelta::minutes(rng.random_range(0..9000))),
            false => Some(lapse - TimeDelta::seconds(rng.random_range(1..90_000))),
        };
        let text = |at: NaiveDateTime| {
            let utc = at - TimeDelta::hours(7);
            format!("'{}+00:00'", utc.format("%Y-%m-%dT%H:%M:%S"))
        };
        let handled = handled.filter(|at| *at <= now);
        let state = if rng.random_bool(0.15) {
            "rejected"
        } else {
            "received"
        };
        desk.run(&format!(
            "UPDATE feedback SET received_at = {}, lapse_at = {}, handled_at = {}, state = '{state}' WHERE code = '{}'",
            text(came),
            text(lapse),
            handled.map_or("NULL".into(), text),
            said["code"].as_str().unwrap(),
        ))
        .await;
    }
}

/// One row of feedback as it lies in the table.
struct Said {
    code: String,
    kind: String,
    state: String,
    came: NaiveDateTime,
    lapse: NaiveDateTime,
    handled: Option<NaiveDateTime>,
}

async fn said(desk: &Desk) -> Vec<Said> {
    let rows = desk
        .rows(
            "SELECT d.code, f.kind, f.state, f.received_at, f.lapse_at, f.handled_at \
             FROM feedback f JOIN dossier d ON d.id = f.dossier_id",
        )
        .await;
    let words = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| Said {
            code: words(row, "code"),
            kind: words(row, "kind"),
            state: words(row, "state"),
            came: wall(&row["received_at"]).unwrap(),
            lapse: wall(&row["lapse_at"]).unwrap(),
            handled: wall(&row["handled_at"]),
        })
        .collect()
}

/// In time, and all that was due within the period; of these overdue and open.
fn due(all: &[Said], from: NaiveDate, to: NaiveDate, now: NaiveDateTime) -> (u64, u64, u64) {
    let (mut in_time, mut whole, mut open) = (0, 0, 0);
    for one in all {
        // The last day on which it could be handled.
        let last = (one.lapse - TimeDelta::seconds(1)).date();
        if last < from || last > to {
            continue;
        }
        match one.handled {
            Some(at) => {
                whole += 1;
                in_time += u64::from(at < one.lapse);
            }
            None if one.lapse <= now => {
                whole += 1;
                open += 1;
            }
            None => {}
        }
    }
    (in_time, whole, open)
}

#[tokio::test]
async fn feedback_and_online_points_are_what_the_rows_say() {
    let mut points = BTreeSet::new();
    let now: NaiveDateTime = NOW.parse().unwrap();
    // All in time; nearly all; many late.
    for (seed, tardy) in [(71, 0.0), (72, 0.06), (73, 0.5)] {
        let desk = Desk::at(NOW).await;
        random_register(&desk, seed, 40).await;
        let all = stories(&desk).await;
        let mut rng = StdRng::seed_from_u64(seed);
        random_feedback(&desk, &all, &mut rng, tardy).await;
        let rows = said(&desk).await;
        for (from, to) in [
            ("2020-12-15", "2021-12-14"),
            ("2021-03-15", "2021-06-14"),
            ("2020-12-15", "2021-03-14"),
            ("2021-06-15", "2021-06-15"),
        ] {
            let (from, to): (NaiveDate, NaiveDate) = (from.parse().unwrap(), to.parse().unwrap());
            let ask = async |name: &str| {
                let path = format!("/api/v1/reports/{name}?from={from}&to={to}");
                desk.get("office", &path).await.1
            };
            let score = ask("service-score").await;
            let (in_time, whole, open) = due(&rows, from, to, now);
            let eighth = match (in_time == whole, in_time * 10 >= whole * 9 && open == 0) {
                (true, _) => 2,
                (_, true) => 1,
                _ => 0,
            };
            let row = &score["indicators"][7];
            assert_eq!(row["number"], 8);
            assert_eq!(
                row["tenths"],
                eighth * 10,
                "{in_time}/{whole}, {open} open: {row}"
            );
            assert_eq!(
                (&row["share"]["numerator"], &row["share"]["denominator"]),
                (&json!(in_time), &json!(whole))
            );
            points.insert((8, Some(eighth)));
            // Of what came in the period, so much over the network; none of it late.
            let (mut came, mut net, mut late) = (0_u64, 0_u64, 0_u64);
            for story in &all {
                let Some(place) = story.place(from, to, now) else {
                    continue;
                };
                let online = u64::from(story.channel == "online");
                if place.arrival != "carried_over" {
                    came += 1;
                    net += online;
                }
                if ["late", "overdue"].contains(&place.course) {
                    late += online;
                }
            }
            let ninth = if came == 0 {
                None
            } else if late > 0 || net * 20 < came * 3 {
                Some(0)
            } else if net * 10 < came * 3 {
                Some(1)
            } else {
                None
            };
            let row = &score["indicators"][8];
            assert_eq!(row["number"], 9);
            assert_eq!(
                row["tenths"],
                json!(ninth.map(|n| n * 10)),
                "{net}/{came}, {late} late"
            );
            assert_eq!(
                (&row["share"]["numerator"], &row["share"]["denominator"]),
                (&json!(net), &json!(came))
            );
            points.insert((9, ninth));
            // The part of the index that is of feedback: a share of six points.
            let index = ask("index-766").await;
            let parts = index["parts"].as_array().unwrap();
            let heard = parts
                .iter()
                .find(|part| part["label"].as_str().unwrap().contains("xử lý đúng hạn"))
                .unwrap();
            match heard["points"].as_u64() {
                None => assert_eq!(whole, 0),
                Some(points) => {
                    let off = (points * whole).abs_diff(600 * in_time);
                    assert!(off * 2 <= whole, "{points} for {in_time} of {whole}");
                }
            }
        }
    }
    assert!(
        points.contains(&(8, Some(2))) && points.contains(&(8, Some(0))),
        "{points:?}"
    );
    assert!(
        points.contains(&(9, Some(0))) && points.contains(&(9, None)),
        "{points:?}"
    );
}

#[tokio::test]
async fn the_dossiers_that_cost_points_this_week_are_what_the_events_say() {
    let now: NaiveDateTime = NOW.parse().unwrap();
    let (from, to) = (now.date() - Days::new(6), now.date());
    let mut kinds = BTreeSet::new();
    for seed in [81, 82, 83] {
        let desk = Desk::at(NOW).await;
        random_register(&desk, seed, 45).await;
        // One that ends on the week's first second, one a second before it.
        for at in ["2021-08-06T00:00:00", "2021-08-05T23:59:59"] {
            let code = desk.receive("1.001022", "2021-07-20T08:00:00").await;
            let act = json!({ "action": "refuse", "reason": "không đủ", "at": at });
            desk.done("leader", &code, act).await;
        }
        let all = stories(&desk).await;
        let mut rng = StdRng::seed_from_u64(seed);
        random_feedback(&desk, &all, &mut rng, 0.3).await;
        let mut expected: Vec<(String, &str)> = Vec::new();
        for story in &all {
            let due = story.promises.last().and_then(|(_, due)| *due);
            let why = match story.place(from, to, now).map(|place| place.course) {
                Some("late") => "giải quyết quá hạn trong tuần",
                Some("overdue")
                    if due.is_some_and(|due| from <= due.date() && due.date() <= to) =>
                {
                    "đến hạn trong tuần, chưa xong"
                }
                _ => continue,
            };
            expected.push((story.code.clone(), why));
        }
        for one in said(&desk).await {
            let counts = one.state != "rejected" && one.kind != "opinion";
            if counts && from <= one.came.date() && one.came.date() <= to {
                expected.push((one.code, "có phản ánh trong tuần"));
            }
        }
        let path = "/api/v1/reports/index-766?period=2021";
        let (_, index) = desk.get("office", path).await;
        let mut week: Vec<(String, &str)> = index["week"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one["code"].as_str().unwrap().to_owned(),
                    one["why"].as_str().unwrap(),
                )
            })
            .collect();
        week.sort_unstable();
        expected.sort_unstable();
        assert_eq!(week, expected);
        kinds.extend(week.iter().map(|(_, why)| (*why).to_owned()));
    }
    assert!(kinds.len() >= 2, "{kinds:?}");
}
