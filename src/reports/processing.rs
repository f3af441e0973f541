//! Table II.06a: received, processed, pending (TT 01/2020/TT-VPCP), as of the
//! period's last day.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        dossier::Outcome,
        period::Period,
        scoring::{Tally, cell},
        time::day_end,
    },
    error::{Error, Result},
    store::{
        agencies,
        figures::{self, Scored},
    },
};

/// What a row stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[default]
    Field,
    Procedure,
    Officer,
    Channel,
    Agency,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub label: String,
    #[serde(flatten)]
    pub tally: Tally,
}

/// What was put where, named under the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notes {
    pub withdrawn: u64,
    pub stopped: u64,
    pub refused: u64,
    pub waiting: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub rows: Vec<Row>,
    pub total: Tally,
    pub notes: Notes,
}

/// The table of a period.
pub async fn build(app: &App, agency: i64, period: Period, by: By) -> Result<Report> {
    let by_new_date = app.settings.figures.after_reappointment == AfterReappointment::New;
    let now = app.clock.now();
    let seen = |at: DateTime<Utc>| at < day_end(period.to) && at <= now;
    let agency_name = agencies::name_on(app.store.read(), agency, period.to).await;
    let mut rows: BTreeMap<String, Tally> = BTreeMap::new();
    let mut total = Tally::default();
    let mut notes = Notes::default();
    for dossier in figures::touched(app.store.read(), agency, period, by_new_date).await? {
        let Some(cell) = cell(&dossier.facts, period, now) else {
            continue;
        };
        let label = match by {
            By::Agency => agency_name
                .as_ref()
                .map_or("–".into(), |name| name.name.clone()),
            _ => label(&dossier, by),
        };
        rows.entry(label).or_default().add(cell);
        total.add(cell);
        notes.waiting += u64::from(cell.waiting);
        if dossier.facts.ended_at.is_some_and(seen) {
            match outcome_at(&dossier, seen) {
                Some(Outcome::Withdrawn) => notes.withdrawn += 1,
                Some(Outcome::Stopped) => notes.stopped += 1,
                Some(Outcome::Refused) => notes.refused += 1,
                _ => {}
            }
        }
    }
    Ok(Report {
        from: period.from,
        to: period.to,
        rows: rows
            .into_iter()
            .map(|(label, tally)| Row { label, tally })
            .collect(),
        total,
        notes,
    })
}

/// What had come of it by then: one withdrawn first and stopped later was withdrawn.
fn outcome_at(dossier: &Scored, seen: impl Fn(DateTime<Utc>) -> bool) -> Option<Outcome> {
    if dossier.withdrawn_at.is_some() && !dossier.stopped_at.is_some_and(seen) {
        return Some(Outcome::Withdrawn);
    }
    dossier.outcome.as_deref().and_then(Outcome::from_code)
}

fn label(dossier: &Scored, by: By) -> String {
    match by {
        By::Field | By::Agency => dossier.field.clone(),
        By::Procedure => format!("{} {}", dossier.procedure_code, dossier.procedure_name),
        By::Officer => dossier.officer.clone(),
        By::Channel => dossier.facts.channel.label().to_owned(),
    }
}

/// The period asked for: two days, or a name like `2021-Q1`.
pub fn period(
    app: &App,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    name: Option<&str>,
) -> Result<Period> {
    let wrong =
        |error: crate::domain::period::PeriodError| Error::invalid("from", error.to_string());
    match (from, to, name) {
        (None, None, Some(name)) => Period::parse(name, app.settings.figures.period_start_day)
            .map_err(|error| Error::invalid("period", error.to_string())),
        (Some(from), Some(to), None) => Period::new(from, to).map_err(wrong),
        (None, _, _) => Err(Error::invalid(
            "from",
            "Cần ngày đầu và ngày cuối kỳ (from, to), hoặc tên kỳ.",
        )),
        _ => Err(Error::invalid(
            "to",
            "Cần ngày đầu và ngày cuối kỳ (from, to), hoặc tên kỳ.",
        )),
    }
}
