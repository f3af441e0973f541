//! What was a period when it was closed, does its seal hold, and what changed since?
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::Serialize;

use super::{cut::Cut, processing::Counted, reading::Reading};
use crate::{
    actions::{change_calendar, merge_agencies},
    app::App,
    domain::{
        dossier::{Act, Channel},
        frozen::{self, Head, Line},
        period::Period,
        scoring::{Cell, Facts},
        time::{day_end, format_moment, to_local},
        viet,
    },
    error::{Error, Result},
    secret,
    store::{
        closed_periods::{self, ClosedPeriod, Since},
        figures::Scored,
        sealed, states,
    },
};

/// A closed period, opened again to be read. Whether it is what was closed, [`seal_holds`]
/// says.
pub struct Closed {
    /// Shared with the thread that hashes it.
    pub row: Arc<ClosedPeriod>,
    pub head: Head,
    /// The dossiers as they were counted.
    pub counted: Vec<Counted>,
}

/// Reads what was kept: of a quarter it is a megabyte, so not on a thread that answers.
pub async fn open(row: ClosedPeriod) -> Result<Closed> {
    tokio::task::spawn_blocking(move || {
        let (head, lines) = frozen::read(&row.body).map_err(Error::internal)?;
        Ok(Closed {
            row: Arc::new(row),
            head,
            counted: lines.into_iter().map(counted).collect(),
        })
    })
    .await
    .map_err(Error::internal)?
}

/// The codes of what was kept as pending, of those that the cut holds.
pub fn pending(row: &ClosedPeriod, cut: &Cut) -> Result<BTreeSet<String>> {
    let all = frozen::pending(&row.body).map_err(Error::internal)?;
    let held = all
        .into_iter()
        .filter(|one| cut.fits(&one.field, &one.procedure_code, &one.officer, &one.channel));
    Ok(held.map(|one| one.code.into_owned()).collect())
}

/// The period of exactly these days, if it was closed.
pub async fn of_period(app: &App, agency: i64, period: Period) -> Result<Option<Closed>> {
    match closed_periods::of_period(app.store.read(), agency, period).await? {
        Some(row) => open(row).await.map(Some),
        None => Ok(None),
    }
}

impl Closed {
    pub fn period(&self) -> Period {
        Period {
            from: self.row.from_day,
            to: self.row.to_day,
        }
    }
}

fn counted(line: Line) -> Counted {
    let cell = line.cell();
    let facts = Facts {
        channel: Channel::from_code(&line.channel).unwrap_or(Channel::Desk),
        received_at: line.received_at,
        ended_at: line.ended_at,
        rejected_at: None,
        dues: Vec::new(),
        waits: Vec::new(),
    };
    Counted {
        dossier: Arc::new(Scored {
            // As it was closed: nobody asks whose it was.
            agency: 0,
            moves: Vec::new(),
            code: line.code,
            procedure_code: line.procedure_code,
            procedure_name: line.procedure_name,
            field: line.field,
            officer: line.officer,
            promises: line
                .received_at
                .map(|at| (at, line.due_at))
                .into_iter()
                .collect(),
            outcome: line.outcome,
            withdrawn_at: None,
            stopped_at: None,
            facts,
        }),
        cell,
    }
}

/// A dossier that today would be counted otherwise than when the period was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    pub code: String,
    /// The cell then; `null` where it was not counted.
    pub was: Option<String>,
    /// The cell now; `null` where it is no longer counted.
    pub is: Option<String>,
    pub reason: String,
}

/// What stands under a closed table.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub id: i64,
    pub at: String,
    /// The same moment as it is read.
    #[serde(skip)]
    pub at_words: String,
    pub by: String,
    pub seal: String,
    pub seal_holds: bool,
    /// The head of the chain of events when it was closed.
    pub chain_head: Option<String>,
    pub adjustments: Vec<Adjustment>,
}

/// A closed period that shares days with another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overlap {
    pub from: chrono::NaiveDate,
    pub to: chrono::NaiveDate,
    /// Dossiers that it counts otherwise today than when it was closed.
    pub adjustments: usize,
}

impl Overlap {
    pub fn words(&self) -> String {
        format!(
            "Kỳ từ {} đến {} đã chốt; sau khi chốt có {} hồ sơ điều chỉnh, biểu này tính theo sổ hiện nay.",
            viet::date(self.from),
            viet::date(self.to),
            viet::number(self.adjustments)
        )
    }
}

/// The closed periods that share days with a period and are not the period itself, where
/// something changed since.
pub async fn overlaps(app: &App, reading: &Reading, period: Period) -> Result<Vec<Overlap>> {
    let mut all = Vec::new();
    for row in closed_periods::within(app.store.read(), reading.agency, period).await? {
        if (row.from_day, row.to_day) == (period.from, period.to) {
            continue;
        }
        let closed = open(row).await?;
        // One that shares days with the period may begin before all that was read.
        let adjustments = if reading.holds(closed.period()) {
            adjustments(app, reading, &closed).await?.len()
        } else {
            let own = Reading::of(app, reading.agency, &[closed.period()]).await?;
            adjustments(app, &own, &closed).await?.len()
        };
        if adjustments > 0 {
            all.push(Overlap {
                from: closed.row.from_day,
                to: closed.row.to_day,
                adjustments,
            });
        }
    }
    Ok(all)
}

