//! The open dossiers that will likely be late, with the step that will cause it.
//!
//! Looked at: what is held now and whose clock runs, the steps that its way still
//! has, and how long each took in the last year for the same procedure.
use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        foresight::{Ahead, Experience, FEWEST, Foreseen, foresee},
        holding::{allotted, held},
        time::{format_moment, to_local},
    },
    error::Result,
    store::{
        dossiers::{self, Dossier},
        hands, holdings, procedures,
        register::{self, Filter, Order},
        workflows,
    },
};

/// What one dossier is expected to come to.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub version: i64,
    pub applicant_name: String,
    pub procedure_name: String,
    #[serde(serialize_with = "as_moment")]
    pub due_at: Option<DateTime<Utc>>,
    /// Where it is now, and with whom.
    pub now_at: String,
    pub holder: String,
    pub seconds_left: i64,
    pub usual_seconds: Option<i64>,
    pub slow_seconds: Option<i64>,
    /// The step that will cause it, what it usually took, and in how many cases.
    pub step: String,
    pub step_usual_seconds: Option<i64>,
    pub cases: usize,
    pub likely: bool,
    #[serde(skip)]
    pub limit: Option<crate::domain::deadline::TimeLimit>,
}

/// As every other time travels.
#[allow(clippy::ref_option, reason = "serde hands over a reference")]
fn as_moment<S: serde::Serializer>(
    at: &Option<DateTime<Utc>>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    at.map(format_moment).serialize(serializer)
}

/// The list, and what nothing can be said about.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Foresight {
    pub rows: Vec<Row>,
    pub looked_at: usize,
    /// A step of theirs has fewer than ten cases.
    pub unknown: usize,
    pub fewest: usize,
}

/// Of each kind of standing: more open dossiers than a commune ever has.
const MOST: u64 = 5_000;

/// Which experience: the same procedure, the same step of its way.
type Key = (String, i32, String);

/// Looks ahead; `officer` narrows it to what one holds.
pub async fn build(app: &App, agency: i64, officer: Option<i64>) -> Result<Foresight> {
    let db = app.store.read();
    let now = app.clock.now();
    let office = app.office(agency).await?;
    let (calendar, hours) = (&office.calendar, *office.hours());
    let since = now - TimeDelta::days(365);
    let mut times: HashMap<Key, Vec<i64>> = HashMap::new();
    // What the steps have taken each dossier so far.
    let mut so_far: HashMap<(i64, i32), i64> = HashMap::new();
    for one in hands::took(db, agency, since).await? {
        *so_far.entry((one.dossier_id, one.step)).or_default() += one.seconds;
        if one.done && one.ended_at.is_some_and(|end| end >= since) {
            let key = (one.procedure_code, one.step, one.step_name);
            times.entry(key).or_default().push(one.seconds);
        }
    }
    let times: HashMap<Key, Experience> = times
        .into_iter()
        .map(|(key, seconds)| (key, Experience::new(seconds)))
        .collect();
    let open = open(app, agency, officer).await?;
    let known = procedures::by_ids(db, open.iter().map(|row| row.procedure_version_id)).await?;
    let hands_of = holdings::open_of(db, open.iter().map(|row| row.id)).await?;
    let by_new = by_new(app);
    let mut found = Foresight {
        fewest: FEWEST,
        ..Foresight::default()
    };
    for dossier in &open {
        let (Some(procedure), Some(received_at), Some(due_at)) = (
            known.get(&dossier.procedure_version_id),
            dossier.received_at,
            if by_new {
                dossier.due_at
            } else {
                dossier.original_due_at
            },
        ) else {
            continue;
        };
        found.looked_at += 1;
        let (steps, _) = workflows::of(db, agency, procedure, received_at).await?;
        let hand = hands_of.get(&dossier.id);
        let at = hand
            .and_then(|hand| usize::try_from(hand.step).ok())
            .unwrap_or(0)
            .min(steps.len() - 1);
        let since = hand.map_or(received_at, |hand| hand.given_at);
        let unit = procedure.limit.map(|limit| limit.unit);
        let waits = dossiers::waits(db, dossier.id).await?;
        let stood: Vec<_> = waits
            .iter()
            .map(|wait| (to_local(wait.from_at), to_local(wait.to_at.unwrap_or(now))))
            .collect();
        let measure = |from, to, stood: &[_]| {
            held(calendar, &hours, unit, to_local(from), to_local(to), stood)
                .map(|time| time.num_seconds())
                .unwrap_or_default()
        };
        let left = measure(now, due_at, &[]);
        let ahead: Vec<Ahead> = steps
            .iter()
            .enumerate()
            .skip(at)
            .map(|(place, step)| {
                let step_number = i32::try_from(place).unwrap_or(0);
                let key = (procedure.code.clone(), step_number, step.name.clone());
                let before = so_far.get(&(dossier.id, step_number)).copied().unwrap_or(0);
                Ahead {
                    experience: times.get(&key).cloned().unwrap_or_default(),
                    allotted_seconds: procedure
                        .limit
                        .map(|limit| allotted(limit, step.share, &hours).num_seconds()),
                    held_seconds: if place == at {
                        before + measure(since, now, &stood)
                    } else {
                        before
                    },
                }
            })
            .collect();
        let (step, likely) = match foresee(&ahead, left) {
            Foreseen::Unknown => {
                found.unknown += 1;
                continue;
            }
            Foreseen::InTime => continue,
            Foreseen::MayBeLate { step } => (step, false),
            Foreseen::LikelyLate { step } => (step, true),
        };
        let sum = |of: fn(&Experience) -> Option<i64>| -> Option<i64> {
            ahead
                .iter()
                .map(|one| Some((of(&one.experience)? - one.held_seconds).max(0)))
                .sum()
        };
        found.rows.push(Row {
            code: dossier.code.clone(),
            version: dossier.version,
            applicant_name: dossier.applicant_name.clone(),
            procedure_name: procedure.name.clone(),
            due_at: Some(due_at),
            now_at: steps[at].name.clone(),
            holder: hand.map_or_else(|| dossier.received_by.clone(), |hand| hand.holder.clone()),
            seconds_left: left,
            usual_seconds: sum(Experience::median),
            slow_seconds: sum(Experience::ninth_decile),
            step: steps[at + step].name.clone(),
            step_usual_seconds: ahead[step].experience.median(),
            cases: ahead[step].experience.cases(),
            likely,
            limit: procedure.limit,
        });
    }
    found
        .rows
        .sort_by_key(|row| (!row.likely, row.due_at, row.code.clone()));
    Ok(found)
}

