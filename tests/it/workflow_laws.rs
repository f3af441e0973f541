//! The way of a dossier under random acts: who held it, replayed slowly from its
//! events alone, against the rows; nothing here knows the rules of `motcua::domain`.
use chrono::{Datelike, NaiveDateTime, TimeDelta};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{harness::Desk, oracle::Almanac};

/// Khai tử: same day; nhận cha, mẹ, con: 3 working days; nuôi con nuôi: 30 days.
const PROCEDURES: [(&str, &str); 3] = [
    ("1.000656", "office"),
    ("1.001022", "office"),
    ("2.001263", "clock"),
];

/// A stretch in one pair of hands: the step (0 desk, 1 specialist, 2 leader, 3 desk), from, to.
type Stretch = (i64, NaiveDateTime, Option<NaiveDateTime>);

fn local(text: &str) -> NaiveDateTime {
    let at: chrono::DateTime<chrono::FixedOffset> = text.parse().unwrap();
    (at.naive_utc()) + TimeDelta::hours(7)
}

/// Who held it, by the events: desk → specialist → leader → desk.
fn replay(events: &[Value], restarts: bool) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    let (mut step, mut since) = (0_i64, local(events[0]["at"].as_str().unwrap()));
    let mut over = false;
    for event in &events[1..] {
        let at = local(event["at"].as_str().unwrap());
        let act = event["action"].as_str().unwrap();
        // The step whose work the act is, and the step that has it afterwards.
        let moved = match act {
            "hand_over" => Some((step, step + 1)),
            "assign" | "send_back" => Some((step, 1)),
            "appraise" => Some((1, 2)),
            "approve" => Some((2, 3)),
            // Where the promise had broken before, nothing runs anew.
            "supplement_received" if restarts && event["data"]["due_at"].is_string() => {
                Some((step, step))
            }
            _ => None,
        };
        if let Some((work, next)) = moved {
            all.push((step, since, Some(at)));
            if work != step {
                all.push((work, at, Some(at)));
            }
            (step, since) = (next, at);
        }
        if matches!(act, "process" | "refuse" | "withdraw" | "stop" | "reject") && !over {
            all.push((step, since, Some(at)));
            over = true;
        }
    }
    // The desk's first stretch is written down with the first act that ends it or takes it.
    let begun = !all.is_empty();
    if !over && begun {
        all.push((step, since, None));
    }
    all
}

/// Minutes between two moments without those in which the clock stood.
fn minutes(
    almanac: &Almanac,
    kind: &str,
    from: NaiveDateTime,
    to: NaiveDateTime,
    stood: &[(NaiveDateTime, NaiveDateTime)],
) -> i64 {
    let mut at = from;
    let mut count = 0;
    while at < to {
        let clock = at.format("%H:%M").to_string();
        let open = ("07:30".."11:30").contains(&clock.as_str())
            || ("13:30".."17:00").contains(&clock.as_str());
        let runs = kind == "clock" || (open && almanac.works(at.date()).unwrap_or(false));
        let stands = stood.iter().any(|(from, to)| *from <= at && at < *to);
        count += i64::from(runs && !stands);
        at += TimeDelta::minutes(1);
    }
    count
}

async fn holdings(desk: &Desk, code: &str) -> Vec<Value> {
    desk.rows(&format!(
        "SELECT h.step, CAST(h.given_at AS TEXT) AS given_at, CAST(h.ended_at AS TEXT) AS ended_at, \
         h.held_seconds, h.allotted_seconds FROM holding h JOIN dossier d ON d.id = h.dossier_id \
         WHERE d.code = '{code}' ORDER BY h.seq"
    ))
    .await
}

/// As either database writes a moment as text.
fn stored(value: &Value) -> Option<NaiveDateTime> {
    let text = value.as_str()?;
    let text = text.replace('T', " ");
    let moment = text.get(..19)?;
    NaiveDateTime::parse_from_str(moment, "%Y-%m-%d %H:%M:%S")
        .ok()
        .map(|at| at + TimeDelta::hours(7))
}

