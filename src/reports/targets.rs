//! What did the plan promise, and how far is it? Each target with its line of the plan,
//! its value by formula or by hand with the evidence, and how it moved; the year's quality
//! objectives beside them.
use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    apologies, cut::Cut, feedback, four_on_the_spot, processing, reading::Reading, satisfaction,
};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        period::Period,
        plan_sheet::TARGETS,
        share::Share,
        target::{self, Formula, Plan},
    },
    error::{Error, Result},
    store::{
        data_files::{self, Kind},
        plan::{self, Entry},
    },
};

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub label: String,
    pub goal: Share,
    /// The goal must be exceeded, not only reached.
    pub above: bool,
    pub value: Share,
    /// `null` where nothing was counted yet.
    pub met: Option<bool>,
    /// The value at the end of the month before.
    pub before: Share,
    pub source: String,
    pub definition: &'static str,
    /// What a value by hand rests on: day, words, who entered it.
    pub evidence: Option<String>,
    /// Who answers for it; only objectives name one.
    pub officer: String,
    #[serde(skip)]
    pub formula: Formula,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub at: NaiveDate,
    pub from: NaiveDate,
    /// The last day of the month before, within the year.
    pub before: Option<NaiveDate>,
    pub plan: String,
    /// Which year's plan it is.
    pub year: String,
    pub targets: Vec<Row>,
    /// Quality objectives (TCVN ISO 9001:2015).
    pub objectives: Vec<Row>,
}

/// The plan of a year, or the one before it where the year has none yet.
pub async fn plan(app: &App, year: i32) -> Result<Plan> {
    let text = data_files::of_year(app.store.read(), Kind::Plan, year).await?;
    let text = text.ok_or_else(|| Error::not_found("Chưa có chỉ tiêu. Chạy `motcua migrate`."))?;
    target::read(&text).map_err(Error::internal)
}

/// The figures of two days, each asked for once.
struct Figures<'a> {
    app: &'a App,
    reading: &'a Reading,
    from: NaiveDate,
    known: HashMap<(Formula, NaiveDate), Share>,
}

impl Figures<'_> {
    async fn of(&mut self, formula: Formula, at: NaiveDate) -> Result<Share> {
        if let Some(share) = self.known.get(&(formula, at)) {
            return Ok(*share);
        }
        let (app, reading, whole) = (self.app, self.reading, Cut::default());
        let agency = reading.agency;
        let period = Period {
            from: self.from,
            to: at,
        };
        let share = match formula {
            Formula::DeclaredFourOnTheSpot => {
                let from = Some(self.from);
                let four = four_on_the_spot::build(app, agency, at, from).await?;
                four.declared.share
            }
            Formula::OnTimeWithOverdue => {
                let by = processing::By::Field;
                let report = processing::build_from(app, reading, period, by, &whole).await?;
                report.total.on_time_with_overdue
            }
            Formula::Apologised => {
                apologies::build_from(app, reading, period, &whole)
                    .await?
                    .apologised
            }
            Formula::BallotsOfSample => {
                let report = satisfaction::build_from(app, reading, period).await?;
                Share::new(report.ballots, report.sample)
            }
            Formula::FeedbackInTime => {
                let report = feedback::build(app, agency, None, period).await?;
                report.total.share()
            }
            Formula::Entered => Share::default(),
        };
        self.known.insert((formula, at), share);
        Ok(share)
    }
}

/// The last value entered for an item of a reporting year up to a day.
fn entered<'a>(entries: &'a [Entry], item: &str, so_far: Period) -> Option<&'a Entry> {
    let of_it = entries
        .iter()
        .filter(|entry| entry.item == item && entry.kind == "value");
    of_it
        .filter(|entry| so_far.contains(entry.on_day))
        .max_by_key(|entry| (entry.on_day, entry.id))
}

fn entered_share(entry: Option<&Entry>) -> Share {
    let number = |number: Option<i64>| number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    entry.map_or_else(Share::default, |entry| {
        Share::new(number(entry.numerator), number(entry.denominator))
    })
}

/// Whether a share is a percentage to the last dossier.
fn equals(share: Share, percent: u64) -> bool {
    u128::from(share.numerator) * 100 == u128::from(share.denominator) * u128::from(percent)
}

/// The days that the targets of a day are counted over: its reporting year so far.
pub fn so_far(app: &App, at: NaiveDate) -> Period {
    let year = Period::year_of(at, app.settings.figures.period_start_day);
    Period {
        from: year.from,
        to: at,
    }
}

/// As of a day, over its reporting year so far.
pub async fn build(app: &App, agency: i64, at: NaiveDate) -> Result<Report> {
    let reading = Reading::of(app, agency, &[so_far(app, at)]).await?;
    build_from(app, &reading, at).await
}

