//! Who is reminded of the plan's tasks, and of which? Once a week, with the week's first
//! morning mail: what is due soon, what is overdue, to whoever answers for it and takes
//! mail; none where there is neither.
use std::collections::BTreeMap;

use chrono::Datelike;
use serde_json::json;

use crate::{
    app::App,
    domain::{
        notice::{Channel, Kind},
        plan::State,
        time::{format_moment, local_day, to_local},
        viet,
    },
    error::{self, Result},
    reports::plan::{self, Item, Row},
    store::{accounts, directory, outbox::Outgoing},
};

/// Writes this week's, each once however often it is asked; returns how many were new.
pub async fn run_once(app: &App) -> Result<usize> {
    let settings = &app.settings.notices;
    let now = app.clock.now();
    let today = local_day(now);
    if !settings.plan || to_local(now).time() < settings.digest_at {
        return Ok(0);
    }
    let week = today.iso_week();
    let mut written = 0;
    let offices = app.offices().await?;
    // What became part of another has no plan to follow any more.
    let there = directory::of_day(app.store.read(), today).await?;
    for open in there.open {
        let agency = open.id;
        let calendar = &offices.of(agency).calendar;
        if !calendar.is_working_day(today).unwrap_or(true) {
            continue;
        }
        let plan = match plan::build(app, agency, today).await {
            Err(error) if error.kind == error::Kind::NotFound => continue,
            plan => plan?,
        };
        let mut of_whom: BTreeMap<i64, (Vec<_>, Vec<_>)> = BTreeMap::new();
        let people = accounts::enabled(app.store.read(), agency).await?;
        for (row, item) in plan.chased() {
            for account in plan::answering(&row.officer, &people) {
                let (overdue, soon) = of_whom.entry(account.id).or_default();
                let list = if item.state == State::Overdue {
                    overdue
                } else {
                    soon
                };
                list.push(shown(row, item));
            }
        }
        for account in people.iter().filter(|account| account.digest) {
            let (Some(email), Some((overdue, soon))) =
                (account.email.as_deref(), of_whom.remove(&account.id))
            else {
                continue;
            };
            let facts = json!({
                "at": format_moment(now), "name": account.name, "overdue": overdue, "soon": soon,
            });
            let row = Outgoing {
                account_id: Some(account.id),
                payload: facts.to_string(),
                // Who works in two agencies answers for the plans of both.
                once: Some(format!(
                    "plan:{}:{agency}:{}-{}",
                    account.id,
                    week.year(),
                    week.week()
                )),
                ..Outgoing::new(agency, Kind::Plan, Channel::Mail, email, now)
            };
            let write = app.store.write().await?;
            written += usize::from(write.queue(row).await?);
            write.commit().await?;
        }
    }
    Ok(written)
}

fn shown(row: &Row, item: &Item) -> serde_json::Value {
    json!({ "code": row.code, "task": row.task, "due": item.due, "last": viet::date(item.last) })
}
