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
    error::{Error, FieldErrors, Kind, Result},
    openings::{self, Opening},
    secret,
    store::{
        Reader,
        ballot_box::{Answer, Held},
        data_files::{self, Kind as File},
        sessions,
        surveys::{self, Token},
    },
};

/// Answers as they are given: 1 to 5, or nothing where the question does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub answers: BTreeMap<String, Option<i64>>,
    pub comment: Option<String>,
    /// What came with the questionnaire, as it came.
    pub opened: Option<String>,
}

impl Input {
    /// Whether someone should be offered a call back.
    pub fn low(&self) -> bool {
        self.answers.values().flatten().any(|value| *value <= LOW)
    }
}

/// By which face a ballot comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    #[default]
    Page,
    Api,
    /// The API, called with an access token of the office.
    Program,
}

/// Who answers, as far as anything is known of them; remembered for minutes, never written.
#[derive(Clone, Debug, Default)]
pub struct Voter {
    pub face: Face,
    pub device: Option<String>,
    /// The secret of a session that the browser carries.
    pub session: Option<String>,
}

/// The questionnaire in use.
pub async fn questionnaire(db: &impl Reader) -> Result<Questionnaire> {
    let text = data_files::latest(db, File::Questionnaire).await?;
    let text = text.ok_or_else(|| Error::not_found("Chưa có bảng hỏi. Chạy `motcua migrate`."))?;
    survey::read(&text).map_err(Error::internal)
}

/// Whether a token may be answered now by this voter; nothing is burned by asking.
///
/// # Errors
/// A sentence that says why not, under a code of its own.
async fn may(db: &impl Reader, app: &App, hash: &str, voter: &Voter) -> Result<Token> {
    let found = surveys::token(db, hash).await?.ok_or_else(unknown_token)?;
    if found.used {
        return Err(used_token());
    }
    if is_staff(db, app, voter).await? {
        return Err(Error::new(
            Kind::Forbidden,
            STAFF,
            "Máy này đang đăng nhập tài khoản cán bộ nên không gửi phiếu được. Xin dùng máy của người dân.",
        ));
    }
    if !found.ended && (voter.face == Face::Page || !app.settings.survey.early_over_api) {
        return Err(Error::conflict(
            NOT_YET,
            "Phiếu này đánh giá được từ khi hồ sơ có kết quả; ngày hẹn ghi trên giấy hẹn. Khi đó xin quét lại chính mã này.",
        ));
    }
    Ok(found)
}

/// The codes of refusals that a page has words of its own for.
pub const STAFF: &str = "staff_do_not_vote";
pub const NOT_YET: &str = "no_result_yet";
pub const USED: &str = "token_used";

async fn is_staff(db: &impl Reader, app: &App, voter: &Voter) -> Result<bool> {
    let Some(secret) = &voter.session else {
        return Ok(false);
    };
    let now = app.clock.now();
    let idle = now - TimeDelta::minutes(app.settings.security.session_idle_minutes);
    let found = sessions::account_of(db, &secret::hash(secret), now, idle).await?;
    Ok(found.is_some())
}

/// Opens the questionnaire of a token; from now its answers are timed. With it goes what
/// says so, which comes back with the answers.
pub async fn open(
    app: &App,
    token: &str,
    source: Source,
    voter: &Voter,
) -> Result<(Questionnaire, String)> {
    let hash = secret::hash(token);
    may(app.store.read(), app, &hash, voter).await?;
    let at = app.clock.now();
    let opened = openings::write(&app.settings, &hash, Opening { at, source })?;
    Ok((questionnaire(app.store.read()).await?, opened))
}

/// The questionnaire once more, further on.
pub async fn go_on(app: &App, token: &str, voter: &Voter) -> Result<Questionnaire> {
    may(app.store.read(), app, &secret::hash(token), voter).await?;
    questionnaire(app.store.read()).await
}

/// By the token of a receipt: one ballot a token.
pub async fn by_token(app: &App, token: &str, input: &Input, voter: &Voter) -> Result<()> {
    let now = app.clock.now();
    let _turn = app.casting.lock().await;
    let write = app.store.write().await?;
    let asked = questionnaire(write.reader()).await?;
    let hash = secret::hash(token);
    let found = may(write.reader(), app, &hash, voter).await?;
    let (answers, comment) = checked(&asked, input)?;
    let agency = found.agency_id;
    let mut field = found.field.unwrap_or_default();
    let since = now - TimeDelta::days(365);
    let many = surveys::of_field(write.reader(), agency, &field, since).await?;
    if many < app.settings.survey.field_least {
        // The only adoption of a year would name its ballot.
        field.clear();
    }
    if !write
        .burn_token(agency, found.dossier_id, hash.clone())
        .await?
    {
        return Err(used_token());
    }
    let written = input.opened.as_deref().unwrap_or_default();
    let opened = openings::read(&app.settings, &hash, written, now)?;
    let source = opened.map_or(Source::Qr, |opening| opening.source);
    let ballot = Held {
        field,
        counter: found.counter,
        comment,
        marks: Mark::write(&marks(app, voter, opened, &answers, now)?),
        ..empty(agency, &asked, source, now)
    };
    write.put_in_box(ballot, &answers).await?;
    write.commit().await
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
    let _turn = app.casting.lock().await;
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

/// A token nobody printed.
fn unknown_token() -> Error {
    Error::not_found("Không có phiếu này. Xin quét lại mã trên giấy hẹn.")
}

/// A token already used.
fn used_token() -> Error {
    Error::conflict(USED, "Phiếu này đã được trả lời.")
}

/// What is odd about it; it counts all the same. Nothing of the dossier is among it: that
/// would lead from the ballot back to it.
fn marks(
    app: &App,
    voter: &Voter,
    opened: Option<Opening>,
    answers: &[Answer],
    now: DateTime<Utc>,
) -> Result<Vec<Mark>> {
    let rules = &app.settings.survey;
    let mut marks = Vec::new();
    match opened {
        Some(opening) if now - opening.at < TimeDelta::seconds(rules.fastest_seconds) => {
            marks.push(Mark::Speeder);
        }
        Some(_) => {}
        None => marks.push(Mark::Unopened),
    }
    if voter.face == Face::Program {
        marks.push(Mark::Program);
    }
    if let Some(device) = &voter.device {
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
