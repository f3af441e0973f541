//! The year itself: who comes on which day with what, then every step in the
//! order of time, each by its own action at its own moment.
use std::{cmp::Reverse, collections::BinaryHeap};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    Wanted,
    cast::Cast,
    choice::Choice,
    course::{Course, Fate, Step, What},
    feedback,
    interruptions::Interruptions,
    pauses, post, survey,
};
use crate::{
    actions::{applicant::DocumentInput, cast_ballot, perform, receive},
    app::App,
    domain::{
        calendar::Calendar,
        procedure::{FourFlag, Procedure},
        time::{format_moment, to_local, to_utc},
    },
    error::{Error, Result},
    store::dossiers,
};

/// The first day on which someone comes: two weeks before the reporting year, so
/// that some dossiers are carried over.
pub fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year - 1, 12, 1).unwrap_or_default()
}

/// A dossier under way.
struct Case {
    code: String,
    secret: String,
    procedure: Procedure,
    fate: Fate,
}

/// Plays it all.
pub async fn simulate(
    app: &App,
    calendar: &Calendar,
    wanted: Wanted,
    opens: NaiveDateTime,
) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(wanted.seed);
    let cast = Cast::hire(app).await?;
    let mut upset = Interruptions::of(wanted.year);
    let mut calendar = calendar.clone();
    let arrivals = arrivals(&calendar, wanted, opens, upset.storm, &mut rng);
    let catalogue = Choice::load(app, first_day(wanted.year)).await?;
    let mut cases: Vec<Case> = Vec::with_capacity(arrivals.len());
    let mut waiting: BinaryHeap<Reverse<(NaiveDateTime, usize, usize)>> = BinaryHeap::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut arriving = arrivals.into_iter().peekable();
    loop {
        let next_step = waiting.peek().map(|Reverse((at, _, _))| *at);
        let next_arrival = arriving.peek().copied();
        let (at, arrival) = match (next_arrival, next_step) {
            (Some(arrival), Some(step)) if arrival <= step => (arrival, true),
            (Some(arrival), None) => (arrival, true),
            (_, Some(step)) => (step, false),
            (None, None) => break,
        };
        if at > opens {
            break;
        }
        if upset.until(app, &cast, at).await? {
            calendar = app.calendar().await?;
            let meant = std::mem::take(&mut waiting);
            waiting.extend(meant.into_iter().map(|Reverse((at, place, index))| {
                steps[index].at = upset.put_off(at);
                Reverse((steps[index].at, place, index))
            }));
            continue;
        }
        let then = app.at(to_utc(at));
        let (place, new) = if arrival {
            arriving.next();
            let (came, new) = arrive(&then, &cast, &calendar, &catalogue, &mut rng, at).await?;
            cases.push(came);
            (cases.len() - 1, new)
        } else {
            let Some(Reverse((_, place, index))) = waiting.pop() else {
                break;
            };
            let mut step = steps[index].clone();
            step.who = upset.acting(step.who, at.date());
            let new = play(&then, &cast, &calendar, &cases[place], &step, &mut rng).await?;
            (place, new)
        };
        for step in new {
            waiting.push(Reverse((step.at, place, steps.len())));
            steps.push(step);
        }
    }
    super::office::plan(app, &cast, wanted, opens).await?;
    Box::pin(pauses::simulate(app, &cast, opens)).await?;
    // Drawn apart, so that the dossiers of a seed stay as they are.
    feedback::simulate(app, &cast, &calendar, wanted, opens).await?;
    Box::pin(survey::simulate(app, &calendar, wanted, opens)).await?;
    // When everything of a quarter is there that was there at its closing.
    super::office::close(app, &cast, wanted, opens).await?;
    Box::pin(crate::reports::scoreboard::freeze(app)).await?;
    Box::pin(post::simulate(app, &cast)).await
}

