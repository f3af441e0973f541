//! The figures over JSON, and as CSV or Excel where `format` asks for it. Who may look is
//! the rule of the pages.
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
    actions::note_read,
    app::App,
    documents::sheet::Sheet,
    domain::{period::Period, role::Role, time::parse_date},
    error::{Error, Result},
    reports::{
        access::{may_measure, whose},
        accountability as hands, agencies as units, apologies as apologies_report,
        cut::Cut,
        file::{self, Kind},
        foresight as ahead, four_on_the_spot as four, four_to_reach as reach, index_766 as index,
        plan as tasks, processing as table, radar as findings, review as sheets, rhythm as hours,
        satisfaction as satisfaction_report, service_score as score, targets as targets_report,
        timeliness,
    },
};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    from: Option<String>,
    to: Option<String>,
    at: Option<String>,
    period: Option<String>,
    by: Option<String>,
    format: Option<String>,
    /// Which dossiers alone.
    field: Option<String>,
    procedure: Option<String>,
    officer: Option<String>,
    channel: Option<String>,
    agency: Option<String>,
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

    /// The rows are told apart by one of these.
    fn by<T: Copy>(&self, read: fn(&str) -> Option<T>, usual: T) -> Result<T> {
        let Some(code) = self.by.as_deref() else {
            return Ok(usual);
        };
        read(code).ok_or_else(|| Error::invalid("by", format!("Không chia được theo “{code}”.")))
    }

    fn cut(&self) -> Cut {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Cut {
            field: text(&self.field),
            procedure: text(&self.procedure),
            officer: text(&self.officer),
            channel: text(&self.channel),
        }
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

pub async fn processing(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let by = asked.by(table::By::from_code, table::By::Field)?;
    let period = asked.period(&app)?;
    let report = table::official(&app, actor.agency, period, by, &asked.cut()).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn agencies(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = units::build(&app, actor.agency, asked.period(&app)?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn four_on_the_spot(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let from = date("from", asked.from.as_deref())?;
    let report = four::build(&app, actor.agency, asked.at()?, from).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn satisfaction(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = satisfaction_report::build(&app, actor.agency, asked.period(&app)?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn apologies(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let period = asked.period(&app)?;
    let report = apologies_report::build(&app, actor.agency, period, &asked.cut()).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn targets(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = targets_report::build(&app, actor.agency, asked.at()?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn on_time(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let period = asked.period(&app)?;
    let report = timeliness::build(&app, actor.agency, period, &asked.cut()).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn four_to_reach(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let from = date("from", asked.from.as_deref())?;
    let report = reach::build(&app, actor.agency, asked.at()?, from).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn review(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let period = asked.period(&app)?;
    let report = sheets::build(&app, actor.agency, period, &asked.cut()).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn service_score(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = score::build(&app, actor.agency, asked.period(&app)?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn index_766(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = index::build(
        &app,
        actor.agency,
        Some(&actor.viewer()),
        asked.period(&app)?,
    )
    .await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn plan(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = tasks::build(&app, actor.agency, asked.at()?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn radar(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let report = findings::build(&app, actor.agency, asked.period(&app)?).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn rhythm(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may_measure(actor.role)?;
    let period = asked.period(&app)?;
    let report = hours::build(&app, actor.agency, period, &asked.cut()).await?;
    asked.answer(&app, &report, &report.sheet())
}

/// An officer's token sees what lay in the hands of its name.
pub async fn accountability(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let by = asked.by(hands::By::from_code, hands::By::Officer)?;
    let (whose, cut) = (whose(&actor), asked.cut());
    let wanted = hands::Asked {
        whose: &whose,
        cut: &cut,
        agency: asked.agency.as_deref().unwrap_or_default(),
    };
    let report = hands::build(&app, actor.agency, asked.period(&app)?, by, &wanted).await?;
    asked.answer(&app, &report, &report.sheet())
}

pub async fn foresight(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    // A specialist sees what he holds, and a token holds nothing.
    if actor.role == Role::Specialist && actor.account.is_none() {
        let may = [Role::Receptionist, Role::Leader, Role::Office];
        return Err(Problem(actor.refused("Xem dự báo trễ hạn", &may)));
    }
    // It names applicants.
    note_read::other(&app, &actor, "api-list", "dự báo trễ").await?;
    let report = ahead::build(&app, actor.agency, None).await?;
    asked.answer(&app, &report, &report.sheet())
}
