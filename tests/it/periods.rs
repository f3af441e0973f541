//! Every period's table against a recount from the raw events; its edges; a period that
//! is closed stays as it was, and what changed since says why.
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    recount::{Story, random_register, stories, tally},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Total and each row of a table are what the events say.
async fn agrees(desk: &Desk, all: &[Story], from: NaiveDate, to: NaiveDate, now: &str) {
    let now = now.parse().unwrap();
    let path = format!("/api/v1/reports/processing?from={from}&to={to}");
    let (status, table) = desk.get("office", &path).await;
    assert_eq!(status, 200, "{table}");
    let cells = |row: &Value| json!({ "received": row["received"], "processed": row["processed"], "pending": row["pending"] });
    assert_eq!(
        cells(&table["total"]),
        tally(all.iter(), from, to, now),
        "{from} to {to}"
    );
    for row in table["rows"].as_array().unwrap() {
        let field = row["label"].as_str().unwrap();
        let of_field = all.iter().filter(|story| story.field == field);
        assert_eq!(
            cells(row),
            tally(of_field, from, to, now),
            "{field}, {from} to {to}"
        );
    }
    let eve = from - Days::new(1);
    let pending = tally(all.iter(), eve, eve, now)["pending"]["total"].clone();
    assert_eq!(table["carried"]["pending"], pending, "what {eve} left open");
    let carried = &table["carried"];
    let numbers = |name: &str| carried[name].as_i64().unwrap();
    let missing = carried["differences"].as_array().unwrap();
    let net: i64 = missing
        .iter()
        .map(|one| if one["missing"] == true { -1 } else { 1 })
        .sum();
    assert_eq!(
        numbers("carried_over") - numbers("pending"),
        net,
        "{carried}"
    );
    for cut in ["procedure", "officer", "channel", "agency"] {
        let (_, by) = desk.get("office", &format!("{path}&by={cut}")).await;
        assert_eq!(by["total"], table["total"], "by {cut} it is the same total");
        for column in ["received", "processed", "pending"] {
            let rows = by["rows"].as_array().unwrap();
            let sum: u64 = rows
                .iter()
                .map(|row| row[column]["total"].as_u64().unwrap())
                .sum();
            assert_eq!(
                Some(sum),
                table["total"][column]["total"].as_u64(),
                "{column} by {cut}"
            );
        }
    }
}

#[tokio::test]
async fn the_table_of_any_period_is_what_the_events_say() {
    let now = "2021-10-20T09:00:00";
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for seed in 1..=4 {
        let desk = Desk::at(now).await;
        random_register(&desk, seed, 40).await;
        let all = stories(&desk).await;
        let mut rng = StdRng::seed_from_u64(seed);
        let mut periods: Vec<(NaiveDate, NaiveDate)> = (0..10)
            .map(|_| {
                let from = day("2020-12-01") + Days::new(rng.random_range(0..260));
                (from, from + Days::new(rng.random_range(0..120)))
            })
            .collect();
        for (from, to) in [
            ("2020-12-15", "2021-03-14"),
            ("2021-03-15", "2021-06-14"),
            ("2020-12-15", "2021-12-14"),
        ] {
            periods.push((day(from), day(to)));
        }
        for (from, to) in periods {
            agrees(&desk, &all, from, to, now).await;
            for place in all
                .iter()
                .filter_map(|story| story.place(from, to, now.parse().unwrap()))
            {
                met.extend([place.arrival, place.course]);
                met.extend(place.waiting.then_some("waiting"));
            }
        }
    }
    assert_eq!(met.len(), 11, "some cell never came up: {met:?}");
}

