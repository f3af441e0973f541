//! Form 06 for any period: every dossier of the desk, taken or not, in the order it came.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::{local, render, watermark};
use crate::{
    app::App,
    documents::register::{self, Register, Row},
    domain::{
        dossier::{Channel, Status},
        time::local_day,
        viet,
    },
    error::Result,
    store::{
        agencies,
        dossiers::Dossier,
        procedures,
        register::{self as rows, Filter},
    },
};

pub async fn pdf(app: &App, agency: i64, from: NaiveDate, to: NaiveDate) -> Result<Vec<u8>> {
    let name = agencies::name_by(app.store.read(), agency, to).await?;
    let procedures = procedures::all(app.store.read()).await?;
    let names: HashMap<i64, &str> = procedures.iter().map(|p| (p.id, p.name.as_str())).collect();
    let filter = Filter {
        agency,
        from: Some(from),
        to: Some(to),
        ..Filter::default()
    };
    let mut found = rows::whole(app.store.read(), filter, app.clock.now()).await?;
    found.sort_by_key(|dossier| (dossier.came_at(), dossier.id));
    let rows: Vec<Row> = found
        .iter()
        .map(|d| {
            row(
                d,
                names.get(&d.procedure_version_id).copied().unwrap_or("–"),
                &name.name,
            )
        })
        .collect();
    let data = Register {
        parent_name: name.parent,
        agency_name: name.name,
        period: format!(
            "Từ {} đến {}",
            viet::date_in_words(from),
            viet::date_in_words(to)
        ),
        count: viet::number(rows.len()),
        rows,
        place: name.place,
        watermark: watermark(app),
        made: local(app.clock.now()),
    };
    render(move || register::pdf(&data)).await
}

fn row(d: &Dossier, procedure: &str, agency: &str) -> Row {
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or_else(String::new, |at| viet::date(local_day(at)))
    };
    let place: Vec<&str> = [d.address.as_deref(), d.phone.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    // What was not taken, or went another way, is said in the last column.
    let note = match d.status() {
        Status::Rejected
        | Status::Withdrawn
        | Status::Stopped
        | Status::AwaitingSupplement
        | Status::AwaitingPayment
        | Status::Registered => d.status().label().to_owned(),
        _ if d.outcome.as_deref() == Some("refused") => "Từ chối giải quyết".into(),
        _ => String::new(),
    };
    Row {
        code: d.code.clone(),
        procedure_name: procedure.to_owned(),
        sets: d.sets.to_string(),
        applicant_name: d.applicant_name.clone(),
        address_and_phone: place.join(", "),
        solving: agency.to_owned(),
        received: day(Some(d.came_at())),
        due: day(d.due_at),
        returned: day(d.returned_at),
        result_channel: Channel::from_code(&d.result_channel)
            .map_or("–", Channel::label)
            .into(),
        note,
    }
}
