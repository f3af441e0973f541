//! What deserves a look this month, and what was looked at already?
use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::{Sheet, define},
    domain::{
        period::Period,
        radar::{self, Act, Rule},
        time::to_local,
    },
    error::Result,
    store::radar as store,
};

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub key: String,
    pub rule: Rule,
    pub dossiers: Vec<String>,
    pub words: String,
    /// Who reviewed it, and what it was.
    pub reviewed: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub findings: Vec<Row>,
}

/// The findings of a month, rule by rule.
pub async fn build(app: &App, agency: i64, month: Period) -> Result<Report> {
    let db = app.store.read();
    let calendar = app.calendar().await?;
    let acts: Vec<Act> = store::acts(db, agency, month)
        .await?
        .into_iter()
        .map(|row| Act {
            person: row.id_number.unwrap_or(row.applicant_name),
            at: to_local(row.at),
            recorded_at: to_local(row.recorded_at),
            due: row.due_at.map(to_local),
            code: row.code,
            seq: row.seq,
            act: row.act,
            actor: row.actor,
            note: row.note,
            procedure: row.procedure_code,
            imported: row.imported,
        })
        .collect();
    let reviews: HashMap<String, String> = store::reviews(db, agency)
        .await?
        .into_iter()
        .map(|one| (one.finding, format!("{}: {}", one.actor, one.note)))
        .collect();
    let hours = app.settings.deadline.hours;
    let ballots = store::ballots(db, agency, month).await?;
    let mut rows: Vec<Row> = radar::look(&acts, &ballots, &calendar, &hours, month.to)
        .into_iter()
        .map(|one| Row {
            reviewed: reviews.get(&one.key).cloned(),
            key: one.key,
            rule: one.rule,
            dossiers: one.dossiers,
            words: one.words,
        })
        .collect();
    rows.sort_by(|a, b| (a.rule, &a.key).cmp(&(b.rule, &b.key)));
    Ok(Report {
        from: month.from,
        to: month.to,
        findings: rows,
    })
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        Sheet {
            head: vec!["Quy tắc", "Vì sao nêu ra", "Hồ sơ", "Đã xem"],
            rows: self
                .findings
                .iter()
                .map(|row| {
                    vec![
                        row.rule.label().into(),
                        row.words.clone().into(),
                        row.dossiers.join("; ").into(),
                        row.reviewed.clone().unwrap_or_default().into(),
                    ]
                })
                .collect(),
            definitions: vec![define("Danh sách này", MEANT)],
        }
    }
}

/// What the list is, and what it is not.
pub const MEANT: &str = "Danh sách để xem lại, không phải kết luận: mỗi quy tắc nói rõ vì sao nêu ra, phần lớn có lý do chính đáng.";
