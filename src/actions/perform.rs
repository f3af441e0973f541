//! One act on a dossier: role, version, state, fields, effect, event – in that order,
//! in one transaction. Every act of every face comes through here.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    actor::Actor, applicant::text, ask_agency, assign, charge, draft_apology, end, name_leader,
    number_paper, pass_on, receive::moment, refuse_foreign_fields, request_pause, sign_apology,
    tell, wait,
};
use crate::{
    app::{App, office_of},
    domain::{
        dossier::{self, Act, Status},
        office::Office,
        paper::{FormSet, PaperKind},
        procedure::Procedure,
        time::{format_moment, local_day, to_local},
        viet,
    },
    error::{Error, FieldErrors, Result},
    store::{
        Write,
        dossiers::{self, Dossier, DueChange, Event},
        procedures,
    },
};

/// An act as it is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    #[serde(default)]
    pub action: String,
    pub expected_version: Option<i64>,
    pub at: Option<String>,
    pub at_desk: Option<bool>,
    pub reason: Option<String>,
    pub items: Option<Vec<String>>,
    pub to: Option<String>,
    pub note: Option<String>,
    pub approved_by: Option<String>,
    pub legal_basis: Option<String>,
    pub amount: Option<i64>,
    pub receiver: Option<String>,
    pub reason_code: Option<String>,
    pub new_due_at: Option<String>,
    pub agency: Option<String>,
    pub due_at: Option<String>,
    pub transfer: Option<i64>,
}

/// The act under way: what its effect may read and change.
pub struct Performing<'a> {
    pub app: &'a App,
    pub write: &'a Write,
    pub actor: &'a Actor,
    pub input: &'a Input,
    /// Read by the transaction's own connection: were a second one asked for, as many
    /// writers as there are connections would wait for each other.
    pub office: Arc<Office>,
    pub procedure: Procedure,
    pub dossier: Dossier,
    pub at: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub at_desk: bool,
    /// What the event keeps.
    pub data: serde_json::Map<String, serde_json::Value>,
    pub errors: FieldErrors,
    /// The agency that holds the dossier answered, so that it goes on.
    pub step_answered: bool,
    /// The account of the leader who signed, as the desk named him.
    pub signer: Option<i64>,
    /// The whole limit runs anew, and with it the share of who holds it.
    pub limit_restarted: bool,
    /// Since when the promise is the new one, where that was before the act.
    pub promise_since: Option<DateTime<Utc>>,
}

/// What an act would lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    pub to: Status,
    /// The step that the dossier goes to, where it goes on.
    pub step: Option<String>,
    /// Who gets it, where that is one person.
    pub holder: Option<String>,
}

/// Does it, or says why not; nothing is half done.
pub async fn run(app: &App, actor: &Actor, code: &str, input: &Input) -> Result<()> {
    let write = app.store.write().await?;
    done(app, &write, actor, code, input).await?;
    write.commit().await
}

/// What would come of it, or why not: all is done but the keeping.
pub async fn foresee(app: &App, actor: &Actor, code: &str, input: &Input) -> Result<Foreseen> {
    // In its turn: for a dossier that somebody alone holds it would wait on a line.
    let write = app.store.write().await?;
    let foreseen = done(app, &write, actor, code, input).await?;
    write.abandon().await?;
    Ok(foreseen)
}

