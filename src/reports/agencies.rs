//! How do the agencies under one roof compare? A row each, counted as table II.06a counts
//! that agency itself, and the sum of them: what Biểu II.06b asks of the level above.
use std::collections::HashMap;

use chrono::NaiveDate;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::{
    apologies, closed,
    cut::Cut,
    four_on_the_spot,
    processing::{HEADS, cells_of},
    reading::Reading,
};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{period::Period, scoring::Tally, share::Share, time::local_day, viet},
    error::{Error, Result},
    store::agencies::{self, Agency, Placed},
};

/// So many agencies are read at a time: a province has forty, and others ask the database too.
pub const AT_ONCE: usize = 4;

/// An agency and its figures.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub key: String,
    pub name: String,
    /// Key of the agency above it in this table; empty for the first.
    pub under: String,
    /// How far below the first it stands.
    pub depth: usize,
    #[serde(flatten)]
    pub tally: Tally,
    /// Dossiers finished on the spot ÷ finished, of procedures of its own authority.
    pub on_the_spot: Share,
    /// Late ones with a signed apology ÷ late ones.
    pub apologised: Share,
    /// Whether its figures of this period are closed.
    pub closed: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub rows: Vec<Row>,
    pub total: Tally,
    pub on_the_spot: Share,
    pub apologised: Share,
}

/// The agency and all below it.
pub async fn build(app: &App, top: i64, period: Period) -> Result<Report> {
    let db = app.store.read();
    let placed = agencies::below(db, top).await?;
    let keys: HashMap<i64, String> = placed
        .iter()
        .map(|one| (one.agency.id, one.agency.key.clone()))
        .collect();
    let mut report = Report {
        from: period.from,
        to: period.to,
        rows: Vec::with_capacity(placed.len()),
        total: Tally::default(),
        on_the_spot: Share::default(),
        apologised: Share::default(),
    };
    let asked: Vec<_> = placed
        .iter()
        .map(|one| row(app, one, &keys, period))
        .collect();
    // As they stand, whichever is read first.
    let mut rows = stream::iter(asked).buffered(AT_ONCE);
    while let Some(row) = rows.try_next().await? {
        report.total.and(&row.tally);
        report.on_the_spot = plus(report.on_the_spot, row.on_the_spot);
        report.apologised = plus(report.apologised, row.apologised);
        report.rows.push(row);
    }
    Ok(report)
}

fn plus(a: Share, b: Share) -> Share {
    Share::new(a.numerator + b.numerator, a.denominator + b.denominator)
}

async fn row(
    app: &App,
    placed: &Placed,
    keys: &HashMap<i64, String>,
    period: Period,
) -> Result<Row> {
    let agency = &placed.agency;
    let name = agencies::name_by(app.store.read(), agency.id, period.to).await?;
    let reading = Reading::of(app, agency.id, &[period]).await?;
    let closed = closed::of_period(app, agency.id, period).await?;
    let is_closed = closed.is_some();
    // The cells of its own table and no more of it: what was carried over, and what changed
    // since it was closed, stand in no column here and would be asked of every agency.
    let mut tally = Tally::default();
    for one in closed.map_or_else(|| reading.live(app, period), |closed| closed.counted) {
        tally.add(one.cell);
    }
    let today = local_day(app.clock.now());
    let at = period.to.min(today).max(period.from);
    let four = four_on_the_spot::build(app, agency.id, at, Some(period.from)).await?;
    let late = apologies::build_from(app, &reading, period, &Cut::default()).await?;
    let above = agency.parent_id.and_then(|id| keys.get(&id)).cloned();
    Ok(Row {
        key: agency.key.clone(),
        name: name.name,
        under: above.filter(|_| placed.depth > 0).unwrap_or_default(),
        depth: placed.depth,
        tally,
        on_the_spot: four.dossiers,
        apologised: late.apologised,
        closed: is_closed,
    })
}

