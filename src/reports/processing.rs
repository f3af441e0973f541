//! Table II.06a: received, processed, pending (TT 01/2020/TT-VPCP), as of the
//! period's last day.
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    carried_over::{self, Carried},
    closed::{self, Closed, Overlap, Summary},
    cut::Cut,
    reading::Reading,
};
use crate::{
    app::App,
    documents::sheet::{Cell as SheetCell, Definition, Sheet, define},
    domain::{
        dossier::{Outcome, codes},
        period::Period,
        scoring::{Cell, Column, Tally},
        time::day_end,
        viet,
    },
    error::{Error, Result},
    store::{agencies, figures::Scored},
};

codes! {
    /// What a row stands for.
    By {
        Field = "field", "Lĩnh vực";
        Procedure = "procedure", "Thủ tục";
        Officer = "officer", "Cán bộ";
        Channel = "channel", "Hình thức nộp";
        Agency = "agency", "Cơ quan";
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub label: String,
    #[serde(flatten)]
    pub tally: Tally,
}

/// What was put where, named under the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notes {
    pub withdrawn: u64,
    pub stopped: u64,
    pub refused: u64,
    pub waiting: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    #[serde(skip)]
    pub by: By,
    /// Which dossiers alone; left out where all are counted.
    #[serde(skip_serializing_if = "Cut::is_whole")]
    pub cut: Cut,
    pub rows: Vec<Row>,
    pub total: Tally,
    pub notes: Notes,
    /// Column (6) against what the day before left pending.
    pub carried: Carried,
    /// Who closed it, if it is closed.
    pub closed: Option<Summary>,
    /// Closed periods that share days with it: what of them would be counted otherwise
    /// today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlaps: Vec<Overlap>,
}

/// A dossier and the cell it is counted in: what a number on the table is made of.
#[derive(Clone, Debug)]
pub struct Counted {
    pub dossier: Arc<Scored>,
    pub cell: Cell,
}

impl Counted {
    /// What had come of it at the end of the period; nothing, where it was open.
    pub fn outcome(&self, app: &App, period: Period) -> Option<Outcome> {
        if self.cell.course.pending() {
            return None;
        }
        let now = app.clock.now();
        self.dossier
            .outcome_seen(|at| at < day_end(period.to) && at <= now)
    }
}

/// Every dossier that the table of a period counts: as it was closed, where it was.
pub async fn counted(app: &App, agency: i64, period: Period) -> Result<Vec<Counted>> {
    match closed::of_period(app, agency, period).await? {
        Some(closed) => Ok(closed.counted),
        None => live(app, agency, period).await,
    }
}

/// The same as it would be counted today.
pub async fn live(app: &App, agency: i64, period: Period) -> Result<Vec<Counted>> {
    Ok(Reading::of(app, agency, &[period]).await?.live(app, period))
}

/// The table of a period, of those that the cut holds.
pub async fn build(app: &App, agency: i64, period: Period, by: By, cut: &Cut) -> Result<Report> {
    let (reading, closed) = both(app, agency, period).await?;
    table(app, &reading, closed, period, by, cut).await
}

/// The table as it leaves the office: with what closed periods within it would say.
pub async fn official(app: &App, agency: i64, period: Period, by: By, cut: &Cut) -> Result<Report> {
    let (reading, closed) = both(app, agency, period).await?;
    let mut report = table(app, &reading, closed, period, by, cut).await?;
    report.overlaps = closed::overlaps(app, &reading, period).await?;
    Ok(report)
}

/// What a period counts today, and as it was closed; neither waits for the other.
async fn both(app: &App, agency: i64, period: Period) -> Result<(Reading, Option<Closed>)> {
    let periods = [period];
    tokio::try_join!(
        Reading::of(app, agency, &periods),
        closed::of_period(app, agency, period)
    )
}

/// The same from what was read already; the period lies within it.
pub async fn official_from(
    app: &App,
    reading: &Reading,
    period: Period,
    by: By,
    cut: &Cut,
) -> Result<Report> {
    let mut report = build_from(app, reading, period, by, cut).await?;
    report.overlaps = closed::overlaps(app, reading, period).await?;
    Ok(report)
}

