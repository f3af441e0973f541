//! Laws of the promised date, each for generated cases around the days on
//! which calculators break; the answers come from `oracle`.
use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use motcua::domain::{
    calendar::{self, Calendar},
    deadline::{ClockPolicy, Deadline, DeadlineError, DeadlineRules, Pause, TimeLimit, Unit},
    pause::PauseKind,
    standing::{Bounds, standing},
    time::to_utc,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestCaseError, TestRunner},
};

use crate::oracle::{Almanac, Course, Wait, standings};

static ALMANAC: LazyLock<Almanac> = LazyLock::new(Almanac::from_file);
static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::new("shipped", calendar::read(calendar::SHIPPED).unwrap()));

#[derive(Clone, Debug)]
struct Case {
    received: NaiveDateTime,
    limit: TimeLimit,
    clock: ClockPolicy,
    waits: Vec<Wait>,
}

impl Case {
    fn compute(&self) -> Result<Deadline, DeadlineError> {
        let pauses: Vec<Pause> = self
            .waits
            .iter()
            .map(|w| Pause {
                kind: if w.fee {
                    PauseKind::Payment
                } else {
                    PauseKind::Supplement
                },
                from: w.from,
                to: w.to,
            })
            .collect();
        motcua::domain::deadline::compute(
            &CALENDAR,
            &DeadlineRules::default(),
            self.received,
            self.limit,
            self.clock,
            &pauses,
        )
    }

    fn last(&self) -> NaiveDateTime {
        self.waits.last().map_or(self.received, |w| w.to)
    }
}

