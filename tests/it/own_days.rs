//! What an agency decides for itself over the calendar of all: its own promises move, those
//! of its sisters and the calendar of all stay.
use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use motcua::{
    actions::{
        change_calendar::{self, By},
        change_office::{self, Decided},
        merge_agencies,
    },
    domain::{
        calendar::{DayKind, OwnDay},
        deadline::OfficeHours,
        role::Role,
    },
    store::own_days::OwnChange,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

use crate::{harness::Desk, many_agencies::province, oracle::Almanac};

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";
const BY: By<'static> = By {
    name: "Người thử",
    role: "office",
    source: "thử",
};

pub async fn receive(desk: &Desk, token: &str, procedure: &str, at: &str) -> String {
    let body = json!({
        "procedure_code": procedure, "channel": "desk", "documents": [], "received_at": at,
        "applicant": { "name": "Trần Thị Sen", "kind": "citizen" },
    });
    let (status, answer) = desk.post(token, "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{answer}");
    answer["code"].as_str().unwrap().to_owned()
}

async fn due(desk: &Desk, code: &str) -> String {
    let ask = format!("SELECT agency_id FROM dossier WHERE code = '{code}'");
    let agency = desk.rows(&ask).await[0]["agency_id"].as_i64().unwrap();
    let token = match agency {
        1 => "admin",
        3 => "admin@quang-cong",
        4 => "admin@phong-hai",
        other => panic!("agency {other}"),
    };
    let (_, dossier) = desk.get(token, &format!("/api/v1/dossiers/{code}")).await;
    assert_eq!(
        dossier["deadline"]["due_at"], dossier["original_due_at"],
        "as it is counted: {dossier}"
    );
    dossier["original_due_at"].as_str().unwrap().to_owned()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(on: &str, kind: Option<DayKind>) -> Decided {
    Decided::Days(vec![OwnChange {
        day: OwnDay {
            date: date(on),
            kind,
            name: "thử".into(),
        },
        shared: false,
    }])
}

#[tokio::test]
async fn a_day_off_of_one_commune_is_no_other_communes() {
    let desk = province("2025-06-19T08:00").await;
    let ours = desk.receive(PARENT, "2025-06-18T10:00").await;
    let theirs = receive(&desk, "receptionist@quang-cong", PARENT, "2025-06-18T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let storm = "ngay=20/6/2025&loai=compensatory_off&ten=Nghỉ+tránh+bão&lam-bu=";
    let shown = desk.form(&office, "/lich/thay-doi", storm).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(
        shown.body.contains("<b>1</b> hồ sơ đổi ngày hẹn"),
        "{}",
        shown.body
    );
    assert!(!shown.body.contains("cơ quan khác"), "{}", shown.body);
    let save = format!("{storm}&ban=0");
    let saved = desk.form(&office, "/lich/thay-doi", &save).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(due(&desk, &ours).await, "2025-06-24T17:00:00+07:00");
    assert_eq!(due(&desk, &theirs).await, "2025-06-23T17:00:00+07:00");
    // What is received from now on is promised by it too.
    let new = desk.receive(PARENT, "2025-06-18T11:00").await;
    assert_eq!(due(&desk, &new).await, "2025-06-24T17:00:00+07:00");
    // Whoever counts a date from outside names whose days count.
    let ask = json!({ "received_at": "2025-06-18T10:00", "limit": 3, "unit": "ngay_lam_viec" });
    for (agency, day) in [
        (None, "2025-06-23"),
        (Some("quang-ngan"), "2025-06-24"),
        (Some("quang-cong"), "2025-06-23"),
    ] {
        let mut ask = ask.clone();
        ask["agency"] = json!(agency);
        let (status, counted) = desk.post("", "/api/v1/deadlines", &ask).await;
        assert_eq!(status, 200, "{counted}");
        let due = counted["due_at"].as_str().unwrap();
        assert!(due.starts_with(day), "{agency:?}: {due}");
    }
    let calendar = desk.page(&office, "/lich?nam=2025").await.body;
    for words in [
        "riêng",
        "chung (UBND thành phố Huế)",
        "Theo lịch chung ngày 20/6/2025",
        "Bản lịch số 1.1",
    ] {
        assert!(calendar.contains(words), "no “{words}” in {calendar}");
    }
    // Pressed twice: once. Looked at before another change: shown anew.
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    let stale = "ngay=24/6/2025&loai=compensatory_off&ten=Bão&lam-bu=&ban=0";
    let stale = desk.form(&office, "/lich/thay-doi", stale).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    // Back to what is everybody's.
    let back = "ngay=20/6/2025&loai=chung&ten=Trở+lại+lịch+chung&lam-bu=";
    let shown = desk.form(&office, "/lich/thay-doi", back).await;
    assert!(
        shown.body.contains("<b>2</b> hồ sơ đổi ngày hẹn"),
        "{}",
        shown.body
    );
    let back = format!("{back}&ban=1");
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &back).await.status,
        303
    );
    assert_eq!(due(&desk, &ours).await, "2025-06-23T17:00:00+07:00");
    let events = desk
        .rows("SELECT act FROM event WHERE act = 'redate'")
        .await;
    assert_eq!(events.len(), 3, "there and back of one, back of the other");
    desk.app.store.ping().await.unwrap();
    // A second window, opened before: nothing is left to take back, and nothing is said wrong.
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &back).await.status,
        303
    );
}

