//! The yearly review (rà soát, đánh giá TTHC): one line a procedure, with what speaks for
//! changing it, and room for the proposal.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    cut::Cut,
    processing,
    timeliness::{self, DAYS, Days},
};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{dossier::Outcome, period::Period, procedure::Procedure, share::Share},
    error::Result,
    store::{procedures, review},
};

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub field: String,
    pub limit: String,
    /// Counted in the table of the period.
    pub dossiers: u64,
    pub processed: u64,
    pub days: Days,
    pub on_time_with_overdue: Share,
    /// Asked for a supplement at least once ÷ counted.
    pub supplemented: Share,
    /// The papers asked for, the most often first.
    pub papers: Vec<(String, u64)>,
    /// Refused ÷ processed.
    pub refused: Share,
    /// As the catalogue names them.
    pub agencies: String,
    /// Where dossiers really were, and how many.
    pub touched: Vec<(String, u64)>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub rows: Vec<Row>,
}

#[derive(Default)]
struct Counted {
    dossiers: u64,
    supplemented: u64,
    refused: u64,
    papers: BTreeMap<String, u64>,
    touched: BTreeMap<String, u64>,
}

pub async fn build(app: &App, agency: i64, period: Period, cut: &Cut) -> Result<Report> {
    let db = app.store.read();
    let mut papers: HashMap<String, BTreeSet<String>> = HashMap::new();
    for asked in review::supplements(db, agency, period).await? {
        let data: serde_json::Value = serde_json::from_str(&asked.data).unwrap_or_default();
        let items: Vec<String> = serde_json::from_value(data["items"].clone()).unwrap_or_default();
        papers.entry(asked.code).or_default().extend(items);
    }
    let mut been: HashMap<String, Vec<String>> = HashMap::new();
    for one in review::elsewhere(db, agency, period).await? {
        been.entry(one.code).or_default().push(one.agency);
    }
    let mut counted: HashMap<String, Counted> = HashMap::new();
    for one in processing::counted(app, agency, period).await? {
        if !cut.holds(&one.dossier) {
            continue;
        }
        let refused = one.outcome(app, period) == Some(Outcome::Refused);
        let sums = counted
            .entry(one.dossier.procedure_code.clone())
            .or_default();
        sums.dossiers += 1;
        if let Some(asked) = papers.get(&one.dossier.code) {
            sums.supplemented += 1;
            for paper in asked {
                *sums.papers.entry(paper.clone()).or_default() += 1;
            }
        }
        for agency in been.get(&one.dossier.code).into_iter().flatten() {
            *sums.touched.entry(agency.clone()).or_default() += 1;
        }
        sums.refused += u64::from(refused);
    }
    let in_force = procedures::search(db, "", None, period.to).await?;
    let agencies: HashMap<&str, &str> = in_force
        .iter()
        .map(|procedure| {
            (
                procedure.code.as_str(),
                procedure.involves_agencies.as_str(),
            )
        })
        .collect();
    let times = timeliness::build(app, agency, period, cut).await?;
    let used: BTreeSet<String> = times
        .procedures
        .iter()
        .map(|row| row.code.clone())
        .collect();
    let rows = times.procedures.into_iter().map(|row| {
        let sums = counted.remove(&row.code).unwrap_or_default();
        let mut papers: Vec<(String, u64)> = sums.papers.into_iter().collect();
        papers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        Row {
            agencies: agencies
                .get(row.code.as_str())
                .map_or_else(String::new, |words| (*words).to_owned()),
            dossiers: sums.dossiers,
            processed: row.processed,
            supplemented: Share::new(sums.supplemented, sums.dossiers),
            papers,
            touched: sums.touched.into_iter().collect(),
            refused: Share::new(sums.refused, row.processed),
            on_time_with_overdue: row.on_time_with_overdue,
            days: row.days,
            code: row.code,
            name: row.name,
            field: row.field,
            limit: row.limit,
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.extend(unused(&in_force, used, cut));
    Ok(Report {
        from: period.from,
        to: period.to,
        rows,
    })
}

/// The procedures in force for which nobody came: the first to be asked whether they are
/// needed. Asked for one officer or channel, every procedure would look unused.
fn unused(in_force: &[Procedure], mut seen: BTreeSet<String>, cut: &Cut) -> Vec<Row> {
    if !cut.officer.is_empty() || !cut.channel.is_empty() {
        return Vec::new();
    }
    let wanted = |procedure: &&Procedure| {
        (cut.field.is_empty() || procedure.field == cut.field)
            && (cut.procedure.is_empty() || procedure.code == cut.procedure)
    };
    in_force
        .iter()
        .filter(wanted)
        .filter(|procedure| seen.insert(procedure.code.clone()))
        .map(|procedure| Row {
            code: procedure.code.clone(),
            name: procedure.name.clone(),
            field: procedure.field.clone(),
            limit: procedure
                .limit
                .map_or_else(|| "hẹn theo hồ sơ".into(), |limit| limit.to_string()),
            agencies: procedure.involves_agencies.clone(),
            dossiers: 0,
            processed: 0,
            days: Days::default(),
            on_time_with_overdue: Share::default(),
            supplemented: Share::default(),
            papers: Vec::new(),
            touched: Vec::new(),
            refused: Share::default(),
        })
        .collect()
}

impl Row {
    /// `Tờ khai (3); Giấy chứng sinh (1)`, the first few.
    pub fn papers_words(&self) -> String {
        let first = self.papers.iter().take(4);
        let words: Vec<String> = first
            .map(|(paper, times)| format!("{paper} ({times})"))
            .collect();
        words.join("; ")
    }

    /// What the catalogue says, and where the dossiers were.
    pub fn agencies_words(&self) -> String {
        let been: Vec<String> = self
            .touched
            .iter()
            .map(|(agency, times)| format!("{agency} ({times})"))
            .collect();
        if been.is_empty() {
            return self.agencies.clone();
        }
        format!("{}; đã chuyển qua {}", self.agencies, been.join(", "))
    }
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let number = |days: Option<u32>| days.map_or(Cell::from(""), |d| u64::from(d).into());
        Sheet {
            head: vec![
                "Mã thủ tục",
                "Thủ tục",
                "Lĩnh vực",
                "Thời hạn",
                "Hồ sơ",
                "Đã giải quyết",
                "Trung vị số ngày",
                "Một phần mười chậm nhất, từ",
                "Số ngày được phép (trung vị)",
                "Phải bổ sung",
                "Phải bổ sung (%)",
                "Giấy tờ phải bổ sung (số hồ sơ)",
                "Từ chối",
                "Từ chối (%)",
                "Cơ quan tham gia",
                "Đề xuất",
            ],
            rows: self
                .rows
                .iter()
                .map(|row| {
                    vec![
                        row.code.clone().into(),
                        row.name.clone().into(),
                        row.field.clone().into(),
                        row.limit.clone().into(),
                        row.dossiers.into(),
                        row.processed.into(),
                        number(row.days.median),
                        number(row.days.slowest_tenth),
                        number(row.days.allowed),
                        row.supplemented.numerator.into(),
                        Cell::Percent(row.supplemented),
                        row.papers_words().into(),
                        row.refused.numerator.into(),
                        Cell::Percent(row.refused),
                        row.agencies_words().into(),
                        "".into(),
                    ]
                })
                .collect(),
            definitions: vec![
                define(
                    "Hồ sơ",
                    "Hồ sơ trong biểu II.06a của kỳ: nhận trong kỳ và từ kỳ trước; 0 là thủ tục có hiệu lực mà không có hồ sơ nào.",
                ),
                define("Số ngày", DAYS),
                define(
                    "Phải bổ sung",
                    "Có ít nhất một phiếu yêu cầu bổ sung đến cuối kỳ ÷ hồ sơ.",
                ),
                define("Từ chối", "Từ chối giải quyết ÷ đã giải quyết."),
                define(
                    "Cơ quan tham gia",
                    "Theo danh mục thủ tục; đã chuyển qua: nơi khác giữ hồ sơ trong thực tế đến cuối kỳ (số hồ sơ).",
                ),
            ],
        }
    }
}