/// The same from what was read already; the period lies within it.
pub async fn build_from(
    app: &App,
    reading: &Reading,
    period: Period,
    by: By,
    cut: &Cut,
) -> Result<Report> {
    let closed = closed::of_period(app, reading.agency, period).await?;
    table(app, reading, closed, period, by, cut).await
}

async fn table(
    app: &App,
    reading: &Reading,
    closed: Option<Closed>,
    period: Period,
    by: By,
    cut: &Cut,
) -> Result<Report> {
    let agency = reading.agency;
    let agency_name = agencies::name_by(app.store.read(), agency, period.to)
        .await
        .map_or("–".into(), |name| name.name);
    let mut total = Tally::default();
    let mut notes = Notes::default();
    let mut counted = match &closed {
        Some(closed) => closed.counted.clone(),
        None => reading.live(app, period),
    };
    counted.retain(|one| cut.holds(&one.dossier));
    let mut rows: BTreeMap<Cow<'_, str>, Tally> = BTreeMap::new();
    for one in &counted {
        let label = label(&one.dossier, by, &agency_name);
        rows.entry(label).or_default().add(one.cell);
        total.add(one.cell);
        notes.waiting += u64::from(one.cell.waiting);
        match one.outcome(app, period) {
            Some(Outcome::Withdrawn) => notes.withdrawn += 1,
            Some(Outcome::Stopped) => notes.stopped += 1,
            Some(Outcome::Refused) => notes.refused += 1,
            _ => {}
        }
    }
    Ok(Report {
        from: period.from,
        to: period.to,
        by,
        cut: cut.clone(),
        rows: in_order(rows),
        total,
        notes,
        carried: carried_over::check(app, reading, period, cut, &counted).await?,
        overlaps: Vec::new(),
        closed: match closed {
            Some(closed) => Some(closed::summary(app, reading, &closed).await?),
            None => None,
        },
    })
}

/// The rows in the order of a Vietnamese list.
fn in_order(rows: BTreeMap<Cow<'_, str>, Tally>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows
        .into_iter()
        .map(|(label, tally)| Row {
            label: label.into_owned(),
            tally,
        })
        .collect();
    rows.sort_by_cached_key(|row| viet::order(&row.label));
    rows
}

/// The row of the table that a dossier belongs to.
pub fn label<'a>(dossier: &'a Scored, by: By, agency_name: &'a str) -> Cow<'a, str> {
    match by {
        By::Field => (&*dossier.field).into(),
        By::Agency => agency_name.into(),
        By::Procedure => format!("{} {}", dossier.procedure_code, dossier.procedure_name).into(),
        By::Officer => (&*dossier.officer).into(),
        By::Channel => dossier.facts.channel.label().into(),
    }
}

/// The heads of a row's counts and rates in a file, and the cells under them.
pub(super) const HEADS: [&str; 15] = [
    "Tiếp nhận: tổng số",
    "Trực tuyến",
    "Trực tiếp, bưu chính",
    "Từ kỳ trước",
    "Đã giải quyết: tổng số",
    "Trước hạn",
    "Đúng hạn",
    "Quá hạn",
    "Đã giải quyết, không có ngày hẹn",
    "Đang giải quyết: tổng số",
    "Trong hạn",
    "Quá hạn, chưa xong",
    "Đang giải quyết, không có ngày hẹn",
    "Trước và đúng hạn (%)",
    "Tính cả quá hạn chưa xong (%)",
];

pub(super) fn cells_of(tally: &Tally) -> Vec<SheetCell> {
    let counted = [
        Column::Received,
        Column::Online,
        Column::Direct,
        Column::CarriedOver,
        Column::Processed,
        Column::Early,
        Column::OnTime,
        Column::Late,
        Column::ProcessedUndated,
        Column::Pending,
        Column::InTime,
        Column::Overdue,
        Column::PendingUndated,
    ];
    let counts = counted.map(|column| SheetCell::from(tally.count(column)));
    let rates = [tally.on_time, tally.on_time_with_overdue].map(SheetCell::Percent);
    counts.into_iter().chain(rates).collect()
}

