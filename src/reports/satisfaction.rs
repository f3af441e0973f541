//! What do citizens say? Share of answers 4 and 5 among those given, by question, factor,
//! field, counter and channel; how sure that is; which ballots deserve a second look.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    cut::Cut,
    processing::{self, By},
};
use crate::{
    actions::cast_ballot::questionnaire,
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        period::Period,
        share::Share,
        survey::{KIOSK, Mark, Source, index, margin, sample},
        time::{day_end, day_start},
    },
    error::Result,
    store::surveys::{self, Cast, Given},
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

/// Those who came one way: by field, by counter, by channel.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    pub label: String,
    pub ballots: u64,
    pub index: Share,
    /// Dossiers finished in the period, where the group has dossiers of its own.
    pub finished: Option<u64>,
    pub sample: Option<u64>,
    /// Hundredths of a percent point, at 95 %.
    pub margin: Option<u64>,
}

/// How many ballots are marked, and why.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Marked {
    pub mark: Mark,
    pub ballots: u64,
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
    /// Finished dossiers whose code was used ÷ finished dossiers that had one.
    pub response: Share,
    pub fields: Vec<Group>,
    pub counters: Vec<Group>,
    pub channels: Vec<Group>,
    pub marked: Vec<Marked>,
    /// The index without marked ballots.
    pub index_unmarked: Share,
    /// What visitors of the kiosk named after their tap.
    pub reasons: Vec<(String, u64)>,
    pub model: String,
}

/// Which way a ballot came.
type Way = fn(&Given) -> &str;

pub async fn build(app: &App, agency: i64, period: Period) -> Result<Report> {
    let db = app.store.read();
    let asked = questionnaire(db).await?;
    let given = surveys::answers(db, agency, period).await?;
    let cast = surveys::cast(db, agency, period).await?;
    let ballots = many(&cast, |_| true);
    let processed = processing::build(app, agency, period, By::Field, &Cut::default()).await?;
    let finished = processed.total.processed.total;
    let (from, until) = (day_start(period.from), day_end(period.to));
    let (used, had) = surveys::answered(db, agency, from, until).await?;
    let of = |test: &dyn Fn(&Given) -> bool| share(&given, test);
    let whole = of(&|_| true);
    let line = |code: &str, label: &str, share: Share| Line {
        code: code.to_owned(),
        label: label.to_owned(),
        share,
    };
    let mut questions: Vec<Line> = asked
        .questions
        .iter()
        .map(|one| line(&one.code, &one.text, of(&|row| row.question == one.code)))
        .collect();
    let at_kiosk = of(&|row| row.question == KIOSK);
    if at_kiosk.denominator > 0 {
        questions.push(line(KIOSK, asked.kiosk_text(), at_kiosk));
    }
    let group = |label: String, ballots: u64, index: Share, finished: Option<u64>| Group {
        label,
        ballots,
        index,
        finished,
        sample: finished.map(sample),
        margin: margin(
            index,
            ballots,
            finished.unwrap_or(processed.total.processed.total),
        ),
    };
    let by = |way: Way, of_cast: fn(&Cast) -> &str, empty: &str, words: &dyn Fn(&str) -> String| {
        let names: BTreeSet<&str> = cast.iter().map(of_cast).collect();
        let groups = names.into_iter().map(|name| {
            let label = if name.is_empty() {
                empty.to_owned()
            } else {
                words(name)
            };
            let ballots = many(&cast, |one| of_cast(one) == name);
            group(label, ballots, of(&|row| way(row) == name), None)
        });
        groups.collect::<Vec<Group>>()
    };
    let same = |name: &str| name.to_owned();
    let mut fields = by(
        |row| &row.field,
        |one| &one.field,
        "Không ghi lĩnh vực",
        &same,
    );
    for one in &mut fields {
        let row = processed.rows.iter().find(|row| row.label == one.label);
        if let Some(row) = row {
            let finished = Some(row.tally.processed.total);
            *one = group(one.label.clone(), one.ballots, one.index, finished);
        }
    }
    let source =
        |code: &str| Source::from_code(code).map_or(code.to_owned(), |s| s.label().to_owned());
    Ok(Report {
        from: period.from,
        to: period.to,
        ballots,
        index: whole,
        factors: asked
            .factors
            .iter()
            .map(|one| line(&one.code, &one.label, of(&|row| row.factor == one.code)))
            .collect(),
        questions,
        finished,
        sample: sample(finished),
        margin: margin(whole, ballots, finished),
        response: Share::new(used, had),
        fields,
        counters: by(
            |row| &row.counter,
            |one| &one.counter,
            "Không ghi quầy",
            &same,
        ),
        channels: by(|row| &row.source, |one| &one.source, "–", &source),
        marked: Mark::ALL
            .iter()
            .map(|mark| Marked {
                mark: *mark,
                ballots: many(&cast, |one| Mark::read(&one.marks).contains(mark)),
            })
            .collect(),
        index_unmarked: of(&|row| row.marks.is_empty()),
        reasons: asked
            .factors
            .iter()
            .map(|one| {
                let named = many(&cast, |cast| cast.reason.as_deref() == Some(&one.code));
                (one.label.clone(), named)
            })
            .filter(|(_, named)| *named > 0)
            .collect(),
        model: asked.source,
    })
}

fn many(cast: &[Cast], test: impl Fn(&Cast) -> bool) -> u64 {
    let times: i64 = cast
        .iter()
        .filter(|one| test(one))
        .map(|one| one.times)
        .sum();
    u64::try_from(times).unwrap_or_default()
}

fn share(given: &[Given], test: &dyn Fn(&Given) -> bool) -> Share {
    index(
        given
            .iter()
            .filter(|row| test(row))
            .map(|row| (row.value, u64::try_from(row.times).unwrap_or_default())),
    )
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let whole = Line {
            code: "index".into(),
            label: "Chung".into(),
            share: self.index,
        };
        let row = |code: &str, label: &str, share: Share| {
            vec![
                code.to_owned().into(),
                label.to_owned().into(),
                share.numerator.into(),
                share.denominator.into(),
                Cell::Percent(share),
            ]
        };
        let groups = [
            ("field", &self.fields),
            ("counter", &self.counters),
            ("channel", &self.channels),
        ];
        let groups = groups.into_iter().flat_map(|(kind, groups)| {
            groups
                .iter()
                .map(move |group| row(kind, &group.label, group.index))
        });
        Sheet {
            head: vec!["Mã", "Nội dung", "Mức 4 và 5", "Có trả lời", "Tỷ lệ (%)"],
            rows: std::iter::once(&whole)
                .chain(&self.factors)
                .chain(&self.questions)
                .map(|line| row(&line.code, &line.label, line.share))
                .chain(groups)
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
