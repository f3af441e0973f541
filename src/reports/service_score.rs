//! The service score (TT 01/2018/TT-VPCP Điều 13–15): nine indicators, the officers' and
//! the agency's sums and bands. What the register cannot know says so and is left out.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    feedback as feedback_report, four_on_the_spot,
    processing::{self, Counted},
};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        dossier::Channel,
        period::Period,
        points::{Points, agency_band, feedback, officer_band, online, words},
        scoring::Course,
        share::{FEW, Share},
        time::{day_end, local_day},
    },
    error::Result,
    store::{agency_times, complaints, review, whom::Viewer},
};

#[derive(Clone, Debug, Serialize)]
pub struct Indicator {
    pub number: u8,
    pub label: &'static str,
    /// In tenths of a point; `null` where there is not enough data.
    pub tenths: Option<u64>,
    /// Sum of points and number of dossiers, where it is an average.
    pub sum: Option<u64>,
    pub dossiers: Option<u64>,
    /// Where it is judged by a share.
    pub share: Option<Share>,
    pub definition: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Officer {
    pub name: String,
    pub dossiers: u64,
    /// Indicators 1, 2, 3, 7 in tenths; 4 is never known here.
    pub indicators: Vec<Option<u64>>,
    pub tenths: u64,
    pub band: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub indicators: Vec<Indicator>,
    pub counted: usize,
    pub tenths: u64,
    pub band: String,
    pub officers: Vec<Officer>,
    /// Solved late without a complaint: Điều 13 names no points for indicator 7.
    pub unnamed: u64,
}

/// Points of dossiers for indicators 1, 2, 3 and 7.
#[derive(Default)]
struct Sums {
    dossiers: u64,
    of: [Points; 4],
}

impl Sums {
    fn tenths(&self) -> Vec<Option<u64>> {
        self.of.iter().map(|points| points.tenths()).collect()
    }

