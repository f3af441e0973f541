//! A citizen rates the service: the token burns in one table, the answers go into
//! another, and nothing joins the two.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{actor::Actor, applicant::text};
use crate::{
    app::App,
    domain::{
        role::Role,
        survey::{self, Questionnaire},
        time::local_day,
    },
    error::{Error, FieldErrors, Result},
    secret,
    store::{
        Reader, Write,
        data_files::{self, Kind},
        idempotency::Claim,
        surveys::{self, Ballot},
    },
};

/// Answers as they are given: 1 to 5, or nothing where the question does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub answers: BTreeMap<String, Option<i64>>,
    pub comment: Option<String>,
}

/// A paper ballot keyed by staff.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    pub input: Input,
    pub batch: String,
    pub field: String,
    /// The day written on the paper.
    pub cast_on: Option<NaiveDate>,
}

/// The questionnaire in use.
pub async fn questionnaire(db: &impl Reader) -> Result<Questionnaire> {
    let text = data_files::latest(db, Kind::Questionnaire).await?;
    let text = text.ok_or_else(|| Error::not_found("Chưa có bảng hỏi. Chạy `motcua migrate`."))?;
    survey::read(&text).map_err(Error::internal)
}

/// By the token of a receipt: one ballot a token.
pub async fn by_token(app: &App, token: &str, input: &Input) -> Result<()> {
    let write = app.store.write().await?;
    let asked = questionnaire(write.reader()).await?;
    let hash = secret::hash(token);
    let found = surveys::token(write.reader(), &hash)
        .await?
        .ok_or_else(unknown_token)?;
    if !write.burn_token(&hash).await? {
        return Err(used_token());
    }
    let ballot = Ballot {
        agency_id: found.agency_id,
        source: "qr".into(),
        field: found.field.unwrap_or_default(),
        // The day alone: a moment would tell whose ballot it is.
        cast_on: local_day(app.clock.now()).to_string(),
        ..empty(&asked)
    };
    keep(&write, &asked, ballot, input).await?;
    write.commit().await
}

/// From paper, by staff; a key sent twice counts once.
pub async fn on_paper(app: &App, actor: &Actor, paper: &Paper, key: &str) -> Result<()> {
    if !matches!(actor.role, Role::Receptionist | Role::Office | Role::Admin) {
        return Err(Error::forbidden(
            "Nhập phiếu giấy dành cho: Công chức một cửa, Văn phòng.",
        ));
    }
    let now = app.clock.now();
    let today = local_day(now);
    let mut errors = FieldErrors::default();
    let batch = super::applicant::required(&mut errors, "batch", "Lô phiếu", &paper.batch, 40);
    let field = text(&mut errors, "field", "Lĩnh vực", Some(&paper.field), 200);
    let cast_on = paper.cast_on.unwrap_or(today);
    if cast_on > today {
        errors.add("cast_on", "Ngày ghi phiếu không được sau hôm nay.");
    }
    errors.finish()?;
    let write = app.store.write().await?;
    let body = secret::hash(&format!("{paper:?}"));
    match write.claim_key(&actor.key_owner, key, &body, now).await? {
        Claim::New => {}
        Claim::Done(_) => return Ok(()),
        Claim::OtherBody => {
            return Err(Error::conflict(
                "idempotency_key_reused",
                "Phiếu này đã được lưu. Xin mở trang nhập phiếu mới.",
            ));
        }
    }
    let asked = questionnaire(write.reader()).await?;
    let ballot = Ballot {
        agency_id: actor.agency,
        source: "paper".into(),
        field: field.unwrap_or_default(),
        cast_on: cast_on.to_string(),
        batch: Some(batch),
        ..empty(&asked)
    };
    keep(&write, &asked, ballot, &paper.input).await?;
    write.commit().await
}

/// A token nobody printed.
pub fn unknown_token() -> Error {
    Error::not_found("Không có phiếu này. Xin quét lại mã trên giấy hẹn.")
}

/// A token already used.
pub fn used_token() -> Error {
    Error::conflict("token_used", "Phiếu này đã được trả lời.")
}

fn empty(asked: &Questionnaire) -> Ballot {
    Ballot {
        id: 0,
        agency_id: 0,
        questionnaire: asked.version.clone(),
        source: String::new(),
        field: String::new(),
        cast_on: String::new(),
        comment: None,
        batch: None,
    }
}

/// Checks every answer, then keeps them all.
async fn keep(
    write: &Write,
    asked: &Questionnaire,
    mut ballot: Ballot,
    input: &Input,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    ballot.comment = text(
        &mut errors,
        "comment",
        "Ý kiến",
        input.comment.as_deref(),
        2000,
    );
    for (code, value) in &input.answers {
        let field = format!("answers.{code}");
        if !asked
            .questions
            .iter()
            .any(|question| question.code == *code)
        {
            let shown: String = code.chars().take(40).collect();
            errors.add(&field, format!("Bảng hỏi không có câu “{shown}”."));
        } else if value.is_some_and(|value| !(1..=5).contains(&value)) {
            errors.add(&field, "Câu trả lời từ 1 đến 5, hoặc để trống.");
        }
    }
    if errors.is_empty() && !input.answers.values().any(Option::is_some) {
        errors.add("answers", "Xin trả lời ít nhất một câu.");
    }
    errors.finish()?;
    let answers = asked.questions.iter().map(|question| {
        let value = input.answers.get(&question.code).copied().flatten();
        let value = value.and_then(|value| i32::try_from(value).ok());
        (question.code.clone(), question.factor.clone(), value)
    });
    write
        .insert_ballot(ballot, answers.collect::<Vec<_>>())
        .await
}
