//! Into which cell of table II.06a does a dossier fall?
//!
//! One function decides, so that a number and the rows behind it cannot differ.
//! It speaks of 24:00 of the period's last day, whatever happened since.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    dossier::{Channel, codes},
    period::Period,
    share::Share,
    standing::{Bounds, Standing, standing},
    time::{day_end, day_start},
};

/// What is known of a dossier, with its history.
#[derive(Clone, Debug)]
pub struct Facts {
    pub channel: Channel,
    pub received_at: Option<DateTime<Utc>>,
    /// process, refuse, withdraw or stop.
    pub ended_at: Option<DateTime<Utc>>,
    pub rejected_at: Option<DateTime<Utc>>,
    /// The promises in the order they were made: since when, and which.
    pub dues: Vec<(DateTime<Utc>, Option<Bounds>)>,
    /// When the office waited for the citizen: from, to. A wait that ended with
    /// the dossier itself has no end.
    pub waits: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
}

/// Columns (4) to (6): how it came into the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    Online,
    /// At the desk or by post.
    Direct,
    CarriedOver,
}

/// Columns (8) to (10), (12), (13) and the cells for what has no promised date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    Early,
    OnTime,
    Late,
    ProcessedUndated,
    InTime,
    Overdue,
    PendingUndated,
}

/// Where a dossier is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    pub arrival: Arrival,
    pub course: Course,
    /// It was waiting at the period's end.
    pub waiting: bool,
}

/// The cell of a dossier in a period, or `None` where it is in no figure.
///
/// ```
/// use motcua::domain::{dossier::Channel, period::Period, scoring::*, standing::Bounds, time::parse_moment};
/// let at = |text| parse_moment(text).unwrap();
/// let due = Bounds::new("2021-03-10T17:00:00".parse().unwrap(), false);
/// let facts = Facts {
///     channel: Channel::Desk, received_at: Some(at("2021-03-08T09:00")),
///     ended_at: Some(at("2021-03-20T09:00")), rejected_at: None,
///     dues: vec![(at("2021-03-08T09:00"), Some(due))], waits: vec![],
/// };
/// let q1 = Period::parse("2021-Q1", 15).unwrap();
/// let now = at("2021-12-01T00:00");
/// let cell = cell(&facts, q1, now).unwrap();
/// assert_eq!((cell.arrival, cell.course), (Arrival::Direct, Course::Overdue), "it ended after the period");
/// ```
pub fn cell(facts: &Facts, period: Period, now: DateTime<Utc>) -> Option<Cell> {
    let start = day_start(period.from);
    let cut = day_end(period.to);
    let seen = |moment: DateTime<Utc>| moment < cut && moment <= now;
    let received = facts.received_at.filter(|at| seen(*at))?;
    if facts.rejected_at.is_some_and(seen) {
        return None;
    }
    let ended = facts.ended_at.filter(|at| seen(*at));
    if ended.is_some_and(|at| at < start) {
        return None;
    }
    let due = facts
        .dues
        .iter()
        .rev()
        .find(|(set_at, _)| seen(*set_at))
        .and_then(|(_, due)| *due);
    let wait_from = facts
        .waits
        .iter()
        .rev()
        .find(|(from, to)| seen(*from) && !to.is_some_and(seen))
        .map(|(from, _)| *from);
    // What ended while it waited is judged by the day the wait began: the clock stood.
    let judged = ended.map(|at| wait_from.unwrap_or(at));
    let course = match standing(due, judged, wait_from, cut.min(now)) {
        Standing::Early => Course::Early,
        Standing::OnTime => Course::OnTime,
        Standing::Late => Course::Late,
        Standing::Overdue => Course::Overdue,
        Standing::Undated if ended.is_some() => Course::ProcessedUndated,
        Standing::Undated => Course::PendingUndated,
        _ => Course::InTime,
    };
    Some(Cell {
        arrival: match facts.channel {
            _ if received < start => Arrival::CarriedOver,
            Channel::Online => Arrival::Online,
            Channel::Desk | Channel::Post => Arrival::Direct,
        },
        course,
        waiting: ended.is_none() && wait_from.is_some(),
    })
}

