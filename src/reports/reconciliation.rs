//! A list from another system against our register: what only one of them has, where
//! they differ, what went home here and is still open there.
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    actions::import_dossiers::{
        columns::{KNOWN, Layout},
        row::{moment, status_of},
    },
    app::App,
    documents::{
        sheet::{Cell, Sheet, define},
        workbook::Grid,
    },
    domain::{
        dossier::Status,
        time::{local_day, to_local},
        viet::{fold, tidy},
    },
    error::{Error, Result},
    store::{
        dossiers::Dossier,
        register::{self, Filter},
    },
};

/// Into which heap a pair falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Heap {
    OnlyThere,
    OnlyHere,
    Differ,
    /// Returned in life, open there: to be closed in the other system.
    OpenThere,
}

impl Heap {
    pub const ALL: [Self; 4] = [
        Self::OnlyThere,
        Self::OnlyHere,
        Self::Differ,
        Self::OpenThere,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::OnlyThere => "chi-co-ben-kia",
            Self::OnlyHere => "chi-co-o-day",
            Self::Differ => "khac-nhau",
            Self::OpenThere => "ben-kia-chua-dong",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::OnlyThere => "Chỉ có bên kia",
            Self::OnlyHere => "Chỉ có ở đây",
            Self::Differ => "Ngày hoặc trạng thái khác nhau",
            Self::OpenThere => "Đã trả ở đây, bên kia còn mở",
        }
    }
}

/// One dossier that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub heap: Heap,
    /// Row of the file, counted from 1; `None` where only we have it.
    pub row: Option<usize>,
    pub code: String,
    pub applicant: String,
    pub why: String,
    /// Our own code, where we have it.
    pub ours: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub compared: usize,
    pub same: usize,
    pub lines: Vec<Line>,
}

impl Report {
    pub fn of(&self, heap: Heap) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.heap == heap)
    }
}

/// A row of the other system.
struct There {
    row: usize,
    code: String,
    applicant: String,
    received: Option<DateTime<Utc>>,
    due: Option<DateTime<Utc>>,
    status: Option<Status>,
}

/// Compares by code, then by name and day of receipt.
pub async fn build(app: &App, agency: i64, grid: &Grid, layout: &Layout) -> Result<Report> {
    let needed = ["code", "applicant_name", "received_at"];
    let missing: Vec<&str> = KNOWN
        .iter()
        .filter(|known| needed.contains(&known.name) && !layout.places.contains_key(known.name))
        .map(|known| known.label)
        .collect();
    if !missing.is_empty() {
        let detail = format!(
            "Tệp thiếu cột: {}. Chọn cột tương ứng rồi xem lại.",
            missing.join(", ")
        );
        return Err(Error::invalid("columns", detail));
    }
    let theirs = theirs(app, grid, layout);
    let days: BTreeSet<NaiveDate> = theirs
        .iter()
        .filter_map(|t| t.received)
        .map(local_day)
        .collect();
    // Ours of the days that the file speaks of.
    let filter = Filter {
        agency,
        from: days.first().copied(),
        to: days.last().copied(),
        ..Filter::default()
    };
    let ours = register::whole(app.store.read(), filter, app.clock.now()).await?;
    let mut by_code: HashMap<&str, usize> = HashMap::new();
    let mut by_name: HashMap<(String, NaiveDate), usize> = HashMap::new();
    for (place, d) in ours.iter().enumerate() {
        by_code.insert(&d.code, place);
        if let Some(other) = &d.external_code {
            by_code.insert(other, place);
        }
        by_name.insert((fold(&d.applicant_name), local_day(d.came_at())), place);
    }
    let mut report = Report {
        compared: theirs.len(),
        ..Report::default()
    };
    let mut met = BTreeSet::new();
    for there in &theirs {
        let name = there
            .received
            .map(|at| (fold(&there.applicant), local_day(at)));
        let found = by_code
            .get(there.code.as_str())
            .or_else(|| name.and_then(|name| by_name.get(&name)));
        let Some(place) = found else {
            report.lines.push(line(
                Heap::OnlyThere,
                there,
                None,
                "Sổ ở đây không có mã này, cũng không có người nộp này trong ngày đó".into(),
            ));
            continue;
        };
        met.insert(*place);
        match compare(there, &ours[*place]) {
            None => report.same += 1,
            Some((heap, why)) => report
                .lines
                .push(line(heap, there, Some(&ours[*place]), why)),
        }
    }
    for (place, d) in ours.iter().enumerate() {
        if !met.contains(&place) {
            report.lines.push(Line {
                heap: Heap::OnlyHere,
                row: None,
                code: d.code.clone(),
                applicant: d.applicant_name.clone(),
                why: format!(
                    "Nhận {}, {}",
                    day(Some(d.came_at())),
                    d.status().label().to_lowercase()
                ),
                ours: Some(d.code.clone()),
            });
        }
    }
    Ok(report)
}

