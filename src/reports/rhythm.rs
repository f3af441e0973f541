//! When do people come, and how did each field keep its promises month by month? For
//! staffing the desk, and for seeing where it went wrong.
use std::collections::BTreeMap;

use chrono::{Datelike, Timelike};
use serde::Serialize;

use super::{cut::Cut, months, reading::Reading};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        period::Period,
        scoring::{Arrival, Tally},
        share::Share,
        time::to_local,
    },
    error::Result,
};

/// A field's months.
#[derive(Clone, Debug, Serialize)]
pub struct Strip {
    pub field: String,
    /// In time, with what is overdue and open in the denominator; one a month.
    pub months: Vec<Share>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Received in the period: Monday to Sunday, each with its 24 hours.
    pub hours: Vec<[u64; 24]>,
    pub received: u64,
    /// Month by month: label, first and last day.
    pub months: Vec<(String, Period)>,
    pub fields: Vec<Strip>,
}

pub async fn build(app: &App, agency: i64, period: Period, cut: &Cut) -> Result<Report> {
    let mut hours = vec![[0_u64; 24]; 7];
    let mut received = 0;
    let months = period.months_before(12, app.settings.figures.period_start_day);
    let reading = Reading::of(app, agency, &[&months[..], &[period]].concat()).await?;
    for one in reading.counted(app, period).await? {
        let came = one.dossier.facts.received_at.map(to_local);
        let Some(at) = came.filter(|_| one.cell.arrival != Arrival::CarriedOver) else {
            continue;
        };
        if !cut.holds(&one.dossier) {
            continue;
        }
        received += 1;
        hours[at.weekday().num_days_from_monday() as usize][at.hour() as usize] += 1;
    }
    let mut fields: BTreeMap<String, Vec<Tally>> = BTreeMap::new();
    months::each(app, &reading, &months, |place, dossier, cell| {
        if cut.holds(dossier) {
            let row = fields
                .entry(dossier.field.clone())
                .or_insert_with(|| vec![Tally::default(); 12]);
            if let Some(tally) = row.get_mut(place) {
                tally.add(cell);
            }
        }
    })
    .await?;
    Ok(Report {
        hours,
        received,
        fields: fields
            .into_iter()
            .map(|(field, tallies)| Strip {
                field,
                months: tallies.iter().map(|t| t.on_time_with_overdue).collect(),
            })
            .collect(),
        months: months
            .into_iter()
            .map(|month| (months::label(month), month))
            .collect(),
    })
}

/// The days of a week, as the rows of `hours`.
pub const DAYS: [&str; 7] = [
    "Thứ Hai",
    "Thứ Ba",
    "Thứ Tư",
    "Thứ Năm",
    "Thứ Sáu",
    "Thứ Bảy",
    "Chủ nhật",
];

impl Report {
    pub fn sheet(&self) -> Sheet {
        let day = |(name, hours): (&&str, &[u64; 24])| -> Vec<Vec<Cell>> {
            let used = hours.iter().enumerate().filter(|(_, count)| **count > 0);
            used.map(|(hour, count)| {
                let when = format!("{hour} giờ");
                vec![
                    "Tiếp nhận".into(),
                    (*name).into(),
                    when.into(),
                    (*count).into(),
                    "".into(),
                ]
            })
            .collect()
        };
        let strip = |strip: &Strip| -> Vec<Vec<Cell>> {
            let months = strip.months.iter().zip(&self.months);
            months
                .map(|(share, (_, month))| {
                    vec![
                        "Đúng hạn".into(),
                        strip.field.clone().into(),
                        month.to.format("%Y-%m").to_string().into(),
                        share.numerator.into(),
                        share.denominator.into(),
                    ]
                })
                .collect()
        };
        let hours = DAYS.iter().zip(&self.hours).flat_map(day);
        Sheet {
            head: vec!["Bảng", "Thứ, lĩnh vực", "Giờ, tháng", "Hồ sơ", "Trên"],
            rows: hours.chain(self.fields.iter().flat_map(strip)).collect(),
            definitions: vec![
                define(
                    "Tiếp nhận",
                    "Hồ sơ tiếp nhận trong kỳ theo thứ và giờ nhận; không gồm hồ sơ từ kỳ trước.",
                ),
                define(
                    "Đúng hạn",
                    "Giải quyết trước và đúng hạn trên đã giải quyết có ngày hẹn và quá hạn chưa xong, từng tháng.",
                ),
            ],
        }
    }
}
