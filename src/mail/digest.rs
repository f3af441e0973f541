//! What must each officer see first this morning? One mail a working day: yours due,
//! yours overdue; none where there is neither.
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        notice::{Channel, Kind},
        time::{format_moment, local_day, to_local, to_utc},
        viet,
    },
    error::Result,
    store::{
        accounts,
        digests::{self, Line},
        leaves,
        outbox::Outgoing,
    },
};

/// How often the task looks whether the morning has come.
const PAUSE: Duration = Duration::from_mins(1);

/// Writes the digests of each morning until the process ends.
pub async fn task(app: App) {
    loop {
        if let Err(error) = run_once(&app).await {
            tracing::error!(%error, "the digests could not be written");
        }
        if let Err(error) = super::plan_reminder::run_once(&app).await {
            tracing::error!(%error, "the reminders of the plan could not be written");
        }
        tokio::time::sleep(PAUSE).await;
    }
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
    let by_new = app.settings.figures.after_reappointment == AfterReappointment::New;
    let mut written = 0;
    for account in accounts::all(app.store.read()).await? {
        let Some(email) = account
            .email
            .as_deref()
            .filter(|_| account.digest && !account.disabled)
        else {
            continue;
        };
        let office = offices.of(account.agency_id);
        // Where the calendar ends it is better to write than to be silent.
        if !office.calendar.is_working_day(today).unwrap_or(true) {
            continue;
        }
        let mut until = today;
        for _ in 0..settings.digest_days {
            let next = office.calendar.next_working_day(until);
            until = next.unwrap_or(until);
        }
        let until = to_utc(until.and_time(chrono::NaiveTime::MIN)) + chrono::TimeDelta::days(1);
        let once = format!("digest:{}:{today}", account.id);
        let db = app.store.read();
        // Who is away is not reminded; the stand-in is, of both desks.
        if leaves::stand_in(db, account.agency_id, account.id, today)
            .await?
            .is_some()
        {
            continue;
        }
        let mut hands = leaves::stood_in_for(db, account.agency_id, account.id, today).await?;
        hands.push(account.id);
        let lines = digests::of_officers(db, &hands, by_new, until).await?;
        let (overdue, due): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|line| line.lapse_at.is_some_and(|lapse| lapse <= now));
        if overdue.is_empty() && due.is_empty() {
            continue;
        }
        let facts = json!({
            "at": format_moment(now),
            "name": account.name,
            "due": shown(&due),
            "overdue": shown(&overdue),
        });
        let row = Outgoing {
            account_id: Some(account.id),
            payload: facts.to_string(),
            once: Some(once),
            ..Outgoing::new(account.agency_id, Kind::Digest, Channel::Mail, email, now)
        };
        let write = app.store.write().await?;
        written += usize::from(write.queue(row).await?);
        write.commit().await?;
    }
    Ok(written)
}

fn shown(lines: &[Line]) -> Vec<serde_json::Value> {
    let day = |at: Option<DateTime<Utc>>| at.map_or("–".into(), |at| viet::date(local_day(at)));
    lines
        .iter()
        .map(|line| json!({ "code": line.code, "procedure": line.procedure, "due": day(line.due_at) }))
        .collect()
}