#[tokio::test]
async fn what_is_everybodys_is_nobodys_to_change_alone() {
    let desk = province("2025-08-19T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    for (typed, says) in [
        (
            "ngay=2/9/2025&loai=thuong&ten=x&lam-bu=",
            "ngày lễ, tết của cả nước",
        ),
        ("ngay=22/8/2025&loai=holiday&ten=x&lam-bu=", "lịch chung"),
        (
            "ngay=22/8/2025&loai=chung&ten=x&lam-bu=",
            "đang theo lịch chung",
        ),
        (
            "ngay=22/8/2031&loai=compensatory_off&ten=x&lam-bu=",
            "chưa có năm này",
        ),
    ] {
        let page = desk.form(&office, "/lich/thay-doi", typed).await;
        assert_eq!(page.status, 422, "{typed}: {}", page.body);
        assert!(
            page.body.contains(says),
            "{typed}: no “{says}” in {}",
            page.body
        );
    }
    // Who stands alone, or at the top, changes the calendar of all; its hours are its own.
    let alone = Desk::at("2025-08-19T08:00").await;
    let office = alone.sign_in(Role::Office).await;
    let form = alone.page(&office, "/lich/thay-doi").await.body;
    assert!(
        form.contains("Nghỉ lễ, tết") && !form.contains("Theo lịch chung"),
        "{form}"
    );
    let hours = alone.page(&office, "/lich/gio").await.body;
    assert!(hours.contains("Đang dùng giờ lúc cài đặt"), "{hours}");
    let set = "sang-tu=7:00&sang-den=11:30&chieu-tu=13:00&chieu-den=16:30&ly-do=x&ban=0";
    assert_eq!(alone.form(&office, "/lich/gio", set).await.status, 303);
    let dossier = alone.receive(PARENT, "2025-08-19T07:30").await;
    assert_eq!(due(&alone, &dossier).await, "2025-08-22T16:30:00+07:00");
    let calendar = alone.page(&office, "/lich").await.body;
    assert!(!calendar.contains("Của ai"), "{calendar}");
}

