//! How a dossier and its deadline look in JSON.
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    actions::{promise, receive::Made},
    app::App,
    config::AfterReappointment,
    domain::{
        deadline::Deadline,
        mask::last_four,
        office::Office,
        on_the_spot::on_the_spot,
        procedure::Procedure,
        time::{format_local, format_moment, local_day},
    },
    error::Result,
    store::{
        apologies::{self, Apology},
        dossiers::{self, Dossier, Event, Wait},
    },
};

/// `{due_at, provisional, rule, calendar_version, trace}`
pub fn deadline(due: &Deadline) -> Value {
    json!({
        "due_at": format_local(due.due_at),
        "provisional": due.provisional,
        "rule": due.rule,
        "calendar_version": due.calendar_version,
        "trace": due.trace,
    })
}

fn moment(at: Option<DateTime<Utc>>) -> Value {
    at.map(format_moment).into()
}

/// Done on the spot, by its four stamps.
pub fn four_on_the_spot(d: &Dossier) -> bool {
    let stamp = |at: Option<DateTime<Utc>>, desk| at.map(|at| (local_day(at), desk));
    on_the_spot([
        stamp(d.received_at, d.received_desk),
        stamp(d.appraised_at, d.appraised_desk),
        stamp(d.approved_at, d.approved_desk),
        stamp(d.returned_at, d.returned_desk),
    ])
}

/// What the register shows of a dossier; of a number of identity its end.
pub fn line(app: &App, d: &Dossier, procedure: &Procedure) -> Value {
    let by_new_date = app.settings.figures.after_reappointment == AfterReappointment::New;
    json!({
        "code": d.code,
        "external_code": d.external_code,
        "procedure": { "code": procedure.code, "name": procedure.name, "field": procedure.field },
        "applicant": {
            "name": d.applicant_name,
            "kind": d.applicant_kind,
            "id_number": d.id_number.as_deref().map(last_four),
            "phone": d.phone,
            "email": d.email,
            "address": d.address,
        },
        "channel": d.channel,
        "result_channel": d.result_channel,
        "status": d.status,
        "status_code": d.status().number(),
        "outcome": d.outcome,
        "received_at": moment(d.received_at),
        "due_at": moment(d.due_at),
        "original_due_at": moment(d.original_due_at.filter(|_| d.received_at.is_some())),
        "processed_at": moment(d.ended_at),
        "returned_at": moment(d.returned_at),
        "standing": d.standing(by_new_date, app.clock.now()),
        "four_on_the_spot": four_on_the_spot(d),
        "version": d.version,
    })
}

/// What is told of a dossier besides its row.
struct Told<'a> {
    procedure: &'a Procedure,
    office: &'a Office,
    waits: &'a [Wait],
    events: &'a [Event],
    letters: &'a [Apology],
}

/// Everything about a dossier.
pub async fn whole(app: &App, d: &Dossier) -> Result<Value> {
    let db = app.store.read();
    let procedure = app.procedure_of(d).await?;
    let office = app.office_of(d).await?;
    let waits = dossiers::waits(db, d.id).await?;
    let events = dossiers::events(db, d.id).await?;
    let letters = apologies::of_dossier(db, d.id).await?;
    let all = Told {
        procedure: &procedure,
        office: &office,
        waits: &waits,
        events: &events,
        letters: &letters,
    };
    told(app, d, &all)
}

/// The same of one that was received this moment: nothing was done to it yet.
pub fn made(app: &App, made: &Made) -> Result<Value> {
    let all = Told {
        procedure: &made.procedure,
        office: &made.office,
        waits: &[],
        events: std::slice::from_ref(&made.event),
        letters: &[],
    };
    told(app, &made.dossier, &all)
}

fn told(app: &App, d: &Dossier, all: &Told<'_>) -> Result<Value> {
    let procedure = all.procedure;
    let mut out = line(app, d, procedure);
    out["applicant"]["id_number"] = d.id_number.clone().into();
    let due = promise::of_dossier(app, all.office, procedure, d, all.waits)?;
    out["deadline"] = due.map_or(Value::Null, |due| deadline(&due));
    out["documents"] = serde_json::from_str(&d.documents)?;
    out["sets"] = d.sets.into();
    out["note"] = d.note.clone().into();
    out["due_reason"] = d.due_reason.clone().into();
    out["events"] = all
        .events
        .iter()
        .map(|event| {
            json!({
                "seq": event.seq,
                "at": format_moment(event.at),
                "recorded_at": format_moment(event.recorded_at),
                "action": event.act,
                "actor": event.actor,
                "role": event.role,
                "at_desk": event.at_desk,
                "from": event.from_status,
                "to": event.to_status,
                "note": event.note,
                "data": serde_json::from_str::<Value>(&event.data).unwrap_or_default(),
            })
        })
        .collect();
    out["letters"] = all
        .letters
        .iter()
        .map(|letter| {
            json!({
                "kind": "apology",
                "number": letter.number,
                "year": letter.year,
                "reason_code": letter.reason_code,
                "reason": letter.reason,
                "due_at": format_moment(letter.due_at),
                "new_due_at": (!letter.after_end).then(|| format_moment(letter.new_due_at)),
                "drafted_at": format_moment(letter.drafted_at),
                "signed_at": moment(letter.signed_at),
                "signed_by": letter.signed_by,
            })
        })
        .collect();
    Ok(out)
}
