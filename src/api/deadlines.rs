//! The deadline engine, for everyone.
use axum::{Json as Answer, extract::State};
use serde::Deserialize;
use serde_json::Value;

use super::{Json, Problem, named, view};
use crate::{
    app::App,
    domain::{
        deadline::{self, ClockPolicy, Pause, TimeLimit, Unit},
        pause::PauseKind,
        time::{parse_moment, to_local},
    },
    error::{Error, FieldErrors},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    received_at: String,
    limit: Option<u32>,
    unit: String,
    clock: Option<String>,
    #[serde(default)]
    pauses: Vec<AskedPause>,
    /// By whose days and hours; the shared ones where it is left out.
    agency: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedPause {
    from: String,
    to: String,
}

pub async fn compute(
    State(app): State<App>,
    Json(asked): Json<Asked>,
) -> Result<Answer<Value>, Problem> {
    let mut errors = FieldErrors::default();
    let received_at = errors.keep("received_at", parse_moment(&asked.received_at));
    let unit = Unit::from_code(&asked.unit);
    if unit.is_none() {
        errors.add("unit", Unit::unknown_code());
    }
    let amount = match (asked.limit, unit) {
        (Some(amount), _) => amount,
        (None, Some(Unit::SameDay)) => 0,
        (None, _) => {
            errors.add("limit", "Chưa ghi thời hạn.");
            0
        }
    };
    let clock = match asked.clock.as_deref() {
        None => app.settings.deadline.clock,
        Some(code) => ClockPolicy::from_code(code).unwrap_or_else(|| {
            errors.add("clock", "Cách tính chỉ nhận pause hoặc restart.");
            ClockPolicy::Restart
        }),
    };
    let mut pauses = Vec::new();
    for (place, pause) in asked.pauses.iter().enumerate().take(1000) {
        let from = errors.keep(&format!("pauses.{place}.from"), parse_moment(&pause.from));
        let to = errors.keep(&format!("pauses.{place}.to"), parse_moment(&pause.to));
        pauses.extend(from.zip(to).map(|(from, to)| Pause {
            kind: PauseKind::Supplement,
            from: to_local(from),
            to: to_local(to),
        }));
    }
    let (Some(received_at), Some(unit), true) = (received_at, unit, errors.is_empty()) else {
        return Err(Problem(errors.into_error()));
    };
    let agency = named(&app, asked.agency.as_deref()).await?;
    let offices = app.offices().await?;
    let office = agency.map_or_else(|| offices.shared().clone(), |agency| offices.of(agency));
    let limit = TimeLimit::new(amount, unit);
    let due = deadline::compute(
        &office.calendar,
        &office.rules,
        to_local(received_at),
        limit,
        clock,
        &pauses,
    )
    .map_err(|error| Error::invalid("received_at", error.to_string()))?;
    Ok(Answer(view::deadline(&due)))
}