/// The same from what was read already; the year so far lies within it.
pub async fn build_from(app: &App, reading: &Reading, at: NaiveDate) -> Result<Report> {
    let agency = reading.agency;
    let start = app.settings.figures.period_start_day;
    let year = Period::year_of(at, start);
    let from = year.from;
    let number = app.settings.figures.year_of(at);
    let plan = plan(app, number).await?;
    let db = app.store.read();
    let entries = plan::entries(db, agency).await?;
    let objectives = plan::objectives(db, agency, number).await?;
    let before = Period::month_of(at, start)
        .from
        .pred_opt()
        .filter(|day| *day >= from);
    let mut figures = Figures {
        app,
        reading,
        from,
        known: HashMap::new(),
    };
    let officers: Vec<String> = objectives.iter().map(|one| one.officer.clone()).collect();
    let objectives: Vec<target::Target> = objectives
        .into_iter()
        .map(|one| target::Target {
            formula: one
                .formula
                .as_deref()
                .and_then(Formula::from_code)
                .unwrap_or(Formula::Entered),
            goal_percent: u64::try_from(one.goal_percent).unwrap_or_default(),
            above: false,
            code: one.code,
            label: one.label,
            source: one.source,
        })
        .collect();
    let many = plan.targets.len();
    let mut rows = Vec::with_capacity(many + objectives.len());
    for target in plan.targets.into_iter().chain(objectives) {
        let entry = entered(&entries, &target.code, Period { from, to: at });
        let by_hand = target.formula == Formula::Entered;
        let value = if by_hand {
            entered_share(entry)
        } else {
            figures.of(target.formula, at).await?
        };
        let was = match before {
            Some(day) if by_hand => {
                entered_share(entered(&entries, &target.code, Period { from, to: day }))
            }
            Some(day) => figures.of(target.formula, day).await?,
            None => Share::default(),
        };
        rows.push(Row {
            met: (value.denominator > 0).then(|| {
                let goal = target.goal_percent * 100;
                value.reaches(goal) && !(target.above && equals(value, target.goal_percent))
            }),
            above: target.above,
            goal: Share::new(target.goal_percent, 100),
            value,
            before: was,
            evidence: entry.filter(|_| by_hand).map(|entry| {
                let day = crate::domain::viet::date(entry.on_day);
                format!("{day}: {} ({})", entry.evidence, entry.actor)
            }),
            officer: String::new(),
            code: target.code,
            label: target.label,
            source: target.source,
            definition: target.formula.label(),
            formula: target.formula,
        });
    }
    let mut objectives = rows.split_off(many);
    for (row, officer) in objectives.iter_mut().zip(officers) {
        row.officer = officer;
    }
    Ok(Report {
        at,
        from,
        before,
        plan: plan.name,
        year: plan.version,
        targets: rows,
        objectives,
    })
}

impl Row {
    /// `95 %`, or `trên 95 %`.
    pub fn goal_words(&self) -> String {
        // The sign stays with its number at the end of a line.
        let words = self.goal.words().replace(' ', "\u{a0}");
        if self.above {
            format!("trên {words}")
        } else {
            words
        }
    }

    /// `null`, or whether it rose against the month before.
    pub fn trend(&self) -> Option<std::cmp::Ordering> {
        let (now, was) = (self.value, self.before);
        if now.denominator == 0 || was.denominator == 0 {
            return None;
        }
        let crossed = |a: Share, b: Share| u128::from(a.numerator) * u128::from(b.denominator);
        Some(crossed(now, was).cmp(&crossed(was, now)))
    }

    pub fn state(&self) -> &'static str {
        match self.met {
            Some(true) => "đạt",
            Some(false) => "chưa đạt",
            None => "không đủ dữ liệu",
        }
    }
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let how_far = [
            "Tử số",
            "Mẫu số",
            "Đạt được (%)",
            "Tháng trước (%)",
            "Tình trạng",
            "Căn cứ",
        ];
        Sheet {
            // The first of them are read back as the targets of another year.
            head: TARGETS.into_iter().chain(how_far).collect(),
            rows: self
                .targets
                .iter()
                .chain(&self.objectives)
                .map(|row| {
                    let goal = if row.above {
                        row.goal_words().into()
                    } else {
                        Cell::Percent(row.goal)
                    };
                    vec![
                        self.year.clone().into(),
                        row.code.clone().into(),
                        row.label.clone().into(),
                        goal,
                        row.definition.into(),
                        row.source.clone().into(),
                        row.value.numerator.into(),
                        row.value.denominator.into(),
                        Cell::Percent(row.value),
                        Cell::Percent(row.before),
                        row.state().into(),
                        row.evidence.clone().unwrap_or_default().into(),
                    ]
                })
                .collect(),
            definitions: vec![define(
                "Tình trạng",
                "So tỷ lệ đúng với mức cần, không làm tròn; chưa đếm được gì thì không đủ dữ liệu.",
            )],
        }
    }
}
