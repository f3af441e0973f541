//! `/ho-so/moi`: a right date and a printed receipt in under a minute.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Form;
use chrono::NaiveTime;
use serde::Deserialize;

use super::{
    form::FormErrors,
    intake_form::{self, Page},
    layout::Section,
    paths,
    rows::by_new_date,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{
        applicant::{ApplicantInput, DocumentInput},
        promise, receive,
    },
    app::App,
    domain::{
        deadline::{Deadline, DeadlineError, compute},
        dossier::Act,
        procedure::Procedure,
        role::Role,
        time::{format_moment, local_day, to_local, to_utc},
        viet,
    },
    error::{Error, FieldErrors, Kind, Result},
    store::{
        dossiers::Dossier,
        procedures,
        register::{self, Filter},
    },
};

/// The form as typed. The papers are rows: `document` holds the places of the
/// ticked ones, `document_form` and `document_copies` a value for every row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The chosen procedure's code; `procedure_text` is what was typed to find it.
    #[serde(rename = "thu-tuc", alias = "procedure")]
    pub procedure: String,
    pub procedure_text: String,
    pub name: String,
    pub id_number: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    /// Ticked: the applicant agreed to be told.
    pub notify: String,
    pub kind: String,
    pub channel: String,
    pub result_channel: String,
    pub received_on: String,
    pub received_time: String,
    pub due_on: String,
    pub due_reason: String,
    pub external_code: String,
    pub note: String,
    pub key: String,
    pub act: String,
    pub document: Vec<usize>,
    pub document_form: Vec<String>,
    pub document_copies: Vec<String>,
}

/// Names of the page's fields, where the action's differ.
const NAMES: [(&str, &str); 8] = [
    ("procedure_code", "procedure_text"),
    ("applicant.name", "name"),
    ("applicant.id_number", "id_number"),
    ("applicant.phone", "phone"),
    ("applicant.email", "email"),
    ("applicant.address", "address"),
    ("applicant.kind", "kind"),
    ("due_at", "due_on"),
];

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    may_receive(&staff)?;
    Ok(show(&app, &staff, &typed, &FormErrors::new())
        .await?
        .into_response())
}

fn may_receive(staff: &Staff) -> Result<()> {
    staff.actor.may(Act::Receive, staff.actor.role.at_desk())
}

async fn show(
    app: &App,
    staff: &Staff,
    typed: &Typed,
    errors: &FormErrors,
) -> Result<maud::Markup> {
    let now = to_local(app.clock.now());
    let procedure = chosen(app, staff.actor.agency, typed).await?;
    let found = match &procedure {
        None if !typed.procedure_text.trim().is_empty() => {
            let words = &typed.procedure_text;
            let found = procedures::search(app.store.read(), words, None, now.date()).await?;
            app.office(staff.actor.agency)
                .await?
                .offered(found, now.date())
        }
        _ => Vec::new(),
    };
    let (due, twins) = match &procedure {
        Some(procedure) => (
            Some(count(app, staff.actor.agency, procedure, typed).await?),
            twins(app, staff, procedure, &typed.id_number).await?,
        ),
        None => (None, Vec::new()),
    };
    let page = Page {
        typed,
        errors,
        procedure: procedure.as_ref(),
        found: &found,
        due: due.as_ref(),
        twins: &twins,
        now,
        cut_off: app.settings.deadline.same_day_cut_off,
    };
    Ok(staff.page_with_keys(
        "Tiếp nhận hồ sơ",
        Section::Desk,
        None,
        intake_form::KEYS,
        intake_form::whole(&page),
    ))
}

/// The procedure of the code in the form, as of the day of receipt.
async fn chosen(app: &App, agency: i64, typed: &Typed) -> Result<Option<Procedure>> {
    if typed.procedure.is_empty() {
        return Ok(None);
    }
    let code = typed.procedure.replace('\0', "");
    let day = received_at(app, typed).map_or_else(|_| local_day(app.clock.now()), |at| at.date());
    let found = procedures::on(app.store.read(), &code, day).await?;
    let office = app.office(agency).await?;
    Ok(found.map(|found| office.own(found.0, day)))
}

