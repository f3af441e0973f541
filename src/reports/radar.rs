//! What deserves a look this month, and what was looked at already?
use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::{Sheet, define},
    domain::{
        period::Period,
        radar::{self, AGAIN_DAYS, Act, Rule},
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

/// The findings of the months that a period touches, rule by rule.
pub async fn build(app: &App, agency: i64, period: Period) -> Result<Report> {
    let db = app.store.read();
    let office = app.office(agency).await?;
    let reviews: HashMap<String, String> = store::reviews(db, agency)
        .await?
        .into_iter()
        .map(|one| (one.finding, format!("{}: {}", one.actor, one.note)))
        .collect();
    let mut rows: Vec<Row> = Vec::new();
    let months = period.months_within(app.settings.figures.period_start_day);
    for some in months.chunks(AT_ONCE) {
        let acts = acts(app, agency, some).await?;
        for month in some.iter().copied() {
            let ballots = store::ballots(db, agency, month).await?;
            let own = with_after(&acts, month);
            let found = radar::look(own, &ballots, &office.calendar, office.hours(), month);
            rows.extend(found.into_iter().map(|one| Row {
                reviewed: reviews.get(&one.key).cloned(),
                key: one.key,
                rule: one.rule,
                dossiers: one.dossiers,
                words: one.words,
            }));
        }
    }
    rows.sort_by(|a, b| (a.rule, &a.key).cmp(&(b.rule, &b.key)));
    Ok(Report {
        from: period.from,
        to: period.to,
        findings: rows,
    })
}

/// So many months are read together, for which the register is walked once. Not all that are
/// asked for: the acts of a hundred years would be held at once.
const AT_ONCE: usize = 12;

/// What was done in months that follow each other, and in the days after them that a rule
/// looks at; oldest first.
async fn acts(app: &App, agency: i64, months: &[Period]) -> Result<Vec<Act>> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return Ok(Vec::new());
    };
    let with_after = Period {
        from: first.from,
        to: last.to + TimeDelta::days(AGAIN_DAYS),
    };
    let acts = store::acts(app.store.read(), agency, with_after).await?;
    let acts = acts.into_iter().map(|row| Act {
        person: row.id_number.unwrap_or(row.applicant_name),
        at: to_local(row.at),
        recorded_at: to_local(row.recorded_at),
        registered_at: to_local(row.registered_at),
        due: row.due_at.map(to_local),
        code: row.code,
        seq: row.seq,
        act: row.act,
        actor: row.actor,
        note: row.note,
        procedure: row.procedure_code,
        imported: row.imported,
        by_moment: row.by_moment,
    });
    Ok(acts.collect())
}

/// Of acts that are in order those of a month, and of the days after it.
fn with_after(acts: &[Act], month: Period) -> &[Act] {
    let last = month.to + TimeDelta::days(AGAIN_DAYS);
    let from = acts.partition_point(|act| act.at.date() < month.from);
    let after = acts.partition_point(|act| act.at.date() <= last);
    acts.get(from..after).unwrap_or_default()
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
