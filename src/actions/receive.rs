//! Receives a dossier: code, promised date, first event, all in one transaction
//! (NĐ 61/2018/NĐ-CP Điều 17).
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    actor::Actor,
    applicant::{Applicant, ApplicantInput, Document, DocumentInput, documents, text},
    merge_agencies, promise, received_row, tell,
};
use crate::{
    app::App,
    domain::{
        dossier::{Act, Channel, Status},
        office::Office,
        procedure::Procedure,
        time::{local_day, parse_moment},
    },
    error::{Error, FieldErrors, Kind, Result},
    secret,
    store::{
        dossiers::{Dossier, DueChange, Event},
        idempotency::{Claim, Key},
        intakes::{Beside, SurveyToken},
        procedures,
    },
};

/// A dossier as it is handed in: by a page, the API or a file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    #[serde(default)]
    pub procedure_code: String,
    #[serde(default)]
    pub applicant: ApplicantInput,
    #[serde(default)]
    pub channel: String,
    pub received_at: Option<String>,
    pub due_at: Option<String>,
    pub due_reason: Option<String>,
    pub external_code: Option<String>,
    #[serde(default)]
    pub documents: Vec<DocumentInput>,
    pub sets: Option<i64>,
    pub result_channel: Option<String>,
    pub accepted: Option<bool>,
    pub note: Option<String>,
}

/// What was made, and whether its procedure's first version was lent to it.
#[derive(Clone, Debug)]
pub struct Received {
    pub code: String,
    pub earlier_than_procedure: bool,
    /// All that was written, where it was written just now.
    pub made: Option<Made>,
}

/// A dossier as it stands the moment after it was received: nothing else is in the register.
#[derive(Clone, Debug)]
pub struct Made {
    pub dossier: Dossier,
    pub procedure: Procedure,
    pub office: Arc<Office>,
    pub event: Event,
}

/// What was handed in, once it is in order.
pub(super) struct Checked {
    pub applicant: Applicant,
    pub channel: Channel,
    pub result_channel: Channel,
    pub at: DateTime<Utc>,
    pub documents: Vec<Document>,
    pub sets: i32,
    pub due: Option<(DateTime<Utc>, String)>,
    pub external_code: Option<String>,
    pub note: String,
}

/// What is said of a key that is none.
pub fn wrong_key() -> Error {
    Error::invalid(
        "Idempotency-Key",
        "Khóa chống gửi lặp dài 1 đến 200 ký tự ASCII.",
    )
}

/// Saves it once: a repeated key with the same body answers with the same dossier.
pub async fn run(app: &App, actor: &Actor, input: &Input, key: Option<&str>) -> Result<Received> {
    actor.may(Act::Receive, true)?;
    let now = app.clock.now();
    if key.is_some_and(|key| {
        key.is_empty() || key.len() > 200 || !key.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    }) {
        return Err(wrong_key());
    }
    let key = match key {
        None => None,
        Some(key) => Some((key, secret::hash(&serde_json::to_string(input)?))),
    };
    let refused = match receive(app, actor, input, key.as_ref(), now).await {
        Ok(Some(received)) => return Ok(received),
        Ok(None) => Error::internal("a key was there, then not"),
        Err(error) if error.kind == Kind::Invalid || error.kind == Kind::Conflict => error,
        // Trouble of the engine says nothing of the key, and a second question would wait for
        // it as long as the first.
        Err(error) => return Err(error),
    };
    // What was saved once is answered once more, whatever would be said of it today.
    match &key {
        Some((key, body_hash)) => made_before(app, actor, key, body_hash, now, refused).await,
        None => Err(refused),
    }
}

/// The dossier that a key made; what was said without it, where it made none.
async fn made_before(
    app: &App,
    actor: &Actor,
    key: &str,
    body_hash: &str,
    now: DateTime<Utc>,
    refused: Error,
) -> Result<Received> {
    let write = app.store.write().await?;
    match write
        .claim_key(&actor.key_owner, key, body_hash, now)
        .await?
    {
        Claim::New => {
            write.abandon().await?;
            Err(refused)
        }
        Claim::Done(code) => {
            write.commit().await?;
            Ok(Received {
                code,
                earlier_than_procedure: false,
                made: None,
            })
        }
        Claim::OtherBody => Err(Error::conflict(
            "idempotency_key_reused",
            "Khóa chống gửi lặp này đã dùng cho một hồ sơ khác. Xin mở lại trang tiếp nhận.",
        )),
    }
}

