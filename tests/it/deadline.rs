//! Does the one rule give every worked deadline?
use motcua::domain::{
    calendar::{self, Calendar},
    deadline::{ClockPolicy, DeadlineRules, Pause, TimeLimit, Unit, compute},
    pause::PauseKind,
    time::{parse_moment, to_local},
};

fn shipped() -> Calendar {
    Calendar::new("shipped", calendar::read(calendar::SHIPPED).unwrap())
}

fn local(text: &str) -> chrono::NaiveDateTime {
    to_local(parse_moment(text).unwrap())
}

#[test]
fn every_worked_case() {
    let calendar = shipped();
    let mut reader = csv::Reader::from_path("tests/data/deadline-cases.csv").unwrap();
    let mut wrong = Vec::new();
    let mut read = 0;
    for row in reader.records().map(Result::unwrap) {
        let pauses: Vec<Pause> = row[5]
            .split(';')
            .filter(|p| !p.is_empty())
            .map(|p| p.split_once("..").unwrap())
            .map(|(from, to)| Pause {
                kind: PauseKind::Supplement,
                from: local(from),
                to: local(to),
            })
            .collect();
        let limit = TimeLimit::new(row[2].parse().unwrap(), Unit::from_code(&row[3]).unwrap());
        let clock = ClockPolicy::from_code(&row[4]).unwrap_or(ClockPolicy::Restart);
        let due = compute(
            &calendar,
            &DeadlineRules::default(),
            local(&row[1]),
            limit,
            clock,
            &pauses,
        );
        read += 1;
        if due.as_ref().map(|d| d.due_at) != Ok(local(&row[6])) {
            wrong.push(format!("{} {}: {due:?}", &row[0], &row[6]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(read, 49, "the file has 49 cases");
}

#[test]
fn the_new_holiday_of_24_november_is_off() {
    let day = |y| chrono::NaiveDate::from_ymd_opt(y, 11, 24).unwrap();
    assert_eq!(shipped().is_working_day(day(2026)), Ok(false));
    assert_eq!(shipped().is_working_day(day(2025)), Ok(true));
}

#[test]
fn outside_the_calendar_the_year_is_named() {
    let limit = TimeLimit::new(400, Unit::WorkingDays);
    let due = |received, limit| {
        compute(
            &shipped(),
            &DeadlineRules::default(),
            local(received),
            limit,
            ClockPolicy::Pause,
            &[],
        )
    };
    let error = due("2026-11-20T09:00", limit).unwrap_err().to_string();
    assert!(error.contains("2028"), "{error}");
    let huge = TimeLimit::new(u32::MAX, Unit::Days);
    assert!(due("2026-11-20T09:00", huge).is_err());
    assert!(due("2018-12-21T09:00", TimeLimit::new(1, Unit::Days)).is_err());
    assert!(due("2018-12-22T09:00", TimeLimit::new(1, Unit::Days)).is_ok());
    assert!(
        due("2026-12-30T09:00", TimeLimit::new(5, Unit::Days))
            .unwrap()
            .provisional
    );
    assert!(
        !due("2026-12-01T09:00", TimeLimit::new(5, Unit::Days))
            .unwrap()
            .provisional
    );
}
