//! The figures over JSON, and as CSV where `format=csv` asks for it.
use axum::{
    Json as Answer,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Bearer, Problem, Query};
use crate::{
    actions::actor::Actor,
    app::App,
    documents::sheet::Sheet,
    domain::{period::Period, role::Role, time::parse_date},
    error::{Error, Result},
    reports::{
        apologies as apologies_report,
        file::{self, Kind},
        four_on_the_spot as four, processing as table, satisfaction as satisfaction_report,
        targets as targets_report,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    from: Option<String>,
    to: Option<String>,
    at: Option<String>,
    period: Option<String>,
    by: Option<table::By>,
    format: Option<String>,
}

impl Asked {
    fn period(&self, app: &App) -> Result<Period> {
        let from = date("from", self.from.as_deref())?;
        let to = date("to", self.to.as_deref())?;
        table::period(app, from, to, self.period.as_deref())
    }

    fn at(&self) -> Result<NaiveDate> {
        date("at", self.at.as_deref())?
            .ok_or_else(|| Error::invalid("at", "Cần ngày tính (at=YYYY-MM-DD)."))
    }

    fn answer(
        &self,
        app: &App,
        report: impl Serialize,
        sheet: &Sheet,
    ) -> Result<Response, Problem> {
        let Some(kind) = self
            .format
            .as_deref()
            .map_or(Some(Kind::Json), Kind::from_code)
        else {
            return Err(Problem(Error::invalid(
                "format",
                "Dạng tệp chỉ nhận json, csv, xlsx.",
            )));
        };
        if kind == Kind::Json {
            return Ok(Answer(report).into_response());
        }
        let bytes = file::bytes(app, kind, &report, sheet)?;
        Ok(([(header::CONTENT_TYPE, kind.content_type())], bytes).into_response())
    }
}

fn date(field: &str, value: Option<&str>) -> Result<Option<NaiveDate>> {
    value
        .map(|value| parse_date(value).map_err(|error| Error::invalid(field, error)))
        .transpose()
}

/// As the pages of the reports: for those who measure.
fn may_measure(actor: &Actor) -> Result<()> {
    if actor.role.measures() {
        return Ok(());
    }
    Err(actor.refused("Báo cáo", &[Role::Office, Role::Leader]))
}

pub async fn processing(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(&actor)?;
    let by = asked.by.unwrap_or_default();
    let report = table::build(&app, actor.agency, asked.period(&app)?, by).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn four_on_the_spot(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(&actor)?;
    let from = date("from", asked.from.as_deref())?;
    let report = four::build(&app, actor.agency, asked.at()?, from).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn satisfaction(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(&actor)?;
    let report = satisfaction_report::build(&app, actor.agency, asked.period(&app)?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn apologies(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(&actor)?;
    let report = apologies_report::build(&app, actor.agency, asked.period(&app)?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn targets(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(&actor)?;
    let report = targets_report::build(&app, actor.agency, asked.at()?).await?;
    asked.answer(&app, &report, &report.sheet())
}
