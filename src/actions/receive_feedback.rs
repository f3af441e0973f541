//! A complaint or a proposal comes in: from a citizen's page or program, or written
//! down by staff from paper or a call. Number, limits and first event in one transaction.
use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;

use super::{
    actor::Actor,
    applicant::{required_lines, text},
};
use crate::{
    app::App,
    domain::{
        code,
        feedback::{self, Act, Kind, Source, State, dues, lapse},
        office::Office,
        time::{local_day, to_local, to_utc},
        viet,
    },
    error::{Error, FieldErrors, Result},
    secret,
    store::{
        Reader, Write, accounts, agencies, dossiers,
        feedback::{self as rows, Event, Feedback},
        idempotency::Claim,
        mergers, seen,
    },
};

/// The most that is read with patience.
pub const LONGEST: usize = 4000;

/// As typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub content: String,
    pub name: Option<String>,
    pub contact: Option<String>,
    pub dossier_code: Option<String>,
    /// The short name of the agency it is for; the first one where none is named.
    pub agency: Option<String>,
    /// Whether its sender wants to be told of the answer; where nothing is said, a
    /// contact was left for that.
    pub notify: Option<bool>,
}

/// What staff add when they write it down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub input: Input,
    pub source: String,
    /// The day on which it came, as typed; today where nothing is said.
    pub received_on: String,
    /// User names of the officers complained about.
    pub about: Vec<String>,
}

/// What the sender takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub code: String,
    pub secret: String,
    pub due_at: Option<DateTime<Utc>>,
}

/// By a citizen. `key` makes one of a form sent twice.
pub async fn by_citizen(app: &App, source: Source, input: &Input, key: &str) -> Result<Taken> {
    let agency = match input.agency.as_deref().filter(|key| !key.is_empty()) {
        None => app.home_agency().await?,
        Some(key) => app.directory().await?.named(key)?,
    };
    let sender = Sender {
        agency,
        owner: "feedback",
        name: "Người gửi",
        role: "",
    };
    let mut entry = Entry {
        input: input.clone(),
        ..Entry::default()
    };
    if !app.settings.lookup.by_code_alone {
        without_verdict(app, &sender, &mut entry.input).await?;
    }
    keep(app, &sender, Some(source), &entry, key).await
}

/// Where a code alone opens nothing, this form does not say either whether there is such
/// a dossier: what was typed stands under the words, known or not.
async fn without_verdict(app: &App, sender: &Sender<'_>, input: &mut Input) -> Result<()> {
    let typed = code::typed(input.dossier_code.as_deref().unwrap_or_default());
    if typed.is_empty() {
        return Ok(());
    }
    let shown: String = typed.chars().take(60).collect();
    input.content += &format!("\n\nMã hồ sơ người gửi ghi: {shown}");
    let found = whose(app.store.read(), sender.agency, &typed).await?;
    if !matches!(found, Some(Whose::Theirs(_))) {
        input.dossier_code = None;
    }
    Ok(())
}

/// Whose is the dossier of a code?
enum Whose {
    /// Theirs who are written to. What ended at an agency before it became part of another
    /// stays under the old name, and its heir alone can be written to.
    Theirs(i64),
    /// Another's: whoever answers for it now.
    Anothers(i64),
}

/// Looked for in the whole house; nothing where nobody has it.
async fn whose(db: &impl Reader, agency: i64, code: &str) -> Result<Option<Whose>> {
    let Some(dossier) = seen::by_code(db, code).await? else {
        return Ok(None);
    };
    if dossier.agency_id == agency {
        return Ok(Some(Whose::Theirs(dossier.id)));
    }
    let line = mergers::became(db, dossier.agency_id).await?;
    Ok(Some(if line.contains(&agency) {
        Whose::Theirs(dossier.id)
    } else {
        Whose::Anothers(line.last().copied().unwrap_or(dossier.agency_id))
    }))
}

