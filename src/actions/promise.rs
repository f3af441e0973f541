//! The promised date of a dossier, from its procedure, its receipt and its pauses.
use chrono::{DateTime, Utc};

use crate::{
    app::App,
    domain::{
        deadline::{
            ClockPolicy, Deadline, DeadlineError, DeadlineRules, Pause, TimeLimit, Unit, compute,
        },
        office::Office,
        procedure::Procedure,
        standing::Bounds,
        time::{local_day, to_local, to_utc},
    },
    error::{Error, Result},
    store::dossiers::{Dossier, Wait},
};

pub struct Promise {
    /// `None` where the procedure has no single limit and nobody set a date.
    pub due_at: Option<DateTime<Utc>>,
    pub by_moment: bool,
    pub provisional: bool,
}

/// The settings of the count for a procedure.
pub fn rules(app: &App, office: &Office, procedure: &Procedure) -> (DeadlineRules, ClockPolicy) {
    let mut rules = office.rules;
    rules.same_day_cut_off = procedure.cut_off.unwrap_or(rules.same_day_cut_off);
    (
        rules,
        procedure.clock.unwrap_or(app.settings.deadline.clock),
    )
}

/// The promise on the day of receipt: by the limit, or the date set by hand.
pub fn first(
    app: &App,
    office: &Office,
    procedure: &Procedure,
    received_at: DateTime<Utc>,
    by_hand: Option<DateTime<Utc>>,
) -> Result<Promise> {
    let due = count(app, office, procedure, received_at, &[])?;
    Ok(Promise {
        due_at: due.as_ref().map(|due| to_utc(due.due_at)).or(by_hand),
        by_moment: procedure.limit.is_some_and(|limit| limit.unit.by_moment()),
        provisional: due.is_some_and(|due| due.provisional),
    })
}

/// The count behind the promise of a dossier, as printed under the date.
pub fn of_dossier(
    app: &App,
    office: &Office,
    procedure: &Procedure,
    dossier: &Dossier,
    waits: &[Wait],
) -> Result<Option<Deadline>> {
    // A date set by hand or by an older register stands as it was set: no count of
    // ours explains it, and none may move it.
    let (Some(received_at), None) = (dossier.received_at, &dossier.due_reason) else {
        return Ok(None);
    };
    // What was asked before the receipt never stopped a clock (NĐ 61/2018/NĐ-CP Điều 17.1.a).
    let ended = waits
        .iter()
        .filter(|wait| wait.from_at >= received_at)
        .filter_map(|wait| Some((wait, wait.to_at?)));
    let mut counted = count(app, office, procedure, received_at, &[])?;
    let mut pauses = Vec::new();
    for (wait, to) in ended {
        // A wait that began after the promise broke mends nothing.
        let broken = counted
            .as_ref()
            .is_some_and(|due| wait.from_at >= Bounds::new(due.due_at, dossier.by_moment).lapse);
        if broken {
            continue;
        }
        pauses.push(Pause {
            kind: wait.kind(),
            from: to_local(wait.from_at),
            to: to_local(to),
        });
        counted = count(app, office, procedure, received_at, &pauses)?;
    }
    Ok(counted)
}

/// What a wait makes of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The limit goes on after it.
    Promise {
        due: DateTime<Utc>,
        provisional: bool,
    },
    /// The promise was broken before; the new date of the apology gives way.
    Appointed(DateTime<Utc>),
}

/// Where a wait moves the date: a promise that broke before the wait began stays broken.
/// `waits` are the dossier's, this one ended among them.
pub fn moved(
    app: &App,
    office: &Office,
    procedure: &Procedure,
    dossier: &Dossier,
    waits: &[Wait],
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<Moved>> {
    let (Some(_), Some(original)) = (dossier.received_at, dossier.original_due_at) else {
        return Ok(None);
    };
    if dossier.lapse_at.is_some_and(|lapse| from >= lapse) {
        let kept = dossier.appointed_lapse_at.is_some_and(|lapse| from < lapse);
        let due = dossier.due_at.filter(|_| kept);
        return Ok(due.map(|due| Moved::Appointed(after_wait(office, due, from, until))));
    }
    let counted = of_dossier(app, office, procedure, dossier, waits)?;
    let (due, provisional) = counted.map_or_else(
        || {
            let later = after_wait(office, original, from, until);
            (later, dossier.provisional)
        },
        |counted| (to_utc(counted.due_at), counted.provisional),
    );
    Ok(Some(Moved::Promise { due, provisional }))
}

/// A date that no limit explains – set by hand, or an apology's – moves by what the
/// citizen kept us waiting: the working days that were left when the wait began are
/// left when it ends. It stays where the calendar does not reach that far.
fn after_wait(
    office: &Office,
    due: DateTime<Utc>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> DateTime<Utc> {
    if local_day(from) == local_day(to) {
        return due;
    }
    let later = office
        .calendar
        .working_days_between(local_day(from), local_day(due))
        .map(|left| TimeLimit::new(left, Unit::WorkingDays))
        .map_err(DeadlineError::from)
        .and_then(|left| {
            compute(
                &office.calendar,
                &office.rules,
                to_local(to),
                left,
                ClockPolicy::Pause,
                &[],
            )
        });
    later.map_or(due, |later| to_utc(later.due_at).max(due))
}

fn count(
    app: &App,
    office: &Office,
    procedure: &Procedure,
    received_at: DateTime<Utc>,
    pauses: &[Pause],
) -> Result<Option<Deadline>> {
    let Some(limit) = office.limit(&procedure.code, procedure.limit, local_day(received_at)) else {
        return Ok(None);
    };
    let (rules, clock) = rules(app, office, procedure);
    compute(
        &office.calendar,
        &rules,
        to_local(received_at),
        limit,
        clock,
        pauses,
    )
    .map(Some)
    .map_err(|error| Error::invalid("received_at", error.to_string()))
}