/// When it was handed in: now, unless the form says another day and hour.
fn received_at(app: &App, typed: &Typed) -> Result<chrono::NaiveDateTime, FieldErrors> {
    let now = to_local(app.clock.now());
    let mut errors = FieldErrors::default();
    let day = match typed.received_on.trim() {
        "" => now.date(),
        text => errors
            .keep("received_on", viet::read_date(text, now.date()))
            .unwrap_or(now.date()),
    };
    let hour = match typed.received_time.trim() {
        "" if typed.received_on.trim().is_empty() => now.time(),
        "" => chrono::NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default(),
        text => errors
            .keep("received_time", viet::read_time(text))
            .unwrap_or(now.time()),
    };
    if errors.is_empty() {
        Ok(day.and_time(hour))
    } else {
        Err(errors)
    }
}

/// The promised date of the form as it stands.
pub type Count = Option<Result<Deadline, DeadlineError>>;

async fn count(app: &App, agency: i64, procedure: &Procedure, typed: &Typed) -> Result<Count> {
    let Some(limit) = procedure.limit else {
        return Ok(None);
    };
    let office = app.office(agency).await?;
    let (rules, clock) = promise::rules(app, &office, procedure);
    let at = received_at(app, typed).unwrap_or_else(|_| to_local(app.clock.now()));
    Ok(Some(compute(
        &office.calendar,
        &rules,
        at,
        limit,
        clock,
        &[],
    )))
}

/// Open dossiers of the same procedure by the same ID number: a warning, never a bar.
async fn twins(
    app: &App,
    staff: &Staff,
    procedure: &Procedure,
    id_number: &str,
) -> Result<Vec<Dossier>> {
    let number = id_number.replace([' ', '.', '-', '\0'], "");
    if number.len() < 9 {
        return Ok(Vec::new());
    }
    let filter = Filter {
        agency: staff.actor.agency,
        procedure: Some(procedure.code.clone()),
        id_number: Some(number),
        ..Filter::default()
    };
    let (rows, _) = register::page(
        app.store.read(),
        &filter,
        by_new_date(app),
        app.clock.now(),
        10,
    )
    .await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.ended_at.is_none() && row.rejected_at.is_none())
        .take(3)
        .collect())
}

/// The part of the page that follows the form: `/ho-so/moi/ngay-hen`.
pub async fn date_part(
    State(app): State<App>,
    staff: Staff,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    may_receive(&staff)?;
    let now = to_local(app.clock.now());
    let Some(procedure) = chosen(&app, staff.actor.agency, &typed).await? else {
        return Ok(intake_form::no_date().into_response());
    };
    let due = count(&app, staff.actor.agency, &procedure, &typed).await?;
    Ok(intake_form::date(&due, now, app.settings.deadline.same_day_cut_off).into_response())
}

/// The warning part: `/ho-so/moi/trung`.
pub async fn twins_part(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    may_receive(&staff)?;
    let twins = match chosen(&app, staff.actor.agency, &typed).await? {
        Some(procedure) => twins(&app, &staff, &procedure, &typed.id_number).await?,
        None => Vec::new(),
    };
    Ok(intake_form::twins(&twins).into_response())
}

