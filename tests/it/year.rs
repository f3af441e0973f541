//! A year with a leave and a storm day, recounted slowly from its events: every
//! promise, every hand, and every number of the apology report. Nothing here knows
//! the rules of `motcua::domain`.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde_json::Value;

use crate::{
    harness::Desk,
    oracle::{Almanac, Wait},
    recount::{Story, stories, wall},
};

const ENDS: [&str; 5] = ["process", "refuse", "withdraw", "stop", "reject"];

pub fn storm() -> NaiveDate {
    "2021-09-27".parse().unwrap()
}

/// Announced on the Friday before, at half past two.
fn announced() -> NaiveDateTime {
    "2021-09-24T14:30:00".parse().unwrap()
}

/// When the clock stood, by the events; `until` for what still waits.
pub fn stood(story: &Story, until: NaiveDateTime) -> Vec<Wait> {
    let mut all: Vec<Wait> = Vec::new();
    for event in &story.events {
        match event.act.as_str() {
            "request_supplement" | "request_payment" => all.push(Wait {
                fee: event.act == "request_payment",
                from: event.at,
                to: until,
            }),
            "supplement_received" | "payment_received" => {
                all.last_mut().unwrap().to = event.clock_again();
            }
            _ => {}
        }
    }
    all
}

#[tokio::test]
async fn every_promise_of_the_year_is_counted_with_the_calendar_of_its_day() {
    let desk = Desk::of_demo(700, 13).await;
    let plain = Almanac::from_file();
    let stormy = Almanac::from_file().with_day_off(storm());
    let rows = desk
        .rows(
            "SELECT d.code, d.due_reason, CAST(d.received_at AS TEXT) AS received, \
             CAST(d.original_due_at AS TEXT) AS due, p.time_limit, p.unit, p.clock \
             FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id",
        )
        .await;
    let by_code: BTreeMap<&str, &Value> = rows
        .iter()
        .map(|row| (row["code"].as_str().unwrap(), row))
        .collect();
    let (mut checked, mut moved) = (0, 0);
    for story in stories(&desk).await {
        let row = by_code[story.code.as_str()];
        let redated = story.events.iter().filter(|e| e.act == "redate").count();
        let (Some(amount), None) = (row["time_limit"].as_u64(), row["due_reason"].as_str()) else {
            assert_eq!(redated, 0, "{}: set by hand, it stays", story.code);
            continue;
        };
        let Some(received) = wall(&row["received"]) else {
            continue;
        };
        let ended = story.when(&ENDS, |_| true);
        let mut waits = stood(&story, NaiveDateTime::MAX);
        waits.retain(|wait| wait.to != NaiveDateTime::MAX);
        let almanac = if ended.is_some_and(|at| at <= announced()) {
            &plain
        } else {
            &stormy
        };
        let restarts = row["clock"] != "pause";
        let unit = row["unit"].as_str().unwrap();
        let amount = u32::try_from(amount).unwrap();
        let slow = |waits: &[Wait]| {
            let promise = almanac.promise(received, amount, unit, restarts, waits);
            promise.unwrap().due
        };
        let mut due = slow(&[]);
        // What was asked after the promise broke moves nothing.
        waits = waits.into_iter().fold(Vec::new(), |mut so_far, wait| {
            let broken = match unit {
                "gio" | "gio_lien_tuc" => wait.from >= due,
                _ => wait.from.date() > due.date(),
            };
            if !broken {
                so_far.push(wait);
                due = slow(&so_far);
            }
            so_far
        });
        assert_eq!(
            wall(&row["due"]),
            Some(due),
            "{} {unit} {waits:?} {:#?}",
            story.code,
            story.events
        );
        checked += 1;
        moved += redated;
    }
    assert!(checked > 500, "{checked}");
    assert!(moved > 1, "the storm moved {moved}");
}

/// A stretch in one pair of hands: the step's name, whose (empty: nobody's), from, to.
pub type Stretch = (String, String, NaiveDateTime, Option<NaiveDateTime>);

/// Whose work a step is, by the name that events give it.
fn role_of(step: &str) -> &'static str {
    match step {
        "Phê duyệt" => "leader",
        named if named.starts_with("Lãnh đạo ký") => "leader",
        "Tiếp nhận, chuyển hồ sơ" | "Nhận kết quả về quầy" => "receptionist",
        _ => "specialist",
    }
}

