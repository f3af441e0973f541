//! Was everyone whose dossier was late told so, and in time? Late ones are those
//! of table II.06a, processed late or pending overdue, so that the two never differ.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{cut::Cut, processing::Counted, reading::Reading};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        apology::{self, Owed, Reason},
        dossier::codes,
        period::Period,
        scoring::Course,
        share::Share,
        time::{day_end, day_start, format_moment, local_day, to_local},
    },
    error::Result,
    store::{
        apologies::{self, Case, Which, held_late, signed_letters},
        figures::Scored,
    },
};

/// Who is owed an apology now.
#[derive(Clone, Debug, Default)]
pub struct OwedNow {
    /// Open and overdue, no letter signed.
    pub late: Vec<Case>,
    /// Not late yet, but it will be, and no letter is drafted.
    pub soon: Vec<Case>,
}

/// The open dossiers whose clock runs and to which nothing was said yet.
pub async fn owed(app: &App, agency: i64) -> Result<OwedNow> {
    let office = app.office(agency).await?;
    let calendar = &office.calendar;
    let now = to_local(app.clock.now());
    let (rules, lead) = (office.rules, app.settings.apology.lead_time());
    // Nothing due after the next working day can be on the list.
    let last = calendar.next_working_day(now.date()).unwrap_or(now.date());
    let which = Which::Open {
        until: day_end(last),
    };
    let (cases, _) = apologies::cases(app.store.read(), agency, which, NO_LIMIT).await?;
    let mut owed_now = OwedNow::default();
    for case in cases {
        let due_at = to_local(case.original_due_at);
        // What was promised here may be less than the catalogue's.
        let day = local_day(case.received_at.unwrap_or(case.original_due_at));
        let limit = office.limit(&case.procedure_code, case.limit(), day);
        match apology::owed(calendar, &rules, lead, now, due_at, limit) {
            Ok(Some(Owed::Overdue)) => owed_now.late.push(case),
            Ok(Some(Owed::WillBeLate)) if case.drafted_at.is_none() => owed_now.soon.push(case),
            // A calendar that ends cannot say; the dossier is not late yet.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(owed_now)
}

/// How many are late and nobody said so: open and overdue, or ended late in this reporting
/// year, without a signed letter. A draft tells nobody.
pub async fn unsaid(app: &App, agency: i64) -> Result<u64> {
    let open = owed(app, agency).await?.late.len() as u64;
    let which = Which::EndedLate {
        since: year_start(app),
    };
    Ok(open
        + apologies::cases(app.store.read(), agency, which, 0)
            .await?
            .1)
}

/// When the reporting year began.
pub fn year_start(app: &App) -> DateTime<Utc> {
    let start = app.settings.figures.period_start_day;
    day_start(Period::year_of(local_day(app.clock.now()), start).from)
}

/// A list that must be whole.
const NO_LIMIT: u64 = 1_000_000;

/// A late dossier and what was said about it.
#[derive(Clone, Debug)]
pub struct Row {
    pub code: String,
    pub due_at: DateTime<Utc>,
    pub new_due_at: Option<DateTime<Utc>>,
    pub signed_at: Option<DateTime<Utc>>,
    pub reason_code: Option<String>,
    pub procedure_name: String,
    /// The step that held it when the promise broke.
    pub step: Option<String>,
    pub in_time: bool,
    pub printed_at: Option<DateTime<Utc>>,
    pub printed_by: Option<String>,
    /// When the first mail or message with it left.
    pub sent_at: Option<DateTime<Utc>>,
}

codes! {
    /// What a number counts among the late ones.
    Said {
        Late = "late", "Hồ sơ trễ";
        Apologised = "apologised", "Có phiếu xin lỗi";
        InTime = "in_time", "Xin lỗi kịp trước hạn";
        After = "after", "Xin lỗi sau hạn";
        Unsaid = "unsaid", "Chưa xin lỗi";
    }
}

impl Said {
    pub fn holds(self, row: &Row) -> bool {
        match self {
            Self::Late => true,
            Self::Apologised => row.signed_at.is_some(),
            Self::InTime => row.in_time,
            Self::After => row.signed_at.is_some() && !row.in_time,
            Self::Unsaid => row.signed_at.is_none(),
        }
    }
}

impl Row {
    pub fn cause(&self) -> &str {
        let cause = self.reason_code.as_deref().and_then(Reason::from_code);
        cause.map_or("Chưa nêu nguyên nhân", Reason::label)
    }

    pub fn step_words(&self) -> &str {
        self.step.as_deref().unwrap_or("Không rõ bước")
    }
}

/// The late ones of one cause, or of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heap {
    pub label: String,
    pub late: u64,
    pub apologised: u64,
    pub in_time: u64,
}

impl Heap {
    /// The rows told apart by a label, the largest heap first.
    fn of(rows: &[Row], label: impl Fn(&Row) -> &str) -> Vec<Self> {
        let mut heaps: BTreeMap<String, Self> = BTreeMap::new();
        for row in rows {
            let label = label(row).to_owned();
            let heap = heaps.entry(label.clone()).or_insert(Self {
                label,
                late: 0,
                apologised: 0,
                in_time: 0,
            });
            heap.late += 1;
            heap.apologised += u64::from(row.signed_at.is_some());
            heap.in_time += u64::from(row.in_time);
        }
        let mut heaps: Vec<Self> = heaps.into_values().collect();
        heaps.sort_by_key(|heap| std::cmp::Reverse(heap.late));
        heaps
    }
}

impl Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("code", &self.code)?;
        out.serialize_entry("due_at", &format_moment(self.due_at))?;
        out.serialize_entry("new_due_at", &self.new_due_at.map(format_moment))?;
        out.serialize_entry("signed_at", &self.signed_at.map(format_moment))?;
        out.serialize_entry("reason_code", &self.reason_code)?;
        out.serialize_entry("step", &self.step)?;
        out.serialize_entry("printed_at", &self.printed_at.map(format_moment))?;
        out.serialize_entry("sent_at", &self.sent_at.map(format_moment))?;
        out.serialize_entry("in_time", &self.signed_at.map(|_| self.in_time))?;
        out.end()
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub late: u64,
    pub apologised: Share,
    /// Signed at least a day before the promise (NĐ 61/2018/NĐ-CP Điều 19.9).
    pub in_time: u64,
    /// Signed later than that.
    pub after: u64,
    pub by_cause: Vec<Heap>,
    pub by_step: Vec<Heap>,
    /// Which promise counts for "late", in words.
    pub judged_by: &'static str,
    pub rows: Vec<Row>,
}

