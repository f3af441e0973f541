//! What must each officer see first this morning? One mail a working day: yours due,
//! yours overdue; none where there is neither.
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        notice::{Channel, Kind},
        office::Offices,
        time::{format_moment, local_day, to_local, to_utc},
        viet,
    },
    error::Result,
    in_hand,
    store::{
        accounts::{self, Account},
        agencies,
        digests::{self, Line},
        leaves, memberships,
        outbox::Outgoing,
    },
};

/// How often the task looks whether the morning has come.
const PAUSE: Duration = Duration::from_mins(1);

/// So long after the last look of the server that writes them another one takes it over.
const LAPSES_MINUTES: i64 = 25;

/// Writes the digests of each morning until the process ends. A morning that was gone through
/// is not gone through again: for a province that is work of minutes.
pub async fn task(app: App) {
    let mut over = None;
    loop {
        let now = to_local(app.clock.now());
        if now.time() >= app.settings.notices.digest_at {
            match morning(&app, over, now.date()).await {
                Ok(day) => over = day,
                Err(error) => tracing::error!(%error, "the morning's mails could not be written"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The morning's mails, where they are this server's to write and not written yet; answers the
/// last morning that is over. Whoever wrote them keeps them in hand, so that no other begins.
pub async fn morning(
    app: &App,
    over: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Option<NaiveDate>> {
    let lapses = TimeDelta::minutes(LAPSES_MINUTES);
    if !in_hand::is_ours(app, "morning", lapses).await? || over == Some(today) {
        return Ok(over);
    }
    // The one does not wait for the other to succeed.
    let (digests, plan) = (
        run_once(app).await,
        super::plan_reminder::run_once(app).await,
    );
    digests.and(plan).map(|_| Some(today))
}

/// Writes today's, each once however often it is asked; returns how many were new.
pub async fn run_once(app: &App) -> Result<usize> {
    let settings = &app.settings.notices;
    let now = app.clock.now();
    let today = local_day(now);
    if !settings.digest || to_local(now).time() < settings.digest_at {
        return Ok(0);
    }
    let offices = app.offices().await?;
    let mut written = 0;
    for account in accounts::all(app.store.read()).await? {
        let Some(email) = account
            .email
            .as_deref()
            .filter(|_| account.digest && !account.disabled)
        else {
            continue;
        };
        let Reminded { overdue, due } = reminded(app, &offices, &account).await?;
        if overdue.is_empty() && due.is_empty() {
            continue;
        }
        let facts = json!({
            "at": format_moment(now),
            "name": account.name,
            "due": due,
            "overdue": overdue,
        });
        let row = Outgoing {
            account_id: Some(account.id),
            payload: facts.to_string(),
            // One mail, of however many agencies.
            once: Some(format!("digest:{}:{today}", account.id)),
            ..Outgoing::new(account.agency_id, Kind::Digest, Channel::Mail, email, now)
        };
        let write = app.store.write().await?;
        written += usize::from(write.queue(row).await?);
        write.commit().await?;
    }
    Ok(written)
}

/// What somebody is reminded of, as the mail shows it.
#[derive(Default)]
struct Reminded {
    overdue: Vec<Value>,
    due: Vec<Value>,
}

/// What lies in each agency that somebody works in and that works today. A leave is one of
/// an agency: who is away there is not reminded of it; the stand-in is, of both desks there
/// and of nothing elsewhere.
async fn reminded(app: &App, offices: &Offices, account: &Account) -> Result<Reminded> {
    let db = app.store.read();
    let now = app.clock.now();
    let today = local_day(now);
    let by_new = app.settings.figures.after_reappointment == AfterReappointment::New;
    let mut places = vec![account.agency_id];
    let others = memberships::of(db, account.id).await?;
    places.extend(others.iter().map(|one| one.agency_id));
    let several = places.len() > 1;
    let mut all = Reminded::default();
    for agency in places {
        let office = offices.of(agency);
        // Where the calendar ends it is better to write than to be silent.
        if !office.calendar.is_working_day(today).unwrap_or(true) {
            continue;
        }
        let stand_in = leaves::stand_in(db, agency, account.id, today).await?;
        if stand_in.is_some() {
            continue;
        }
        let mut until = today;
        for _ in 0..app.settings.notices.digest_days {
            let next = office.calendar.next_working_day(until);
            until = next.unwrap_or(until);
        }
        let until = to_utc(until.and_time(chrono::NaiveTime::MIN)) + chrono::TimeDelta::days(1);
        let mut hands = leaves::stood_in_for(db, agency, account.id, today).await?;
        hands.push(account.id);
        let lines = digests::of_officers(db, agency, &hands, by_new, until).await?;
        let mut name = None;
        if several && !lines.is_empty() {
            name = Some(agencies::name_by(db, agency, today).await?.name);
        }
        for line in lines {
            let late = line.lapse_at.is_some_and(|lapse| lapse <= now);
            let list = if late { &mut all.overdue } else { &mut all.due };
            list.push(shown(&line, name.as_deref()));
        }
    }
    Ok(all)
}

/// With the agency where its reader works in several.
fn shown(line: &Line, agency: Option<&str>) -> Value {
    let due = line.due_at.map(|at| viet::date(local_day(at)));
    let due = due.unwrap_or_else(|| "–".to_owned());
    json!({ "code": line.code, "procedure": line.procedure, "due": due, "agency": agency })
}
