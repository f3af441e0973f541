//! Rates by month and days used against a recount from the raw events, day by day.
use chrono::{Days, NaiveDate, NaiveDateTime};
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    oracle::Almanac,
    recount::{Story, random_register, stories, tally},
};

const NOW: &str = "2021-10-20T09:00:00";

/// Working days from the day after receipt to a last day, those of a wait left out.
fn days(almanac: &Almanac, story: &Story, received: NaiveDate, last: NaiveDate) -> u64 {
    let (mut many, mut day) = (0, received);
    while day < last {
        day = day + Days::new(1);
        let mut waiting = false;
        let mut since: Option<NaiveDate> = None;
        for event in &story.events {
            match event.act.as_str() {
                "request_supplement" | "request_payment" => since = Some(event.at.date()),
                "supplement_received" | "payment_received" => {
                    waiting |=
                        since.is_some_and(|from| from < day && day <= event.clock_again().date());
                    since = None;
                }
                _ => {}
            }
        }
        waiting |= since.is_some_and(|from| from < day);
        many += u64::from(almanac.works(day).unwrap() && !waiting);
    }
    many
}

/// The smallest number that so many percent do not pass.
fn reached(all: &[u64], percent: usize) -> Value {
    let enough = |limit: &&u64| {
        let within = all.iter().filter(|day| day <= limit).count();
        within * 100 >= all.len() * percent
    };
    all.iter()
        .filter(enough)
        .min()
        .map_or(Value::Null, |day| json!(day))
}

fn rate(cells: &Value, with_overdue: bool) -> (u64, u64) {
    let n = |part: &str, name: &str| cells[part][name].as_u64().unwrap();
    let kept = n("processed", "early") + n("processed", "on_time");
    let open = if with_overdue {
        n("pending", "overdue")
    } else {
        0
    };
    (kept, kept + n("processed", "late") + open)
}

fn of(share: &Value) -> (u64, u64) {
    (
        share["numerator"].as_u64().unwrap(),
        share["denominator"].as_u64().unwrap(),
    )
}

fn check(report: &Value, all: &[&Story], almanac: &Almanac) -> usize {
    let day = |name: &str| report[name].as_str().unwrap().parse::<NaiveDate>().unwrap();
    let (from, to) = (day("from"), day("to"));
    let now: NaiveDateTime = NOW.parse().unwrap();
    let cells = tally(all.iter().copied(), from, to, now);
    assert_eq!(of(&report["on_time"]), rate(&cells, false));
    assert_eq!(of(&report["on_time_with_overdue"]), rate(&cells, true));
    for month in report["months"].as_array().unwrap() {
        let day = |name: &str| month[name].as_str().unwrap().parse::<NaiveDate>().unwrap();
        let cells = tally(all.iter().copied(), day("from"), day("to"), now);
        assert_eq!(of(&month["on_time"]), rate(&cells, false), "{month}");
        assert_eq!(
            of(&month["on_time_with_overdue"]),
            rate(&cells, true),
            "{month}"
        );
    }
    let ends = ["process", "refuse", "withdraw", "stop"];
    let (mut used, mut allowed, mut over, mut left_out) = (Vec::new(), Vec::new(), 0, 0);
    for story in all {
        let Some(place) = story.place(from, to, now) else {
            continue;
        };
        if ["in_time", "overdue", "pending_undated"].contains(&place.course) {
            continue;
        }
        let ended = story
            .events
            .iter()
            .find(|event| ends.contains(&event.act.as_str()))
            .unwrap();
        if ["withdraw", "stop"].contains(&ended.act.as_str()) {
            left_out += 1;
            continue;
        }
        let received = story.when(&["receive", "accept"], |_| true).unwrap().date();
        let taken = days(almanac, story, received, ended.at.date());
        used.push(taken);
        if let Some(due) = story.promises.last().unwrap().1 {
            let may = days(almanac, story, received, due.date());
            allowed.push(may);
            over += u64::from(taken > may);
        }
    }
    let figure = &report["days"];
    assert_eq!(figure["dossiers"], used.len());
    assert_eq!(figure["median"], reached(&used, 50), "{used:?}");
    assert_eq!(figure["slowest_tenth"], reached(&used, 90), "{used:?}");
    assert_eq!(figure["allowed"], reached(&allowed, 50));
    assert_eq!(figure["over"], over);
    assert_eq!(report["excluded"]["withdrawn_or_stopped"], left_out);
    used.len()
}

#[tokio::test]
async fn rates_and_days_are_what_the_events_say() {
    let almanac = Almanac::from_file();
    let mut days = 0;
    for seed in 11..=13 {
        let desk = Desk::at(NOW).await;
        let office = desk.sign_in(Role::Office).await;
        random_register(&desk, seed, 50).await;
        let all = stories(&desk).await;
        let ask = async |query: &str| -> Value {
            let page = desk
                .page(&office, &format!("/bao-cao/dung-han?dang=json&{query}"))
                .await;
            assert_eq!(page.status, 200, "{}", page.body);
            serde_json::from_str(&page.body).unwrap()
        };
        let every: Vec<&Story> = all.iter().collect();
        for query in [
            "ky=2021",
            "ky=2021-Q2",
            "ky=2021-03",
            "tu=20/2/2021&den=1/4/2021",
        ] {
            days += check(&ask(query).await, &every, &almanac);
        }
        let online: Vec<&Story> = all
            .iter()
            .filter(|story| story.channel == "online")
            .collect();
        days += check(&ask("ky=2021&kenh=online").await, &online, &almanac);
        let field = &all[0].field;
        let of_field: Vec<&Story> = all.iter().filter(|story| story.field == *field).collect();
        let query = format!("ky=2021&linh-vuc={}", field.replace(' ', "+"));
        days += check(&ask(&query).await, &of_field, &almanac);
    }
    assert!(days > 40, "{days} dossiers had their days counted");
}

#[tokio::test]
async fn a_rate_just_below_all_is_not_all() {
    let desk = Desk::at("2021-10-20T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    let empty = desk.page(&office, "/bao-cao/dung-han?ky=2021-Q1").await;
    assert_eq!(empty.status, 200);
    for all in ["100\u{a0}%", "100 %"] {
        assert!(!empty.body.contains(all), "nothing solved shows no {all}");
    }
    let share = motcua::domain::share::Share::new(1999, 2000);
    assert_eq!(share.words(), "99,95 %");
    let share = motcua::domain::share::Share::new(199_999, 200_000);
    assert_eq!(share.words(), "99,99 %", "never 100 while one is late");
}