/// The agency of that key, where it is this one or stands below it, and all below that one in
/// the order of the table.
///
/// # Errors
/// When it does not, or there is none: the same words for both.
pub async fn below(app: &App, top: i64, key: &str) -> Result<(Agency, Vec<Agency>)> {
    let placed = agencies::below(app.store.read(), top).await?;
    let mut from = placed.into_iter().skip_while(|one| one.agency.key != key);
    let found = from.next().ok_or_else(|| {
        Error::not_found(format!("Không có cơ quan “{key}” trong phạm vi của bạn."))
    })?;
    // Each stands before those under it: they end where one stands as high as it does.
    let under = from.take_while(|one| one.depth > found.depth);
    let under = under.map(|one| one.agency).collect();
    Ok((found.agency, under))
}

/// How many columns of II.06a are counts. Its rates follow them, here each beside the two
/// numbers it is of.
const COUNTS: usize = HEADS.len() - 2;

/// Heads of the rates and their numbers; the second rate shares the first one's numerator.
const RATE_HEADS: [&str; 11] = [
    "Trước và đúng hạn",
    "Đã giải quyết, có ngày hẹn",
    "Trước và đúng hạn (%)",
    "Có ngày hẹn, cả quá hạn chưa xong",
    "Tính cả quá hạn chưa xong (%)",
    "Hồ sơ làm tại chỗ",
    "Đã xong, thuộc thẩm quyền",
    "Hồ sơ làm tại chỗ (%)",
    "Đã xin lỗi",
    "Hồ sơ trễ",
    "Đã xin lỗi, trong số trễ (%)",
];

impl Report {
    pub fn sheet(&self) -> Sheet {
        let rate = |of: Share| {
            let both = [of.numerator, of.denominator].map(Cell::from);
            both.into_iter().chain([Cell::Percent(of)])
        };
        let line = |name: String, tally: &Tally, spot: Share, said: Share| {
            let mut cells = vec![Cell::from(name)];
            cells.extend(cells_of(tally).into_iter().take(COUNTS));
            cells.extend(rate(tally.on_time));
            cells.extend(rate(tally.on_time_with_overdue).skip(1));
            cells.extend([spot, said].into_iter().flat_map(rate));
            cells
        };
        let head = [&["Cơ quan, đơn vị"][..], &HEADS[..COUNTS], &RATE_HEADS].concat();
        let rows = self.rows.iter().map(|row| {
            line(
                row.name.clone(),
                &row.tally,
                row.on_the_spot,
                row.apologised,
            )
        });
        let total = line(
            "Tổng cộng".into(),
            &self.total,
            self.on_the_spot,
            self.apologised,
        );
        let (from, to) = (viet::date(self.from), viet::date(self.to));
        Sheet {
            head,
            rows: rows.chain([total]).collect(),
            definitions: vec![
                define("Kỳ báo cáo", format!("Từ {from} đến {to}.")),
                define("Mỗi dòng", OWN),
                define("Tỷ lệ", RATES),
                define(
                    "Tính cả quá hạn chưa xong (%)",
                    "Mẫu số thêm hồ sơ quá hạn mà chưa xong.",
                ),
                define("Sáp nhập", MERGED),
            ],
        }
    }
}

/// What a row counts.
pub const OWN: &str = "Hồ sơ của chính cơ quan ấy, đếm như biểu II.06a của nó; cấp dưới ở dòng riêng, tổng cộng là tổng các dòng.";

/// What the rates are of.
pub const RATES: &str = "Tỷ lệ trước và đúng hạn tính trên hồ sơ đã giải quyết có ngày hẹn; tỷ lệ làm tại chỗ tính trên hồ sơ đã xong, có dấu giờ, của thủ tục thuộc thẩm quyền; tỷ lệ đã xin lỗi (có phiếu đã ký) tính trên hồ sơ trễ.";

/// Where dossiers of a merged agency are counted.
pub const MERGED: &str = "Hồ sơ chưa trả khi sáp nhập chuyển sang cơ quan mới: kỳ hết trước ngày sáp nhập đếm ở cơ quan cũ, từ kỳ có ngày ấy đếm ở cơ quan mới; hồ sơ đã trả ở lại cơ quan cũ. Một hồ sơ chỉ đứng ở một dòng.";