async fn done(
    app: &App,
    write: &Write,
    actor: &Actor,
    code: &str,
    input: &Input,
) -> Result<Foreseen> {
    let act = Act::from_code(&input.action)
        .filter(|act| *act != Act::Receive)
        .ok_or_else(|| {
            Error::invalid(
                "action",
                "Không có việc này. Xem bảng các việc trong tài liệu.",
            )
        })?;
    let now = app.clock.now();
    let at_desk = input.at_desk.unwrap_or(actor.role.at_desk());
    let offices = app.offices_by(write.reader()).await?;
    let dossier = write.dossier_to_change(actor.agency, code).await?;
    actor.may(act, at_desk)?;
    charge::check(write.reader(), actor, act, &dossier, local_day(now)).await?;
    check_version(write, &dossier, input.expected_version).await?;
    let office = office_of(&offices, write.reader(), dossier.agency_id, dossier.id).await?;
    let from = dossier.status();
    let to = dossier::next(act, dossier.position())
        .map_err(|why| Error::conflict("wrong_state", why.to_string()))?;
    let procedure = procedures::get(write.reader(), dossier.procedure_version_id).await?;
    let received = dossier.received_at.unwrap_or(now);
    let procedure = office.own(procedure, local_day(received));
    let mut errors = FieldErrors::default();
    refuse_foreign_fields::run(act, input, &mut errors);
    let at = moment(&mut errors, "at", input.at.as_deref()).unwrap_or(now);
    if at > now {
        let shown = viet::moment(to_local(now));
        errors.add(
            "at",
            format!("Thời điểm làm việc này không được sau giờ hiện tại ({shown})."),
        );
    } else if at < dossier.last_event_at && input.at.is_some() {
        let shown = viet::moment(to_local(dossier.last_event_at));
        errors.add(
            "at",
            format!("Thời điểm không được trước việc gần nhất của hồ sơ ({shown})."),
        );
    }
    let at = at.max(dossier.last_event_at);
    let dues = (dossier.original_due_at, dossier.due_at);
    let mut doing = Performing {
        app,
        write,
        actor,
        input,
        office,
        procedure,
        dossier,
        at,
        now,
        at_desk,
        data: serde_json::Map::new(),
        errors,
        step_answered: false,
        signer: None,
        limit_restarted: false,
        promise_since: None,
    };
    let note = effect(act, &mut doing).await?;
    if doing.errors.is_empty() {
        Box::pin(pass_on::after(act, &mut doing)).await?;
    }
    let Performing {
        mut dossier,
        mut data,
        errors,
        promise_since,
        ..
    } = doing;
    errors.finish()?;
    dossier.status = to.code().into();
    dossier.last_event_at = at;
    let id = dossier.id;
    if (dossier.original_due_at, dossier.due_at) != dues {
        // No promise moves without a trace: the event says from where to where.
        let moved = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| serde_json::json!({ "before": from.map(format_moment), "after": to.map(format_moment) });
        data.insert(
            "original_due".into(),
            moved(dues.0, dossier.original_due_at),
        );
        data.insert("due".into(), moved(dues.1, dossier.due_at));
        let change = DueChange {
            id: 0,
            dossier_id: id,
            set_at: promise_since.unwrap_or(at),
            original_due_at: dossier.original_due_at,
            due_at: dossier.due_at,
        };
        write.append_due_change(change).await?;
    }
    let named = |name: &str| {
        data.get(name)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    let foreseen = Foreseen {
        to,
        step: named("step"),
        holder: named("to"),
    };
    let event = Event {
        id: 0,
        dossier_id: id,
        seq: i32::try_from(dossier.version + 1).map_err(Error::internal)?,
        at,
        recorded_at: now,
        act: act.code().into(),
        actor: actor.name.clone(),
        role: actor.role.code().into(),
        at_desk,
        from_status: Some(from.code().into()),
        to_status: to.code().into(),
        note,
        data: serde_json::Value::Object(data).to_string(),
    };
    tell::applicant(app, write, &dossier, &event, now).await?;
    if !write.update_dossier(dossier).await? {
        return Err(stale(&last_hand(write, id).await?));
    }
    write.append_event(event).await?;
    Ok(foreseen)
}

fn stale(who: &str) -> Error {
    Error::conflict(
        "stale_version",
        format!("Hồ sơ vừa được {who} sửa. Xem bản mới rồi làm lại; chưa có gì được lưu."),
    )
}

async fn check_version(write: &Write, dossier: &Dossier, expected: Option<i64>) -> Result<()> {
    match expected {
        None => Err(Error::invalid(
            "expected_version",
            "Thiếu phiên bản của hồ sơ đang xem (expected_version).",
        )),
        Some(version) if version == dossier.version => Ok(()),
        Some(_) => Err(stale(&last_hand(write, dossier.id).await?)),
    }
}

/// Who was faster, and when.
async fn last_hand(write: &Write, dossier: i64) -> Result<String> {
    let events = dossiers::events(write.reader(), dossier).await?;
    Ok(events.last().map_or("người khác".into(), |event| {
        format!("{} (lúc {})", event.actor, viet::moment(to_local(event.at)))
    }))
}

impl Performing<'_> {
    /// The reason, where the act demands one.
    pub fn reason(&mut self) -> String {
        let given = self.input.reason.as_deref().unwrap_or_default();
        super::applicant::required(&mut self.errors, "reason", "Lý do", given, 2000)
    }

    /// Whether the forms of its day have this paper.
    fn has_form(&self, kind: PaperKind) -> bool {
        let received = self.dossier.came_at();
        let from = self.app.settings.forms.set_2025_from;
        FormSet::on(local_day(received), from).has(kind)
    }

    pub fn keep(&mut self, field: &str, value: impl Into<serde_json::Value>) {
        self.data.insert(field.to_owned(), value.into());
    }
}

