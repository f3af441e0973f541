//! Who kept the share of the time limit, and who did not: by step, officer or agency.
//!
//! A dossier in a step belongs to the period in which the step, or the officer's part of
//! it, ended. Its time runs from the moment the dossier was given to these hands, without
//! the stretches in which the clock stood. Counted apart: what has no share (procedures
//! without a limit), what was passed on at once, and what is still held beyond its share.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    cut::Cut,
    spent::{Between, Hand, People, Spent, spent},
};
use crate::{
    app::App,
    documents::sheet::{Cell, Definition, Sheet, define},
    domain::{
        dossier::codes,
        holding::{Pace, pace},
        period::Period,
        share::Share,
        time::{day_end, day_start},
    },
    error::Result,
    store::hands::{self, Whose},
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
        All = "all", "Lượt giữ đã xong";
        Early = "early", "Sớm";
        OnTime = "on_time", "Đúng";
        Late = "late", "Quá phần";
        Passed = "passed", "Chuyển ngay";
        Undated = "undated", "Không chia thời gian";
        Over = "over", "Đang giữ, đã quá phần";
        Held = "held", "Đang giữ, chưa quá phần";
        Kept = "kept", "Giữ đúng phần";
        Shared = "shared", "Có phần được giao";
        SharedOver = "shared_over", "Có phần được giao, gồm cả đang giữ quá phần";
    }
}

impl Column {
    /// Whether the number counts it.
    pub fn holds(self, one: &Spent) -> bool {
        let own = column(one);
        match self {
            Self::All => !one.open,
            Self::Kept => matches!(own, Self::Early | Self::OnTime),
            Self::Shared => matches!(own, Self::Early | Self::OnTime | Self::Late),
            Self::SharedOver => {
                matches!(own, Self::Early | Self::OnTime | Self::Late | Self::Over)
            }
            one => own == one,
        }
    }
}

/// One line.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    pub label: String,
    /// What its rows are asked by: an officer by `@` and his account's name.
    pub key: String,
    pub stretches: u64,
    pub early: u64,
    pub on_time: u64,
    pub late: u64,
    /// Passed on at once: nothing to be early with.
    pub passed: u64,
    pub undated: u64,
    /// Held still, and beyond the share already.
    pub over: u64,
    pub kept: Share,
    pub kept_with_over: Share,
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
pub fn label(by: By, one: &Spent, own: &str, people: &People) -> String {
    let duty = one.last.duty();
    match by {
        By::Step => duty.label().into(),
        By::Officer if one.hand == Hand::Named(String::new()) => {
            format!("(chưa ai nhận) {}", duty.role().label())
        }
        By::Officer => people.words(&one.hand),
        By::Agency => at(&one.last.elsewhere, own),
    }
}

/// What tells a row from the others.
pub fn key(by: By, one: &Spent, own: &str, people: &People) -> String {
    match by {
        By::Officer if one.hand != Hand::Named(String::new()) => people.key(&one.hand),
        _ => label(by, one, own, people),
    }
}

fn at(elsewhere: &str, own: &str) -> String {
    if elsewhere.is_empty() { own } else { elsewhere }.to_owned()
}

/// Into which column it falls.
pub fn column(one: &Spent) -> Column {
    match (one.open, one.used.zip(one.allotted())) {
        (true, Some((used, most))) if pace(used, most) == Pace::Late => Column::Over,
        (true, _) => Column::Held,
        (false, None) => Column::Undated,
        (false, Some((0, _))) => Column::Passed,
        (false, Some((used, most))) => match pace(used, most) {
            Pace::Early => Column::Early,
            Pace::OnTime => Column::OnTime,
            Pace::Late => Column::Late,
        },
    }
}

fn bounds(app: &App, period: Period) -> Between {
    Between {
        from: day_start(period.from),
        until: day_end(period.to),
        measured: day_end(period.to).min(app.clock.now()),
    }
}

/// What is counted in a period.
pub async fn counted(
    app: &App,
    agency: i64,
    period: Period,
    by: By,
    asked: &Asked<'_>,
    people: &People,
) -> Result<Vec<Spent>> {
    let own = app.agency_name(agency).await?.name.clone();
    let cut = Cut {
        officer: String::new(),
        ..asked.cut.clone()
    };
    let officer = &asked.cut.officer;
    let between = bounds(app, period);
    spent(
        app,
        agency,
        between,
        asked.whose,
        people,
        by,
        |one, hand| {
            (asked.agency.is_empty() || at(&one.elsewhere, &own) == asked.agency)
                && people.meant(hand, officer)
                && cut.fits(&one.field, &one.procedure_code, "", &one.channel)
        },
    )
    .await
}

/// The agencies that held a dossier in a period.
pub async fn agencies(
    app: &App,
    agency: i64,
    period: Period,
    whose: &Whose,
) -> Result<BTreeSet<String>> {
    let own = app.agency_name(agency).await?.name.clone();
    let Between { from, until, .. } = bounds(app, period);
    let held = hands::between(app.store.read(), agency, from, until, whose).await?;
    Ok(held.iter().map(|one| at(&one.elsewhere, &own)).collect())
}

/// Which stretches: whose, of which dossiers, and at which agency.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub whose: &'a Whose,
    pub cut: &'a Cut,
    /// Its name; empty means all.
    pub agency: &'a str,
}

