//! The ledger of pauses as rows: for the page and for files alike.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        calendar::Calendar,
        time::{format_moment, local_day, to_local},
        viet,
    },
    error::Result,
    store::pauses::{self, Arrival, Entry, Filter},
};

/// A line, and for how many working days its clock stood so far.
#[derive(Clone, Debug)]
pub struct Line {
    pub entry: Entry,
    pub days: u32,
    /// Every time that papers came.
    pub arrivals: Vec<Arrival>,
}

impl Serialize for Line {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let entry = &self.entry;
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("kind", &entry.kind)?;
        out.serialize_entry("number", &entry.number)?;
        out.serialize_entry("year", &entry.year)?;
        out.serialize_entry("code", &entry.code)?;
        out.serialize_entry("reason_code", &entry.reason_code)?;
        out.serialize_entry("reason", &entry.reason)?;
        out.serialize_entry("asked_by", &entry.asked_by)?;
        out.serialize_entry("legal_basis", &entry.legal_basis)?;
        out.serialize_entry("approved_by", &entry.approved_by)?;
        out.serialize_entry("from", &format_moment(entry.from_at))?;
        out.serialize_entry("arrived_at", &entry.arrived_at.map(format_moment))?;
        let arrivals = self.arrivals.iter().map(|one| format_moment(one.at));
        out.serialize_entry("arrivals", &arrivals.collect::<Vec<_>>())?;
        out.serialize_entry("to", &entry.to_at.map(format_moment))?;
        out.serialize_entry("working_days", &self.days)?;
        out.end()
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    pub items: Vec<Line>,
}

pub async fn build(app: &App, filter: &Filter) -> Result<Ledger> {
    let entries = pauses::entries(app.store.read(), filter).await?;
    lines(app, filter.agency, entries).await
}

/// These lines with their days.
pub async fn lines(app: &App, agency: i64, entries: Vec<Entry>) -> Result<Ledger> {
    let (office, now) = (app.office(agency).await?, app.clock.now());
    let mut came: HashMap<i64, Vec<Arrival>> = HashMap::new();
    for one in pauses::arrivals(app.store.read(), &entries).await? {
        came.entry(one.wait_id).or_default().push(one);
    }
    let items = entries
        .into_iter()
        .map(|entry| Line {
            days: stood(&office.calendar, &entry, now),
            arrivals: came.remove(&entry.id).unwrap_or_default(),
            entry,
        })
        .collect();
    Ok(Ledger { items })
}

/// Working days from the stop to the end of the wait; of one that goes on, until now
/// or until the dossier ended.
fn stood(calendar: &Calendar, entry: &Entry, now: DateTime<Utc>) -> u32 {
    let until = entry.to_at.or(entry.ended_at).unwrap_or(now);
    let (from, until) = (local_day(entry.from_at), local_day(until));
    calendar
        .working_days_between(from, until)
        .unwrap_or_else(|_| u32::try_from((until - from).num_days()).unwrap_or_default())
}

impl Ledger {
    pub fn sheet(&self) -> Sheet {
        let text = |value: &Option<String>| Cell::from(value.clone().unwrap_or_default());
        let count = |value: Option<i32>| {
            value
                .and_then(|value| u64::try_from(value).ok())
                .map_or_else(|| Cell::from(""), Cell::Count)
        };
        let row = |Line {
                       entry,
                       days,
                       arrivals,
                   }: &Line| {
            let all: Vec<String> = arrivals
                .iter()
                .map(|one| viet::moment(to_local(one.at)))
                .collect();
            vec![
                count(entry.number),
                count(entry.year),
                entry.kind().label().into(),
                entry.code.clone().into(),
                entry.procedure_name.clone().into(),
                entry.reason_label().into(),
                text(&entry.reason),
                text(&entry.asked_by),
                text(&entry.legal_basis),
                text(&entry.approved_by),
                Cell::Moment(Some(to_local(entry.from_at))),
                Cell::Moment(entry.arrived_at.map(to_local)),
                all.join("; ").into(),
                Cell::Moment(entry.to_at.map(to_local)),
                Cell::Count(u64::from(*days)),
            ]
        };
        Sheet {
            head: vec![
                "Số phiếu",
                "Năm",
                "Loại",
                "Mã hồ sơ",
                "Thủ tục",
                "Nguyên nhân",
                "Lý do ghi trên phiếu",
                "Người yêu cầu",
                "Căn cứ",
                "Lãnh đạo đồng ý",
                "Dừng từ",
                "Giấy tờ đến",
                "Mọi lần giấy tờ đến",
                "Chạy lại từ",
                "Số ngày làm việc dừng",
            ],
            rows: self.items.iter().map(row).collect(),
            definitions: vec![
                define(
                    "Giấy tờ đến",
                    "Lần đến mà thời hạn tính từ đó: lần đầu, hoặc lần sau khi lãnh đạo đồng ý.",
                ),
                define(
                    "Chạy lại từ",
                    "Lúc giấy tờ đến quầy, dù kiểm tra xong muộn hơn; trống là đồng hồ còn dừng.",
                ),
                define(
                    "Số ngày làm việc dừng",
                    "Ngày làm việc sau ngày dừng, đến hết ngày chạy lại (hoặc đến nay).",
                ),
            ],
        }
    }
}
