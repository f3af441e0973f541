//! 100 % of feedback in time: the figure against a slow recount, over the demo's year.
use motcua::{
    domain::{
        feedback::Kind,
        period::Period,
        role::Role,
        time::{local_day, to_local},
    },
    reports,
    store::feedback::{self, Filter, Viewer},
    web::paths,
};
use serde_json::Value;

use crate::{
    feedback::{KEY, act, send},
    harness::Desk,
};

/// One of each, on both databases: the filters compare moments in the query.
#[tokio::test]
async fn each_standing_is_found_by_its_filter() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Office).await;
    let mut codes = Vec::new();
    for place in 0..4 {
        if place == 3 {
            desk.move_to("2021-05-12T10:00");
        }
        let key = KEY.replace('0', &place.to_string());
        codes.push(send(&desk, "rule", "Bỏ giấy này", &key).await.0);
    }
    let answer = [("answer", "Đã bỏ.")];
    // Due on 12/5: kept until its end.
    desk.move_to("2021-05-12T23:59:59");
    let again = "username=office&password=mot+cau+de+nho&ve=";
    let office = desk.form("", "/dang-nhap", again).await.cookie;
    act(&desk, &office, &codes[0], "answer", &answer).await;
    let open = desk.page(&office, "/phan-anh/danh-sach?han=open").await;
    assert!(open.body.contains("<b>3</b> phản ánh"));
    desk.move_to("2021-05-13T00:00");
    act(&desk, &office, &codes[1], "answer", &answer).await;
    let wanted = ["in_time", "late", "overdue", "open"];
    for (place, standing) in wanted.iter().enumerate() {
        let path = format!("/phan-anh/danh-sach?han={standing}");
        let list = desk.page(&office, &path).await.body;
        for (other, code) in codes.iter().enumerate() {
            let there = list.contains(&paths::feedback(code));
            assert_eq!(there, place == other, "{standing} {code}");
        }
    }
    for (day, share) in [("2021-05-11", None), ("2021-05-13", Some(33.33))] {
        let asked = format!("/chi-tieu?dang=json&ngay={day}");
        let targets: Value = serde_json::from_str(&desk.page(&office, &asked).await.body).unwrap();
        let all = targets["targets"].as_array().unwrap();
        let row = all.iter().find(|row| row["code"] == "feedback_in_time");
        assert_eq!(row.unwrap()["value"]["percent"].as_f64(), share, "{day}");
    }
}

#[tokio::test]
async fn what_was_overdue_is_taken_out_of_no_period_by_a_shorter_limit() {
    let mut desk = Desk::at("2021-03-01T10:00").await;
    desk.sign_in(Role::Office).await;
    let (code, _) = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    let share = async |desk: &Desk, from: &str, to: &str| {
        let period = Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        let report = reports::feedback::build(&desk.app, 1, None, period).await;
        let share = report.unwrap().total.share();
        (share.numerator, share.denominator)
    };
    desk.move_to("2021-06-01T09:00");
    let (first, second) = (("2020-12-15", "2021-03-14"), ("2021-03-15", "2021-06-14"));
    for act_too in [false, true] {
        if act_too {
            let again = "username=office&password=mot+cau+de+nho&ve=";
            let office = desk.form("", "/dang-nhap", again).await.cookie;
            let reason = [("reason", "Không thuộc phạm vi tiếp nhận.")];
            act(&desk, &office, &code, "reject", &reason).await;
        }
        assert_eq!(share(&desk, first.0, first.1).await, (0, 0), "{act_too}");
        assert_eq!(share(&desk, second.0, second.1).await, (0, 1), "{act_too}");
    }
}

