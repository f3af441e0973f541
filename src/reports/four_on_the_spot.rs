//! The share of "4 tại chỗ" against the plan's 20 %: three figures, never merged.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    app::App,
    documents::sheet::{Sheet, define},
    domain::{
        dossier::codes,
        on_the_spot::{Practice, shares},
        period::Period,
        procedure::Procedure,
        share::Share,
        time::local_day,
    },
    error::{Error, Result},
    store::{
        four::{self, Finished},
        procedures,
    },
};

/// The plan's goal: at least 20 % (Kế hoạch CCHC 2021), in hundredths of a percent.
pub const GOAL: Share = Share {
    numerator: 20,
    denominator: 100,
};

/// A share, and whether it reaches the goal.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    pub share: Share,
    pub met: Option<bool>,
}

impl Serialize for Measured {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("numerator", &self.share.numerator)?;
        out.serialize_entry("denominator", &self.share.denominator)?;
        out.serialize_entry("percent", &self.share.percent())?;
        out.serialize_entry("met", &self.met)?;
        out.end()
    }
}

/// One procedure of the denominator, and what was counted for it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub field: String,
    pub declared: bool,
    pub candidate: bool,
    pub decision: Option<String>,
    pub dossiers: u64,
    pub on_the_spot: u64,
    pub practised: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub at: NaiveDate,
    pub from: NaiveDate,
    pub target: Share,
    /// Some declared procedure has no decision number yet.
    pub unconfirmed: bool,
    /// "chưa có số quyết định" while unconfirmed.
    pub note: Option<String>,
    pub declared: Measured,
    pub practised: Measured,
    pub dossiers: Share,
    /// Imported dossiers without stamps, left out of the figures.
    pub without_stamps: u64,
    /// Declared procedures still missing to the goal.
    pub missing: u64,
    pub procedures: Vec<Row>,
}

/// The report on a day; `from` defaults to the first day of its reporting year.
pub async fn build(
    app: &App,
    agency: i64,
    at: NaiveDate,
    from: Option<NaiveDate>,
) -> Result<Report> {
    let settings = &app.settings.figures;
    let from = from.unwrap_or_else(|| Period::year_of(at, settings.period_start_day).from);
    Period::new(from, at).map_err(|error| Error::invalid("from", error.to_string()))?;
    let finished = four::finished(app.store.read(), agency, from, at).await?;
    let counted = count(&finished);
    let mut seen = BTreeSet::new();
    let catalogue = procedures::search(app.store.read(), "", None, at).await?;
    let office = app.office(agency).await?;
    let denominator: Vec<Procedure> = office
        .offered(catalogue, at)
        .into_iter()
        .filter(Procedure::own_authority)
        .filter(|procedure| seen.insert(procedure.code.clone()))
        .collect();
    let practice = |procedure: &Procedure| {
        let counted = counted
            .get(procedure.code.as_str())
            .copied()
            .unwrap_or_default();
        Practice {
            declared: procedure.declared(at),
            dossiers: counted.dossiers,
            on_the_spot: counted.on_the_spot,
        }
    };
    let all: Vec<Practice> = denominator.iter().map(practice).collect();
    let figures = shares(&all, settings.practised_percent);
    let goal = GOAL.hundredths().unwrap_or_default();
    let measured = |share: Share| Measured {
        share,
        met: (share.denominator > 0).then(|| share.reaches(goal)),
    };
    let unconfirmed = denominator
        .iter()
        .any(|p| p.declared(at) && p.four_decision.is_none());
    let needed = (figures.declared.denominator * GOAL.numerator).div_ceil(GOAL.denominator);
    Ok(Report {
        at,
        from,
        target: GOAL,
        unconfirmed,
        note: unconfirmed.then(|| "chưa có số quyết định".to_owned()),
        declared: measured(figures.declared),
        practised: measured(figures.practised),
        dossiers: figures.dossiers,
        without_stamps: denominator
            .iter()
            .filter_map(|p| counted.get(p.code.as_str()))
            .map(|c| c.without_stamps)
            .sum(),
        missing: needed.saturating_sub(figures.declared.numerator),
        procedures: denominator
            .into_iter()
            .zip(all)
            .map(|(procedure, practice)| Row {
                practised: practice.practised(settings.practised_percent),
                declared: practice.declared,
                candidate: procedure.four == crate::domain::procedure::FourFlag::Unknown,
                dossiers: practice.dossiers,
                on_the_spot: practice.on_the_spot,
                code: procedure.code,
                name: procedure.name,
                field: procedure.field,
                decision: procedure.four_decision,
            })
            .collect(),
    })
}

