//! A ballot on paper is keyed twice, sheet by sheet of a numbered batch: it counts when
//! both keyings say the same, or when the second was held against the paper once more.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    actor::Actor,
    applicant::{required, text},
    cast_ballot::{Input, checked, masked, questionnaire, staff_names},
};
use crate::{
    app::App,
    domain::{
        role::Role,
        survey::{Mark, SCALE, Source},
        time::local_day,
        viet::fold,
    },
    error::{Error, FieldErrors, Result},
    secret,
    store::{
        Write,
        ballot_box::{Answer, Ballot},
        idempotency::Claim,
        paper_sheets::{self, Sheet},
        surveys,
    },
};

/// A sheet as it is keyed.
#[derive(Clone, Debug, Default)]
pub struct Keying {
    pub input: Input,
    pub batch: String,
    /// The number written on the sheet.
    pub number: Option<i32>,
    pub field: String,
    pub counter: String,
    /// The day written on the paper.
    pub cast_on: Option<NaiveDate>,
    /// Held against the paper once more: this keying is right.
    pub settled: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keyed {
    First,
    /// Twice the same, or settled: it counts.
    Counted,
    /// Where the two keyings differ: the field, and what the first one says.
    Differs(Vec<(String, String)>),
}

/// What a keying says, as it is kept until the second one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    answers: Vec<Answer>,
    comment: Option<String>,
    field: String,
    counter: String,
    cast_on: String,
}

/// Who may key paper ballots.
pub const ROLES: [Role; 3] = [Role::Receptionist, Role::Office, Role::Admin];

/// Keys a sheet; the same form sent twice keys it once.
pub async fn run(app: &App, actor: &Actor, keying: &Keying, key: &str) -> Result<Keyed> {
    if !ROLES.contains(&actor.role) {
        return Err(Error::forbidden(
            "Nhập phiếu giấy dành cho: Công chức một cửa, Văn phòng.",
        ));
    }
    let now = app.clock.now();
    let write = app.store.write().await?;
    let asked = questionnaire(write.reader()).await?;
    let (batch, number, body) = read(app, keying, &asked)?;
    let form = secret::hash(&format!("{keying:?}"));
    match write.claim_key(&actor.key_owner, key, &form, now).await? {
        Claim::New => {}
        Claim::Done(before) => {
            write.commit().await?;
            return Ok(if before == "first" {
                Keyed::First
            } else {
                Keyed::Counted
            });
        }
        Claim::OtherBody => {
            return Err(Error::conflict(
                "idempotency_key_reused",
                "Phiếu này đã được lưu. Xin mở trang nhập phiếu mới.",
            ));
        }
    }
    let known = paper_sheets::find(write.reader(), actor.agency, &batch, number).await?;
    let Some(first) = known else {
        let row = Sheet {
            id: 0,
            agency_id: actor.agency,
            batch,
            number,
            body: Some(serde_json::to_string(&body)?),
            keyed_by: actor.account,
            keyed_name: actor.name.clone(),
            keyed_at: now,
            done: false,
        };
        if !write.insert_sheet(row).await? {
            return Err(taken(number));
        }
        write.settle_key(&actor.key_owner, key, "first").await?;
        write.commit().await?;
        return Ok(Keyed::First);
    };
    let Some(before) = first.body.as_deref().filter(|_| !first.done) else {
        return Err(taken(number));
    };
    if app.settings.survey.second_person
        && first.keyed_by.is_some()
        && first.keyed_by == actor.account
    {
        return Err(Error::invalid(
            "number",
            format!("Phiếu số {number} do chính ông/bà nhập lần 1. Lần 2 dành cho người khác."),
        ));
    }
    let before: Body = serde_json::from_str(before)?;
    let differs = differences(&before, &body);
    if !differs.is_empty() && !keying.settled {
        return Ok(Keyed::Differs(differs));
    }
    count(&write, actor, &first, body).await?;
    write.settle_key(&actor.key_owner, key, "counted").await?;
    write.commit().await?;
    Ok(Keyed::Counted)
}

fn taken(number: i32) -> Error {
    Error::invalid(
        "number",
        format!("Phiếu số {number} của lô này đã được nhập. Xin xem lại số ghi trên phiếu."),
    )
}

fn read(
    app: &App,
    keying: &Keying,
    asked: &crate::domain::survey::Questionnaire,
) -> Result<(String, i32, Body)> {
    let today = local_day(app.clock.now());
    let mut errors = FieldErrors::default();
    let batch = required(&mut errors, "batch", "Lô phiếu", &keying.batch, 40);
    let number = keying.number.filter(|number| (1..=99_999).contains(number));
    if number.is_none() {
        errors.add("number", "Số phiếu trong lô từ 1 trở lên, ghi ở góc phiếu.");
    }
    let field = text(&mut errors, "field", "Lĩnh vực", Some(&keying.field), 200);
    let counter = text(&mut errors, "counter", "Quầy", Some(&keying.counter), 100);
    let cast_on = keying.cast_on.unwrap_or(today);
    if cast_on > today {
        errors.add("cast_on", "Ngày ghi phiếu không được sau hôm nay.");
    }
    errors.finish()?;
    let (answers, comment) = checked(asked, &keying.input)?;
    let body = Body {
        answers,
        comment,
        field: field.unwrap_or_default(),
        counter: counter.unwrap_or_default(),
        cast_on: cast_on.to_string(),
    };
    Ok((batch, number.unwrap_or_default(), body))
}

/// Each field that differs, with the words of the first keying. How a comment is
/// spelled makes no difference.
fn differences(before: &Body, now: &Body) -> Vec<(String, String)> {
    let said = |value: Option<i32>| {
        let words = value.and_then(|value| SCALE.get(usize::try_from(value - 1).ok()?));
        words.map_or_else(|| "Không có ý kiến".to_owned(), |words| (*words).to_owned())
    };
    let mut found = Vec::new();
    for (question, _, value) in &now.answers {
        let other = before.answers.iter().find(|(code, ..)| code == question);
        let other = other.and_then(|(_, _, value)| *value);
        if other != *value {
            found.push((question.clone(), said(other)));
        }
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    if fold(&text(&before.comment)) != fold(&text(&now.comment)) {
        found.push(("comment".into(), text(&before.comment)));
    }
    for (name, other, same) in [
        ("field", &before.field, before.field == now.field),
        ("counter", &before.counter, before.counter == now.counter),
        ("cast_on", &before.cast_on, before.cast_on == now.cast_on),
    ] {
        if !same {
            found.push((name.into(), other.clone()));
        }
    }
    found
}

async fn count(write: &Write, actor: &Actor, sheet: &Sheet, body: Body) -> Result<()> {
    if !write.finish_sheet(sheet.id).await? {
        return Err(taken(sheet.number));
    }
    let asked = questionnaire(write.reader()).await?;
    let names = staff_names(write.reader()).await?;
    let comment = masked(body.comment, &names);
    // The same words twice in one batch: a sheet that was numbered twice.
    let twice = match &comment {
        Some(text) => {
            surveys::said_in_batch(write.reader(), actor.agency, &sheet.batch, text).await?
        }
        None => false,
    };
    let ballot = Ballot {
        id: 0,
        agency_id: actor.agency,
        questionnaire: asked.version,
        source: Source::Paper.code().into(),
        field: body.field,
        cast_on: body.cast_on,
        comment,
        batch: Some(sheet.batch.clone()),
        counter: body.counter,
        marks: Mark::write(if twice { &[Mark::Duplicate] } else { &[] }),
        reason: None,
    };
    write.insert_ballot(ballot, body.answers).await
}
