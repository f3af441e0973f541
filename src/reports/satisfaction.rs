//! What do citizens say? Share of answers 4 and 5 among those given, by question, factor,
//! field, counter and channel; how sure that is; which ballots deserve a second look.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    cut::Cut,
    processing::{self, By},
    reading::Reading,
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
    /// Ballots that answered: of a factor, those of its question answered most often.
    pub ballots: u64,
    /// Hundredths of a percent point, at 95 %.
    pub margin: Option<u64>,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("code", &self.code)?;
        out.serialize_entry("label", &self.label)?;
        out.serialize_entry("numerator", &self.share.numerator)?;
        out.serialize_entry("denominator", &self.share.denominator)?;
        out.serialize_entry("percent", &self.share.percent())?;
        out.serialize_entry("ballots", &self.ballots)?;
        out.serialize_entry("margin", &self.margin)?;
        out.end()
    }
}

/// Those who came one way: by field, by counter, by channel.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    pub label: String,
    pub ballots: u64,
    /// Nothing where the ballots are so few that it would say who answered what.
    pub index: Share,
    /// So few.
    pub hidden: bool,
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
    /// Of them taps at the kiosk, which ask one question and are tied to no dossier.
    pub at_kiosk: u64,
    /// Too few ballots to show answers question by question.
    pub hidden: bool,
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
    let reading = Reading::of(app, agency, &[period]).await?;
    build_from(app, &reading, period).await
}

/// The same from what was read already; the period lies within it.
pub async fn build_from(app: &App, reading: &Reading, period: Period) -> Result<Report> {
    let whole = Cut::default();
    let processed = processing::build_from(app, reading, period, By::Field, &whole).await?;
    build_beside(app, reading.agency, period, &processed).await
}

/// The same beside the table of the period by field, of all dossiers.
pub async fn build_beside(
    app: &App,
    agency: i64,
    period: Period,
    processed: &processing::Report,
) -> Result<Report> {
    let db = app.store.read();
    let asked = questionnaire(db).await?;
    let given = surveys::answers(db, agency, period).await?;
    let cast = surveys::cast(db, agency, period).await?;
    let ballots = many(&cast, |_| true);
    let finished = processed.total.processed.total;
    let (from, until) = (day_start(period.from), day_end(period.to));
    let (used, had) = surveys::answered(db, agency, from, until).await?;
    let of = |test: &dyn Fn(&Given) -> bool| share(&given, test);
    let whole = of(&|_| true);
    let line = |code: &str, label: &str, share: Share, ballots: u64| Line {
        code: code.to_owned(),
        label: label.to_owned(),
        share,
        ballots,
        margin: margin(share, ballots, finished),
    };
    let answered = |question: &str| of(&|row| row.question == question);
    let least = app.settings.figures.public_least;
    let hidden = ballots < least;
    let mut questions: Vec<Line> = asked
        .questions
        .iter()
        .map(|one| {
            let share = answered(&one.code);
            line(&one.code, &one.text, share, share.denominator)
        })
        .collect();
    let kiosk = answered(KIOSK);
    if kiosk.denominator > 0 {
        questions.push(line(KIOSK, asked.kiosk_text(), kiosk, kiosk.denominator));
    }
    if hidden {
        questions.clear();
    }
    let group = |label: String, ballots: u64, index: Share, finished: Option<u64>| {
        let hidden = ballots < least;
        let index = if hidden { Share::default() } else { index };
        Group {
            label,
            ballots,
            index,
            hidden,
            finished,
            sample: finished.map(sample),
            margin: margin(
                index,
                ballots,
                finished.unwrap_or(processed.total.processed.total),
            ),
        }
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
        at_kiosk: many(&cast, |one| one.source == Source::Kiosk.code()),
        hidden,
        index: whole,
        factors: asked
            .factors
            .iter()
            .map(|one| {
                let own = asked.questions.iter().filter(|q| q.factor == one.code);
                let most = own.map(|q| answered(&q.code).denominator).max();
                let share = of(&|row| row.factor == one.code);
                line(
                    &one.code,
                    &one.label,
                    share,
                    most.unwrap_or(share.denominator),
                )
            })
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

/// How sure a share is.
pub const MARGIN: &str = "Nửa khoảng tin cậy Wilson 95 %, thu hẹp theo số hồ sơ xong trong kỳ khi phiếu ít hơn số hồ sơ.";

/// Why some numbers are not shown.
pub const HIDDEN: &str =
    "Ít phiếu quá thì không ghi kết quả, ở mọi bản, để không lộ người trả lời.";

impl Report {
    pub fn sheet(&self) -> Sheet {
        let whole = Line {
            code: "index".into(),
            label: "Chung".into(),
            share: self.index,
            ballots: self.ballots,
            margin: self.margin,
        };
        // Written as the percent beside it is: hundredths of a point.
        let points = |margin: Option<u64>| {
            Cell::Percent(margin.map_or_else(Share::default, |m| Share::new(m, 10_000)))
        };
        let row = |code: &str, label: &str, share: Share, ballots: u64, margin: Option<u64>| {
            vec![
                code.to_owned().into(),
                label.to_owned().into(),
                ballots.into(),
                share.numerator.into(),
                share.denominator.into(),
                Cell::Percent(share),
                points(margin),
            ]
        };
        // Of a few ballots the numbers would say who answered what.
        let factors = self.factors.iter().filter(|_| !self.hidden);
        let groups = [
            ("field", &self.fields),
            ("counter", &self.counters),
            ("channel", &self.channels),
        ];
        let groups = groups.into_iter().flat_map(|(kind, groups)| {
            groups.iter().map(move |group| {
                let mut cells = row(
                    kind,
                    &group.label,
                    group.index,
                    group.ballots,
                    group.margin.filter(|_| !group.hidden),
                );
                if group.hidden {
                    cells[3] = "".into();
                    cells[4] = "".into();
                }
                cells
            })
        });
        Sheet {
            head: vec![
                "Mã",
                "Nội dung",
                "Phiếu",
                "Mức 4 và 5",
                "Có trả lời",
                "Tỷ lệ (%)",
                "Sai số ± (điểm phần trăm)",
            ],
            rows: std::iter::once(&whole)
                .chain(factors)
                .chain(&self.questions)
                .map(|line| {
                    row(
                        &line.code,
                        &line.label,
                        line.share,
                        line.ballots,
                        line.margin,
                    )
                })
                .chain(groups)
                .collect(),
            definitions: vec![
                define(
                    "Tỷ lệ (%)",
                    "Số câu trả lời mức 4 và 5 ÷ số câu có trả lời; không có ý kiến thì không tính.",
                ),
                define("Chung", "Mọi câu trả lời của mọi câu hỏi."),
                define("Sai số ±", MARGIN),
                define("Ô trống", HIDDEN),
            ],
        }
    }
}