/// Who held it, by the events: each names the step that it gives the dossier to, and to
/// whom. Who takes it from another, or does the work that another has, ends his stretch.
pub fn replay(
    story: &Story,
    received: NaiveDateTime,
    desk: (&str, &str),
    restarts: bool,
) -> Vec<Stretch> {
    let (mut step, mut holder, mut since) = (desk.0.to_owned(), desk.1.to_owned(), received);
    let mut all: Vec<Stretch> = Vec::new();
    for event in story.events.iter().filter(|event| event.at >= received) {
        let signed = event.data["approved_by"].as_str();
        let doer = signed.filter(|_| event.act == "approve");
        let (doer, role) = match doer {
            Some(leader) => (leader, "leader"),
            None => (event.actor.as_str(), event.role.as_str()),
        };
        // The step whose work the act is; any other act is nobody's work.
        let work = match event.act.as_str() {
            "appraise" => Some("specialist"),
            "approve" => Some("leader"),
            "process" | "hand_over" | "send_back" | "take" => Some(role_of(&step)),
            _ => None,
        };
        let his = work == Some(role_of(&step)) && holder.is_empty() && role == role_of(&step);
        if his {
            doer.clone_into(&mut holder);
        }
        if event.act == "take" {
            if holder != doer {
                all.push((step.clone(), holder, since, Some(event.at)));
                (holder, since) = (doer.to_owned(), event.at);
            }
            continue;
        }
        let given = event.data["step"].as_str();
        // Where the promise had broken before, nothing runs anew.
        let moved = event.data["due_at"].is_string();
        let anew = restarts && moved && event.act == "supplement_received";
        let ends = ENDS.contains(&event.act.as_str());
        if given.is_some() || anew || ends {
            all.push((step.clone(), holder.clone(), since, Some(event.at)));
            since = event.at;
        }
        if ends {
            return all;
        }
        if let Some(given) = given {
            given.clone_into(&mut step);
            event.data["to"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut holder);
        }
    }
    all.push((step, holder, since, None));
    all
}

/// Seconds from one moment to another, day by day.
pub fn seconds(
    almanac: &Almanac,
    in_office: bool,
    mut from: NaiveDateTime,
    to: NaiveDateTime,
) -> TimeDelta {
    if !in_office {
        return (to - from).max(TimeDelta::zero());
    }
    let clock = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap();
    let halves = [(clock(7, 30), clock(11, 30)), (clock(13, 30), clock(17, 0))];
    let mut sum = TimeDelta::zero();
    while from < to {
        let midnight = (from.date() + chrono::Days::new(1)).and_time(NaiveTime::MIN);
        let end = to.min(midnight);
        if almanac.works(from.date()).unwrap() {
            for (open, close) in halves {
                let (open, close) = (from.date().and_time(open), from.date().and_time(close));
                sum += (end.min(close) - from.max(open)).max(TimeDelta::zero());
            }
        }
        from = midnight;
    }
    sum
}

#[tokio::test]
async fn every_hand_of_the_year_is_told_by_the_events() {
    let desk = Desk::of_demo(500, 14).await;
    let almanac = Almanac::from_file().with_day_off(storm());
    let held = desk
        .rows(
            "SELECT d.code, h.step_name, h.holder, h.taken_by, h.held_seconds, p.unit, p.clock, \
             CAST(h.given_at AS TEXT) AS given, CAST(h.ended_at AS TEXT) AS ended, \
             CAST(d.received_at AS TEXT) AS received, d.received_by FROM holding h \
             JOIN dossier d ON d.id = h.dossier_id \
             JOIN procedure_version p ON p.id = d.procedure_version_id ORDER BY h.dossier_id, h.seq",
        )
        .await;
    let mut by_code: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for row in &held {
        by_code
            .entry(row["code"].as_str().unwrap())
            .or_default()
            .push(row);
    }
    let mut stretches = 0;
    for story in stories(&desk).await {
        let Some(rows) = by_code.get(story.code.as_str()) else {
            // The desk still has it: written down with what follows.
            let passed = story.events.iter().any(|e| e.data["step"].is_string());
            assert!(!passed, "{:#?}", story.events);
            continue;
        };
        let received = wall(&rows[0]["received"]).unwrap();
        let restarts = rows[0]["clock"] != "pause";
        let desk_step = rows[0]["step_name"].as_str().unwrap();
        let desk = (desk_step, rows[0]["received_by"].as_str().unwrap());
        let mut told = replay(&story, received, desk, restarts);
        // Steps that an act on the spot passes through in no time.
        told.retain(|(_, _, from, to)| *to != Some(*from));
        let kept: Vec<&&Value> = rows
            .iter()
            .filter(|row| wall(&row["given"]) != wall(&row["ended"]))
            .collect();
        let plain: Vec<Stretch> = kept
            .iter()
            .map(|row| {
                (
                    row["step_name"].as_str().unwrap().to_owned(),
                    row["holder"].as_str().unwrap().to_owned(),
                    wall(&row["given"]).unwrap(),
                    wall(&row["ended"]),
                )
            })
            .collect();
        assert_eq!(plain, told, "{} {:#?}", story.code, story.events);
        for (row, (_, _, from, to)) in kept.iter().zip(&told) {
            let Some(to) = *to else { continue };
            let in_office = !["ngay", "thang", "gio_lien_tuc"]
                .iter()
                .any(|unit| row["unit"] == *unit);
            let mut slow = seconds(&almanac, in_office, *from, to);
            for wait in stood(&story, to) {
                slow -= seconds(&almanac, in_office, wait.from.max(*from), wait.to.min(to));
            }
            assert_eq!(
                row["held_seconds"],
                slow.num_seconds(),
                "{} {row} {:#?}",
                story.code,
                story.events
            );
            stretches += 1;
        }
    }
    assert!(stretches > 700, "{stretches}");
    let given_in_the_leave = |row: &&Value| {
        let day = wall(&row["given"]).unwrap().date().to_string();
        ("2021-07-12".."2021-07-24").contains(&day.as_str())
    };
    let mut stood_in = 0;
    for row in held.iter().filter(given_in_the_leave) {
        assert_ne!(row["taken_by"], "Trương Đức Huy", "he is away: {row}");
        stood_in += u32::from(row["holder"] == "Đặng Thị Kim Hằng");
    }
    assert!(stood_in > 2, "{stood_in}");
}

