//! Brings an old register in: read whole, shown, then written at once or not at all.
//!
//! An import sends no mail, makes no apology, token or code, and stamps nothing at
//! the desk: what it writes says "imported" for ever.
use std::collections::{
    BTreeMap, HashMap,
    hash_map::Entry::{Occupied, Vacant},
};

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    actor::Actor,
    merge_agencies,
    promise::{self, Promise},
};
use crate::{
    app::App,
    domain::{
        code,
        dossier::{Outcome, Status},
        office::Office,
        role::Role,
        standing::Bounds,
        time::{format_moment, local_day, to_local},
        viet::{number as grouped, tidy},
    },
    error::{Error, Result},
    store::{Write, agencies, dossiers::Dossier, imports::Entry, own_days},
};

mod against;
pub mod columns;
pub mod row;

use against::Against;
use columns::Layout;
use row::{Read, Wrong};

/// What a row would become.
#[derive(Clone, Debug)]
pub enum Fate {
    New(Box<Dossier>),
    /// The register has this code.
    Known,
    Wrong(Vec<Wrong>),
}

/// A row of the file.
#[derive(Clone, Debug)]
pub struct Line {
    /// Counted from 1, as a spreadsheet counts.
    pub number: usize,
    pub code: String,
    pub applicant: String,
    pub fate: Fate,
}

/// What an import would do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub lines: Vec<Line>,
    /// By which calendars it was worked out.
    pub by: own_days::Version,
}

impl Plan {
    pub fn new_ones(&self) -> usize {
        self.count(|fate| matches!(fate, Fate::New(_)))
    }

    pub fn known(&self) -> usize {
        self.count(|fate| matches!(fate, Fate::Known))
    }

    pub fn wrong(&self) -> usize {
        self.count(|fate| matches!(fate, Fate::Wrong(_)))
    }

    fn count(&self, test: impl Fn(&Fate) -> bool) -> usize {
        self.lines.iter().filter(|line| test(&line.fate)).count()
    }
}

/// Refuses who may not bring a register in.
pub fn may(actor: &Actor) -> Result<()> {
    if matches!(actor.role, Role::Office | Role::Admin) {
        return Ok(());
    }
    Err(Error::forbidden(
        "Nhập sổ cũ dành cho: Văn phòng, Quản trị.",
    ))
}

/// Reads every row and says what would become of it; writes nothing.
pub async fn plan(app: &App, actor: &Actor, grid: &[Vec<String>], layout: &Layout) -> Result<Plan> {
    plan_telling(app, actor, grid, layout, |_| ()).await
}

/// So many rows are read before others have their turn.
const TURN: usize = 200;

/// Of so many rows the planner is told at once.
const MANY: usize = 500;

/// The same; `said` is told now and then how many rows were read.
pub async fn plan_telling(
    app: &App,
    actor: &Actor,
    grid: &[Vec<String>],
    layout: &Layout,
    said: impl Fn(usize),
) -> Result<Plan> {
    may(actor)?;
    let today = local_day(app.clock.now());
    merge_agencies::still_there(app.store.read(), actor.agency, today).await?;
    let missing = layout.missing();
    if !missing.is_empty() {
        let detail = format!(
            "Tệp thiếu cột: {}. Chọn cột tương ứng rồi xem lại.",
            missing.join(", ")
        );
        return Err(Error::invalid("columns", detail));
    }
    let now = app.clock.now();
    let by = own_days::version(app.store.read()).await?;
    let office = app.office(actor.agency).await?;
    let place = |name: &str| layout.places.get(name).copied();
    let rows: Vec<(usize, &Vec<String>)> = grid
        .iter()
        .enumerate()
        .skip(layout.head_row + 1)
        .filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    let cell = |row: &[String], name: &str| {
        place(name)
            .and_then(|place| row.get(place))
            .cloned()
            .unwrap_or_default()
    };
    let codes: Vec<String> = rows
        .iter()
        .map(|(_, row)| tidy(&cell(row, "code")))
        .collect();
    let against = Against::load(app.store.read(), actor.agency, &codes).await?;
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut lines = Vec::with_capacity(rows.len());
    for ((number, row), code) in rows.into_iter().zip(codes) {
        if lines.len() % TURN == TURN - 1 {
            said(lines.len());
            tokio::task::yield_now().await;
        }
        let number = number + 1;
        let fate = match row::read(|name| cell(row, name), &app.settings, now) {
            Err(wrong) => Fate::Wrong(wrong),
            Ok(read) => match seen.get(&read.code) {
                Some(first) => Fate::Wrong(vec![("code", format!("Mã này đã có ở dòng {first}."))]),
                None if against.known.contains(&read.code) => Fate::Known,
                None => match dossier(app, actor, &against, &office, &read, now) {
                    Ok(dossier) => Fate::New(Box::new(dossier)),
                    Err(wrong) => Fate::Wrong(vec![wrong]),
                },
            },
        };
        seen.entry(code.clone()).or_insert(number);
        lines.push(Line {
            number,
            applicant: cell(row, "applicant_name"),
            code,
            fate,
        });
    }
    Ok(Plan { lines, by })
}