/// Receives it; nothing is kept where the key was seen before. The key is written last, with
/// the code: a repeat is rare, and at the key's place it waits for the first and finds it.
async fn receive(
    app: &App,
    actor: &Actor,
    input: &Input,
    key: Option<&(&str, String)>,
    now: DateTime<Utc>,
) -> Result<Option<Received>> {
    let write = app.store.write().await?;
    let office = app.offices_by(write.reader()).await?.of(actor.agency);
    let (checked, procedure, earlier) = check(&write, &office, input, now).await?;
    let started = checked.channel == Channel::Online && input.accepted != Some(true);
    let status = if started {
        Status::Registered
    } else {
        Status::Received
    };
    let identifier =
        merge_agencies::still_receives(&write, actor.agency, local_day(checked.at)).await?;
    let mut row = received_row::new(actor, &checked, &procedure, status);
    let mut due_data = serde_json::json!({ "procedure": procedure.code });
    if status == Status::Received {
        let promise = promise::first(
            app,
            &office,
            &procedure,
            checked.at,
            checked.due.as_ref().map(|due| due.0),
        )?;
        row.set_original_due(promise.due_at, promise.by_moment);
        row.provisional = promise.provisional;
        due_data["due_at"] =
            serde_json::json!(promise.due_at.map(crate::domain::time::format_moment));
    } else if let Some((due, _)) = checked.due {
        // Kept for the day it is accepted.
        row.original_due_at = Some(due);
    }
    let own = received_row::insert(app, &write, &mut row, &procedure, &identifier).await?;
    let (dossier_id, code) = (row.id, row.code.clone());
    let event = Event {
        id: 0,
        dossier_id,
        seq: 1,
        at: checked.at,
        recorded_at: now,
        act: if started {
            "register".into()
        } else {
            Act::Receive.code().into()
        },
        actor: actor.name.clone(),
        role: actor.role.code().into(),
        at_desk: checked.channel == Channel::Desk,
        from_status: None,
        to_status: status.code().into(),
        note: checked.note.clone(),
        data: due_data.to_string(),
    };
    tell::applicant(app, &write, &row, &event, now).await?;
    let promise = (status == Status::Received).then_some(DueChange {
        id: 0,
        dossier_id,
        set_at: checked.at,
        original_due_at: row.original_due_at,
        due_at: row.due_at,
    });
    let survey_token = SurveyToken {
        id: 0,
        agency_id: actor.agency,
        dossier_id: Some(dossier_id),
        token_hash: secret::hash(&secret::survey_token(&own)),
        counter: actor.counter(app, write.reader()).await?,
    };
    let key = key.map(|(key, body_hash)| Key {
        owner: &actor.key_owner,
        key,
        body_hash,
        code: &code,
        now,
    });
    let beside = Beside {
        event: event.clone(),
        promise,
        survey_token,
        key,
    };
    if !write.insert_beside(beside).await? {
        write.abandon().await?;
        return Ok(None);
    }
    write.commit().await?;
    Ok(Some(Received {
        code,
        earlier_than_procedure: earlier,
        made: Some(Made {
            dossier: row,
            procedure,
            office,
            event,
        }),
    }))
}