#[tokio::test]
async fn every_apology_of_the_year_is_counted_once() {
    let desk = Desk::of_demo(700, 13).await;
    let cookie = desk.sign_in_demo("office").await;
    let all = stories(&desk).await;
    let now = "2021-12-10T09:00:00".parse().unwrap();
    let received: BTreeMap<String, (NaiveDateTime, String)> = desk
        .rows(
            "SELECT d.code, CAST(d.received_at AS TEXT) AS received, h.step_name FROM dossier d \
             JOIN holding h ON h.dossier_id = d.id AND h.step = 0",
        )
        .await
        .iter()
        .map(|row| {
            let words = |name: &str| row[name].as_str().unwrap().to_owned();
            (
                words("code"),
                (wall(&row["received"]).unwrap(), words("step_name")),
            )
        })
        .collect();
    let mut seen = [0; 3];
    for name in [
        "2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2021-11", "2021",
    ] {
        let page = desk
            .page(&cookie, &format!("/bao-cao/xin-loi?ky={name}&dang=json"))
            .await;
        let report: Value = serde_json::from_str(&page.body).unwrap();
        let day = |name: &str| report[name].as_str().unwrap().parse::<NaiveDate>().unwrap();
        let (from, to) = (day("from"), day("to"));
        let cut = (to + chrono::Days::new(1)).and_time(NaiveTime::MIN);
        let (mut late, mut said, mut in_time) = (0, 0, 0);
        let mut by_cause: BTreeMap<String, u64> = BTreeMap::new();
        let mut by_step: BTreeMap<String, u64> = BTreeMap::new();
        for story in &all {
            let place = story.place(from, to, now);
            if !place.is_some_and(|place| ["late", "overdue"].contains(&place.course)) {
                continue;
            }
            late += 1;
            let made = story.promises.iter().rev().find(|(at, _)| *at < cut);
            let due = made.unwrap().1.unwrap();
            let signed = story.when(&["sign_apology"], |at| at < cut);
            said += u64::from(signed.is_some());
            in_time += u64::from(signed.is_some_and(|at| at.date() < due.date()));
            let draft = story.events.iter().rev().find(|e| e.act == "draft_apology");
            let cause = match draft.filter(|_| signed.is_some()) {
                None => "–",
                Some(event) => event.data["reason_code"].as_str().unwrap(),
            };
            *by_cause.entry(cause.to_owned()).or_default() += 1;
            // Where it lay when the promise broke, as the promise is known today.
            let broke = story.promises.last().unwrap().1.unwrap();
            let broke = if story.by_moment {
                broke
            } else {
                (broke.date() + chrono::Days::new(1)).and_time(NaiveTime::MIN)
            };
            let step = received.get(&story.code).and_then(|(at, desk)| {
                let way = replay(story, *at, (desk.as_str(), ""), true);
                let mut lay = way
                    .into_iter()
                    .filter(|(_, _, from, to)| *from < broke && to.is_none_or(|to| broke <= to));
                lay.next().map(|(step, ..)| step)
            });
            *by_step
                .entry(step.unwrap_or_else(|| "Không rõ bước".into()))
                .or_default() += 1;
        }
        assert_eq!(report["late"], late, "{name}");
        assert_eq!(report["apologised"]["numerator"], said, "{name}");
        assert_eq!(report["in_time"], in_time, "{name}");
        assert_eq!(report["after"], said - in_time, "{name}");
        let heaps = |heaps: &Value| -> Vec<u64> {
            let mut all: Vec<u64> = heaps
                .as_array()
                .unwrap()
                .iter()
                .map(|heap| heap["late"].as_u64().unwrap())
                .collect();
            all.sort_unstable();
            all
        };
        let sorted = |counts: &BTreeMap<String, u64>| {
            let mut all: Vec<u64> = counts.values().copied().collect();
            all.sort_unstable();
            all
        };
        assert_eq!(heaps(&report["by_cause"]), sorted(&by_cause), "{name}");
        for heap in report["by_step"].as_array().unwrap() {
            let step = heap["label"].as_str().unwrap();
            assert_eq!(
                by_step.get(step).copied(),
                heap["late"].as_u64(),
                "{name} {step}"
            );
        }
        for (sum, one) in seen.iter_mut().zip([late, said, in_time]) {
            *sum += one;
        }
    }
    assert!(seen.iter().all(|many| *many > 10), "{seen:?}");
}