fn dossier(
    app: &App,
    actor: &Actor,
    against: &Against,
    office: &Office,
    read: &Read,
    now: DateTime<Utc>,
) -> Result<Dossier, Wrong> {
    against.ours(read)?;
    let procedure = against.procedure(read)?;
    let given = read.original_due_at.or(read.due_at);
    let promise = match given {
        Some(_) => Promise {
            due_at: given,
            by_moment: procedure.limit.is_some_and(|limit| limit.unit.by_moment()),
            provisional: false,
        },
        None => promise::first(app, office, procedure, read.received_at, None).map_err(|why| {
            (
                "due_at",
                format!("Ô trống và không tính được: {}", why.detail),
            )
        })?,
    };
    let officer = read.officer.clone();
    let assigned_to = officer.as_ref().and_then(|name| against.officer(name));
    let status = read.status;
    let registered = status == Status::Registered;
    let ended = read.processed_at.filter(|_| !registered);
    let outcome = read.outcome.or(match status {
        Status::Rejected => Some(Outcome::Rejected),
        Status::Withdrawn => Some(Outcome::Withdrawn),
        Status::Stopped => Some(Outcome::Stopped),
        Status::Processed | Status::Returned => Some(Outcome::Granted),
        _ => None,
    });
    let mut dossier = Dossier {
        id: 0,
        agency_id: actor.agency,
        procedure_version_id: procedure.id,
        assigned_to,
        code: read.code.clone(),
        applicant_name: read.applicant_name.clone(),
        applicant_kind: read.applicant_kind.code().into(),
        channel: read.channel.code().into(),
        result_channel: read.channel.code().into(),
        status: status.code().into(),
        documents: "[]".into(),
        note: read.note.clone(),
        search: String::new(),
        name_key: String::new(),
        received_by: actor.name.clone(),
        received_by_id: actor.account,
        receipt_sealed: String::new(),
        receipt_hash: String::new(),
        external_code: read.external_code.clone(),
        id_number: read.id_number.clone(),
        phone: read.phone.clone(),
        email: read.email.clone(),
        address: read.address.clone(),
        resume_status: status
            .is_waiting()
            .then(|| Status::Processing.code().into()),
        outcome: outcome.map(|outcome| outcome.code().into()),
        due_reason: given.map(|_| "Ngày hẹn theo sổ cũ".to_owned()),
        received_at: (!registered).then_some(read.received_at),
        due_at: None,
        original_due_at: None,
        due_day: None,
        lapse_at: None,
        appointed_day: None,
        appointed_lapse_at: None,
        wait_from: if status.is_waiting() {
            Some(read.waiting_since.unwrap_or(now).max(read.received_at))
        } else {
            read.waiting_since.filter(|_| ended.is_some())
        },
        // What ended while the clock stood is judged by the day it began to stand.
        judged_at: ended.map(|ended| read.waiting_since.unwrap_or(ended)),
        ended_at: ended,
        withdrawn_at: ended.filter(|_| status == Status::Withdrawn),
        stopped_at: ended.filter(|_| status == Status::Stopped),
        rejected_at: (status == Status::Rejected).then_some(read.received_at),
        appraised_at: None,
        approved_at: None,
        returned_at: read.returned_at,
        by_moment: false,
        provisional: promise.provisional,
        officer: officer.filter(|_| assigned_to.is_none()),
        imported: true,
        // The old register does not say that they agreed.
        notify: false,
        received_desk: false,
        appraised_desk: false,
        approved_desk: false,
        returned_desk: false,
        sets: 1,
        version: 1,
        registered_at: read.received_at,
        last_event_at: now,
    };
    dossier.index(&procedure.name);
    if !registered {
        dossier.set_original_due(promise.due_at, promise.by_moment);
        if let Some(appointed) = read
            .due_at
            .filter(|due| read.original_due_at.is_some_and(|first| first != *due))
        {
            let bounds = Bounds::new(to_local(appointed), false);
            dossier.due_at = Some(appointed);
            dossier.appointed_day = Some(bounds.day);
            dossier.appointed_lapse_at = Some(bounds.lapse);
        }
    }
    Ok(dossier)
}