codes! {
    /// Which finished dossiers a number counts.
    Which {
        Finished = "finished", "Hồ sơ xong";
        SameDay = "same_day", "Hồ sơ xong trong ngày nhận";
        Stamped = "stamped", "Hồ sơ xong, có dấu giờ";
        OnTheSpot = "on_the_spot", "Hồ sơ xong tại chỗ";
    }
}

impl Which {
    pub fn holds(self, one: &Finished) -> bool {
        match self {
            Self::Finished => true,
            Self::SameDay => local_day(one.received_at) == local_day(one.ended_at),
            Self::Stamped => one.on_the_spot.is_some(),
            Self::OnTheSpot => one.on_the_spot == Some(true),
        }
    }
}

/// The dossiers behind a number: of one procedure, or of all that the figures are of.
pub async fn rows(
    app: &App,
    agency: i64,
    (from, at): (NaiveDate, NaiveDate),
    procedure: &str,
    which: Which,
) -> Result<Vec<Finished>> {
    let mut found = four::finished(app.store.read(), agency, from, at).await?;
    found.retain(|one| which.holds(one));
    if procedure.is_empty() {
        let four = build(app, agency, at, Some(from)).await?;
        let own: BTreeSet<String> = four.procedures.into_iter().map(|row| row.code).collect();
        found.retain(|one| own.contains(&one.procedure_code));
    } else {
        found.retain(|one| one.procedure_code == procedure);
    }
    Ok(found)
}

/// What was counted for one procedure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    /// Finished, with stamps.
    dossiers: u64,
    on_the_spot: u64,
    /// Imported without stamps: left out, and said beside the figure.
    without_stamps: u64,
}

fn count(finished: &[Finished]) -> BTreeMap<&str, Counted> {
    let mut counted: BTreeMap<&str, Counted> = BTreeMap::new();
    for dossier in finished {
        let procedure = counted.entry(dossier.procedure_code.as_str()).or_default();
        match dossier.on_the_spot {
            None => procedure.without_stamps += 1,
            Some(spot) => {
                procedure.dossiers += 1;
                procedure.on_the_spot += u64::from(spot);
            }
        }
    }
    counted
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let yes = |is: bool| if is { "có" } else { "không" };
        Sheet {
            head: vec![
                "Mã thủ tục",
                "Tên thủ tục",
                "Lĩnh vực",
                "Thuộc diện 4 tại chỗ",
                "Số quyết định",
                "Hồ sơ xong",
                "Xong tại chỗ",
                "Làm được trong thực tế",
            ],
            rows: self
                .procedures
                .iter()
                .map(|row| {
                    vec![
                        row.code.clone().into(),
                        row.name.clone().into(),
                        row.field.clone().into(),
                        yes(row.declared).into(),
                        row.decision.clone().unwrap_or_default().into(),
                        row.dossiers.into(),
                        row.on_the_spot.into(),
                        yes(row.practised).into(),
                    ]
                })
                .collect(),
            definitions: vec![
                define(
                    "Thuộc diện 4 tại chỗ",
                    "Được xếp vào diện 4 tại chỗ, có hiệu lực đến ngày tính; chưa nhập số quyết định thì vẫn tính và ghi rõ.",
                ),
                define(
                    "Xong tại chỗ",
                    "Tiếp nhận, thẩm định, phê duyệt và trả kết quả tại quầy trong cùng ngày làm việc.",
                ),
                define(
                    "Làm được trong thực tế",
                    "Có hồ sơ xong và tỷ lệ xong tại chỗ đạt mức cài đặt (mặc định 90 %).",
                ),
            ],
        }
    }
}