#[tokio::test]
async fn own_hours_are_looked_at_saved_and_taken_back() {
    let desk = province("2025-06-19T08:00").await;
    let ours = desk.receive(PARENT, "2025-06-18T10:00").await;
    let theirs = receive(&desk, "receptionist@quang-cong", PARENT, "2025-06-18T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let page = desk.page(&office, "/lich/gio").await;
    assert!(page.body.contains("Đang dùng giờ chung"), "{}", page.body);
    let wrong = "sang-tu=7:00&sang-den=11:30&chieu-tu=11:00&chieu-den=16:30&ly-do=";
    let wrong = desk.form(&office, "/lich/gio", wrong).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("theo thứ tự") && wrong.body.contains("Xin ghi căn cứ"));
    let summer = "sang-tu=7:00&sang-den=11:30&chieu-tu=13:00&chieu-den=16:30&ly-do=Giờ+hè";
    let shown = desk.form(&office, "/lich/gio", summer).await;
    assert!(
        shown.body.contains("<b>1</b> hồ sơ đổi ngày hẹn"),
        "{}",
        shown.body
    );
    let save = format!("{summer}&ban=0");
    assert_eq!(desk.form(&office, "/lich/gio", &save).await.status, 303);
    assert_eq!(desk.form(&office, "/lich/gio", &save).await.status, 303);
    assert_eq!(due(&desk, &ours).await, "2025-06-23T16:30:00+07:00");
    assert_eq!(due(&desk, &theirs).await, "2025-06-23T17:00:00+07:00");
    let back = "chung=1&ly-do=Hết+hè&ban=1";
    assert_eq!(desk.form(&office, "/lich/gio", back).await.status, 303);
    assert_eq!(due(&desk, &ours).await, "2025-06-23T17:00:00+07:00");
}

/// Two communes decide at random; each promise of both is what the slow count says of the
/// calendar that the test itself kept for that commune.
#[tokio::test]
async fn each_promise_is_counted_by_the_days_and_hours_of_its_own_commune() {
    let mut desk = province("2025-05-05T08:00").await;
    let mut rng = StdRng::seed_from_u64(40);
    let kinds = [
        (Some(DayKind::CompensatoryOff), false),
        (Some(DayKind::SwappedWorkingDay), true),
    ];
    let shared = Almanac::from_file();
    let mut kept: HashMap<i64, (HashMap<NaiveDate, bool>, [(u32, u32); 2])> = HashMap::new();
    let usual = [(450, 690), (810, 1020)];
    let procedures = desk
        .rows("SELECT code FROM procedure_version WHERE time_limit IS NOT NULL AND valid_from <= '2025-05-05' AND valid_to IS NULL ORDER BY id")
        .await;
    for round in 0..30 {
        let today = date("2025-05-05") + Days::new(round);
        desk.move_to(&format!("{today}T16:50"));
        for (agency, token) in [(1, "receptionist"), (3, "receptionist@quang-cong")] {
            let code = &procedures[rng.random_range(0..procedures.len())]["code"];
            let at = format!(
                "{today}T{:02}:{:02}",
                rng.random_range(7..16),
                rng.random_range(0..60)
            );
            receive(&desk, token, code.as_str().unwrap(), &at).await;
            let (days, hours) = kept.entry(agency).or_insert((HashMap::new(), usual));
            let on = today + Days::new(rng.random_range(0..20));
            let (kind, works) = kinds[rng.random_range(0..2)];
            let decided = if round % 7 == 3 {
                let close = rng.random_range(960..1050);
                *hours = [(420, 690), (780, close)];
                let at = |minutes: u32| {
                    NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0).unwrap()
                };
                Decided::Hours(Some(OfficeHours {
                    morning: (at(420), at(690)),
                    afternoon: (at(780), at(close)),
                }))
            } else if days.contains_key(&on) && round % 2 == 0 {
                days.remove(&on);
                let Decided::Days(mut back) = day(&on.to_string(), None) else {
                    unreachable!()
                };
                back[0].shared = true;
                Decided::Days(back)
            } else {
                days.insert(on, works);
                day(&on.to_string(), kind)
            };
            // A public holiday is refused, and nothing is kept of it.
            if change_office::run(&desk.app, BY, agency, &decided, None)
                .await
                .is_err()
            {
                days.remove(&on);
            }
        }
    }
    let rows = desk
        .rows("SELECT d.agency_id, d.code, p.time_limit, p.unit FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id")
        .await;
    assert_eq!(rows.len(), 60);
    let mut differ = 0;
    for row in rows {
        let agency = row["agency_id"].as_i64().unwrap();
        let code = row["code"].as_str().unwrap();
        let token = if agency == 1 {
            "admin"
        } else {
            "admin@quang-cong"
        };
        let (_, dossier) = desk.get(token, &format!("/api/v1/dossiers/{code}")).await;
        let received = dossier["received_at"].as_str().unwrap()[..19]
            .parse()
            .unwrap();
        let (days, hours) = &kept[&agency];
        let mut own = shared.clone().with_hours(*hours);
        for (day, works) in days {
            own = own.with_day(*day, *works);
        }
        let amount = u32::try_from(row["time_limit"].as_i64().unwrap()).unwrap();
        let unit = row["unit"].as_str().unwrap();
        let promise = |almanac: &Almanac| almanac.promise(received, amount, unit, true, &[]);
        let expected = promise(&own).unwrap().due;
        differ += u32::from(promise(&shared).unwrap().due != expected);
        let expected = format!("{}+07:00", expected.format("%Y-%m-%dT%H:%M:%S"));
        assert_eq!(
            dossier["original_due_at"], expected,
            "{code}: {amount} {unit}"
        );
        assert_eq!(dossier["deadline"]["due_at"], expected, "{code}");
    }
    assert!(differ > 15, "the communes' own days matter: {differ}");
    assert!(
        kept.values()
            .all(|(days, _)| days.keys().any(|day| day.year() == 2025))
    );
}

