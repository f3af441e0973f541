//! The promised date, the largest thing on a dossier's page, and why it is that date.
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::{
    parts::{self, Day, TraceLine, badge},
    rows::Badges,
    trace::{basis, is_daily, line, lines},
};
use crate::{
    actions::promise::{self, Moved},
    app::App,
    domain::{
        calendar::Calendar,
        deadline::TraceDay,
        pause::PauseKind,
        procedure::Procedure,
        time::{local_day, to_local},
    },
    error::Result,
    store::dossiers::{self, Dossier, Wait},
};

/// Six weeks; a longer count is told as a list.
const LONGEST_RULER: usize = 42;

/// The card.
pub async fn card(app: &App, dossier: &Dossier, procedure: &Procedure) -> Result<Markup> {
    let now = app.clock.now();
    let badges = Badges::load(app, dossier.agency_id).await?;
    let badge_now = badges.of(dossier);
    let beside = html! { @if let Some(standing) = badge_now { (badge(standing)) } };
    let Some(promised) = dossier.due_at else {
        return Ok(html! {
            section.card.lead { div.body { div.due-head { p { "Chưa có ngày hẹn." } (beside) } } }
        });
    };
    let waits = dossiers::waits(app.store.read(), dossier.id).await?;
    let waiting = waits.iter().find(|wait| wait.to_at.is_none()).cloned();
    let waits = ended_by_now(waits, now);
    // A dossier that came from another agency is counted as it was there until it came.
    let office = app.office_of(dossier).await?;
    let counted = promise::of_dossier(app, &office, procedure, dossier, &waits)?;
    let moved = match &waiting {
        Some(wait) => {
            let waited = (wait.from_at, wait.arrived_at.unwrap_or(now));
            promise::moved(app, &office, procedure, dossier, &waits, waited)?
        }
        None => None,
    };
    let due = match moved {
        Some(Moved::Promise { due, .. } | Moved::Appointed(due)) => due,
        None => promised,
    };
    let mut rule = told(
        dossier,
        counted.as_ref().map(|counted| counted.rule.as_str()),
    );
    if let (Some(wait), Some(_)) = (&waiting, moved) {
        rule = format!(
            "Đồng hồ dừng từ {}. Giấy tờ, phí còn thiếu đến hôm nay thì hẹn ngày này; hẹn trước khi dừng: {}. {rule}",
            parts::day(local_day(wait.from_at)),
            parts::moment_words(to_local(promised)),
        );
    }
    let today = local_day(now);
    let mut shown = counted
        .as_ref()
        .filter(|counted| is_daily(counted))
        .map(lines)
        .unwrap_or_default();
    let until = dossier
        .judged_at
        .or(dossier.wait_from)
        .map_or(today, local_day);
    if let Some(wait) = waiting.filter(|_| moved.is_some()) {
        stand_before(&mut shown, &office.calendar, &wait);
    }
    run_on(&mut shown, &office.calendar, until, local_day(due));
    if shown.len() > LONGEST_RULER {
        shown.clear();
    }
    Ok(html! {
        (parts::deadline(&parts::Deadline {
            due: to_local(due),
            today,
            provisional: dossier.provisional || moved.is_some(),
            trace: &shown,
            rule: &rule,
            basis: &counted.as_ref().map(basis).unwrap_or_default(),
        }, &beside))
        // A ruler has a cell for each day; hours and months are told as a list.
        @if let Some(counted) = counted.as_ref().filter(|_| shown.is_empty()) {
            section.card { div.body { details.why { summary { "Từng ngày và căn cứ" } (parts::count_table(&lines(counted), today)) p.small { (basis(counted)) } } } }
        }
    })
}

/// A wait that still runs, as though what is missing came this moment.
fn ended_by_now(waits: Vec<Wait>, now: DateTime<Utc>) -> Vec<Wait> {
    waits
        .into_iter()
        .map(|wait| Wait {
            to_at: wait.to_at.or(wait.arrived_at).or(Some(now)),
            ..wait
        })
        .collect()
}

/// One sentence of rule, and of whatever else set the date.
fn told(dossier: &Dossier, counted: Option<&str>) -> String {
    let rule = match &dossier.due_reason {
        Some(reason) if dossier.imported => format!("{reason}, không tính lại ở đây."),
        Some(reason) => format!("Ngày hẹn đặt bằng tay: {reason}."),
        None => counted.unwrap_or_default().to_owned(),
    };
    match dossier.original_due_at {
        Some(first) if dossier.due_at != Some(first) => format!(
            "Đã xin lỗi và hẹn lại; hẹn lần đầu {}, số liệu tính theo ngày này. {rule}",
            parts::day(local_day(first))
        ),
        _ => rule,
    }
}

/// Where papers start the limit anew, the count begins when they come: the days of waiting
/// stand before it.
fn stand_before(shown: &mut Vec<TraceLine>, calendar: &Calendar, wait: &Wait) {
    let Some(begins) = shown.first().map(|line| line.date) else {
        return;
    };
    let days = local_day(wait.from_at)
        .iter_days()
        .take_while(|day| *day < begins)
        .take(LONGEST_RULER);
    let before: Vec<TraceLine> = days
        .map(|date| {
            let waited = || line(&TraceDay::waiting(date, PauseKind::Supplement));
            off(calendar, date).unwrap_or_else(waited)
        })
        .collect();
    shown.splice(0..0, before);
}

/// A day on which the office does not work.
fn off(calendar: &Calendar, date: NaiveDate) -> Option<TraceLine> {
    let works = calendar.is_working_day(date).unwrap_or(true);
    (!works).then(|| line(&TraceDay::off(calendar, date)))
}

/// The days after a promise that broke: to the result, to today, to the apology's new day.
fn run_on(shown: &mut Vec<TraceLine>, calendar: &Calendar, until: NaiveDate, due: NaiveDate) {
    let Some(last) = shown.last().map(|line| line.date) else {
        return;
    };
    let mut late = 0;
    for date in last.iter_days().skip(1).take(LONGEST_RULER) {
        if date > until.max(due) {
            break;
        }
        if let Some(line) = off(calendar, date) {
            shown.push(line);
            continue;
        }
        let (day, text, note) = if date == due {
            let text = "Hẹn trả sau khi xin lỗi".to_owned();
            (Day::Due, text, "hẹn lại".to_owned())
        } else if date <= until {
            late += 1;
            let text = format!("Quá hẹn, ngày làm việc thứ {late}");
            (Day::Late, text, format!("quá {late}"))
        } else {
            (Day::Ahead, "Chưa đến hẹn lại".to_owned(), String::new())
        };
        shown.push(TraceLine {
            date,
            day,
            number: None,
            text,
            note,
        });
    }
}
