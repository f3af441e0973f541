//! What did the plan promise, and how far is it? Each target with its line of the plan.
use chrono::NaiveDate;
use serde::Serialize;

use super::{apologies, feedback, four_on_the_spot, processing, satisfaction};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        period::Period,
        share::Share,
        target::{self, Formula, Plan},
    },
    error::{Error, Result},
    store::data_files::{self, Kind},
};

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub label: String,
    pub goal: Share,
    pub value: Share,
    /// `null` where nothing was counted yet.
    pub met: Option<bool>,
    pub source: String,
    pub definition: &'static str,
    #[serde(skip)]
    pub formula: Formula,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub at: NaiveDate,
    pub from: NaiveDate,
    pub plan: String,
    pub targets: Vec<Row>,
}

/// The plan in use.
pub async fn plan(app: &App) -> Result<Plan> {
    let text = data_files::latest(app.store.read(), Kind::Plan).await?;
    let text = text.ok_or_else(|| Error::not_found("Chưa có chỉ tiêu. Chạy `motcua migrate`."))?;
    target::read(&text).map_err(Error::internal)
}

/// As of a day, over its reporting year so far.
pub async fn build(app: &App, agency: i64, at: NaiveDate) -> Result<Report> {
    let plan = plan(app).await?;
    let from = Period::year_of(at, app.settings.figures.period_start_day).from;
    let period = Period { from, to: at };
    let mut targets = Vec::with_capacity(plan.targets.len());
    for target in plan.targets {
        let value = match target.formula {
            Formula::DeclaredFourOnTheSpot => {
                four_on_the_spot::build(app, agency, at, Some(from))
                    .await?
                    .declared
                    .share
            }
            Formula::OnTimeWithOverdue => {
                let report = processing::build(app, agency, period, processing::By::Field).await?;
                report.total.on_time_with_overdue
            }
            Formula::Apologised => apologies::build(app, agency, period).await?.apologised,
            Formula::BallotsOfSample => {
                let report = satisfaction::build(app, agency, period).await?;
                Share::new(report.ballots, report.sample)
            }
            Formula::FeedbackInTime => {
                let report = feedback::build(app, agency, None, period).await?;
                report.total.share()
            }
        };
        let goal = Share::new(target.goal_percent, 100);
        targets.push(Row {
            met: (value.denominator > 0).then(|| value.reaches(target.goal_percent * 100)),
            code: target.code,
            label: target.label,
            goal,
            value,
            source: target.source,
            definition: target.formula.label(),
            formula: target.formula,
        });
    }
    Ok(Report {
        at,
        from,
        plan: plan.name,
        targets,
    })
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        Sheet {
            head: vec![
                "Mã",
                "Chỉ tiêu",
                "Cần (%)",
                "Tử số",
                "Mẫu số",
                "Đạt được (%)",
                "Đạt",
                "Nguồn",
            ],
            rows: self
                .targets
                .iter()
                .map(|row| {
                    let met = match row.met {
                        None => "không đủ dữ liệu",
                        Some(true) => "đạt",
                        Some(false) => "chưa đạt",
                    };
                    vec![
                        row.code.clone().into(),
                        row.label.clone().into(),
                        Cell::Percent(row.goal),
                        row.value.numerator.into(),
                        row.value.denominator.into(),
                        Cell::Percent(row.value),
                        met.into(),
                        row.source.clone().into(),
                    ]
                })
                .collect(),
            definitions: vec![
                define(
                    "Đạt được (%)",
                    "Tử số ÷ mẫu số; trống khi chưa có gì để đếm.",
                ),
                define("Nguồn", "Dòng của kế hoạch đặt ra chỉ tiêu."),
            ],
        }
    }
}