#[tokio::test]
async fn the_calendar_of_all_moves_each_by_what_it_decided_itself() {
    let desk = province("2025-06-19T08:00").await;
    let ours = desk.receive(PARENT, "2025-06-18T10:00").await;
    let theirs = receive(&desk, "receptionist@quang-cong", PARENT, "2025-06-18T10:00").await;
    // This commune is closed on that day anyway.
    let off = day("2025-06-20", Some(DayKind::CompensatoryOff));
    change_office::run(&desk.app, BY, 1, &off, None)
        .await
        .unwrap();
    let mut days: Vec<_> = desk
        .app
        .calendar()
        .await
        .unwrap()
        .exceptions()
        .cloned()
        .collect();
    assert!(
        days.iter().all(|one| one.date != date("2025-06-20")),
        "it is not in the calendar of all"
    );
    days.push(motcua::domain::calendar::CalendarException {
        date: date("2025-06-20"),
        kind: DayKind::CompensatoryOff,
        name: "Bão".into(),
        confidence: "high".into(),
    });
    let plan = change_calendar::run(&desk.app, BY, &days, None)
        .await
        .unwrap();
    assert_eq!(plan.moved.len(), 1);
    for code in [&ours, &theirs] {
        assert_eq!(due(&desk, code).await, "2025-06-24T17:00:00+07:00");
    }
}

#[tokio::test]
async fn what_was_the_old_agencys_day_off_stays_one_after_a_merger() {
    let mut desk = province("2025-06-26T08:00").await;
    let paused = "1.001022";
    let code = receive(&desk, "receptionist@quang-cong", paused, "2025-06-25T10:00").await;
    let off = day("2025-06-27", Some(DayKind::CompensatoryOff));
    change_office::run(&desk.app, BY, 3, &off, None)
        .await
        .unwrap();
    let before = due(&desk, &code).await;
    assert_eq!(before, "2025-07-01T17:00:00+07:00");
    desk.move_to("2025-07-01T08:00");
    merge_agencies::run(
        &desk.app,
        &["quang-cong".into()],
        "phong-hai",
        date("2025-07-01"),
        "Người thử",
    )
    .await
    .unwrap();
    assert_eq!(
        due(&desk, &code).await,
        before,
        "the promise stays, and is explained"
    );
    // From the day of the merger the heir's days count.
    let off = day("2025-07-01", Some(DayKind::CompensatoryOff));
    let plan = change_office::run(&desk.app, BY, 4, &off, None)
        .await
        .unwrap();
    assert_eq!(plan.moved.len(), 1);
    assert_eq!(due(&desk, &code).await, "2025-07-02T17:00:00+07:00");
}