#[tokio::test]
async fn the_hands_of_a_dossier_are_those_its_events_tell() {
    let almanac = Almanac::from_file();
    let rounds = if std::env::var("MOTCUA_LONG").is_ok() {
        90
    } else {
        12
    };
    let mut desk = Desk::at("2021-03-01T08:00").await;
    let mut acts_done = 0;
    for seed in 0..rounds {
        let mut rng = StdRng::seed_from_u64(seed);
        let (procedure, kind) = PROCEDURES[rng.random_range(0..PROCEDURES.len())];
        let day = rng.random_range(1..28);
        let mut now = format!("2021-{:02}-{day:02}T08:10:00", rng.random_range(3..9))
            .parse::<NaiveDateTime>()
            .unwrap();
        desk.move_to(&now.format("%Y-%m-%dT%H:%M").to_string());
        let code = desk
            .receive(procedure, &now.format("%Y-%m-%dT%H:%M").to_string())
            .await;
        for _ in 0..rng.random_range(3..14) {
            now += TimeDelta::minutes(rng.random_range(0..3 * 1440));
            desk.move_to(&now.format("%Y-%m-%dT%H:%M").to_string());
            let acts = [
                ("receptionist", json!({ "action": "hand_over" })),
                ("specialist", json!({ "action": "take" })),
                ("specialist", json!({ "action": "appraise" })),
                ("leader", json!({ "action": "take" })),
                ("leader", json!({ "action": "approve" })),
                (
                    "leader",
                    json!({ "action": "send_back", "reason": "Làm rõ" }),
                ),
                (
                    "specialist",
                    json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu" }),
                ),
                ("receptionist", json!({ "action": "supplement_received" })),
                ("specialist", json!({ "action": "process" })),
                (
                    "leader",
                    json!({ "action": "refuse", "reason": "Không đủ điều kiện" }),
                ),
                ("receptionist", json!({ "action": "return_result" })),
                (
                    "receptionist",
                    json!({ "action": "withdraw", "reason": "Xin rút" }),
                ),
            ];
            for _ in 0..8 {
                // What ends a dossier comes last in the list and is drawn rarely.
                let most = if rng.random_bool(0.1) { acts.len() } else { 9 };
                let (role, act) = acts[rng.random_range(0..most)].clone();
                let (status, _) = desk.act(role, &code, act).await;
                if status == 200 {
                    acts_done += 1;
                    break;
                }
            }
        }
        let (_, dossier) = desk.get("admin", &format!("/api/v1/dossiers/{code}")).await;
        let events = dossier["events"].as_array().unwrap();
        let mut stood = Vec::new();
        for event in events {
            match event["action"].as_str().unwrap() {
                "request_supplement" => stood.push((local(event["at"].as_str().unwrap()), now)),
                "supplement_received" => {
                    stood.last_mut().unwrap().1 = local(event["at"].as_str().unwrap());
                }
                _ => {}
            }
        }
        let told = replay(events, true);
        let rows = holdings(&desk, &code).await;
        let kept: Vec<Stretch> = rows
            .iter()
            .map(|row| {
                (
                    row["step"].as_i64().unwrap(),
                    stored(&row["given_at"]).unwrap(),
                    stored(&row["ended_at"]),
                )
            })
            .collect();
        // Taken first of all, the desk's stretch is written down early and stays the same one.
        if !(told.is_empty() && kept.len() == 1) {
            assert_eq!(kept, told, "seed {seed}: {events:#?}");
        }
        for (row, stretch) in rows.iter().zip(&told) {
            if let Some(to) = stretch.2 {
                let slow = minutes(&almanac, kind, stretch.1, to, &stood);
                assert_eq!(
                    row["held_seconds"].as_i64().unwrap(),
                    slow * 60,
                    "seed {seed} {stretch:?} {stood:?} {}",
                    stretch.1.weekday()
                );
            }
        }
    }
    assert!(
        acts_done > u32::try_from(rounds).unwrap() * 2,
        "{acts_done}"
    );
}
