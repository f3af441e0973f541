//! The catalogue in force, for everyone.
use axum::{
    Json,
    extract::{Path, State},
};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, Query, named};
use crate::{
    app::App,
    domain::{
        procedure::Procedure,
        time::{local_day, parse_date},
    },
    error::Error,
    store::procedures,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    q: Option<String>,
    field: Option<String>,
    at: Option<String>,
    /// As this agency does it; as the catalogue has it where it is left out.
    agency: Option<String>,
}

fn day(app: &App, at: Option<&str>) -> Result<NaiveDate, Error> {
    at.map_or(Ok(local_day(app.clock.now())), |at| {
        parse_date(at).map_err(|error| Error::invalid("at", error))
    })
}

pub async fn list(
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    let at = day(&app, asked.at.as_deref())?;
    let words = asked.q.unwrap_or_default();
    let field = asked.field.map(|field| field.replace('\0', ""));
    let found = procedures::search(app.store.read(), &words, field.as_deref(), at).await?;
    let found = match named(&app, asked.agency.as_deref()).await? {
        Some(agency) => app.office(agency).await?.offered(found, at),
        None => found,
    };
    let items: Vec<Value> = found.iter().map(procedure).collect();
    Ok(Json(
        json!({ "total": items.len(), "items": items, "next_cursor": null }),
    ))
}

pub async fn one(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    let at = day(&app, asked.at.as_deref())?;
    let found = procedures::on(app.store.read(), &code.replace('\0', ""), at).await?;
    let agency = named(&app, asked.agency.as_deref()).await?;
    let found = match (found.filter(|(_, earlier)| !earlier), agency) {
        (Some((found, _)), Some(agency)) => Some(app.office(agency).await?.own(found, at)),
        (found, _) => found.map(|(found, _)| found),
    };
    match found.filter(Procedure::offered) {
        Some(found) => Ok(Json(procedure(&found))),
        None => Err(Problem(procedures::unknown_code())),
    }
}

fn procedure(p: &Procedure) -> Value {
    json!({
        "code": p.code,
        "name": p.name,
        "field": p.field,
        "limit": p.limit.map(|l| l.amount),
        "unit": p.limit.map(|l| l.unit.code()),
        "time_limit": p.limit.map(|l| l.to_string()),
        "clock": p.clock.map(crate::domain::deadline::ClockPolicy::code),
        "fee_vnd": p.fee_vnd,
        "fee_note": p.fee_note,
        "legal_basis": p.legal_basis,
        "authority": p.authority,
        "four_on_the_spot": p.four.code(),
        "four_decision": p.four_decision,
        "online_level": p.online_level,
        "required_documents": p.documents,
        "confidence": p.confidence,
        "valid_from": p.valid_from,
        "valid_to": p.valid_to,
        "decision": p.decision,
        "decided_on": p.decided_on,
    })
}
