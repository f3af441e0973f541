//! A citizen rates the service: the token burns in one table, the answers go into
//! the box, and nothing that stays joins the two.
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::applicant::text;
use crate::{
    app::App,
    domain::{
        survey::{self, KIOSK, LOW, Mark, Questionnaire, Source},
        time::local_day,
    },
    error::{Error, FieldErrors, Result},
    secret,
    store::{
        Reader,
        ballot_box::{Answer, Held},
        data_files::{self, Kind},
        surveys,
    },
};

/// Answers as they are given: 1 to 5, or nothing where the question does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub answers: BTreeMap<String, Option<i64>>,
    pub comment: Option<String>,
}

impl Input {
    /// Whether someone should be offered a call back.
    pub fn low(&self) -> bool {
        self.answers.values().flatten().any(|value| *value <= LOW)
    }
}

/// How the ballot came.
#[derive(Clone, Debug)]
pub struct Way {
    pub source: Source,
    /// Which device, where that is known; remembered for minutes, never written.
    pub device: Option<String>,
    /// When its first question was opened.
    pub opened_at: Option<DateTime<Utc>>,
}

impl Way {
    pub fn by(source: Source) -> Self {
        Self {
            source,
            device: None,
            opened_at: None,
        }
    }
}

/// The questionnaire in use.
pub async fn questionnaire(db: &impl Reader) -> Result<Questionnaire> {
    let text = data_files::latest(db, Kind::Questionnaire).await?;
    let text = text.ok_or_else(|| Error::not_found("Chưa có bảng hỏi. Chạy `motcua migrate`."))?;
    survey::read(&text).map_err(Error::internal)
}

/// By the token of a receipt: one ballot a token.
pub async fn by_token(app: &App, token: &str, input: &Input, way: &Way) -> Result<()> {
    let now = app.clock.now();
    let write = app.store.write().await?;
    let asked = questionnaire(write.reader()).await?;
    let hash = secret::hash(token);
    let found = surveys::token(write.reader(), &hash)
        .await?
        .ok_or_else(unknown_token)?;
    if found.used || !write.burn_token(found.agency_id, hash).await? {
        return Err(used_token());
    }
    let (answers, comment) = checked(&asked, input)?;
    let mut field = found.field.unwrap_or_default();
    let since = now - TimeDelta::days(365);
    let many = surveys::of_field(write.reader(), found.agency_id, &field, since).await?;
    if many < app.settings.survey.field_least {
        // The only adoption of a year would name its ballot.
        field.clear();
    }
    let ballot = Held {
        field,
        counter: found.counter,
        comment,
        marks: Mark::write(&marks(app, way, &answers, now)?),
        ..empty(found.agency_id, &asked, way.source, now)
    };
    write.put_in_box(ballot, &answers).await?;
    write.commit().await?;
    if let Err(error) = stir(app, found.agency_id).await {
        // The ballot is safe; the next stirring wipes what this one left.
        tracing::error!(%error, "the ballot box was not stirred");
    }
    Ok(())
}

/// A tap at the counter's screen; answers what the reason is added to. The device is
/// told with the page that was tapped: the same page tapped twice is a repeat.
pub async fn at_kiosk(
    app: &App,
    agency: i64,
    counter: &str,
    value: i64,
    (device, page): (&str, &str),
) -> Result<i64> {
    let now = app.clock.now();
    if !(1..=5).contains(&value) {
        return Err(Error::invalid("answer", "Xin chạm vào một trong năm ô."));
    }
    let write = app.store.write().await?;
    let asked = questionnaire(write.reader()).await?;
    let answers = [(KIOSK.to_owned(), String::new(), i32::try_from(value).ok())];
    let marks = app.devices.cast(device, now, page, &app.settings.survey);
    let ballot = Held {
        counter: counter.to_owned(),
        marks: Mark::write(&marks),
        ..empty(agency, &asked, Source::Kiosk, now)
    };
    let id = write.put_in_box(ballot, &answers).await?;
    write.commit().await?;
    Ok(id)
}

/// What a visitor of the kiosk named after the tap; a factor that is not asked is ignored.
pub async fn reason(app: &App, agency: i64, ballot: i64, factor: &str) -> Result<()> {
    let write = app.store.write().await?;
    let asked = questionnaire(write.reader()).await?;
    if asked.factors.iter().any(|known| known.code == factor) {
        write.give_reason(agency, ballot, factor).await?;
    }
    write.commit().await
}

async fn stir(app: &App, agency: i64) -> Result<()> {
    let write = app.store.write().await?;
    write.stir(agency).await?;
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

/// What is odd about it; it counts all the same.
fn marks(app: &App, way: &Way, answers: &[Answer], now: DateTime<Utc>) -> Result<Vec<Mark>> {
    let rules = &app.settings.survey;
    let fast = |opened: DateTime<Utc>| now - opened < TimeDelta::seconds(rules.fastest_seconds);
    let mut marks = Vec::new();
    if way.opened_at.is_some_and(fast) {
        marks.push(Mark::Speeder);
    }
    if let Some(device) = &way.device {
        let said = serde_json::to_string(answers)?;
        marks.extend(app.devices.cast(device, now, &said, rules));
    }
    Ok(marks)
}

fn empty(agency_id: i64, asked: &Questionnaire, source: Source, now: DateTime<Utc>) -> Held {
    Held {
        id: 0,
        agency_id,
        questionnaire: asked.version.clone(),
        source: source.code().to_owned(),
        field: String::new(),
        counter: String::new(),
        // The day alone: a moment would tell whose ballot it is.
        cast_on: local_day(now).to_string(),
        marks: String::new(),
        answers: String::new(),
        comment: None,
        reason: None,
    }
}

/// Checks every answer; what is left is an answer, or none, to every question.
pub fn checked(asked: &Questionnaire, input: &Input) -> Result<(Vec<Answer>, Option<String>)> {
    let mut errors = FieldErrors::default();
    let comment = text(
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
    Ok((answers.collect(), comment))
}

/// The names that are hidden in free texts, however they are typed.
pub(super) async fn staff_names(db: &impl Reader) -> Result<Vec<String>> {
    let accounts = crate::store::accounts::all(db).await?;
    Ok(accounts.into_iter().map(|account| account.name).collect())
}

/// A text as staff may read it.
pub(super) fn masked(text: Option<String>, names: &[String]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text.map(|text| crate::domain::mask::mask(&text, &names))
}
