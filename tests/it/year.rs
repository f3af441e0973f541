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

fn storm() -> NaiveDate {
    "2021-09-27".parse().unwrap()
}

/// Announced on the Friday before, at half past two.
fn announced() -> NaiveDateTime {
    "2021-09-24T14:30:00".parse().unwrap()
}

/// When the clock stood, by the events; `until` for what still waits.
fn stood(story: &Story, until: NaiveDateTime) -> Vec<Wait> {
    let mut all: Vec<Wait> = Vec::new();
    for event in &story.events {
        match event.act.as_str() {
            "request_supplement" | "request_payment" => all.push(Wait {
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
        let slow = almanac.promise(
            received,
            u32::try_from(amount).unwrap(),
            unit,
            restarts,
            &waits,
        );
        assert_eq!(
            wall(&row["due"]),
            Some(slow.unwrap().due),
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

/// A stretch in one pair of hands: the step's name, from, to.
type Stretch = (String, NaiveDateTime, Option<NaiveDateTime>);

/// Who held it, by the events: each names the step that it gives the dossier to.
fn replay(story: &Story, received: NaiveDateTime, desk: &str, restarts: bool) -> Vec<Stretch> {
    let (mut step, mut since) = (desk.to_owned(), received);
    let mut all = Vec::new();
    for event in story.events.iter().filter(|event| event.at >= received) {
        let given = event.data["step"].as_str().filter(|_| event.act != "take");
        let anew = restarts && event.act == "supplement_received";
        if given.is_some() || anew {
            all.push((step.clone(), since, Some(event.at)));
            step = given.unwrap_or(&step).to_owned();
            since = event.at;
        }
        if ENDS.contains(&event.act.as_str()) {
            all.push((step, since, Some(event.at)));
            return all;
        }
    }
    all.push((step, since, None));
    all
}

/// Seconds from one moment to another, day by day.
fn seconds(
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
             CAST(d.received_at AS TEXT) AS received FROM holding h \
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
        let mut told = replay(&story, received, desk_step, restarts);
        // Steps that an act on the spot passes through in no time.
        told.retain(|(_, from, to)| *to != Some(*from));
        let kept: Vec<&&Value> = rows
            .iter()
            .filter(|row| wall(&row["given"]) != wall(&row["ended"]))
            .collect();
        let plain: Vec<Stretch> = kept
            .iter()
            .map(|row| {
                (
                    row["step_name"].as_str().unwrap().to_owned(),
                    wall(&row["given"]).unwrap(),
                    wall(&row["ended"]),
                )
            })
            .collect();
        assert_eq!(plain, told, "{} {:#?}", story.code, story.events);
        for (row, (_, from, to)) in kept.iter().zip(&told) {
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
