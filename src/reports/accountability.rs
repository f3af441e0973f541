//! Who kept the share of the time limit, and who did not: by step, officer or agency.
//!
//! A stretch belongs to the period in which it ended. Its time runs from the moment
//! the dossier was given to these hands, without the stretches in which the clock
//! stood; what has no share (procedures without a limit) is counted apart.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::cut::Cut;
use crate::{
    app::App,
    documents::sheet::{Cell, Definition, Sheet, define},
    domain::{
        dossier::codes,
        holding::{Pace, pace},
        period::Period,
        share::Share,
        time::{day_end, day_start},
        workflow::Duty,
    },
    error::Result,
    store::hands::{self, Stretch, Whose},
};

codes! {
    /// By what the rows are told apart.
    By {
        Step = "step", "Bước";
        Officer = "officer", "Người";
        Agency = "agency", "Cơ quan";
    }
}

codes! {
    /// What a cell counts.
    Column {
        All = "all", "Lượt giữ";
        Early = "early", "Sớm";
        OnTime = "on_time", "Đúng";
        Late = "late", "Quá phần";
        Undated = "undated", "Không chia thời gian";
        Kept = "kept", "Giữ đúng phần";
        Shared = "shared", "Có phần được giao";
    }
}

impl Column {
    /// Whether the number counts a stretch.
    pub fn holds(self, stretch: &Stretch) -> bool {
        let own = column(stretch);
        match self {
            Self::All => true,
            Self::Kept => matches!(own, Self::Early | Self::OnTime),
            Self::Shared => own != Self::Undated,
            one => own == one,
        }
    }
}

/// One line.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    pub label: String,
    pub stretches: u64,
    pub early: u64,
    pub on_time: u64,
    pub late: u64,
    pub undated: u64,
    pub kept: Share,
    /// How often this officer stopped the clock; by officer only.
    pub pauses_asked: Option<u64>,
}

/// The report.
#[derive(Clone, Debug, Serialize)]
pub struct Accountability {
    pub from: chrono::NaiveDate,
    pub to: chrono::NaiveDate,
    pub by: &'static str,
    pub rows: Vec<Line>,
    pub total: Line,
}

/// Whose hands, in the words of a row.
pub fn label(by: By, stretch: &Stretch, own: &str) -> String {
    match by {
        By::Step if stretch.duty() == Duty::Consult => Duty::Consult.label().into(),
        By::Step => stretch.duty().label().into(),
        By::Officer if stretch.holder.is_empty() => {
            format!("(chưa ai nhận) {}", stretch.duty().role().label())
        }
        By::Officer => stretch.holder.clone(),
        By::Agency if stretch.elsewhere.is_empty() => own.to_owned(),
        By::Agency => stretch.elsewhere.clone(),
    }
}

/// Into which column a stretch falls.
pub fn column(stretch: &Stretch) -> Column {
    match stretch.held_seconds.zip(stretch.allotted_seconds) {
        None => Column::Undated,
        Some((held, most)) => match pace(held, most) {
            Pace::Early => Column::Early,
            Pace::OnTime => Column::OnTime,
            Pace::Late => Column::Late,
        },
    }
}

fn bounds(period: Period) -> (DateTime<Utc>, DateTime<Utc>) {
    (day_start(period.from), day_end(period.to))
}

/// The stretches of a period.
pub async fn stretches(
    app: &App,
    agency: i64,
    period: Period,
    asked: &Asked<'_>,
) -> Result<Vec<Stretch>> {
    let (from, until) = bounds(period);
    let own = app.agency_name(agency).await?.name;
    let mut all = hands::ended(app.store.read(), agency, from, until, asked.whose).await?;
    all.retain(|one| {
        let cut = asked.cut;
        (asked.agency.is_empty() || label(By::Agency, one, &own) == asked.agency)
            && cut.fits(&one.field, &one.procedure_code, &one.holder, &one.channel)
    });
    Ok(all)
}