/// What an act changes; the words it leaves in the event.
async fn effect(act: Act, doing: &mut Performing<'_>) -> Result<String> {
    let input = doing.input;
    let note = text(
        &mut doing.errors,
        "note",
        "Ghi chú",
        input.note.as_deref(),
        2000,
    )
    .unwrap_or_default();
    let at = doing.at;
    match act {
        Act::Receive | Act::Take => {}
        Act::Accept => super::accept::effect(doing)?,
        Act::Reject => {
            let reason = doing.reason();
            doing.dossier.rejected_at = Some(at);
            doing.dossier.outcome = dossier::outcome_of(act).map(|o| o.code().into());
            number_paper::draw(doing, PaperKind::Refusal).await?;
            return Ok(reason);
        }
        Act::Assign => assign::effect(doing, act).await?,
        Act::Appraise => {
            doing.dossier.appraised_at = Some(at);
            doing.dossier.appraised_desk = doing.at_desk;
        }
        Act::Approve => {
            name_leader::who_signed(doing).await?;
            doing.dossier.approved_at = Some(at);
            doing.dossier.approved_desk = doing.at_desk;
        }
        Act::Process => end::effect(act, doing),
        Act::Refuse | Act::Withdraw | Act::Stop => {
            let reason = doing.reason();
            wait::close_arrived(doing).await?;
            end::effect(act, doing);
            if let Some(kind) = PaperKind::of(act).filter(|kind| doing.has_form(*kind)) {
                number_paper::draw(doing, kind).await?;
            }
            return Ok(reason);
        }
        Act::RequestSupplement => return request_pause::supplement(doing).await,
        Act::RequestPayment => return request_pause::payment(doing).await,
        Act::SupplementArrived => return wait::arrive(doing).await,
        Act::SupplementReceived | Act::PaymentReceived => wait::close(doing).await?,
        Act::ReturnResult => {
            if let Some(receiver) = text(
                &mut doing.errors,
                "receiver",
                "Người nhận",
                input.receiver.as_deref(),
                200,
            ) {
                doing.keep("receiver", receiver);
            }
            doing.dossier.returned_at = Some(at);
            doing.dossier.returned_desk = doing.at_desk;
        }
        Act::DraftApology => return draft_apology::effect(doing).await,
        Act::SignApology => sign_apology::effect(doing).await?,
        Act::HandOver => {
            if input.to.as_deref().is_some_and(|to| !to.trim().is_empty()) {
                assign::effect(doing, act).await?;
            }
        }
        Act::SendBack => {
            doing.dossier.appraised_at = None;
            doing.dossier.appraised_desk = false;
            return Ok(doing.reason());
        }
        Act::AskAgency => return ask_agency::ask(doing).await,
        Act::AgencyAnswered => return ask_agency::answered(doing).await,
    }
    Ok(note)
}