impl Course {
    /// Open at the period's end.
    pub fn pending(self) -> bool {
        matches!(self, Self::InTime | Self::Overdue | Self::PendingUndated)
    }

    /// The cell's words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Early => Column::Early.label(),
            Self::OnTime => Column::OnTime.label(),
            Self::Late => Column::Late.label(),
            Self::ProcessedUndated => Column::ProcessedUndated.label(),
            Self::InTime => Column::InTime.label(),
            Self::Overdue => Column::Overdue.label(),
            Self::PendingUndated => Column::PendingUndated.label(),
        }
    }
}

codes! {
    /// A number of the table, and which dossiers it counts.
    Column {
        Received = "received", "Tiếp nhận, tổng số";
        Online = "online", "Tiếp nhận trong kỳ, trực tuyến";
        Direct = "direct", "Tiếp nhận trong kỳ, trực tiếp và bưu chính";
        CarriedOver = "carried_over", "Từ kỳ trước";
        Processed = "processed", "Đã giải quyết, tổng số";
        Early = "early", "Giải quyết trước hạn";
        OnTime = "on_time", "Giải quyết đúng hạn";
        Late = "late", "Giải quyết quá hạn";
        ProcessedUndated = "processed_undated", "Đã giải quyết, không có ngày hẹn";
        Pending = "pending", "Đang giải quyết, tổng số";
        InTime = "in_time", "Đang giải quyết, trong hạn";
        Overdue = "overdue", "Đang giải quyết, quá hạn";
        PendingUndated = "pending_undated", "Đang giải quyết, không có ngày hẹn";
        /// Late and finished, or overdue and open.
        AllLate = "all_late", "Trễ: giải quyết quá hạn và quá hạn chưa xong";
        Came = "came", "Tiếp nhận trong kỳ";
        Kept = "kept", "Giải quyết trước và đúng hạn";
        /// What the first rate is of.
        Dated = "dated", "Đã giải quyết, có ngày hẹn";
        /// What the second rate is of.
        Judged = "judged", "Đã giải quyết có ngày hẹn, và quá hạn chưa xong";
    }
}