/// The dossier that a sender names; said why not, where it is none to write to them about.
async fn named(
    app: &App,
    db: &impl Reader,
    agency: i64,
    typed: Option<&str>,
    errors: &mut FieldErrors,
) -> Result<Option<i64>> {
    let code = code::typed(typed.unwrap_or_default());
    if code.is_empty() {
        return Ok(None);
    }
    let why = match whose(db, agency, &code).await? {
        Some(Whose::Theirs(id)) => return Ok(Some(id)),
        // Said where the look-up page says it to whoever has the code.
        Some(Whose::Anothers(other)) if app.settings.lookup.by_code_alone => {
            let today = local_day(app.clock.now());
            let other = agencies::name_by(db, other, today).await?.name;
            format!(
                "Hồ sơ này do {other} giải quyết. Xin gửi phản ánh đến cơ quan ấy, hoặc bỏ trống ô này."
            )
        }
        _ => dossiers::unknown_code().detail,
    };
    errors.add("dossier_code", why);
    Ok(None)
}

/// Written down by staff.
pub async fn by_staff(app: &App, actor: &Actor, entry: &Entry, key: &str) -> Result<Taken> {
    if !Act::Receive.allowed(actor.role) {
        return Err(Error::forbidden(
            "Ghi phản ánh, kiến nghị dành cho: Công chức một cửa, Văn phòng.",
        ));
    }
    let source = Source::from_code(&entry.source)
        .filter(|source| matches!(source, Source::Paper | Source::Phone));
    let sender = Sender {
        agency: actor.agency,
        owner: &actor.key_owner,
        name: &actor.name,
        role: actor.role.code(),
    };
    keep(app, &sender, source, entry, key).await
}

/// Who brings it to the book.
struct Sender<'a> {
    agency: i64,
    owner: &'a str,
    name: &'a str,
    role: &'a str,
}

async fn keep(
    app: &App,
    sender: &Sender<'_>,
    source: Option<Source>,
    entry: &Entry,
    key: &str,
) -> Result<Taken> {
    if key.len() != 32 || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let old = "Trang đã cũ. Xin mở lại trang rồi gửi lại.";
        return Err(Error::invalid("content", old));
    }
    let now = app.clock.now();
    let given = secret::of_feedback(key);
    let write = app.store.write().await?;
    let office = app.offices_by(write.reader()).await?.of(sender.agency);
    let body = secret::hash(&format!("{source:?}{entry:?}"));
    // The key is kept as a hash: whoever read it could make the secret.
    let key = secret::hash(key);
    match write.claim_key(sender.owner, &key, &body, now).await? {
        Claim::New => {}
        Claim::Done(code) => {
            let row = rows::by_public_code(write.reader(), sender.agency, &code).await?;
            write.commit().await?;
            return Ok(Taken {
                due_at: row.and_then(|row| row.due_at),
                code,
                secret: given,
            });
        }
        Claim::OtherBody => {
            return Err(Error::conflict(
                "idempotency_key_reused",
                "Phản ánh này đã được gửi. Xin mở trang mới để gửi phản ánh khác.",
            ));
        }
    }
    let (mut row, source, about) = checked(app, &write, sender.agency, source, entry, now).await?;
    set_limits(app, &office, &mut row);
    let year = local_day(row.received_at).year();
    let number = write.next_feedback_number(sender.agency, year).await?;
    row.code = feedback::code(year, number);
    row.secret_hash = secret::feedback_hash(&row.code, &given);
    let (code, due_at, at) = (row.code.clone(), row.due_at, row.received_at);
    let feedback_id = write.insert_feedback(row).await?;
    write.choose(feedback_id, &about).await?;
    write
        .append_feedback_event(Event {
            id: 0,
            agency_id: sender.agency,
            feedback_id,
            seq: 1,
            at,
            act: Act::Receive.code().into(),
            actor: sender.name.into(),
            role: sender.role.into(),
            from_state: None,
            to_state: State::Received.code().into(),
            note: source.label().into(),
        })
        .await?;
    write.settle_key(sender.owner, &key, &code).await?;
    write.commit().await?;
    Ok(Taken {
        code,
        secret: given,
        due_at,
    })
}