/// Whether what was worked out still holds: while a long file is read, others go on.
async fn stands(app: &App, write: &Write, agency: i64, by: own_days::Version) -> Result<()> {
    let today = local_day(app.clock.now());
    merge_agencies::still_there(write.reader(), agency, today).await?;
    if own_days::version(write.reader()).await? == by {
        return Ok(());
    }
    let detail = "Lịch nghỉ, giờ làm việc hoặc thời hạn riêng vừa đổi trong lúc đọc tệp, nên chưa nhập gì. Xin xem lại tệp một lần nữa rồi nhập.";
    Err(Error::conflict("calendar_changed", detail))
}

/// Writes what is new. All or nothing: with a wrong row nothing is written, unless
/// `good_only` asks for the good ones. `said` is told how many are written so far. Returns
/// how many.
pub async fn run(
    app: &App,
    actor: &Actor,
    plan: Plan,
    good_only: bool,
    said: impl Fn(usize),
) -> Result<usize> {
    may(actor)?;
    let wrong = plan.wrong();
    if wrong > 0 && !good_only {
        let first = plan.lines.iter().find_map(|line| match &line.fate {
            Fate::Wrong(wrong) => wrong
                .first()
                .map(|(column, why)| (line.number, *column, why.clone())),
            _ => None,
        });
        let (number, column, why) = first.unwrap_or_default();
        let detail = format!(
            "{} dòng sai, chưa nhập gì. Dòng {number}, cột {column}: {why}",
            grouped(wrong)
        );
        return Err(Error::new(crate::error::Kind::Invalid, "bad_row", detail));
    }
    let now = app.clock.now();
    let write = app.store.write().await?;
    stands(app, &write, actor.agency, plan.by).await?;
    let mut counters: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    let mut names: HashMap<NaiveDate, Option<String>> = HashMap::new();
    let mut entries = Vec::with_capacity(plan.lines.len());
    for line in plan.lines {
        let Fate::New(mut dossier) = line.fate else {
            continue;
        };
        app.give_secret(&mut dossier)?;
        let day = local_day(dossier.registered_at);
        let identifier = match names.entry(day) {
            Vacant(place) => {
                let name = agencies::name_on(write.reader(), actor.agency, day).await;
                place.insert(name.ok().map(|name| name.identifier))
            }
            Occupied(known) => known.into_mut(),
        };
        if let Some(sequence) = identifier
            .as_ref()
            .and_then(|identifier| code::sequence(identifier, day, &dossier.code))
        {
            let last = counters.entry(day).or_default();
            *last = sequence.max(*last);
        }
        let data =
            serde_json::json!({ "line": line.number, "due_at": dossier.due_at.map(format_moment) });
        entries.push(Entry {
            data: data.to_string(),
            dossier: *dossier,
        });
    }
    let count = entries.len();
    // A number given elsewhere is not given again here. Before the rows: an intake meanwhile
    // waits at the counter, as for another intake, and not at a code while we wait for its
    // counter, which PostgreSQL would end by taking one of the two back. Today's last: the
    // desk waits for its rows alone, and not for those of ten years.
    let today = local_day(now);
    let todays = counters.split_off(&today);
    let (past, of_today): (Vec<Entry>, Vec<Entry>) = entries
        .into_iter()
        .partition(|entry| local_day(entry.dossier.registered_at) < today);
    let before = past.len();
    for (entries, counters, before) in [(past, counters, 0), (of_today, todays, before)] {
        for (day, last) in counters {
            write.raise_sequence(actor.agency, day, last).await?;
        }
        let by = (actor.name.as_str(), actor.role.code());
        write
            .insert_imported(entries, by, now, |written| said(before + written))
            .await?;
    }
    write.commit().await?;
    // Many rows at once are another table to the planner; without it pages are slow till night.
    if count >= MANY
        && let Err(error) = app.store.refresh_statistics().await
    {
        tracing::warn!(%error, "the planner's statistics are of before the import");
    }
    Ok(count)
}
