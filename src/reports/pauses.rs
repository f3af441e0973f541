//! The ledger of pauses as rows: for the page and for files alike.
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        calendar::Calendar,
        time::{format_moment, local_day, to_local},
    },
    error::Result,
    store::pauses::{self, Entry, Filter},
};

/// A line, and for how many working days its clock stood so far.
#[derive(Clone, Debug)]
pub struct Line {
    pub entry: Entry,
    pub days: u32,
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
    lines(app, entries).await
}

/// These lines with their days.
pub async fn lines(app: &App, entries: Vec<Entry>) -> Result<Ledger> {
    let (calendar, now) = (app.calendar().await?, app.clock.now());
    let items = entries
        .into_iter()
        .map(|entry| Line {
            days: stood(&calendar, &entry, now),
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
        let row = |Line { entry, days }: &Line| {
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
                "Chạy lại từ",
                "Số ngày làm việc dừng",
            ],
            rows: self.items.iter().map(row).collect(),
            definitions: vec![
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