impl Column {
    /// Whether the number counts a dossier of that cell.
    ///
    /// ```
    /// use motcua::domain::scoring::*;
    /// let cell = Cell { arrival: Arrival::Online, course: Course::Overdue, waiting: false };
    /// let counting: Vec<&str> = Column::ALL.iter().filter(|c| c.holds(cell)).map(|c| c.code()).collect();
    /// assert_eq!(counting, ["received", "online", "pending", "overdue", "all_late", "came", "judged"]);
    /// ```
    pub fn holds(self, cell: Cell) -> bool {
        use Course::{Early, InTime, Late, OnTime, Overdue, PendingUndated, ProcessedUndated};
        match self {
            Self::Received => true,
            Self::Online => cell.arrival == Arrival::Online,
            Self::Direct => cell.arrival == Arrival::Direct,
            Self::CarriedOver => cell.arrival == Arrival::CarriedOver,
            Self::Processed => matches!(cell.course, Early | OnTime | Late | ProcessedUndated),
            Self::Pending => cell.course.pending(),
            Self::Early => cell.course == Early,
            Self::OnTime => cell.course == OnTime,
            Self::Late => cell.course == Late,
            Self::ProcessedUndated => cell.course == ProcessedUndated,
            Self::InTime => cell.course == InTime,
            Self::Overdue => cell.course == Overdue,
            Self::PendingUndated => cell.course == PendingUndated,
            Self::AllLate => matches!(cell.course, Late | Overdue),
            Self::Came => cell.arrival != Arrival::CarriedOver,
            Self::Kept => matches!(cell.course, Early | OnTime),
            Self::Dated => matches!(cell.course, Early | OnTime | Late),
            Self::Judged => matches!(cell.course, Early | OnTime | Late | Overdue),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Received {
    pub total: u64,
    pub online: u64,
    pub direct: u64,
    pub carried_over: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Processed {
    pub total: u64,
    pub early: u64,
    pub on_time: u64,
    pub late: u64,
    pub undated: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pending {
    pub total: u64,
    pub in_time: u64,
    pub overdue: u64,
    pub undated: u64,
}

/// One row of table II.06a.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub received: Received,
    pub processed: Processed,
    pub pending: Pending,
    /// Early or on time ÷ processed with a promised date.
    pub on_time: Share,
    /// The same, with what is overdue and still open in the denominator.
    pub on_time_with_overdue: Share,
}

impl Tally {
    /// The number of a column.
    pub fn count(&self, column: Column) -> u64 {
        match column {
            Column::Received => self.received.total,
            Column::Online => self.received.online,
            Column::Direct => self.received.direct,
            Column::CarriedOver => self.received.carried_over,
            Column::Processed => self.processed.total,
            Column::Early => self.processed.early,
            Column::OnTime => self.processed.on_time,
            Column::Late => self.processed.late,
            Column::ProcessedUndated => self.processed.undated,
            Column::Pending => self.pending.total,
            Column::InTime => self.pending.in_time,
            Column::Overdue => self.pending.overdue,
            Column::PendingUndated => self.pending.undated,
            Column::AllLate => self.processed.late + self.pending.overdue,
            Column::Came => self.received.online + self.received.direct,
            Column::Kept => self.on_time.numerator,
            Column::Dated => self.on_time.denominator,
            Column::Judged => self.on_time_with_overdue.denominator,
        }
    }

    /// Adds the counts of another row.
    ///
    /// ```
    /// use motcua::domain::scoring::*;
    /// let cell = Cell { arrival: Arrival::Direct, course: Course::Late, waiting: false };
    /// let (mut all, mut one) = (Tally::default(), Tally::default());
    /// one.add(cell);
    /// all.and(&one);
    /// all.and(&one);
    /// assert_eq!((all.processed.late, all.on_time.denominator), (2, 2));
    /// ```
    pub fn and(&mut self, other: &Self) {
        let (r, p, o) = (&mut self.received, &mut self.processed, &mut self.pending);
        r.total += other.received.total;
        r.online += other.received.online;
        r.direct += other.received.direct;
        r.carried_over += other.received.carried_over;
        p.total += other.processed.total;
        p.early += other.processed.early;
        p.on_time += other.processed.on_time;
        p.late += other.processed.late;
        p.undated += other.processed.undated;
        o.total += other.pending.total;
        o.in_time += other.pending.in_time;
        o.overdue += other.pending.overdue;
        o.undated += other.pending.undated;
        self.rate();
    }

    /// Both rates follow from the counts.
    fn rate(&mut self) {
        let kept = self.processed.early + self.processed.on_time;
        let judged = kept + self.processed.late;
        self.on_time = Share::new(kept, judged);
        self.on_time_with_overdue = Share::new(kept, judged + self.pending.overdue);
    }

    /// Counts one dossier. (3)=(4)+(5)+(6)=(7)+(11) holds by construction.
    pub fn add(&mut self, cell: Cell) {
        self.received.total += 1;
        *match cell.arrival {
            Arrival::Online => &mut self.received.online,
            Arrival::Direct => &mut self.received.direct,
            Arrival::CarriedOver => &mut self.received.carried_over,
        } += 1;
        let (total, place) = match cell.course {
            Course::Early => (&mut self.processed.total, &mut self.processed.early),
            Course::OnTime => (&mut self.processed.total, &mut self.processed.on_time),
            Course::Late => (&mut self.processed.total, &mut self.processed.late),
            Course::ProcessedUndated => (&mut self.processed.total, &mut self.processed.undated),
            Course::InTime => (&mut self.pending.total, &mut self.pending.in_time),
            Course::Overdue => (&mut self.pending.total, &mut self.pending.overdue),
            Course::PendingUndated => (&mut self.pending.total, &mut self.pending.undated),
        };
        *total += 1;
        *place += 1;
        self.rate();
    }
}