fn line(label: String, key: String, all: &[&Spent]) -> Line {
    let count = |wanted: Column| all.iter().filter(|one| wanted.holds(one)).count() as u64;
    let kept = count(Column::Kept);
    Line {
        label,
        key,
        stretches: count(Column::All),
        early: count(Column::Early),
        on_time: count(Column::OnTime),
        late: count(Column::Late),
        passed: count(Column::Passed),
        undated: count(Column::Undated),
        over: count(Column::Over),
        kept: Share::new(kept, count(Column::Shared)),
        kept_with_over: Share::new(kept, count(Column::SharedOver)),
        pauses_asked: None,
    }
}

/// Assembles it; an officer is given `Whose::Of` himself.
pub async fn build(
    app: &App,
    agency: i64,
    period: Period,
    by: By,
    wanted: &Asked<'_>,
) -> Result<Accountability> {
    let people = People::of(app, agency).await?;
    let all = counted(app, agency, period, by, wanted, &people).await?;
    let own = app.agency_name(agency).await?.name.clone();
    let mut groups: BTreeMap<(String, String), Vec<&Spent>> = BTreeMap::new();
    for one in &all {
        let name = (label(by, one, &own, &people), key(by, one, &own, &people));
        groups.entry(name).or_default().push(one);
    }
    // Held within its share: in no column yet.
    groups.retain(|_, all| all.iter().any(|one| column(one) != Column::Held));
    // Stops are counted where nothing else is asked: they are of no step and no agency.
    let everyone = by == By::Officer && wanted.cut.is_whole() && wanted.agency.is_empty();
    let asked = if everyone {
        pauses(app, agency, period, wanted.whose, &people).await?
    } else {
        BTreeMap::new()
    };
    for name in asked.keys() {
        groups.entry(name.clone()).or_default();
    }
    let rows = groups.into_iter().map(|((label, key), all)| {
        let times = asked.get(&(label.clone(), key.clone())).copied();
        Line {
            pauses_asked: everyone.then_some(times.unwrap_or(0)),
            ..line(label, key, &all)
        }
    });
    let everything: Vec<&Spent> = all.iter().collect();
    Ok(Accountability {
        from: period.from,
        to: period.to,
        by: by.code(),
        rows: rows.collect(),
        total: line("Cộng".into(), String::new(), &everything),
    })
}

/// How often who stopped the clock, by label and key.
async fn pauses(
    app: &App,
    agency: i64,
    period: Period,
    whose: &Whose,
    people: &People,
) -> Result<BTreeMap<(String, String), u64>> {
    let (from, until) = (day_start(period.from), day_end(period.to));
    let mut all = BTreeMap::new();
    for one in hands::pauses_asked(app.store.read(), agency, from, until).await? {
        let hand = people.hand(one.account_id, &one.name);
        let his = match whose {
            Whose::All => true,
            Whose::Of { account, name } => people.hand(*account, name) == hand,
        };
        if his {
            let times = u64::try_from(one.times).unwrap_or_default();
            *all.entry((people.words(&hand), people.key(&hand)))
                .or_default() += times;
        }
    }
    Ok(all)
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
                line.passed.into(),
                line.undated.into(),
                line.over.into(),
                Cell::Percent(line.kept),
                Cell::Percent(line.kept_with_over),
                line.pauses_asked.map_or_else(|| "".into(), Cell::from),
            ]
        };
        Sheet {
            head: vec![
                by,
                "Lượt giữ đã xong",
                "Sớm",
                "Đúng",
                "Quá phần",
                "Chuyển ngay",
                "Không chia thời gian",
                "Đang giữ, đã quá phần",
                "Giữ đúng phần (%)",
                "Giữ đúng phần, kể cả đang giữ quá phần (%)",
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
            "Lượt giữ đã xong",
            "Một hồ sơ ở một bước. Theo bước và cơ quan: cộng thời gian của mọi người đã giữ hồ sơ ở bước ấy rồi so với phần của bước một lần. Theo người: chỉ thời gian của chính người ấy, cũng so với phần của bước. Tính vào kỳ mà lượt ấy kết thúc; bước bị trả lại làm tiếp thì cộng dồn, thời hạn chạy lại từ đầu thì phần cũng tính lại.",
        ),
        define(
            "Đã dùng",
            "Từ lúc được giao đến lúc giao đi hoặc đổi người, trừ thời gian đồng hồ dừng; giờ làm việc, hoặc giờ liên tục với thời hạn tính theo ngày thường.",
        ),
        define(
            "Chuyển ngay",
            "Không giữ giây làm việc nào, như người ký thay cho bước của người khác: không tính là sớm, đúng hay quá phần.",
        ),
        define(
            "Đang giữ, đã quá phần",
            "Chưa giao đi mà thời gian đã dùng vượt phần của bước, tính đến hết kỳ hoặc đến lúc này.",
        ),
        define(
            "Giữ đúng phần (%)",
            "(Sớm + đúng) ÷ (sớm + đúng + quá phần). Phần của mỗi bước lấy ở quy trình có hiệu lực khi nhận hồ sơ.",
        ),
        define(
            "Giữ đúng phần, kể cả đang giữ quá phần (%)",
            "(Sớm + đúng) ÷ (sớm + đúng + quá phần + đang giữ quá phần).",
        ),
    ]
}
