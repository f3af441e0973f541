//! Random acts, then a slow replay that reads the events alone: the row, the waits
//! and the promises are what the events say, and the clock stands in the waiting states only.
use chrono::{Days, NaiveDate};
use motcua::{
    actions::change_calendar::{self, By},
    domain::{
        calendar::{CalendarException, DayKind},
        dossier::Act,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::harness::Desk;

const PROCEDURES: [&str; 3] = ["1.001022", "2.000815", "1.004873"];

/// An act with fields that are mostly right.
fn act(rng: &mut StdRng) -> (&'static str, Value) {
    let acts: Vec<Act> = Act::ALL
        .iter()
        .copied()
        .filter(|act| *act != Act::Receive)
        .collect();
    // What moves a dossier is drawn more often than what ends it.
    let act = match rng.random_range(0..20) {
        0..3 => Act::RequestSupplement,
        3..6 => Act::SupplementReceived,
        6..8 => Act::SupplementArrived,
        8 => Act::RequestPayment,
        9..11 => Act::PaymentReceived,
        11..13 => Act::DraftApology,
        13..15 => Act::SignApology,
        15 => Act::Appraise,
        16 => Act::Approve,
        17 => Act::Accept,
        _ => acts[rng.random_range(0..acts.len())],
    };
    let mut body = json!({ "action": act.code() });
    let reason = matches!(
        act,
        Act::Reject
            | Act::Refuse
            | Act::RequestSupplement
            | Act::RequestPayment
            | Act::Withdraw
            | Act::Stop
            | Act::DraftApology
    ) || (act == Act::SupplementArrived && rng.random_bool(0.5));
    if reason {
        body["reason"] = json!("vì vậy");
    }
    match act {
        Act::RequestSupplement => {
            body["items"] = json!(["Tờ khai"]);
            if rng.random_bool(0.8) {
                body["legal_basis"] = json!("Luật Hộ tịch Điều 25");
            }
        }
        Act::RequestPayment => body["amount"] = json!(1000),
        Act::DraftApology => body["reason_code"] = json!("workload"),
        Act::Assign => body["to"] = json!("specialist"),
        _ => {}
    }
    let role = if act == Act::RequestSupplement {
        "leader"
    } else {
        "admin"
    };
    (role, body)
}

/// What the events alone say of a dossier.
#[derive(Debug, Default)]
struct Replay {
    status: String,
    version: i64,
    original: Option<String>,
    due: Option<String>,
    /// From, until; papers on the desk since.
    waits: Vec<(String, Option<String>)>,
    arrived: Option<String>,
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn replay(events: &[Value]) -> Replay {
    let mut now = Replay::default();
    for event in events {
        let (what, at) = (
            event["action"].as_str().unwrap(),
            text(&event["at"]).unwrap(),
        );
        assert_eq!(
            text(&event["from"]).unwrap_or_default(),
            now.status,
            "{event}"
        );
        now.status = text(&event["to"]).unwrap();
        now.version += 1;
        assert_eq!(event["seq"], now.version, "no event is missing");
        let data = &event["data"];
        if now.version == 1 {
            now.original = text(&data["due_at"]);
            now.due.clone_from(&now.original);
        }
        for (name, known) in [("original_due", &mut now.original), ("due", &mut now.due)] {
            if let Some(moved) = data.get(name) {
                assert_eq!(text(&moved["before"]), *known, "{name}: {event}");
                *known = text(&moved["after"]);
            }
        }
        match what {
            "request_supplement" | "request_payment" => now.waits.push((at, None)),
            "supplement_arrived" => now.arrived = text(&data["arrived_at"]),
            "supplement_received" | "payment_received" => {
                let until = now.arrived.take().unwrap_or(at);
                now.waits.last_mut().unwrap().1 = Some(until);
            }
            "withdraw" | "stop" => {
                if let (Some(until), Some(last)) = (now.arrived.take(), now.waits.last_mut()) {
                    last.1 = Some(until);
                }
            }
            _ => {}
        }
    }
    now
}

#[tokio::test]
async fn replaying_the_events_gives_the_row() {
    let walks = if std::env::var_os("MOTCUA_LONG").is_some() {
        300
    } else {
        16
    };
    let mut desk = Desk::at("2021-04-01T08:00").await;
    desk.sign_in(motcua::domain::role::Role::Specialist).await;
    let mut done = std::collections::BTreeMap::<String, u32>::new();
    for seed in 0..walks {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut now = chrono::NaiveDate::from_ymd_opt(2021, 4, 1)
            .unwrap()
            .and_hms_opt(8, 0, 0)
            .unwrap();
        desk.move_to(&now.format("%Y-%m-%dT%H:%M:%S").to_string());
        let procedure = PROCEDURES[rng.random_range(0..PROCEDURES.len())];
        let channel = if seed % 3 == 0 { "online" } else { "desk" };
        let received = json!({
            "procedure_code": procedure, "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen" },
            "channel": channel, "documents": [],
        });
        let (_, new) = desk
            .post("receptionist", "/api/v1/dossiers", &received)
            .await;
        let code = new["code"].as_str().unwrap().to_owned();
        for _ in 0..25 {
            now += chrono::TimeDelta::minutes(rng.random_range(10..1500));
            desk.move_to(&now.format("%Y-%m-%dT%H:%M:%S").to_string());
            if rng.random_bool(0.1) {
                let moved = change_calendar(&desk, now.date(), &mut rng).await;
                let (_, dossier) = desk.get("admin", &format!("/api/v1/dossiers/{code}")).await;
                check(&desk, &code, &dossier).await;
                *done.entry("redate".to_owned()).or_default() += moved;
                continue;
            }
            let (role, body) = act(&mut rng);
            let (status, answer) = desk.act(role, &code, body.clone()).await;
            assert!([200, 409, 422].contains(&status), "{body}: {answer}");
            if status == 200 {
                *done
                    .entry(body["action"].as_str().unwrap().to_owned())
                    .or_default() += 1;
                check(&desk, &code, &answer).await;
            }
        }
    }
    assert!(done.len() >= 12, "the walks went nowhere: {done:?}");
    assert!(done["redate"] > 0, "no promise was moved: {done:?}");
}

/// One of the next days becomes a day off, or one that did works after all; how many
/// promises that moves.
async fn change_calendar(desk: &Desk, today: NaiveDate, rng: &mut StdRng) -> u32 {
    let known = desk.app.calendar().await.unwrap();
    let day = today + Days::new(rng.random_range(1..12));
    let mut days: Vec<_> = known.exceptions().cloned().collect();
    match days.iter().position(|one| one.date == day) {
        Some(place) if days[place].name == "Nghỉ tránh bão" => {
            days.remove(place);
        }
        None if known.is_working_day(day) == Ok(true) => days.push(CalendarException {
            date: day,
            kind: DayKind::CompensatoryOff,
            name: "Nghỉ tránh bão".into(),
            confidence: "high".into(),
        }),
        _ => return 0,
    }
    let by = By {
        name: "Người Văn phòng",
        role: "office",
        source: "Bão",
    };
    let plan = change_calendar::run(&desk.app, by, &days, None).await;
    u32::try_from(plan.unwrap().moved.len()).unwrap()
}

async fn check(desk: &Desk, code: &str, dossier: &Value) {
    let events = dossier["events"].as_array().unwrap();
    let said = replay(events);
    assert_eq!(dossier["status"], said.status.as_str());
    assert_eq!(dossier["version"], said.version);
    assert_eq!(
        text(&dossier["original_due_at"]),
        said.original,
        "{dossier}"
    );
    assert_eq!(text(&dossier["due_at"]), said.due, "{dossier}");
    let rows = desk
        .rows(&format!(
            "SELECT w.from_at, w.to_at FROM wait w JOIN dossier d ON d.id = w.dossier_id \
             WHERE d.code = '{code}' ORDER BY w.id"
        ))
        .await;
    let moment = |value: &Value| {
        let at: chrono::DateTime<chrono::Utc> = value.as_str()?.parse().ok()?;
        Some(motcua::domain::time::format_moment(at))
    };
    let kept: Vec<_> = rows
        .iter()
        .map(|row| (moment(&row["from_at"]).unwrap(), moment(&row["to_at"])))
        .collect();
    assert_eq!(kept, said.waits, "{dossier}");
    let stands = said.status.starts_with("awaiting_");
    let running = kept.last().is_some_and(|(_, to)| to.is_none());
    let over = ["withdrawn", "stopped"].contains(&said.status.as_str());
    assert!(
        running == stands || over,
        "the clock stands exactly while it waits"
    );
}
