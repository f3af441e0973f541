//! How often in time, and how fast? Both rates month by month; the median and the slowest
//! tenth of the days used, against the limit.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    cut::Cut,
    days::{Ruler, Taken},
    months,
    processing::Counted,
    reading::Reading,
};
use crate::{
    app::App,
    documents::sheet::{Cell as SheetCell, Sheet, define},
    domain::{period::Period, scoring::Tally, share::Share, used_days::reached_by},
    error::Result,
    store::procedures,
};

#[derive(Clone, Debug, Serialize)]
pub struct Month {
    pub label: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub on_time: Share,
    pub on_time_with_overdue: Share,
}

/// Days used by the dossiers of one procedure, or of all.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Days {
    /// How many dossiers the days are of.
    pub dossiers: u64,
    pub median: Option<u32>,
    /// The slowest tenth took so many or more.
    pub slowest_tenth: Option<u32>,
    /// Median of the working days that the promise allowed.
    pub allowed: Option<u32>,
    /// Took more days than the promise allowed.
    pub over: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub field: String,
    pub limit: String,
    pub processed: u64,
    pub on_time: Share,
    pub on_time_with_overdue: Share,
    pub days: Days,
}

/// What the days are not of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Withdrawn or stopped: they did not take their days.
    pub withdrawn_or_stopped: u64,
    /// The calendar does not know their days.
    pub unknown_days: u64,
    /// Without a promised date: in no rate.
    pub undated: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub processed: u64,
    pub on_time: Share,
    pub on_time_with_overdue: Share,
    pub days: Days,
    pub excluded: Excluded,
    pub months: Vec<Month>,
    pub procedures: Vec<Row>,
}

/// Days used and allowed, as they come.
#[derive(Default)]
struct Gathered {
    used: Vec<u32>,
    allowed: Vec<u32>,
    over: u64,
}

impl Gathered {
    fn days(mut self) -> Days {
        self.used.sort_unstable();
        self.allowed.sort_unstable();
        Days {
            dossiers: self.used.len() as u64,
            median: reached_by(&self.used, 50),
            slowest_tenth: reached_by(&self.used, 90),
            allowed: reached_by(&self.allowed, 50),
            over: self.over,
        }
    }

    fn add(&mut self, used: u32, allowed: Option<u32>) {
        self.used.push(used);
        self.allowed.extend(allowed);
        self.over += u64::from(allowed.is_some_and(|allowed| used > allowed));
    }
}

pub async fn build(app: &App, agency: i64, period: Period, cut: &Cut) -> Result<Report> {
    let months = period.months_before(12, app.settings.figures.period_start_day);
    let reading = Reading::of(app, agency, &[&months[..], &[period]].concat()).await?;
    let counted = reading.counted(app, period).await?;
    let ruler = Ruler::of(app, agency, period).await?;
    let mut total = Tally::default();
    let mut all = Gathered::default();
    let mut excluded = Excluded::default();
    let mut rows: BTreeMap<String, (String, String, Tally, Gathered)> = BTreeMap::new();
    for one in counted.iter().filter(|one| cut.holds(&one.dossier)) {
        let Counted { dossier, cell } = one;
        let key = dossier.procedure_code.clone();
        let (name, field, tally, days) = rows.entry(key).or_default();
        // As it was called last.
        name.clone_from(&dossier.procedure_name);
        field.clone_from(&dossier.field);
        tally.add(*cell);
        total.add(*cell);
        match ruler.taken(one) {
            Taken::Open => {}
            Taken::Gone => excluded.withdrawn_or_stopped += 1,
            Taken::Unknown => excluded.unknown_days += 1,
            Taken::Days { used, allowed } => {
                days.add(used, allowed);
                all.add(used, allowed);
            }
        }
    }
    excluded.undated = total.processed.undated + total.pending.undated;
    Ok(Report {
        from: period.from,
        to: period.to,
        processed: total.processed.total,
        on_time: total.on_time,
        on_time_with_overdue: total.on_time_with_overdue,
        days: all.days(),
        excluded,
        months: by_month(app, &reading, months, cut).await?,
        procedures: named(app, agency, period, rows).await?,
    })
}

async fn by_month(
    app: &App,
    reading: &Reading,
    months: Vec<Period>,
    cut: &Cut,
) -> Result<Vec<Month>> {
    let mut tallies = vec![Tally::default(); months.len()];
    months::each(app, reading, &months, |place, dossier, cell| {
        if cut.holds(dossier) {
            tallies[place].add(cell);
        }
    })
    .await?;
    let named = months.into_iter().zip(tallies).map(|(month, tally)| Month {
        label: months::label(month),
        from: month.from,
        to: month.to,
        on_time: tally.on_time,
        on_time_with_overdue: tally.on_time_with_overdue,
    });
    Ok(named.collect())
}

async fn named(
    app: &App,
    agency: i64,
    period: Period,
    rows: BTreeMap<String, (String, String, Tally, Gathered)>,
) -> Result<Vec<Row>> {
    let office = app.office(agency).await?;
    let catalogue = procedures::search(app.store.read(), "", None, period.to).await?;
    let limits: HashMap<String, String> = catalogue
        .into_iter()
        .map(|procedure| office.own(procedure, period.to))
        .filter_map(|procedure| Some((procedure.code, procedure.limit?.to_string())))
        .collect();
    let named = rows
        .into_iter()
        .map(|(code, (name, field, tally, gathered))| Row {
            limit: limits
                .get(&code)
                .cloned()
                .unwrap_or_else(|| "hẹn theo hồ sơ".into()),
            code,
            name,
            field,
            processed: tally.processed.total,
            on_time: tally.on_time,
            on_time_with_overdue: tally.on_time_with_overdue,
            days: gathered.days(),
        });
    Ok(named.collect())
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let number = |days: Option<u32>| days.map_or(SheetCell::from(""), |d| u64::from(d).into());
        Sheet {
            head: vec![
                "Mã thủ tục",
                "Thủ tục",
                "Lĩnh vực",
                "Thời hạn",
                "Đã giải quyết",
                "Trước và đúng hạn",
                "Có ngày hẹn",
                "Tỷ lệ (%)",
                "Tính cả quá hạn chưa xong (%)",
                "Trung vị số ngày",
                "Một phần mười chậm nhất, từ",
                "Số ngày được phép (trung vị)",
                "Dùng quá số ngày",
            ],
            rows: self
                .procedures
                .iter()
                .map(|row| {
                    vec![
                        row.code.clone().into(),
                        row.name.clone().into(),
                        row.field.clone().into(),
                        row.limit.clone().into(),
                        row.processed.into(),
                        row.on_time.numerator.into(),
                        row.on_time.denominator.into(),
                        SheetCell::Percent(row.on_time),
                        SheetCell::Percent(row.on_time_with_overdue),
                        number(row.days.median),
                        number(row.days.slowest_tenth),
                        number(row.days.allowed),
                        row.days.over.into(),
                    ]
                })
                .collect(),
            definitions: vec![
                define("Số ngày", DAYS),
                define(
                    "Một phần mười chậm nhất, từ",
                    "Chín phần mười số hồ sơ xong trong chừng đó ngày hoặc ít hơn.",
                ),
                define(
                    "Số ngày được phép",
                    "Đếm như trên, từ ngày nhận đến ngày hẹn.",
                ),
            ],
        }
    }
}

/// What a day is.
pub const DAYS: &str = "Ngày làm việc sau ngày nhận đến ngày kết thúc, không kể những ngày chờ bổ sung; xong trong ngày là 0. Không gồm hồ sơ rút, dừng.";
