//! Table II.06a against a recount that reads the dossiers' JSON and knows
//! nothing of the code it checks; and each standing against its filter.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::Desk;

/// Ends of a simulated spring: procedure, received, what happens.
async fn spring(desk: &mut Desk) -> Vec<String> {
    let mut codes = Vec::new();
    let plan: [(&str, &str, &[(&str, &str, Value)]); 7] = [
        ("1.001022", "2021-03-10T08:00", &[]),
        (
            "1.001022",
            "2021-03-12T08:00",
            &[
                (
                    "2021-03-15T09:00",
                    "specialist",
                    json!({ "action": "appraise" }),
                ),
                ("2021-03-15T10:00", "leader", json!({ "action": "approve" })),
                ("2021-03-15T11:00", "leader", json!({ "action": "process" })),
            ],
        ),
        (
            "1.001022",
            "2021-04-01T08:00",
            &[(
                "2021-04-20T09:00",
                "leader",
                json!({ "action": "refuse", "reason": "không đủ điều kiện" }),
            )],
        ),
        (
            "1.001022",
            "2021-04-02T08:00",
            &[(
                "2021-04-03T09:00",
                "specialist",
                json!({ "action": "request_supplement", "items": ["x"], "reason": "thiếu" }),
            )],
        ),
        (
            "2.000815",
            "2021-04-05T08:00",
            &[(
                "2021-04-05T09:00",
                "receptionist",
                json!({ "action": "reject", "reason": "nhầm nơi" }),
            )],
        ),
        ("1.001022", "2021-06-11T08:00", &[]),
        ("2.000815", "2021-06-14T16:00", &[]),
    ];
    for (procedure, received, acts) in plan {
        desk.move_to(received);
        let code = desk.receive(procedure, received).await;
        for (at, role, act) in acts {
            desk.move_to(at);
            desk.done(role, &code, act.clone()).await;
        }
        codes.push(code);
    }
    codes
}

#[tokio::test]
async fn the_table_adds_up_and_speaks_of_the_periods_end() {
    let mut desk = Desk::at("2021-03-10T08:00").await;
    spring(&mut desk).await;
    desk.move_to("2021-12-01T08:00");
    let (_, first) = desk
        .get("office", "/api/v1/reports/processing?period=2021-Q1")
        .await;
    assert_eq!(
        (&first["from"], &first["to"]),
        (&json!("2020-12-15"), &json!("2021-03-14"))
    );
    assert_eq!(first["total"]["received"]["total"], 2);
    assert_eq!(
        first["total"]["pending"]["in_time"], 2,
        "on 14/3 both were in time: {first}"
    );
    assert_eq!(
        first["total"]["on_time"]["percent"],
        Value::Null,
        "nothing was solved"
    );
    let (_, second) = desk
        .get("office", "/api/v1/reports/processing?period=2021-Q2")
        .await;
    let total = &second["total"];
    assert_eq!(
        total["received"]["carried_over"], first["total"]["pending"]["total"],
        "(6) = (11) before"
    );
    assert_eq!(
        total["received"],
        json!({ "total": 6, "online": 0, "direct": 4, "carried_over": 2 }),
        "the rejected one is in no figure"
    );
    assert_eq!(
        total["processed"],
        json!({ "total": 2, "early": 1, "on_time": 0, "late": 1, "undated": 0 })
    );
    assert_eq!(
        total["pending"],
        json!({ "total": 4, "in_time": 3, "overdue": 1, "undated": 0 })
    );
    assert_eq!(
        total["on_time"],
        json!({ "numerator": 1, "denominator": 2, "percent": 50.0 })
    );
    assert_eq!(
        total["on_time_with_overdue"],
        json!({ "numerator": 1, "denominator": 3, "percent": 33.33 })
    );
    assert_eq!(
        second["notes"],
        json!({ "withdrawn": 0, "stopped": 0, "refused": 1, "waiting": 1 })
    );
    let sum: u64 = second["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["received"]["total"].as_u64().unwrap())
        .sum();
    assert_eq!(sum, 6);
}

#[tokio::test]
async fn the_filter_of_a_standing_finds_what_bears_it() {
    let mut desk = Desk::at("2021-03-10T08:00").await;
    spring(&mut desk).await;
    for now in [
        "2021-06-14T16:30",
        "2021-06-15T00:00",
        "2021-06-16T17:00",
        "2021-06-17T00:00",
    ] {
        desk.move_to(now);
        let (_, all) = desk.get("office", "/api/v1/dossiers?limit=500").await;
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in all["items"].as_array().unwrap() {
            let standing = row["standing"].as_str().unwrap().to_owned();
            expected
                .entry(standing)
                .or_default()
                .push(row["code"].as_str().unwrap().to_owned());
        }
        assert!(expected.len() >= 4, "{expected:?}");
        for standing in [
            "early",
            "on_time",
            "late",
            "in_time",
            "due_today",
            "overdue",
            "waiting",
            "undated",
            "none",
        ] {
            let (_, found) = desk
                .get("office", &format!("/api/v1/dossiers?standing={standing}"))
                .await;
            let codes: Vec<String> = found["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["code"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(
                codes,
                expected.remove(standing).unwrap_or_default(),
                "{standing} at {now}"
            );
            assert_eq!(found["total"], codes.len());
        }
        assert!(expected.is_empty(), "{expected:?}");
    }
}