fn theirs(app: &App, grid: &Grid, layout: &Layout) -> Vec<There> {
    let hours = app.settings.deadline.hours;
    let today = local_day(app.clock.now());
    let rows = grid.iter().enumerate().skip(layout.head_row + 1);
    rows.filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
        .map(|(number, row)| {
            let cell = |name: &str| {
                let place = layout.places.get(name).copied();
                place
                    .and_then(|place| row.get(place))
                    .map(|cell| tidy(cell))
                    .unwrap_or_default()
            };
            There {
                row: number + 1,
                code: cell("code"),
                applicant: cell("applicant_name"),
                received: moment(&cell("received_at"), hours.morning.0, today).ok(),
                due: moment(&cell("due_at"), hours.closing(), today).ok(),
                status: status_of(&cell("status")),
            }
        })
        .collect()
}

fn line(heap: Heap, there: &There, here: Option<&Dossier>, why: String) -> Line {
    Line {
        heap,
        row: Some(there.row),
        code: there.code.clone(),
        applicant: there.applicant.clone(),
        why,
        ours: here.map(|d| d.code.clone()),
    }
}

fn compare(there: &There, here: &Dossier) -> Option<(Heap, String)> {
    let open = |status: Status| {
        status.is_open() || matches!(status, Status::Processed | Status::Registered)
    };
    if here.status() == Status::Returned && there.status.is_some_and(open) {
        let state = there.status.map_or("", Status::label);
        return Some((
            Heap::OpenThere,
            format!(
                "Đã trả {}; bên kia: {}",
                day(here.returned_at),
                state.to_lowercase()
            ),
        ));
    }
    let mut why = Vec::new();
    let mut days = |what: &str, ours: Option<DateTime<Utc>>, theirs: Option<DateTime<Utc>>| {
        if theirs.is_some() && ours.map(local_day) != theirs.map(local_day) {
            why.push(format!(
                "{what}: ở đây {}, bên kia {}",
                day(ours),
                day(theirs)
            ));
        }
    };
    days("ngày nhận", Some(here.came_at()), there.received);
    days("hẹn trả", here.due_at, there.due);
    if let Some(status) = there.status.filter(|status| *status != here.status()) {
        why.push(format!(
            "trạng thái: ở đây {}, bên kia {}",
            here.status().label().to_lowercase(),
            status.label().to_lowercase()
        ));
    }
    (!why.is_empty()).then(|| (Heap::Differ, why.join("; ")))
}

fn day(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(
        || "chưa có".into(),
        |at| crate::domain::viet::date(to_local(at).date()),
    )
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        Sheet {
            head: vec![
                "Nhóm",
                "Dòng của tệp",
                "Mã hồ sơ",
                "Người nộp",
                "Khác ở chỗ",
            ],
            rows: self
                .lines
                .iter()
                .map(|line| {
                    vec![
                        line.heap.label().into(),
                        line.row
                            .map_or_else(|| "".into(), |row| Cell::Count(row as u64)),
                        line.code.clone().into(),
                        line.applicant.clone().into(),
                        line.why.clone().into(),
                    ]
                })
                .collect(),
            definitions: vec![
                define(
                    "Cách so",
                    "Theo mã hồ sơ (kể cả mã hệ thống khác), không có thì theo họ tên và ngày nhận.",
                ),
                define(
                    "Chỉ có ở đây",
                    "Hồ sơ nhận trong khoảng ngày mà tệp có, tệp không nhắc đến.",
                ),
                define(
                    "Ngày hoặc trạng thái khác nhau",
                    "Ngày nhận, ngày hẹn trả hoặc trạng thái; ô trống của tệp không tính là khác.",
                ),
            ],
        }
    }
}