async fn check(
    write: &crate::store::Write,
    office: &Office,
    input: &Input,
    now: DateTime<Utc>,
) -> Result<(Checked, Procedure, bool)> {
    let mut errors = FieldErrors::default();
    let applicant = input.applicant.check(&mut errors);
    let channel = channel(&mut errors, "channel", Some(&input.channel)).unwrap_or(Channel::Desk);
    let result_channel = channel_or(
        &mut errors,
        "result_channel",
        input.result_channel.as_deref(),
        Channel::Desk,
    );
    let at = moment(&mut errors, "received_at", input.received_at.as_deref()).unwrap_or(now);
    if at > now {
        let shown = crate::domain::viet::moment(crate::domain::time::to_local(now));
        errors.add(
            "received_at",
            format!("Giờ nhận không được sau giờ hiện tại ({shown})."),
        );
    }
    let sets = i32::try_from(input.sets.unwrap_or(1))
        .ok()
        .filter(|sets| (1..=99).contains(sets));
    if sets.is_none() {
        errors.add("sets", "Số bộ hồ sơ từ 1 đến 99.");
    }
    let external_code = text(
        &mut errors,
        "external_code",
        "Mã hồ sơ hệ thống khác",
        input.external_code.as_deref(),
        100,
    );
    let note =
        text(&mut errors, "note", "Ghi chú", input.note.as_deref(), 2000).unwrap_or_default();
    let documents = documents(&mut errors, &input.documents);
    let due_at = moment(&mut errors, "due_at", input.due_at.as_deref());
    let due_reason = text(
        &mut errors,
        "due_reason",
        "Lý do đặt ngày hẹn",
        input.due_reason.as_deref(),
        1000,
    );
    let found = match text(
        &mut errors,
        "procedure_code",
        "Mã thủ tục",
        Some(&input.procedure_code),
        60,
    ) {
        None => None,
        Some(code) => procedures::on(write.reader(), &code, local_day(at)).await?,
    };
    let found = found.map(|(procedure, earlier)| (office.own(procedure, local_day(at)), earlier));
    let mut due = None;
    match &found {
        None if input.procedure_code.trim().is_empty() => {
            errors.add(
                "procedure_code",
                "Chưa chọn thủ tục. Gõ tên hoặc mã, ví dụ: khai sinh.",
            );
        }
        None => errors.add(
            "procedure_code",
            "Không có thủ tục mã này trong danh mục của ngày nhận. Xin xem lại mã.",
        ),
        Some((procedure, _)) if !procedure.offered() => {
            let basis = procedure.own.as_ref().map_or("", |terms| &terms.basis);
            errors.add(
                "procedure_code",
                format!("Cơ quan này không tiếp nhận thủ tục này ({basis}). Xin hướng dẫn người dân đến nơi tiếp nhận."),
            );
        }
        Some((procedure, _)) if procedure.limit.is_some() => {
            if input.due_at.is_some() || input.due_reason.is_some() {
                errors.add(
                    "due_at",
                    "Thủ tục này có thời hạn nên ngày hẹn được tính, không đặt bằng tay.",
                );
            }
        }
        Some(_) => match (due_at, due_reason) {
            (Some(due_at), Some(reason)) if due_at >= at => due = Some((due_at, reason)),
            (Some(due_at), _) if due_at < at => {
                errors.add("due_at", "Ngày hẹn phải sau lúc nhận hồ sơ.");
            }
            (None, _) if input.due_at.is_none() => {
                errors.add(
                    "due_at",
                    "Thủ tục này không có thời hạn chung: xin đặt ngày hẹn và ghi lý do.",
                );
            }
            (Some(_), None) => errors.add("due_reason", "Xin ghi lý do của ngày hẹn đặt bằng tay."),
            _ => {}
        },
    }
    errors.finish()?;
    let Some((procedure, earlier)) = found else {
        return Err(Error::new(Kind::Invalid, "invalid", "Chưa chọn thủ tục."));
    };
    let sets = sets.unwrap_or(1);
    let checked = Checked {
        applicant,
        channel,
        result_channel,
        at,
        documents,
        sets,
        due,
        external_code,
        note,
    };
    Ok((checked, procedure, earlier))
}

/// A moment as typed.
pub fn moment(errors: &mut FieldErrors, field: &str, value: Option<&str>) -> Option<DateTime<Utc>> {
    errors.keep(field, parse_moment(value?))
}

fn channel(errors: &mut FieldErrors, field: &str, value: Option<&str>) -> Option<Channel> {
    let found = Channel::from_code(value?);
    if found.is_none() {
        errors.add(field, "Hình thức chỉ nhận desk, online, post.");
    }
    found
}

fn channel_or(
    errors: &mut FieldErrors,
    field: &str,
    value: Option<&str>,
    default: Channel,
) -> Channel {
    channel(errors, field, value.filter(|v| !v.is_empty())).unwrap_or(default)
}