impl Report {
    /// What the file is of, then what its columns mean.
    fn definitions(&self) -> Vec<Definition> {
        let day = viet::date;
        let mut all = vec![define(
            "Kỳ báo cáo",
            format!("Từ {} đến {}.", day(self.from), day(self.to)),
        )];
        if !self.cut.is_whole() {
            all.push(define(
                "Chỉ gồm",
                format!(
                    "{}. Trích, không phải biểu của cả cơ quan.",
                    self.cut.words()
                ),
            ));
        }
        if self.by == By::Officer {
            all.push(define("Dòng", BY_OFFICER));
        }
        all.extend(
            self.overlaps
                .iter()
                .map(|one| define("Điều chỉnh", one.words())),
        );
        all.extend(definitions());
        all
    }

    pub fn sheet(&self) -> Sheet {
        let line = |label: &str, tally: &Tally| {
            let mut cells = vec![label.into()];
            cells.extend(cells_of(tally));
            cells
        };
        Sheet {
            head: [&["Nội dung"][..], &HEADS].concat(),
            rows: self
                .rows
                .iter()
                .map(|row| line(&row.label, &row.tally))
                .chain([line("Tổng cộng", &self.total)])
                .collect(),
            definitions: self.definitions(),
        }
    }
}

/// Whose row it is by officer; closed figures stay as they were closed.
pub const BY_OFFICER: &str = "Theo cán bộ: hồ sơ đứng ở dòng của người phụ trách lúc lập biểu, ở mọi kỳ, nên một hồ sơ không bao giờ đứng ở hai dòng; kỳ đã chốt giữ nguyên như khi chốt.";

/// What the columns of table II.06a count (Thông tư 01/2020/TT-VPCP).
fn definitions() -> Vec<Definition> {
    vec![
        define(
            "Tiếp nhận",
            "Hồ sơ tiếp nhận trong kỳ và hồ sơ từ kỳ trước chuyển sang: (3) = (4) + (5) + (6) = (7) + (11).",
        ),
        define(
            "Từ kỳ trước",
            "Tiếp nhận trước kỳ và chưa kết thúc trước kỳ.",
        ),
        define(
            "Đã giải quyết",
            "Kết thúc trong kỳ: có kết quả, từ chối giải quyết, rút hoặc dừng.",
        ),
        define(
            "Trước hạn, đúng hạn, quá hạn",
            "So ngày kết thúc với ngày hẹn; thời hạn tính bằng ngày giữ đến hết ngày hẹn, tính bằng giờ giữ đến đúng lúc hẹn.",
        ),
        define(
            "Trong hạn",
            "Chưa kết thúc, ngày hẹn chưa qua, hoặc đang chờ bổ sung và chưa quá hạn khi bắt đầu chờ.",
        ),
        define(
            "Không có ngày hẹn",
            "Thủ tục không có thời hạn chung và chưa đặt ngày hẹn: không tính là đúng hạn.",
        ),
        define(
            "Trước và đúng hạn (%)",
            "(Trước hạn + đúng hạn) ÷ đã giải quyết có ngày hẹn.",
        ),
        define(
            "Tính cả quá hạn chưa xong (%)",
            "Mẫu số thêm hồ sơ quá hạn mà chưa xong.",
        ),
        define(
            "Thời điểm",
            "Số liệu tại 24 giờ ngày cuối kỳ, không theo những gì xảy ra sau đó.",
        ),
    ]
}

/// The period asked for: two days, or a name like `2021-Q1`.
pub fn period(
    app: &App,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    name: Option<&str>,
) -> Result<Period> {
    let wrong =
        |error: crate::domain::period::PeriodError| Error::invalid("from", error.to_string());
    match (from, to, name) {
        (None, None, Some(name)) => Period::parse(name, app.settings.figures.period_start_day)
            .map_err(|error| Error::invalid("period", error.to_string())),
        (Some(from), Some(to), None) => Period::new(from, to).map_err(wrong),
        (None, _, _) => Err(Error::invalid(
            "from",
            "Cần ngày đầu và ngày cuối kỳ (from, to), hoặc tên kỳ.",
        )),
        _ => Err(Error::invalid(
            "to",
            "Cần ngày đầu và ngày cuối kỳ (from, to), hoặc tên kỳ.",
        )),
    }
}
