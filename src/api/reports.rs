//! The figures over JSON.
use axum::{Json as Answer, extract::State};
use serde::Deserialize;

use super::{Bearer, Problem, Query};
use crate::{
    app::App,
    domain::time::parse_date,
    error::Error,
    reports::{four_on_the_spot, processing},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    from: Option<String>,
    to: Option<String>,
    at: Option<String>,
    period: Option<String>,
    by: Option<processing::By>,
}

fn date(field: &str, value: Option<&str>) -> Result<Option<chrono::NaiveDate>, Error> {
    value
        .map(|value| parse_date(value).map_err(|error| Error::invalid(field, error)))
        .transpose()
}

pub async fn processing(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Answer<processing::Report>, Problem> {
    let (from, to) = (
        date("from", asked.from.as_deref())?,
        date("to", asked.to.as_deref())?,
    );
    let period = processing::period(&app, from, to, asked.period.as_deref())?;
    Ok(Answer(
        processing::build(&app, actor.agency, period, asked.by.unwrap_or_default()).await?,
    ))
}

pub async fn four_on_the_spot(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Answer<four_on_the_spot::Report>, Problem> {
    let at = date("at", asked.at.as_deref())?
        .ok_or_else(|| Error::invalid("at", "Cần ngày tính (at=YYYY-MM-DD)."))?;
    let from = date("from", asked.from.as_deref())?;
    Ok(Answer(
        four_on_the_spot::build(&app, actor.agency, at, from).await?,
    ))
}