/// When people come: working days, Mondays and Fridays more, mornings more.
fn arrivals(
    calendar: &Calendar,
    wanted: Wanted,
    opens: NaiveDateTime,
    storm: NaiveDate,
    rng: &mut StdRng,
) -> Vec<NaiveDateTime> {
    let mut days: Vec<NaiveDate> = Vec::new();
    let mut day = first_day(wanted.year);
    while day <= opens.date() {
        if calendar.is_working_day(day).unwrap_or(false) {
            let weight = match day.weekday() {
                chrono::Weekday::Mon | chrono::Weekday::Fri => 4,
                _ => 3,
            };
            days.extend(std::iter::repeat_n(day, weight));
        }
        let Some(tomorrow) = day.succ_opt() else {
            break;
        };
        day = tomorrow;
    }
    let mut all: Vec<NaiveDateTime> = Vec::with_capacity(wanted.dossiers);
    while all.len() < wanted.dossiers {
        let drawn = days[rng.random_range(0..days.len())];
        // Who would have come in the storm comes the day after.
        let day = drawn + chrono::Days::new(u64::from(drawn == storm));
        let minute = if rng.random_bool(0.68) {
            rng.random_range(7 * 60 + 30..11 * 60 + 20)
        } else {
            rng.random_range(13 * 60 + 30..16 * 60 + 45)
        };
        let second = minute * 60 + rng.random_range(0..60);
        let at = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(second);
        // The last day is not over when the demo opens.
        if at <= opens {
            all.push(at);
        }
    }
    all.sort_unstable();
    all
}

fn fate(procedure: &Procedure, at: NaiveDateTime, rush: bool, rng: &mut StdRng) -> Fate {
    let in_the_day = at.format("%H%M").to_string().as_str() <= "1500";
    let spot = match procedure.four {
        FourFlag::Yes => 0.9,
        FourFlag::Unknown if procedure.limit.is_some_and(|limit| limit.amount <= 2) => 0.75,
        FourFlag::Unknown => 0.25,
        FourFlag::No => 0.0,
    };
    if in_the_day && rng.random_bool(spot) {
        return Fate::OnTheSpot;
    }
    // The last weeks before the year is counted are crowded.
    if rush && rng.random_bool(0.3) {
        return Fate::Late;
    }
    match rng.random_range(0..1000) {
        0..62 => Fate::Late,
        62..82 => Fate::Refused,
        82..106 => Fate::Withdrawn,
        106..112 => Fate::Stopped,
        112..122 => Fate::Rejected,
        _ => Fate::InTime,
    }
}

/// Someone hands in a dossier.
async fn arrive(
    app: &App,
    cast: &Cast,
    calendar: &Calendar,
    choice: &Choice,
    rng: &mut StdRng,
    at: NaiveDateTime,
) -> Result<(Case, Vec<Step>)> {
    let procedure = choice.draw(rng).clone();
    let rush = at.month() == 12 || (at.month() == 11 && at.day() > 15);
    let fate = fate(
        &procedure,
        at,
        rush && at.date() > first_day(at.year()),
        rng,
    );
    let channel = match rng.random_range(0..100) {
        _ if fate == Fate::OnTheSpot => "desk",
        0..9 => "online",
        9..12 => "post",
        _ => "desk",
    };
    let by_hand = procedure.limit.is_none().then(|| {
        let due = (0..20).fold(at.date(), |day, _| {
            calendar.next_working_day(day).unwrap_or(day)
        });
        due.and_hms_opt(17, 0, 0).unwrap_or(at)
    });
    let input = receive::Input {
        procedure_code: procedure.code.clone(),
        applicant: cast.applicant(rng),
        channel: channel.into(),
        due_at: by_hand.map(|due| format_moment(to_utc(due))),
        due_reason: by_hand.map(|_| "Thủ tục có nhiều giai đoạn, hẹn theo giai đoạn đầu".into()),
        documents: procedure
            .documents
            .iter()
            .take(4)
            .map(|name| DocumentInput {
                name: name.clone(),
                form: "original".into(),
                copies: Some(1),
            })
            .collect(),
        accepted: Some(true),
        ..receive::Input::default()
    };
    let received = receive::run(app, cast.actor("receptionist")?, &input, None).await?;
    let dossier = dossiers::by_code(app.store.read(), 1, &received.code).await?;
    let mut course = Course {
        calendar,
        rng,
        specialist: Cast::specialist_of(&procedure.field),
        received: at,
        due: dossier.due_at.map(to_local),
        limit: procedure.limit,
    };
    let steps = match fate {
        Fate::OnTheSpot => course.on_the_spot(),
        Fate::Rejected => {
            let reject = perform::Input {
                action: "reject".into(),
                reason: Some("Không thuộc thẩm quyền giải quyết của UBND xã".into()),
                ..perform::Input::default()
            };
            vec![Step {
                at: at + TimeDelta::minutes(4),
                who: "receptionist",
                what: What::Act(Box::new(reject)),
            }]
        }
        _ => {
            let missing = course.rng.random_bool(0.09);
            let mut steps = course.begin(missing);
            if !missing {
                let from = steps.last().map_or(at, |step| step.at);
                steps.extend(course.rest(from, fate));
            }
            steps
        }
    };
    let came = Case {
        code: received.code,
        secret: app.secret_of(&dossier)?,
        procedure,
        fate,
    };
    Ok((came, steps))
}

