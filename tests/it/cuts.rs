//! Table II.06a by every cut, its rows and its filter, against a recount from the raw
//! events, on registers drawn by lot and passed about among officers.
use chrono::{Days, NaiveDate, NaiveDateTime};
use motcua::domain::role::Role;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    recount::{Story, random_hands, stories, tally},
    workflow::hire,
};

const NOW: &str = "2021-10-20T09:00:00";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cells(row: &Value) -> Value {
    json!({ "received": row["received"], "processed": row["processed"], "pending": row["pending"] })
}

/// (3) = (4)+(5)+(6) = (7)+(11), (7) = (8)+(9)+(10)+undated, (11) = (12)+(13)+undated.
fn adds_up(row: &Value, what: &str) {
    let n = |part: &str, name: &str| row[part][name].as_u64().unwrap();
    let received = n("received", "total");
    let came = ["online", "direct", "carried_over"].map(|name| n("received", name));
    assert_eq!(received, came.iter().sum::<u64>(), "{what}");
    let ended = ["early", "on_time", "late", "undated"].map(|name| n("processed", name));
    assert_eq!(n("processed", "total"), ended.iter().sum::<u64>(), "{what}");
    let open = ["in_time", "overdue", "undated"].map(|name| n("pending", name));
    assert_eq!(n("pending", "total"), open.iter().sum::<u64>(), "{what}");
    assert_eq!(
        received,
        n("processed", "total") + n("pending", "total"),
        "{what}"
    );
}

/// Whether a story belongs to the row of that label.
fn belongs(story: &Story, cut: &str, label: &str) -> bool {
    match cut {
        "field" => story.field == label,
        "procedure" => label.split_once(' ').unwrap().0 == story.procedure,
        "officer" => story.officer == label,
        "channel" => {
            let words = match story.channel.as_str() {
                "online" => "Trực tuyến",
                "post" => "Bưu chính",
                _ => "Trực tiếp",
            };
            label.starts_with(words)
        }
        _ => true,
    }
}

/// Every row of every cut, and the same asked for by its filter.
async fn check(desk: &Desk, all: &[Story], from: NaiveDate, to: NaiveDate) -> usize {
    let now: NaiveDateTime = NOW.parse().unwrap();
    let eve = from - Days::new(1);
    let mut rows = 0;
    for cut in ["field", "procedure", "officer", "channel", "agency"] {
        let path = format!("/api/v1/reports/processing?from={from}&to={to}&by={cut}");
        let (status, table) = desk.get("office", &path).await;
        assert_eq!(status, 200, "{table}");
        adds_up(&table["total"], &path);
        for row in table["rows"].as_array().unwrap() {
            let label = row["label"].as_str().unwrap();
            let own: Vec<Story> = all
                .iter()
                .filter(|story| belongs(story, cut, label))
                .cloned()
                .collect();
            assert_eq!(
                cells(row),
                tally(own.iter(), from, to, now),
                "{path}: {label}"
            );
            adds_up(row, label);
            rows += 1;
            if cut == "agency" {
                continue;
            }
            let value = match cut {
                "procedure" => label.split_once(' ').unwrap().0,
                "channel" => own[0].channel.as_str(),
                _ => label,
            };
            let asked = motcua::web::paths::with_query(&path, &[(cut, value)]);
            let (_, alone) = desk.get("office", &asked).await;
            assert_eq!(cells(&alone["total"]), cells(row), "{asked}");
            // What is carried over is what the day before left open, of these alone.
            let before = tally(own.iter(), eve, eve, now);
            assert_eq!(
                alone["carried"]["pending"], before["pending"]["total"],
                "{asked}"
            );
            let carried = &alone["carried"];
            let net: i64 = carried["differences"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| if one["missing"] == true { -1 } else { 1 })
                .sum();
            assert_eq!(
                carried["carried_over"].as_i64().unwrap(),
                carried["pending"].as_i64().unwrap() + net,
                "{asked}"
            );
        }
    }
    rows
}

#[tokio::test]
async fn every_row_of_every_cut_is_what_the_events_say() {
    let seeds = if std::env::var_os("MOTCUA_LONG").is_some() {
        30
    } else {
        2
    };
    let (mut rows, mut moved, mut across) = (0, 0, 0);
    for seed in 0..seeds {
        let desk = Desk::at(NOW).await;
        for role in [Role::Specialist, Role::Leader, Role::Office] {
            desk.sign_in(role).await;
        }
        hire(&desk, "huy", Role::Specialist, "").await;
        hire(&desk, "loi", Role::Specialist, "").await;
        random_hands(&desk, 900 + seed, 40, &["specialist", "huy", "loi"]).await;
        let all = stories(&desk).await;
        let mut rng = StdRng::seed_from_u64(seed);
        let from = day("2020-12-01") + Days::new(rng.random_range(0..260));
        let any = (from, from + Days::new(rng.random_range(0..120)));
        let (first, second) = (
            (day("2020-12-15"), day("2021-03-14")),
            (day("2021-03-15"), day("2021-06-14")),
        );
        for (from, to) in [any, first, second, (day("2021-02-10"), day("2021-02-16"))] {
            rows += check(&desk, &all, from, to).await;
        }
        let now: NaiveDateTime = NOW.parse().unwrap();
        for story in &all {
            let given = story.events.iter().filter(|e| e.act == "assign").count();
            moved += usize::from(given > 1);
            let waits = |(from, to)| story.place(from, to, now).is_some_and(|p| p.waiting);
            across += usize::from(waits(first) && waits(second));
        }
    }
    assert!(rows > 60, "{rows} rows");
    assert!(moved > 5, "{moved} were given from one to another");
    assert!(across > 0, "none waited across two quarters");
}

