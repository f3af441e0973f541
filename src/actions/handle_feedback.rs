//! One act on a feedback: role, version, state, fields, effect, event, in one
//! transaction. Who must not see it cannot act on it either.
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    actor::Actor,
    add_to_feedback,
    applicant::{required, required_lines},
    receive_feedback::{LONGEST, chosen},
    tell,
};
use crate::{
    app::App,
    domain::{
        feedback::{Act, Kind, lapse, next, tells_who, working_days_after},
        office::Office,
        time::{to_local, to_utc},
    },
    error::{Error, FieldErrors, Result},
    store::{
        Write, dossiers,
        feedback::{self, Event, Feedback},
        whom,
    },
};

/// An act as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Input {
    pub action: String,
    pub expected_version: Option<i64>,
    pub answer: String,
    /// The body that it is passed on to.
    pub to: String,
    pub reason: String,
    /// What is added on request.
    pub more: String,
    pub kind: String,
    /// User names of the officers complained about.
    pub officer: Vec<String>,
    pub public_content: String,
    pub public_answer: String,
}

/// Does it, or says why not; nothing is half done.
pub async fn run(app: &App, actor: &Actor, code: &str, input: &Input) -> Result<()> {
    let act = Act::from_code(&input.action)
        .filter(|act| *act != Act::Receive)
        .ok_or_else(|| Error::not_found("Không có việc này."))?;
    let now = app.clock.now();
    let write = app.store.write().await?;
    let office = app.offices_by(write.reader()).await?.of(actor.agency);
    let publish_due = publish_due(app, &office, now);
    let mut row = feedback::by_code(write.reader(), &actor.viewer(), code).await?;
    may(&write, act, actor, &row).await?;
    if input.expected_version != Some(row.version) {
        return Err(stale());
    }
    write.feedback_is_as_sealed(vec![row.id]).await?;
    let from = row.state();
    let to = next(act, from).map_err(|why| Error::conflict("wrong_state", why.to_string()))?;
    if act == Act::AddMore {
        add_to_feedback::by_staff(app, &write, actor, row, &input.more).await?;
        return write.commit().await;
    }
    let mut errors = FieldErrors::default();
    let note = match act {
        Act::Answer => {
            let words = required_lines(
                &mut errors,
                "answer",
                "Nội dung trả lời",
                &input.answer,
                LONGEST,
            );
            row.answer = Some(words);
            row.answered_at = Some(now);
            row.answered_by = Some(actor.name.clone());
            row.publish_due_at = publish_due;
            let due = row.due_at;
            handled(&mut row, due, now);
            String::new()
        }
        Act::Forward => {
            let to = required(&mut errors, "to", "Cơ quan nhận", &input.to, 300);
            row.forwarded_to = Some(to.clone());
            row.forwarded_at = Some(now);
            let due = row.forward_due_at;
            handled(&mut row, due, now);
            to
        }
        Act::Reject => {
            let reason = required_lines(&mut errors, "reason", "Lý do", &input.reason, 1000);
            row.reason = Some(reason.clone());
            let due = row.reject_due_at;
            handled(&mut row, due, now);
            reason
        }
        Act::Classify => classify(&write, actor, &mut row, input, &mut errors).await?,
        Act::Publish => publish(&write, &mut row, input, now, &mut errors).await?,
        Act::Close => {
            let reason = required_lines(&mut errors, "reason", "Lý do", &input.reason, 1000);
            row.reason = Some(reason.clone());
            reason
        }
        Act::AskMore => {
            let asked = required_lines(
                &mut errors,
                "reason",
                "Điều cần biết thêm",
                &input.reason,
                1000,
            );
            row.reason = Some(asked.clone());
            asked
        }
        Act::Receive | Act::AddMore | Act::Redate => String::new(),
    };
    errors.finish()?;
    row.state = to.code().into();
    let event = Event {
        id: 0,
        agency_id: row.agency_id,
        feedback_id: row.id,
        seq: i32::try_from(row.version + 1).map_err(Error::internal)?,
        at: now,
        act: act.code().into(),
        actor: actor.name.clone(),
        role: actor.role.code().into(),
        from_state: Some(from.code().into()),
        to_state: to.code().into(),
        note,
    };
    tell::sender(app, &write, &row, &event, now).await?;
    if !write.update_feedback(row).await? {
        return Err(stale());
    }
    write.append_feedback_event(event).await?;
    write.commit().await
}

