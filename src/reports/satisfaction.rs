//! What do citizens say? Share of answers 4 and 5 among those given, by factor and question.
use chrono::NaiveDate;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::processing::{self, By};
use crate::{
    actions::cast_ballot::questionnaire,
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        period::Period,
        share::Share,
        survey::{index, margin, sample},
    },
    error::Result,
    store::surveys::{self, Given},
};

/// The index of a factor or of a question.
#[derive(Clone, Debug)]
pub struct Line {
    pub code: String,
    pub label: String,
    pub share: Share,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("code", &self.code)?;
        out.serialize_entry("label", &self.label)?;
        out.serialize_entry("numerator", &self.share.numerator)?;
        out.serialize_entry("denominator", &self.share.denominator)?;
        out.serialize_entry("percent", &self.share.percent())?;
        out.end()
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub ballots: u64,
    /// All answers to all questions together.
    pub index: Share,
    pub factors: Vec<Line>,
    pub questions: Vec<Line>,
    /// Dossiers finished in the period: who could have answered.
    pub finished: u64,
    /// How many ballots that would ask for.
    pub sample: u64,
    /// Hundredths of a percent point, at 95 %.
    pub margin: Option<u64>,
    pub model: String,
}

pub async fn build(app: &App, agency: i64, period: Period) -> Result<Report> {
    let db = app.store.read();
    let asked = questionnaire(db).await?;
    let given = surveys::answers(db, agency, period).await?;
    let ballots = surveys::ballots(db, agency, period.from, period.to).await?;
    let processed = processing::build(app, agency, period, By::Field).await?;
    let finished = processed.total.processed.total;
    let of = |test: &dyn Fn(&Given) -> bool| {
        index(
            given
                .iter()
                .filter(|row| test(row))
                .map(|row| (row.value, u64::try_from(row.times).unwrap_or_default())),
        )
    };
    let whole = of(&|_| true);
    Ok(Report {
        from: period.from,
        to: period.to,
        ballots,
        index: whole,
        factors: asked
            .factors
            .iter()
            .map(|factor| Line {
                share: of(&|row| row.factor == factor.code),
                code: factor.code.clone(),
                label: factor.label.clone(),
            })
            .collect(),
        questions: asked
            .questions
            .iter()
            .map(|question| Line {
                share: of(&|row| row.question == question.code),
                code: question.code.clone(),
                label: question.text.clone(),
            })
            .collect(),
        finished,
        sample: sample(finished),
        margin: margin(whole, ballots, finished),
        model: asked.source,
    })
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let whole = Line {
            code: "index".into(),
            label: "Chung".into(),
            share: self.index,
        };
        Sheet {
            head: vec!["Mã", "Nội dung", "Mức 4 và 5", "Có trả lời", "Tỷ lệ (%)"],
            rows: std::iter::once(&whole)
                .chain(&self.factors)
                .chain(&self.questions)
                .map(|line| {
                    vec![
                        line.code.clone().into(),
                        line.label.clone().into(),
                        line.share.numerator.into(),
                        line.share.denominator.into(),
                        Cell::Percent(line.share),
                    ]
                })
                .collect(),
            definitions: vec![
                define(
                    "Tỷ lệ (%)",
                    "Số câu trả lời mức 4 và 5 ÷ số câu có trả lời; không có ý kiến thì không tính.",
                ),
                define("Chung", "Mọi câu trả lời của mọi câu hỏi."),
            ],
        }
    }
}