/// Checks every field; the row as it can be kept, without number and limits, and whom
/// staff chose.
async fn checked(
    app: &App,
    write: &Write,
    agency: i64,
    source: Option<Source>,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<(Feedback, Source, BTreeSet<i64>)> {
    let mut errors = FieldErrors::default();
    let input = &entry.input;
    if source.is_none() {
        errors.add("source", "Chưa chọn nhận bằng văn bản hay điện thoại.");
    }
    let source = source.unwrap_or(Source::Paper);
    let kind = Kind::from_code(&input.kind);
    if kind.is_none() {
        errors.add("kind", "Chưa chọn phản ánh về việc gì.");
    }
    let kind = kind.unwrap_or(Kind::Opinion);
    let content = required_lines(&mut errors, "content", "Nội dung", &input.content, LONGEST);
    let name = text(&mut errors, "name", "Họ và tên", input.name.as_deref(), 200);
    let contact = text(
        &mut errors,
        "contact",
        "Địa chỉ liên hệ",
        input.contact.as_deref(),
        300,
    );
    let received_at = received_at(&mut errors, &entry.received_on, now);
    let typed = input.dossier_code.as_deref();
    let dossier_id = named(app, write.reader(), agency, typed, &mut errors).await?;
    let about = chosen(write, agency, "about", &entry.about, &mut errors).await?;
    errors.finish()?;
    let row = Feedback {
        id: 0,
        agency_id: agency,
        dossier_id,
        about_account_id: None,
        code: String::new(),
        secret_hash: String::new(),
        kind: kind.code().into(),
        source: source.code().into(),
        content,
        name,
        notify: input.notify.unwrap_or(contact.is_some()),
        contact,
        received_at,
        recorded_at: now,
        reject_due_at: None,
        forward_due_at: None,
        due_at: None,
        publish_due_at: None,
        lapse_at: None,
        handled_at: None,
        state: State::Received.code().into(),
        reason: None,
        forwarded_to: None,
        forwarded_at: None,
        answer: None,
        answered_at: None,
        answered_by: None,
        published_at: None,
        public_content: None,
        public_answer: None,
        version: 1,
        words: String::new(),
    };
    Ok((row, source, about))
}

/// The accounts that staff chose.
pub(super) async fn chosen(
    write: &Write,
    agency: i64,
    field: &str,
    usernames: &[String],
    errors: &mut FieldErrors,
) -> Result<BTreeSet<i64>> {
    let people = accounts::enabled(write.reader(), agency).await?;
    let mut chosen = BTreeSet::new();
    for username in usernames.iter().filter(|name| !name.is_empty()) {
        match people.iter().find(|one| one.username == *username) {
            Some(person) => _ = chosen.insert(person.id),
            None => errors.add(field, "Không có cán bộ này. Xin chọn lại."),
        }
    }
    Ok(chosen)
}

/// A letter that came on another day is counted from that day; its hour says nothing,
/// because the day of receipt is not counted.
fn received_at(errors: &mut FieldErrors, typed: &str, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = local_day(now);
    let day = match typed.trim() {
        "" => None,
        day => errors.keep("received_on", viet::read_date(day, today)),
    };
    match day {
        None => now,
        Some(day) if day == today => now,
        Some(day) if day > today => {
            errors.add("received_on", "Ngày nhận không được sau hôm nay.");
            now
        }
        Some(day) => to_utc(day.and_time(to_local(now).time())),
    }
}

/// The limits of the office's settings; none where the calendar does not know the
/// year, since nobody may be turned away for that.
pub(super) fn set_limits(app: &App, office: &Office, row: &mut Feedback) {
    let received = to_local(row.received_at);
    if let Ok(dues) = dues(
        &office.calendar,
        &office.rules,
        received,
        app.settings.feedback,
    ) {
        row.reject_due_at = Some(to_utc(dues.reject));
        row.forward_due_at = Some(to_utc(dues.forward));
        row.due_at = Some(to_utc(dues.answer));
        row.lapse_at = Some(lapse(dues.answer));
    }
}