    fn add(&mut self, scored: &Judged) {
        self.dossiers += 1;
        for (sum, number) in self.of.iter_mut().zip(AVERAGED) {
            for points in scored.points(number) {
                sum.add(points);
            }
        }
    }
}

/// The indicators that are averages over dossiers.
const AVERAGED: [u8; 4] = [1, 2, 3, 7];

/// An ended dossier and the points it brings.
#[derive(Clone, Debug)]
pub struct Judged {
    pub code: String,
    pub procedure: String,
    pub officer: String,
    first: Option<u64>,
    /// One for each agency that held it.
    second: Vec<u64>,
    third: u64,
    seventh: Option<u64>,
}

impl Judged {
    /// What it brings to an indicator; nothing where it is not counted there.
    pub fn points(&self, number: u8) -> Vec<u64> {
        match number {
            1 => self.first.into_iter().collect(),
            2 => self.second.clone(),
            3 => vec![self.third],
            7 => self.seventh.into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Solved late without a complaint: Điều 13 names no points for indicator 7.
    pub fn unnamed(&self) -> bool {
        self.first == Some(0) && self.seventh.is_none()
    }
}

/// The points of every dossier that ended in the period, as `viewer` may read them.
pub async fn judged(
    app: &App,
    agency: i64,
    viewer: Option<&Viewer>,
    period: Period,
    counted: &[Counted],
) -> Result<Vec<Judged>> {
    let db = app.store.read();
    let complained: BTreeSet<String> = complaints::seen(db, agency, viewer, day_end(period.to))
        .await?
        .into_iter()
        .filter(|one| one.kind == "conduct")
        .map(|one| one.code)
        .collect();
    let mut asked: HashMap<String, u64> = HashMap::new();
    for one in review::supplements(db, agency, period).await? {
        *asked.entry(one.code).or_default() += 1;
    }
    let mut held: HashMap<String, Vec<u64>> = HashMap::new();
    for one in agency_times::of_ended(db, agency, period).await? {
        let points = match one.held.cmp(&one.allotted) {
            std::cmp::Ordering::Less => 2,
            std::cmp::Ordering::Equal => 1,
            std::cmp::Ordering::Greater => 0,
        };
        held.entry(one.code).or_default().push(points);
    }
    let ended = counted.iter().filter(|one| !one.cell.course.pending());
    let judged = ended.map(|Counted { dossier, cell }| {
        let first = match cell.course {
            Course::Early => Some(2),
            Course::OnTime => Some(1),
            Course::Late => Some(0),
            _ => None,
        };
        Judged {
            code: dossier.code.clone(),
            procedure: dossier.procedure_name.clone(),
            officer: dossier.officer.clone(),
            first,
            second: held.get(&dossier.code).cloned().unwrap_or_default(),
            third: 2_u64.saturating_sub(asked.get(&dossier.code).copied().unwrap_or(0)),
            seventh: match first {
                _ if complained.contains(&dossier.code) => Some(0),
                Some(0) => None,
                other => other,
            },
        }
    });
    Ok(judged.collect())
}

pub async fn build(app: &App, agency: i64, period: Period) -> Result<Report> {
    let today = local_day(app.clock.now());
    let at = period.to.min(today).max(period.from);
    let counted = processing::counted(app, agency, period).await?;
    let judged = judged(app, agency, None, period, &counted).await?;
    let mut all = Sums::default();
    let mut officers: BTreeMap<String, Sums> = BTreeMap::new();
    for one in &judged {
        all.add(one);
        officers.entry(one.officer.clone()).or_default().add(one);
    }
    let unnamed = judged.iter().filter(|one| one.unnamed()).count() as u64;
    let four = four_on_the_spot::build(app, agency, at, Some(period.from)).await?;
    let heard = feedback_report::build(app, agency, None, period)
        .await?
        .total;
    let came: Vec<&Counted> = counted
        .iter()
        .filter(|one| one.cell.arrival != crate::domain::scoring::Arrival::CarriedOver)
        .collect();
    let by_net = |one: &&&Counted| one.dossier.facts.channel == Channel::Online;
    let net = came.iter().filter(by_net).count() as u64;
    let late_net = counted
        .iter()
        .filter(|one| one.dossier.facts.channel == Channel::Online)
        .filter(|one| matches!(one.cell.course, Course::Late | Course::Overdue))
        .count() as u64;
    let declared = four.declared.share;
    let whole = declared.denominator > 0 && declared.numerator == declared.denominator;
    let average = |number, label, points: Points, definition: &str| Indicator {
        number,
        label,
        tenths: points.tenths(),
        sum: Some(points.sum),
        dossiers: Some(points.dossiers),
        share: None,
        definition: definition.to_owned(),
    };
    let fixed = |number, label, points: Option<u64>, share, definition: String| Indicator {
        number,
        label,
        tenths: points.map(|points| points * 10),
        sum: None,
        dossiers: None,
        share,
        definition,
    };
    let share = |share: Share| format!("{}/{}", share.numerator, share.denominator);
    let indicators = vec![
        average(
            1,
            "Tổng thời gian giải quyết",
            all.of[0],
            "Hồ sơ xong trước hạn 2, đúng hạn 1, quá hạn 0; không có ngày hẹn thì không tính.",
        ),
        average(
            2,
            "Thời gian của từng cơ quan tham gia",
            all.of[1],
            "Mỗi hồ sơ ở mỗi cơ quan: giữ ngắn hơn thời gian được giao 2, bằng 1, dài hơn 0; tính giờ làm việc theo quy trình nội bộ.",
        ),
        average(
            3,
            "Số lần liên hệ để hoàn thiện hồ sơ",
            all.of[2],
            "Không phải bổ sung 2, một lần 1, hơn một lần 0. Chương trình không biết lỗi của ai nên không loại trường hợp nào.",
        ),
        fixed(
            4,
            "Số cơ quan phải liên hệ",
            None,
            None,
            "Chỉ người nộp biết; cần câu hỏi riêng trong phiếu đánh giá.".into(),
        ),
        fixed(
            5,
            "Tổ chức tiếp nhận, giải quyết, trả kết quả tại Bộ phận Một cửa",
            if declared.denominator == 0 {
                None
            } else if whole {
                Some(2)
            } else {
                None
            },
            Some(declared),
            format!(
                "Cấp xã được 2 điểm khi 100 % thủ tục làm trọn tại Bộ phận Một cửa (bốn tại chỗ {}). Mức 1 điểm cần biết mọi thủ tục đủ điều kiện đã đưa ra Bộ phận Một cửa: chương trình không biết.",
                share(declared)
            ),
        ),
        fixed(
            6,
            "Công khai thủ tục hành chính",
            None,
            None,
            "Niêm yết và đăng điện tử: chương trình không biết.".into(),
        ),
        average(
            7,
            "Thái độ phục vụ",
            all.of[3],
            "Xong trước hạn và không có phản ánh về hành vi 2, đúng hạn 1, có phản ánh 0 (không tính phản ánh không được tiếp nhận). Quá hạn mà không có phản ánh: Điều 13 không nêu điểm, không tính.",
        ),
        fixed(
            8,
            "Tiếp thu, giải trình phản ánh, kiến nghị",
            Some(feedback(heard.in_time, heard.due(), heard.overdue)),
            Some(heard.share()),
            format!(
                "Không có hoặc 100 % đúng hạn 2; từ 90 % và không kéo dài 1; còn lại 0. Đúng hạn {}/{}, quá hạn chưa trả lời {}.",
                heard.in_time,
                heard.due(),
                heard.overdue
            ),
        ),
        fixed(
            9,
            "Dịch vụ công trực tuyến",
            online(net, came.len() as u64, late_net, None),
            Some(Share::new(net, came.len() as u64)),
            format!(
                "Hồ sơ nộp trực tuyến {net}/{}, trễ {late_net}; dưới 15 % hoặc có hồ sơ trễ 0 điểm, từ 15 % đến dưới 30 % 1 điểm, từ 30 % cần biết thêm tỷ lệ thủ tục mức 3, 4.",
                came.len()
            ),
        ),
    ];
    let known: Vec<u64> = indicators.iter().filter_map(|one| one.tenths).collect();
    let tenths: u64 = known.iter().sum();
    let officers = officers.into_iter().map(|(name, sums)| {
        let indicators = sums.tenths();
        let tenths = indicators.iter().flatten().sum();
        // Indicator 4 is never known here.
        let missing = 1 + indicators.iter().filter(|one| one.is_none()).count();
        Officer {
            name,
            dossiers: sums.dossiers,
            band: if sums.dossiers < FEW {
                format!("dưới {FEW} hồ sơ: không xếp loại")
            } else {
                officer_band(tenths, missing)
            },
            indicators,
            tenths,
        }
    });
    Ok(Report {
        from: period.from,
        to: period.to,
        counted: known.len(),
        tenths,
        band: agency_band(tenths, indicators.len() - known.len()),
        officers: officers.collect(),
        unnamed,
        indicators,
    })
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let points = |tenths: Option<u64>| -> Cell {
            tenths.map_or_else(|| "không đủ dữ liệu".into(), |tenths| words(tenths).into())
        };
        let some = |count: Option<u64>| count.map_or_else(|| Cell::from(""), Cell::from);
        let indicators = self.indicators.iter().map(|one| {
            vec![
                u64::from(one.number).into(),
                one.label.into(),
                points(one.tenths),
                some(one.sum),
                some(one.dossiers),
                one.definition.clone().into(),
            ]
        });
        let officers = self.officers.iter().map(|one| {
            vec![
                "".into(),
                one.name.clone().into(),
                points(Some(one.tenths)),
                "".into(),
                one.dossiers.into(),
                one.band.clone().into(),
            ]
        });
        let whole = vec![
            "".into(),
            "Cơ quan".into(),
            points(Some(self.tenths)),
            "".into(),
            "".into(),
            self.band.clone().into(),
        ];
        Sheet {
            head: vec![
                "Chỉ số",
                "Tên",
                "Điểm",
                "Tổng điểm",
                "Hồ sơ",
                "Cách tính, xếp loại",
            ],
            rows: indicators.chain([whole]).chain(officers).collect(),
            definitions: vec![define(
                "Điểm",
                "TT 01/2018/TT-VPCP Điều 13–15: mỗi hồ sơ 2, 1 hoặc 0 điểm, lấy trung bình đến một chữ số thập phân; chỉ số không đủ dữ liệu không cộng.",
            )],
        }
    }
}