/// Which stretches: whose, of which dossiers, and at which agency.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub whose: &'a Whose,
    pub cut: &'a Cut,
    /// Its name; empty means all.
    pub agency: &'a str,
}

fn line(label: String, all: &[&Stretch]) -> Line {
    let count = |wanted: Column| all.iter().filter(|one| column(one) == wanted).count() as u64;
    let (early, on_time, late) = (
        count(Column::Early),
        count(Column::OnTime),
        count(Column::Late),
    );
    Line {
        label,
        stretches: all.len() as u64,
        early,
        on_time,
        late,
        undated: count(Column::Undated),
        kept: Share::new(early + on_time, early + on_time + late),
        pauses_asked: None,
    }
}

/// Assembles it; an officer is given `Whose::Of` his own name.
pub async fn build(
    app: &App,
    agency: i64,
    period: Period,
    by: By,
    wanted: &Asked<'_>,
) -> Result<Accountability> {
    let all = stretches(app, agency, period, wanted).await?;
    let own = app.agency_name(agency).await?.name;
    let mut groups: BTreeMap<String, Vec<&Stretch>> = BTreeMap::new();
    for stretch in &all {
        groups
            .entry(label(by, stretch, &own))
            .or_default()
            .push(stretch);
    }
    let (from, until) = bounds(period);
    // Stops are counted where nothing else is asked: they are of no step and no agency.
    let everyone = wanted.cut.is_whole() && wanted.agency.is_empty();
    let asked: BTreeMap<String, u64> = match by {
        By::Officer if everyone => {
            hands::pauses_asked(app.store.read(), agency, from, until).await?
        }
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|(officer, _)| match wanted.whose {
        Whose::All => true,
        Whose::Of(name) => name == officer,
    })
    .collect();
    for officer in asked.keys() {
        groups.entry(officer.clone()).or_default();
    }
    let mut rows: Vec<Line> = groups
        .into_iter()
        .map(|(label, all)| line(label, &all))
        .collect();
    if by == By::Officer && everyone {
        for row in &mut rows {
            row.pauses_asked = Some(asked.get(&row.label).copied().unwrap_or(0));
        }
    }
    let everything: Vec<&Stretch> = all.iter().collect();
    Ok(Accountability {
        from: period.from,
        to: period.to,
        by: by.code(),
        rows,
        total: line("Cộng".into(), &everything),
    })
}

impl Accountability {
    pub fn sheet(&self) -> Sheet {
        let by = By::from_code(self.by).map_or("", By::label);
        let row = |line: &Line| {
            vec![
                Cell::from(line.label.clone()),
                line.stretches.into(),
                line.early.into(),
                line.on_time.into(),
                line.late.into(),
                line.undated.into(),
                Cell::Percent(line.kept),
                line.pauses_asked.map_or_else(|| "".into(), Cell::from),
            ]
        };
        Sheet {
            head: vec![
                by,
                "Lượt giữ",
                "Sớm",
                "Đúng",
                "Quá phần",
                "Không chia thời gian",
                "Giữ đúng phần (%)",
                "Lần dừng đồng hồ",
            ],
            rows: self.rows.iter().chain([&self.total]).map(row).collect(),
            definitions: definitions(),
        }
    }
}

fn definitions() -> Vec<Definition> {
    vec![
        define(
            "Lượt giữ",
            "Một lần hồ sơ nằm trong tay một người hay cơ quan, tính vào kỳ mà lượt ấy kết thúc.",
        ),
        define(
            "Đã dùng",
            "Từ lúc được giao đến lúc giao đi, trừ thời gian đồng hồ dừng; giờ làm việc, hoặc giờ liên tục với thời hạn tính theo ngày thường.",
        ),
        define(
            "Giữ đúng phần (%)",
            "(Sớm + đúng) ÷ (sớm + đúng + quá phần). Phần của mỗi bước lấy ở quy trình có hiệu lực khi nhận hồ sơ.",
        ),
    ]
}