#[tokio::test]
async fn the_demo_year_is_what_its_events_say() {
    let desk = Desk::of_demo(300, 8).await;
    let cookie = desk.sign_in_demo("office").await;
    let all = stories(&desk).await;
    let now = "2021-12-10T09:00:00".parse().unwrap();
    for name in [
        "2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2021-H1", "2021-9M", "2021", "2021-04",
    ] {
        let page = desk
            .page(&cookie, &format!("/bao-cao/giai-quyet?ky={name}&dang=json"))
            .await;
        let table: Value = serde_json::from_str(&page.body).unwrap();
        let (from, to) = (
            day(table["from"].as_str().unwrap()),
            day(table["to"].as_str().unwrap()),
        );
        let expected = tally(all.iter(), from, to, now);
        for column in ["received", "processed", "pending"] {
            assert_eq!(table["total"][column], expected[column], "{name}: {column}");
        }
        assert_eq!(table["carried"]["differences"], json!([]), "{name}");
    }
}

#[tokio::test]
async fn a_second_decides_between_two_periods() {
    let desk = Desk::at("2021-12-20T09:00").await;
    desk.receive("1.001022", "2021-03-14T23:59:59").await;
    desk.receive("1.001022", "2021-03-15T00:00:00").await;
    for (period, direct) in [
        ("2021-Q1", 1),
        ("2021-Q2", 1),
        ("2021-03", 1),
        ("2021-04", 1),
        ("2021", 2),
        ("2021-H1", 2),
        ("2021-9M", 2),
    ] {
        let (_, table) = desk
            .get(
                "office",
                &format!("/api/v1/reports/processing?period={period}"),
            )
            .await;
        assert_eq!(table["total"]["received"]["direct"], direct, "{period}");
    }
}

#[tokio::test]
async fn the_year_may_begin_on_another_day() {
    let mut desk = Desk::at("2021-12-25T09:00").await;
    desk.set(|settings| settings.figures.period_start_day = 21);
    let ask = async |period: &str| {
        let (_, table) = desk
            .get(
                "office",
                &format!("/api/v1/reports/processing?period={period}"),
            )
            .await;
        (table["from"].clone(), table["to"].clone())
    };
    assert_eq!(
        ask("2021-Q1").await,
        (json!("2020-12-21"), json!("2021-03-20"))
    );
    assert_eq!(
        ask("2021-03").await,
        (json!("2021-02-21"), json!("2021-03-20"))
    );
    assert_eq!(
        ask("2021-H1").await,
        (json!("2020-12-21"), json!("2021-06-20"))
    );
    assert_eq!(
        ask("2021-9M").await,
        (json!("2020-12-21"), json!("2021-09-20"))
    );
    assert_eq!(
        ask("2021").await,
        (json!("2020-12-21"), json!("2021-12-20"))
    );
    desk.set(|settings| settings.figures.period_start_day = 1);
    let (_, table) = desk
        .get("office", "/api/v1/reports/processing?period=2021-02")
        .await;
    assert_eq!(
        (&table["from"], &table["to"]),
        (&json!("2021-02-01"), &json!("2021-02-28"))
    );
}