/// Whether what was kept is what was closed: the text against its seal, and both, which
/// stand in one row, against the chain: who rewrites a text can give it another seal.
pub async fn seal_holds(app: &App, closed: &Closed) -> Result<bool> {
    let row = closed.row.clone();
    // A megabyte hashed twice, while the chain is asked.
    let hashed = tokio::task::spawn_blocking(move || {
        (secret::hash(&row.body) == row.seal, states::of_period(&row))
    });
    let sealed = sealed::of_period(app.store.read(), &closed.row).await?;
    let (own, digest) = hashed.await.map_err(Error::internal)?;
    // Until the sealer comes by, its own seal is all there is.
    Ok(own && sealed.is_none_or(|sealed| sealed == digest))
}

/// Who closed the period, and what changed since; neither question waits for the other.
pub async fn summary(app: &App, reading: &Reading, closed: &Closed) -> Result<Summary> {
    let (seal_holds, adjustments) =
        tokio::try_join!(seal_holds(app, closed), adjustments(app, reading, closed))?;
    Ok(Summary {
        id: closed.row.id,
        at: format_moment(closed.row.closed_at),
        at_words: viet::moment(to_local(closed.row.closed_at)),
        by: closed.row.closed_by.clone(),
        seal: closed.row.seal.clone(),
        seal_holds,
        chain_head: closed.row.chain_head.clone(),
        adjustments,
    })
}

/// Every dossier whose cell would be another today, with what was recorded since.
pub async fn adjustments(app: &App, reading: &Reading, closed: &Closed) -> Result<Vec<Adjustment>> {
    let (agency, period) = (closed.row.agency_id, closed.period());
    let now = reading.live(app, period);
    let mut cells: BTreeMap<&str, (Option<Cell>, Option<Cell>)> = BTreeMap::new();
    for one in &closed.counted {
        cells.entry(&one.dossier.code).or_default().0 = Some(one.cell);
    }
    for one in &now {
        cells.entry(&one.dossier.code).or_default().1 = Some(one.cell);
    }
    cells.retain(|_, (was, is)| was != is);
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<&str> = cells.keys().copied().collect();
    let events = closed_periods::recorded_since(
        app.store.read(),
        agency,
        &codes,
        closed.row.closed_at,
        day_end(period.to),
    )
    .await?;
    let judged_otherwise = closed.head.judged_by != app.settings.figures.after_reappointment.code();
    let adjusted = cells.into_iter().map(|(code, (was, is))| Adjustment {
        code: code.to_owned(),
        was: was.map(words),
        is: is.map(words),
        reason: if judged_otherwise && !events.contains_key(code) {
            "Cài đặt chọn ngày hẹn để xét quá hạn đã đổi sau khi chốt.".to_owned()
        } else {
            reason(&events, code)
        },
    });
    Ok(adjusted.collect())
}

/// A cell in words.
fn words(cell: Cell) -> String {
    use crate::domain::scoring::{Arrival, Column};
    let arrival = match cell.arrival {
        Arrival::Online => Column::Online,
        Arrival::Direct => Column::Direct,
        Arrival::CarriedOver => Column::CarriedOver,
    };
    let waiting = if cell.waiting {
        ", đang chờ bổ sung"
    } else {
        ""
    };
    format!("{}; {}{waiting}", arrival.label(), cell.course.label())
}

/// What was recorded for a dossier since: act, who, when it was written down.
pub fn reason(events: &BTreeMap<String, Vec<Since>>, code: &str) -> String {
    let said: Vec<String> = events
        .get(code)
        .into_iter()
        .flatten()
        .map(|event| {
            let act = match (Act::from_code(&event.act), event.act.as_str()) {
                (Some(act), _) => act.label(),
                (None, merge_agencies::ACT) => "Sáp nhập cơ quan",
                (None, change_calendar::ACT) => "Ngày hẹn tính lại",
                (None, other) => other,
            };
            let note = if event.note.is_empty() {
                String::new()
            } else {
                format!(": {}", event.note)
            };
            let arrived = event.arrived_at().filter(|at| *at != event.at);
            let arrived = arrived.map_or_else(String::new, |at| {
                format!(", giấy bổ sung đã đến lúc {}", viet::moment(to_local(at)))
            });
            format!(
                "{act} lúc {}, {} ghi lúc {}{arrived}{note}",
                viet::moment(to_local(event.at)),
                event.actor,
                viet::moment(to_local(event.recorded_at)),
            )
        })
        .collect();
    if said.is_empty() {
        return "Không có sự kiện nào ghi sau khi chốt; xem lại danh mục và cài đặt.".to_owned();
    }
    said.join(". ")
}