/// Refuses what the role may not do, and whoever is complained about.
async fn may(write: &Write, act: Act, actor: &Actor, row: &Feedback) -> Result<()> {
    let own = whom::concerning(write.reader(), &actor.viewer(), std::slice::from_ref(row)).await?;
    if !own.is_empty() {
        return Err(Error::forbidden(
            "Người bị phản ánh không xử lý phản ánh về mình.",
        ));
    }
    if act.allowed(actor.role) {
        return Ok(());
    }
    Err(actor.refused(act.label(), act.roles()))
}

pub fn stale() -> Error {
    Error::conflict(
        "stale_version",
        "Phản ánh vừa được người khác xử lý. Xem bản mới rồi làm lại; chưa có gì được lưu.",
    )
}

/// It left our hands: judged by the limit of what was done. What happens later
/// does not change that. What was overdue already stays so in the period that counted it:
/// a shorter limit, over long before, would take it out of there into an earlier one.
fn handled(row: &mut Feedback, due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    if row.handled_at.is_none() {
        row.handled_at = Some(now);
        let limit = due_at.map(|due| lapse(to_local(due)));
        let over = |lapse: Option<DateTime<Utc>>| lapse.is_some_and(|lapse| lapse <= now);
        if !(over(limit) && over(row.lapse_at)) {
            row.lapse_at = limit;
        }
    }
}

/// By when an answer given now is made public; nothing where the calendar ends.
fn publish_due(app: &App, office: &Office, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let days = app.settings.feedback.publish_days;
    working_days_after(&office.calendar, &office.rules, to_local(now), days)
        .ok()
        .map(to_utc)
}

async fn classify(
    write: &Write,
    actor: &Actor,
    row: &mut Feedback,
    input: &Input,
    errors: &mut FieldErrors,
) -> Result<String> {
    match Kind::from_code(&input.kind) {
        Some(kind) => row.kind = kind.code().into(),
        None => errors.add("kind", "Chưa chọn phản ánh về việc gì."),
    }
    let before = whom::chosen(write.reader(), row.id).await?;
    let mut about = chosen(write, actor.agency, "officer", &input.officer, errors).await?;
    // Who was locked out since is not on the form, and is not forgotten.
    about.extend(before.iter().filter(|one| one.disabled).map(|one| one.id));
    write.choose(row.id, &about).await?;
    let names = whom::names(write.reader(), row).await?;
    let kind = row.kind().label();
    if names.is_empty() {
        return Ok(kind.to_owned());
    }
    let names: Vec<String> = names.into_iter().collect();
    Ok(format!("{kind}, về {}", names.join(", ")))
}

async fn publish(
    write: &Write,
    row: &mut Feedback,
    input: &Input,
    now: DateTime<Utc>,
    errors: &mut FieldErrors,
) -> Result<String> {
    let mut known: Vec<String> = [row.name.clone(), row.contact.clone()]
        .into_iter()
        .flatten()
        .collect();
    if let Some(id) = row.dossier_id {
        let dossier = dossiers::by_id(write.reader(), id).await?;
        known.extend([dossier.code, dossier.applicant_name]);
    }
    known.extend(whom::names(write.reader(), row).await?);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut checked = |field: &str, label: &str, value: &str| {
        let words = required_lines(errors, field, label, value, LONGEST);
        if let Some(why) = tells_who(&words, &known) {
            errors.add(field, why);
        }
        words
    };
    row.public_content = Some(checked(
        "public_content",
        "Nội dung công khai",
        &input.public_content,
    ));
    row.public_answer = Some(checked(
        "public_answer",
        "Trả lời công khai",
        &input.public_answer,
    ));
    row.published_at = Some(now);
    Ok(String::new())
}