/// One step of a dossier, by its action; what follows from it.
async fn play(
    app: &App,
    cast: &Cast,
    calendar: &Calendar,
    one: &Case,
    step: &Step,
    rng: &mut StdRng,
) -> Result<Vec<Step>> {
    let version = || async {
        let dossier = dossiers::by_code(app.store.read(), 1, &one.code).await?;
        Ok::<_, Error>(dossier.version)
    };
    match &step.what {
        What::Act(input) => {
            if matches!(input.action.as_str(), "approve" | "process") {
                super::agencies::answer(app, cast, &one.code).await?;
            }
            let input = perform::Input {
                expected_version: Some(version().await?),
                ..(**input).clone()
            };
            let actor = cast.in_charge(app, step.who, &one.code).await?;
            perform::run(app, actor, &one.code, &input).await?;
            Ok(Vec::new())
        }
        What::Supplement => {
            let input = perform::Input {
                action: "supplement_received".into(),
                expected_version: Some(version().await?),
                ..perform::Input::default()
            };
            perform::run(app, cast.actor(step.who)?, &one.code, &input).await?;
            let dossier = dossiers::by_code(app.store.read(), 1, &one.code).await?;
            let mut course = Course {
                calendar,
                rng,
                specialist: Cast::specialist_of(&one.procedure.field),
                received: step.at,
                due: dossier.due_at.map(to_local),
                limit: one.procedure.limit,
            };
            Ok(course.rest(step.at, one.fate))
        }
        What::Ballot { good, paper } => {
            rate(app, cast, one, *good, *paper, rng).await?;
            Ok(Vec::new())
        }
    }
}

/// A citizen answers: 4 or 5 as often as `good` says, now and then nothing.
async fn rate(
    app: &App,
    cast: &Cast,
    one: &Case,
    good: f64,
    paper: bool,
    rng: &mut StdRng,
) -> Result<()> {
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let answers = asked.questions.iter().map(|question| {
        let value = if rng.random_bool(0.08) {
            None
        } else if rng.random_bool(good) {
            Some(rng.random_range(4..=5))
        } else {
            Some(rng.random_range(1..=3))
        };
        (question.code.clone(), value)
    });
    let mut input = cast_ballot::Input {
        answers: answers.collect(),
        comment: None,
        opened: None,
    };
    if !input.answers.values().any(Option::is_some) {
        input
            .answers
            .insert(asked.questions[0].code.clone(), Some(4));
    }
    if paper {
        return survey::on_paper(app, cast, &one.code, &one.procedure.field, input).await;
    }
    survey::by_token(app, &one.code, &one.secret, input).await
}