/// What is due, counted anew: walk the calendar day by day, read the events.
#[tokio::test]
async fn the_figure_is_what_a_slow_recount_finds() {
    let desk = Desk::of_demo(40, 3).await;
    let office = desk.sign_in_demo("office").await;
    let calendar = desk.app.calendar().await.unwrap();
    let limits = desk.app.settings.feedback;
    let now = desk.app.clock.now();
    let today = local_day(now);
    let admin = Viewer {
        agency: 1,
        account: None,
        role: Role::Admin,
        name: String::new(),
    };
    let db = desk.store().read();
    let (rows, total) = feedback::page(db, &admin, &Filter::default(), now, 0, 500)
        .await
        .unwrap();
    assert!(total >= 12, "{total}");
    for (from, to) in [
        ("2020-12-15", "2021-12-10"),
        ("2021-05-15", "2021-09-14"),
        ("2021-12-01", "2021-12-31"),
    ] {
        let period = Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        let (mut due, mut in_time) = ([0_u64; 3], [0_u64; 3]);
        for row in &rows {
            let events = feedback::events(db, row).await.unwrap();
            let handled = events
                .iter()
                .find(|event| ["answer", "forward", "reject"].contains(&event.act.as_str()));
            let days = match handled.map(|event| event.act.as_str()) {
                Some("forward") => limits.forward_days,
                Some("reject") => limits.reject_days,
                _ => limits.answer_days,
            };
            let after = |days| {
                let mut last = to_local(row.received_at).date();
                for _ in 0..days {
                    last = last.succ_opt().unwrap();
                    while !calendar.is_working_day(last).unwrap() {
                        last = last.succ_opt().unwrap();
                    }
                }
                last
            };
            // Overdue already when something else was done, it stays in its period.
            let answer = after(limits.answer_days);
            let overdue = handled.is_some_and(|event| local_day(event.at) > answer);
            let last = if overdue { answer } else { after(days) };
            if !period.contains(last) || (handled.is_none() && last >= today) {
                continue;
            }
            let kind = Kind::ALL
                .iter()
                .position(|kind| *kind == row.kind())
                .unwrap();
            due[kind] += 1;
            in_time[kind] += u64::from(handled.is_some_and(|event| local_day(event.at) <= last));
        }
        let report = reports::feedback::build(&desk.app, 1, None, period)
            .await
            .unwrap();
        for (place, (_, line)) in report.kinds.iter().enumerate() {
            assert_eq!(
                (line.in_time, line.due()),
                (in_time[place], due[place]),
                "{from} {place}"
            );
        }
        let share = report.total.share();
        assert_eq!(
            (share.numerator, share.denominator),
            (in_time.iter().sum(), due.iter().sum())
        );
        // The rows behind the number are as many as it says.
        let path = paths::with_query(
            "/phan-anh/danh-sach",
            &[("han", "den-han"), ("tu", from), ("den", to)],
        );
        let list = desk.page(&office, &path).await.body;
        assert!(
            list.contains(&format!("<b>{}</b> phản ánh", share.denominator)),
            "{from}"
        );
    }
    let targets: Value =
        serde_json::from_str(&desk.page(&office, "/chi-tieu?dang=json").await.body).unwrap();
    let row = targets["targets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["code"] == "feedback_in_time")
        .unwrap();
    assert!(
        row["value"]["denominator"].as_u64().unwrap() > row["value"]["numerator"].as_u64().unwrap()
    );
    assert_eq!(row["met"], false);
    let page = desk.page(&office, "/chi-tieu").await.body;
    assert!(
        page.contains("/phan-anh/danh-sach?han=den-han"),
        "one click to the rows"
    );
}

#[tokio::test]
async fn the_year_of_the_demo_holds_every_end() {
    let one = Desk::of_demo(20, 5).await;
    let rows = one.rows("SELECT state FROM feedback").await;
    for state in ["received", "forwarded", "rejected", "published", "closed"] {
        assert!(rows.iter().any(|row| row["state"] == state), "{state}");
    }
    for sql in [
        "handled_at IS NULL AND lapse_at < '2021-12-01'",
        "handled_at > lapse_at",
    ] {
        let sql = format!("SELECT id FROM feedback WHERE {sql}");
        assert!(!one.rows(&sql).await.is_empty(), "{sql}");
    }
}