/// Which date counts after a re-appointment: a setting of the office.
fn by_new(app: &App) -> bool {
    app.settings.figures.after_reappointment == crate::config::AfterReappointment::New
}

/// What runs and is not late yet.
async fn open(app: &App, agency: i64, officer: Option<i64>) -> Result<Vec<Dossier>> {
    use crate::domain::standing::Standing;
    let by_new = by_new(app);
    let now = app.clock.now();
    let mut all = Vec::new();
    for standing in [Standing::DueToday, Standing::InTime] {
        let filter = Filter {
            agency,
            standing: Some(standing),
            assigned_to: officer,
            order: Order::DUE,
            ..Filter::default()
        };
        let (rows, _) = register::page(app.store.read(), &filter, by_new, now, MOST).await?;
        all.extend(rows);
    }
    Ok(all)
}

impl Foresight {
    pub fn sheet(&self) -> Sheet {
        let hours = |seconds: Option<i64>| -> Cell {
            let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
            seconds.map_or_else(
                || "".into(),
                |seconds| format!("{},{}", seconds / 3600, seconds % 3600 / 360).into(),
            )
        };
        Sheet {
            head: vec![
                "Dự báo",
                "Mã hồ sơ",
                "Thủ tục",
                "Đang ở bước",
                "Người giữ",
                "Hẹn trả",
                "Còn lại (giờ)",
                "Thường cần (giờ)",
                "Chậm thì cần (giờ)",
                "Bước gây trễ",
                "Số trường hợp",
            ],
            rows: self
                .rows
                .iter()
                .map(|row| {
                    vec![
                        if row.likely {
                            "Sẽ trễ"
                        } else {
                            "Có thể trễ"
                        }
                        .into(),
                        row.code.clone().into(),
                        row.procedure_name.clone().into(),
                        row.now_at.clone().into(),
                        row.holder.clone().into(),
                        Cell::Moment(row.due_at.map(to_local)),
                        hours(Some(row.seconds_left)),
                        hours(row.usual_seconds),
                        hours(row.slow_seconds),
                        row.step.clone().into(),
                        (row.cases as u64).into(),
                    ]
                })
                .collect(),
            definitions: vec![define("Cách tính", HOW)],
        }
    }
}

/// How it is foreseen.
pub const HOW: &str = "Sẽ trễ: cộng trung vị thời gian của các bước còn lại (bước đang làm trừ phần đã dùng) vượt thời gian còn lại. Có thể trễ: cộng mức mà 9 trên 10 trường hợp không vượt. Bước gây trễ là bước dự kiến vượt phần được giao nhiều nhất. Một hồ sơ tính một lần ở mỗi bước, bằng tổng thời gian mọi lần hồ sơ ở bước ấy. Ngày hẹn là ngày đang được dùng để tính trễ.";