#[tokio::test]
async fn one_rejected_after_the_period_explains_the_difference() {
    let mut desk = Desk::at("2021-03-14T16:00").await;
    let code = desk.receive("1.001022", "2021-03-14T16:00").await;
    desk.move_to("2021-03-15T08:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "reject", "reason": "nhầm nơi" }),
    )
    .await;
    let (_, table) = desk
        .get("office", "/api/v1/reports/processing?period=2021-Q2")
        .await;
    let carried = &table["carried"];
    assert_eq!(
        (&carried["pending"], &carried["carried_over"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(carried["differences"][0]["code"], json!(code));
    let reason = carried["differences"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("nhầm nơi"), "{reason}");
}

#[tokio::test]
async fn a_closed_period_does_not_move() {
    use motcua::domain::role::Role;
    let mut desk = Desk::at("2021-03-11T09:00").await;
    desk.set(|settings| {
        settings.security.session_hours = 10_000;
        settings.security.confirm_minutes = 60 * 24 * 30;
    });
    let office = desk.sign_in(Role::Office).await;
    let code = desk.receive("1.001022", "2021-03-10T09:00").await;
    let other = desk.receive("2.000815", "2021-03-11T09:00").await;
    desk.move_to("2021-03-14T23:59:59");
    let early = desk.form(&office, "/bao-cao/chot-so", "ky=2021-Q1").await;
    assert_eq!(early.status, 422, "the period still runs");
    assert!(early.body.contains("chưa hết"), "{}", early.body);
    desk.move_to("2021-03-15T08:00");
    let closed = desk.form(&office, "/bao-cao/chot-so", "ky=2021-Q1").await;
    assert_eq!(closed.status, 303, "{}", closed.body);
    let again = desk.form(&office, "/bao-cao/chot-so", "ky=2021-Q1").await;
    assert_eq!(again.status, 409);
    let ask = async |desk: &Desk, period: &str| {
        desk.get(
            "office",
            &format!("/api/v1/reports/processing?period={period}"),
        )
        .await
        .1
    };
    let before = ask(&desk, "2021-Q1").await;
    // The chain's head of that moment is kept beside the seal.
    let chain = motcua::store::seals::head(desk.store().read(), 1)
        .await
        .unwrap();
    assert_eq!(
        before["closed"]["chain_head"],
        json!(chain.map(|chain| chain.head))
    );
    assert_eq!(before["closed"]["adjustments"], json!([]));
    assert_eq!(before["closed"]["seal_holds"], json!(true));
    // Written down a day later, done before the period's end.
    desk.move_to("2021-03-16T09:00");
    let withdrawn = json!({ "action": "withdraw", "reason": "ghi bổ sung từ sổ giấy", "at": "2021-03-12T10:00" });
    desk.done("receptionist", &code, withdrawn).await;
    let after = ask(&desk, "2021-Q1").await;
    for part in ["total", "rows", "notes"] {
        assert_eq!(after[part], before[part], "{part} moved");
    }
    let adjusted = &after["closed"]["adjustments"];
    assert_eq!(adjusted.as_array().unwrap().len(), 1, "{adjusted}");
    assert_eq!(adjusted[0]["code"], json!(code));
    assert!(
        adjusted[0]["reason"]
            .as_str()
            .unwrap()
            .contains("ghi bổ sung từ sổ giấy"),
        "{adjusted}"
    );
    // The number and the rows behind it are those of the closing.
    let rows = desk
        .page(&office, "/bao-cao/giai-quyet/ho-so?ky=2021-Q1&o=pending")
        .await;
    assert!(rows.body.contains("<b>2</b> hồ sơ"), "{}", rows.body);
    let page = desk.page(&office, &closed.location).await;
    assert!(
        page.body.contains("ghi bổ sung từ sổ giấy"),
        "{}",
        page.body
    );
    // The next period names it as an adjustment.
    let next = ask(&desk, "2021-Q2").await;
    assert_eq!(
        (
            &next["carried"]["pending"],
            &next["carried"]["carried_over"]
        ),
        (&json!(2), &json!(1))
    );
    assert_eq!(next["carried"]["from_closed"], json!(true));
    assert_eq!(next["carried"]["differences"][0]["code"], json!(code));
    let page = desk.page(&office, "/bao-cao/giai-quyet?ky=2021-Q2").await;
    assert!(page.body.contains("điều chỉnh kỳ trước"), "{}", page.body);
    // Whoever alters what is kept breaks the seal.
    desk.run(&format!(
        "UPDATE closed_period SET body = REPLACE(body, '{other}', 'X')"
    ))
    .await;
    assert_eq!(
        ask(&desk, "2021-Q1").await["closed"]["seal_holds"],
        json!(false)
    );
    assert!(
        desk.page(&office, &closed.location)
            .await
            .body
            .contains("không khớp dấu niêm phong")
    );
}

#[tokio::test]
async fn only_office_and_leader_close_a_period() {
    use motcua::domain::role::Role;
    let desk = Desk::at("2021-04-01T09:00").await;
    for (role, status) in [
        (Role::Receptionist, 403),
        (Role::Specialist, 403),
        (Role::Leader, 303),
    ] {
        let cookie = desk.sign_in(role).await;
        let answer = desk.form(&cookie, "/bao-cao/chot-so", "ky=2021-Q1").await;
        assert_eq!(answer.status, status, "{role:?}");
    }
}
