//! The promised date of a dossier, from its procedure, its receipt and its pauses.
use chrono::{DateTime, Utc};

use crate::{
    app::App,
    domain::{
        calendar::Calendar,
        deadline::{ClockPolicy, Deadline, DeadlineRules, Pause, compute},
        procedure::Procedure,
        time::{to_local, to_utc},
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
pub fn rules(app: &App, procedure: &Procedure) -> (DeadlineRules, ClockPolicy) {
    let mut rules = app.settings.deadline.rules();
    rules.same_day_cut_off = procedure.cut_off.unwrap_or(rules.same_day_cut_off);
    (
        rules,
        procedure.clock.unwrap_or(app.settings.deadline.clock),
    )
}

/// The promise on the day of receipt: by the limit, or the date set by hand.
pub fn first(
    app: &App,
    calendar: &Calendar,
    procedure: &Procedure,
    received_at: DateTime<Utc>,
    by_hand: Option<DateTime<Utc>>,
) -> Result<Promise> {
    let due = count(app, calendar, procedure, received_at, &[])?;
    Ok(Promise {
        due_at: due.as_ref().map(|due| to_utc(due.due_at)).or(by_hand),
        by_moment: procedure.limit.is_some_and(|limit| limit.unit.by_moment()),
        provisional: due.is_some_and(|due| due.provisional),
    })
}

/// The count behind the promise of a dossier, as printed under the date.
pub fn of_dossier(
    app: &App,
    calendar: &Calendar,
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
    let pauses: Vec<Pause> = waits
        .iter()
        .filter(|wait| wait.from_at >= received_at)
        .filter_map(|wait| {
            Some(Pause {
                from: to_local(wait.from_at),
                to: to_local(wait.to_at?),
            })
        })
        .collect();
    count(app, calendar, procedure, received_at, &pauses)
}

fn count(
    app: &App,
    calendar: &Calendar,
    procedure: &Procedure,
    received_at: DateTime<Utc>,
    pauses: &[Pause],
) -> Result<Option<Deadline>> {
    let Some(limit) = procedure.limit else {
        return Ok(None);
    };
    let (rules, clock) = rules(app, procedure);
    compute(
        calendar,
        &rules,
        to_local(received_at),
        limit,
        clock,
        pauses,
    )
    .map(Some)
    .map_err(|error| Error::invalid("received_at", error.to_string()))
}