/// The limit had been used up before the supplement came.
fn spent(due: &Deadline) -> bool {
    let last = due.trace.last();
    last.is_some_and(|day| day.text.contains("đã dùng hết"))
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Any day the calendar knows, most often one near a day that leaves the week's pattern.
fn days() -> impl Strategy<Value = NaiveDate> {
    let near =
        (select(ALMANAC.marked_days()), -6..7_i64).prop_map(|(d, by)| d + TimeDelta::days(by));
    let any = (0..3296_i64).prop_map(|by| day(2018, 12, 22) + TimeDelta::days(by));
    prop_oneof![3 => near, 2 => any]
}

/// Any second, most often one at which a rule turns.
fn times() -> impl Strategy<Value = NaiveTime> {
    let turns = [
        "00:00:00", "07:29:59", "07:30:00", "11:30:00", "12:00:00", "13:30:00", "14:59:59",
        "15:00:00", "15:00:01", "16:59:59", "17:00:00", "17:00:01", "23:59:59",
    ];
    let turn = select(turns.map(|t| t.parse::<NaiveTime>().unwrap()).to_vec());
    let any =
        (0..86_400_u32).prop_map(|s| NaiveTime::from_num_seconds_from_midnight_opt(s, 0).unwrap());
    prop_oneof![turn, any]
}

fn limits() -> impl Strategy<Value = TimeLimit> {
    select(Unit::ALL.to_vec()).prop_flat_map(|unit| {
        let most = match unit {
            Unit::WorkingHours => 24_u32,
            Unit::ClockHours => 100,
            Unit::Months => 5,
            Unit::WorkingDays | Unit::Days => 45,
            Unit::SameDay => 0,
        };
        prop_oneof![3 => 0..=most.min(5), 2 => 0..=most]
            .prop_map(move |amount| TimeLimit::new(amount, unit))
    })
}

fn cases() -> impl Strategy<Value = Case> {
    let moment = (days(), times()).prop_map(|(day, time)| day.and_time(time));
    let clock = select(vec![ClockPolicy::Pause, ClockPolicy::Restart]);
    // Hours until the request, hours until the supplement; often the same day.
    let gaps = vec((0..240_u32, 0..300_u32, 0..60_u32, any::<bool>()), 0..4);
    (moment, limits(), clock, gaps).prop_map(|(received, limit, clock, gaps)| {
        let mut free = received;
        let waits = gaps.into_iter().map(|(ask, bring, minutes, fee)| {
            let ask = if ask > 120 { ask - 120 } else { ask / 20 };
            let bring = if bring > 150 { bring - 150 } else { bring / 20 };
            let from = free + TimeDelta::hours(ask.into()) + TimeDelta::minutes(minutes.into());
            let to = from + TimeDelta::hours(bring.into());
            free = to;
            Wait { fee, from, to }
        });
        Case {
            received,
            limit,
            clock,
            waits: waits.collect(),
        }
    })
}

/// Runs a law on 2 000 generated cases; on 30 000 with `MOTCUA_LONG`.
fn law<S: Strategy>(strategy: &S, check: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let long = std::env::var_os("MOTCUA_LONG").is_some();
    let config = Config {
        cases: if long { 30_000 } else { 2_000 },
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config).run(strategy, check).unwrap();
}

#[test]
fn the_rule_and_the_slow_count_agree() {
    law(&cases(), |case| {
        let fast = case.compute();
        let slow = ALMANAC.promise(
            case.received,
            case.limit.amount,
            case.limit.unit.code(),
            case.clock == ClockPolicy::Restart,
            &case.waits,
        );
        match (fast, slow) {
            (Ok(fast), Ok(slow)) => {
                prop_assert_eq!(fast.due_at, slow.due);
                prop_assert_eq!(fast.provisional, slow.provisional);
            }
            (Err(DeadlineError::UnknownYear(year)), Err(_)) => {
                prop_assert!(!(2019..=2027).contains(&year.0), "names {}", year.0);
            }
            (fast, slow) => prop_assert!(false, "{fast:?} but {slow:?}"),
        }
        Ok(())
    });
}

#[test]
fn never_before_the_receipt_or_the_last_supplement_and_always_at_a_desk_that_is_open() {
    law(&cases(), |case| {
        let Ok(due) = case.compute() else {
            return Ok(());
        };
        prop_assert!(due.due_at >= case.last());
        let unit = case.limit.unit;
        if unit != Unit::ClockHours {
            prop_assert_eq!(ALMANAC.works(due.due_at.date()), Ok(true));
        }
        if !unit.by_moment() {
            prop_assert_eq!(due.due_at.time().to_string(), "17:00:00");
        }
        Ok(())
    });
}

#[test]
fn more_time_is_never_an_earlier_date() {
    law(
        &(cases(), 0..10_u32, 0..2000_i64),
        |(case, more, minutes)| {
            let mut longer = case.clone();
            if case.limit.unit != Unit::SameDay {
                longer.limit.amount += more;
            }
            let mut later = case.clone();
            later.waits.clear();
            let mut plain = later.clone();
            plain.waits.clear();
            later.received += TimeDelta::minutes(minutes);
            for (first, second) in [(&case, &longer), (&plain, &later)] {
                if let (Ok(first), Ok(second)) = (first.compute(), second.compute()) {
                    // A limit that was used up is promised to closing time, which may
                    // lie after the moment to which a longer one in hours runs.
                    if spent(&first) && case.limit.unit.by_moment() {
                        continue;
                    }
                    prop_assert!(first.due_at <= second.due_at, "{first:?} {second:?}");
                }
            }
            Ok(())
        },
    );
}

#[test]
fn the_printed_count_has_every_day_once_and_ends_on_the_date() {
    law(&cases(), |case| {
        let Ok(due) = case.compute() else {
            return Ok(());
        };
        let trace = &due.trace;
        let dates: Vec<_> = trace.iter().map(|d| d.date).collect();
        prop_assert!(dates.is_sorted_by(|a, b| a < b), "{dates:?}");
        prop_assert_eq!(dates.last(), Some(&due.due_at.date()));
        let daily = matches!(case.limit.unit, Unit::WorkingDays | Unit::Days);
        let spent = spent(&due);
        if daily && case.limit.amount > 0 {
            let until = dates.len() - usize::from(spent);
            for pair in dates[..until].windows(2) {
                prop_assert_eq!(
                    pair[0] + TimeDelta::days(1),
                    pair[1],
                    "a gap in {:?}",
                    trace
                );
            }
            let counted = trace[..until].iter().filter(|d| d.counts).count();
            prop_assert_eq!(counted, case.limit.amount as usize, "{:?}", trace);
            let numbers: Vec<u32> = trace[..until].iter().filter_map(|d| d.number).collect();
            prop_assert_eq!(numbers, (1..=case.limit.amount).collect::<Vec<_>>());
        }
        Ok(())
    });
}

#[test]
fn a_restart_is_a_receipt_at_the_last_supplement() {
    law(&cases(), |case| {
        let mut restarted = Case {
            clock: ClockPolicy::Restart,
            ..case.clone()
        };
        if let Some(last) = restarted.waits.last_mut() {
            last.fee = false;
        }
        let anew = Case {
            received: case.last(),
            waits: Vec::new(),
            ..restarted.clone()
        };
        if let (Ok(restarted), Ok(anew)) = (restarted.compute(), anew.compute()) {
            prop_assert_eq!(restarted.due_at, anew.due_at);
        }
        Ok(())
    });
}

#[test]
fn a_limit_reads_back_as_it_is_written() {
    law(&limits(), |limit| {
        prop_assert_eq!(TimeLimit::parse(&limit.to_string()), Ok(limit));
        let shouted = limit.to_string().to_uppercase();
        prop_assert_eq!(TimeLimit::parse(&shouted), Ok(limit));
        Ok(())
    });
}

#[test]
fn a_dossier_stands_in_exactly_one_way_and_the_slow_word_agrees() {
    // Moments around the due one, to the second where a standing turns.
    let at = || {
        let turns = select(vec![
            -86_401, -86_400, -61_200, -1, 0, 1, 25_199, 25_200, 86_400_i64,
        ]);
        prop_oneof![2 => turns, 1 => -300_000..300_000_i64]
    };
    let due = (
        days(),
        prop_oneof![Just("17:00:00".parse().unwrap()), times()],
    )
        .prop_map(|(d, t)| d.and_time(t));
    let strategy = (
        due,
        any::<(bool, bool)>(),
        proptest::option::of(at()),
        proptest::option::of(at()),
        at(),
    );
    law(
        &strategy,
        |(due, (undated, by_moment), ended, waits, now)| {
            let near_due = |seconds: i64| due + TimeDelta::seconds(seconds);
            let course = Course {
                due: (!undated || ended.is_some()).then_some(due),
                by_moment,
                ended: ended.map(near_due),
                waits_since: waits.map(near_due),
                now: near_due(now),
            };
            let bounds = course.due.map(|due| Bounds::new(due, by_moment));
            let word = standing(
                bounds,
                course.ended.map(to_utc),
                course.waits_since.map(to_utc),
                to_utc(course.now),
            );
            prop_assert_eq!(standings(&course), vec![word.code()]);
            Ok(())
        },
    );
}