pub async fn build(app: &App, agency: i64, period: Period, cut: &Cut) -> Result<Report> {
    let reading = Reading::of(app, agency, &[period]).await?;
    build_from(app, &reading, period, cut).await
}

/// The same from what was read already; the period lies within it.
pub async fn build_from(app: &App, reading: &Reading, period: Period, cut: &Cut) -> Result<Report> {
    let agency = reading.agency;
    let mut counted = reading.counted(app, period).await?;
    counted.retain(|one| {
        cut.holds(&one.dossier) && matches!(one.cell.course, Course::Late | Course::Overdue)
    });
    let codes: Vec<&str> = counted
        .iter()
        .map(|one| one.dossier.code.as_str())
        .collect();
    let letters = signed_letters(app.store.read(), agency, &codes).await?;
    let letters: HashMap<&str, _> = letters.iter().map(|l| (l.code.as_str(), l)).collect();
    let until = day_end(period.to);
    let held = held_late(app.store.read(), agency, &codes).await?;
    let held: HashMap<String, String> = held
        .into_iter()
        .map(|held| (held.code, held.step_name))
        .collect();
    let mut rows: Vec<Row> = counted
        .iter()
        .filter_map(|Counted { dossier, .. }| {
            let letter = letters
                .get(dossier.code.as_str())
                .filter(|letter| letter.signed_at < until);
            let due_at = due(dossier, until)?;
            Some(Row {
                code: dossier.code.clone(),
                due_at,
                new_due_at: letter
                    .filter(|letter| !letter.after_end)
                    .map(|letter| letter.new_due_at),
                step: held.get(&dossier.code).cloned(),
                signed_at: letter.map(|letter| letter.signed_at),
                reason_code: letter.map(|letter| letter.reason_code.clone()),
                printed_at: letter.and_then(|letter| letter.printed_at),
                printed_by: letter.and_then(|letter| letter.printed_by.clone()),
                sent_at: letter.and_then(|letter| letter.sent_at),
                procedure_name: dossier.procedure_name.clone(),
                in_time: letter
                    .is_some_and(|letter| local_day(letter.signed_at) < local_day(due_at)),
            })
        })
        .collect();
    rows.sort_by(|a, b| (a.due_at, &a.code).cmp(&(b.due_at, &b.code)));
    let count = |said: Said| rows.iter().filter(|row| said.holds(row)).count() as u64;
    let late = rows.len() as u64;
    let apologised = count(Said::Apologised);
    let in_time = count(Said::InTime);
    Ok(Report {
        from: period.from,
        to: period.to,
        late,
        apologised: Share::new(apologised, late),
        in_time,
        after: count(Said::After),
        by_cause: Heap::of(&rows, Row::cause),
        by_step: Heap::of(&rows, Row::step_words),
        judged_by: app.settings.figures.after_reappointment.label(),
        rows,
    })
}

/// The promise by which it was late, as known at the period's end.
fn due(dossier: &Scored, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
    dossier
        .promises
        .iter()
        .rev()
        .find(|(set_at, _)| *set_at < until)
        .and_then(|(_, due)| *due)
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        Sheet {
            head: vec![
                "Mã hồ sơ",
                "Thủ tục",
                "Hẹn lần đầu",
                "Ký xin lỗi lúc",
                "Hẹn lại",
                "Mã lý do",
                "Bước giữ hồ sơ khi quá hạn",
                "Kịp trước hạn",
                "In phiếu lúc",
                "Người in",
                "Thư, tin gửi lúc",
            ],
            rows: self
                .rows
                .iter()
                .map(|row| {
                    let said = match row.signed_at {
                        None => "chưa xin lỗi",
                        Some(_) if row.in_time => "có",
                        Some(_) => "không",
                    };
                    vec![
                        row.code.clone().into(),
                        row.procedure_name.clone().into(),
                        Cell::Moment(Some(to_local(row.due_at))),
                        Cell::Moment(row.signed_at.map(to_local)),
                        Cell::Moment(row.new_due_at.map(to_local)),
                        row.reason_code.clone().unwrap_or_default().into(),
                        row.step.clone().unwrap_or_default().into(),
                        said.into(),
                        Cell::Moment(row.printed_at.map(to_local)),
                        row.printed_by.clone().unwrap_or_default().into(),
                        Cell::Moment(row.sent_at.map(to_local)),
                    ]
                })
                .collect(),
            definitions: vec![
                define(
                    "Hồ sơ trễ",
                    "Xử lý xong quá hạn, hoặc quá hạn chưa xong, trong kỳ; cùng số với biểu II.06a.",
                ),
                define(
                    "Kịp trước hạn",
                    "Phiếu ký ít nhất một ngày trước ngày hẹn (NĐ 61/2018/NĐ-CP Điều 19.9).",
                ),
            ],
        }
    }
}