#[tokio::test]
async fn one_given_to_another_officer_counts_for_who_holds_it() {
    let mut desk = Desk::at("2021-03-10T08:00").await;
    for role in [Role::Specialist, Role::Leader] {
        desk.sign_in(role).await;
    }
    hire(&desk, "huy", Role::Specialist, "").await;
    let code = desk.receive("1.001193", "2021-03-10T08:00").await;
    let by = async |desk: &Desk, period: &str| -> Vec<(String, u64)> {
        let path = format!("/api/v1/reports/processing?period={period}&by=officer");
        let (_, table) = desk.get("office", &path).await;
        assert_eq!(table["carried"]["differences"], json!([]));
        table["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let label = row["label"].as_str().unwrap().to_owned();
                (label, row["received"]["total"].as_u64().unwrap())
            })
            .collect()
    };
    desk.move_to("2021-03-11T08:00");
    desk.done(
        "leader",
        &code,
        json!({ "action": "assign", "to": "specialist" }),
    )
    .await;
    assert_eq!(
        by(&desk, "2021-Q1").await,
        [("Người Công chức chuyên môn".to_owned(), 1)]
    );
    desk.move_to("2021-03-16T08:00");
    desk.done("leader", &code, json!({ "action": "assign", "to": "huy" }))
        .await;
    for period in ["2021-Q1", "2021-Q2"] {
        assert_eq!(
            by(&desk, period).await,
            [("Người huy".to_owned(), 1)],
            "in one row of each period, never in two"
        );
    }
}

#[tokio::test]
async fn the_setting_says_by_which_date_a_re_appointed_one_is_late() {
    let mut desk = Desk::at("2021-03-08T08:00").await;
    let code = desk.receive("1.001022", "2021-03-08T08:00").await;
    let path = format!("/api/v1/dossiers/{code}");
    let due = desk.get("admin", &path).await.1["original_due_at"].clone();
    let due: NaiveDate = due.as_str().unwrap()[..10].parse().unwrap();
    // The day before the promise: a later one, signed; ended between the two.
    let eve = due - Days::new(1);
    desk.move_to(&format!("{eve}T09:00"));
    let new = due + Days::new(14);
    desk.done(
        "specialist",
        &code,
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "nhiều việc",
                "new_due_at": format!("{new}T16:00:00") }),
    )
    .await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    let after = due + Days::new(3);
    desk.move_to(&format!("{after}T09:00"));
    let refused = json!({ "action": "refuse", "reason": "không đủ điều kiện" });
    desk.done("leader", &code, refused).await;
    let count = async |desk: &Desk| {
        let (from, to) = (due, due + Days::new(5));
        let path = format!("/api/v1/reports/processing?from={from}&to={to}");
        desk.get("office", &path).await.1["total"]["processed"].clone()
    };
    assert_eq!(
        count(&desk).await,
        json!({ "total": 1, "early": 0, "on_time": 0, "late": 1, "undated": 0 })
    );
    desk.set(|settings| {
        settings.figures.after_reappointment = motcua::config::AfterReappointment::New;
    });
    assert_eq!(
        count(&desk).await,
        json!({ "total": 1, "early": 1, "on_time": 0, "late": 0, "undated": 0 })
    );
}

#[tokio::test]
async fn a_wait_across_two_periods_is_pending_in_time_in_both() {
    let mut desk = Desk::at("2021-03-12T08:00").await;
    let code = desk.receive("1.001022", "2021-03-12T08:00").await;
    desk.move_to("2021-03-12T09:00");
    desk.done(
        "specialist",
        &code,
        json!({ "action": "request_supplement", "items": ["x"], "reason": "thiếu" }),
    )
    .await;
    desk.move_to("2021-12-20T09:00");
    for (period, carried) in [("2021-Q1", 0), ("2021-Q2", 1), ("2021-Q3", 1)] {
        let (_, table) = desk
            .get(
                "office",
                &format!("/api/v1/reports/processing?period={period}"),
            )
            .await;
        let total = &table["total"];
        assert_eq!(total["received"]["carried_over"], carried, "{period}");
        assert_eq!(
            total["pending"],
            json!({ "total": 1, "in_time": 1, "overdue": 0, "undated": 0 }),
            "{period}"
        );
        assert_eq!(table["notes"]["waiting"], 1);
        assert_eq!(table["carried"]["pending"], carried);
    }
}