pub async fn receive(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    may_receive(&staff)?;
    // A stray Enter without script presses the first button: it only counts again.
    if typed.act == "date" {
        return Ok(show(&app, &staff, &typed, &FormErrors::new())
            .await?
            .into_response());
    }
    let procedure = chosen(&app, staff.actor.agency, &typed).await?;
    let closing = app.office(staff.actor.agency).await?.hours().closing();
    let input = match input(&app, closing, &typed, procedure.as_ref()) {
        Ok(input) => input,
        Err(error) => return back(&app, &staff, &typed, &error).await,
    };
    let key = Some(typed.key.as_str()).filter(|key| !key.is_empty());
    match receive::run(&app, &staff.actor, &input, key).await {
        Ok(received) => Ok(Redirect::to(&after(
            &app,
            &staff,
            &typed,
            &received.code,
            procedure.as_ref(),
        ))
        .into_response()),
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            back(&app, &staff, &typed, &error).await
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn back(app: &App, staff: &Staff, typed: &Typed, error: &Error) -> Result<Response, Failure> {
    let mut errors = FormErrors::new();
    for (field, message) in form_errors(error).iter() {
        let name = NAMES
            .iter()
            .find(|(ours, _)| *ours == field)
            .map_or(field, |(_, theirs)| theirs);
        errors.add(name, message);
    }
    if errors.is_empty() {
        errors.add("name", error.detail.clone());
    }
    Ok(refused(error, show(app, staff, typed, &errors).await?))
}

/// Where one goes on: printing, the four acts in a row, or the slip for what is missing.
fn after(
    app: &App,
    staff: &Staff,
    typed: &Typed,
    code: &str,
    procedure: Option<&Procedure>,
) -> String {
    let today = local_day(app.clock.now());
    let on_the_spot = procedure.is_some_and(|procedure| procedure.declared(today))
        && typed.received_on.trim().is_empty()
        && matches!(staff.actor.role, Role::Receptionist | Role::Admin);
    match typed.act.as_str() {
        "supplement" => paths::with_query(
            &paths::dossier_act(code, Act::RequestSupplement.code()),
            &[("moi", "thieu")],
        ),
        _ if on_the_spot && typed.act != "print" => {
            paths::with_query(&paths::on_the_spot(code), &[("moi", "tai-cho")])
        }
        "later" => paths::with_query(&paths::dossier(code), &[("moi", "sau")]),
        _ => paths::with_query(&paths::dossier(code), &[("moi", "in")]),
    }
}

fn input(
    app: &App,
    closing: NaiveTime,
    typed: &Typed,
    procedure: Option<&Procedure>,
) -> Result<receive::Input> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let received_at = received_at(app, typed).map_err(FieldErrors::into_error)?;
    let moved = !typed.received_on.trim().is_empty() || !typed.received_time.trim().is_empty();
    let mut errors = FieldErrors::default();
    let due_at = match typed.due_on.trim() {
        "" => None,
        text => errors
            .keep("due_on", viet::read_date(text, received_at.date()))
            .map(|day| format_moment(to_utc(day.and_time(closing)))),
    };
    let names = procedure.map_or(&[][..], |procedure| procedure.documents.as_slice());
    let mut documents = Vec::new();
    for place in &typed.document {
        let Some(name) = names.get(*place) else {
            continue;
        };
        let copies = match typed
            .document_copies
            .get(*place)
            .map_or("", |text| text.trim())
        {
            "" | "–" | "-" => Some(0),
            text => text.parse().ok(),
        };
        if copies.is_none() {
            errors.add("document_copies", "Số bản của giấy tờ là chữ số.");
        }
        documents.push(DocumentInput {
            name: name.clone(),
            form: typed.document_form.get(*place).cloned().unwrap_or_default(),
            copies,
        });
    }
    errors.finish()?;
    Ok(receive::Input {
        procedure_code: typed.procedure.clone(),
        applicant: ApplicantInput {
            name: typed.name.clone(),
            kind: typed.kind.clone(),
            id_number: some(&typed.id_number),
            phone: some(&typed.phone),
            email: some(&typed.email),
            address: some(&typed.address),
            notify: Some(!typed.notify.is_empty()),
        },
        channel: some(&typed.channel).unwrap_or_else(|| "desk".into()),
        received_at: moved.then(|| format_moment(to_utc(received_at))),
        due_at,
        due_reason: some(&typed.due_reason),
        external_code: some(&typed.external_code),
        documents,
        sets: None,
        result_channel: some(&typed.result_channel),
        accepted: Some(true),
        note: some(&typed.note),
    })
}
