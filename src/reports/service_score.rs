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
    domain::{
        dossier::Channel,
        period::Period,
        points::{Points, agency_band, feedback, officer_band, online},
        scoring::Course,
        share::Share,
        time::{day_end, local_day},
    },
    error::Result,
    store::{agency_times, complaints, review},
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
    pub definition: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Officer {
    pub name: String,
    pub dossiers: u64,
    /// Indicators 1, 2, 3, 7 in tenths; 4 is never known here.
    pub indicators: Vec<Option<u64>>,
    pub tenths: u64,
    pub band: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub indicators: Vec<Indicator>,
    pub counted: usize,
    pub tenths: u64,
    pub band: &'static str,
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
}

pub async fn build(app: &App, agency: i64, period: Period) -> Result<Report> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let at = period.to.min(today).max(period.from);
    let counted = processing::counted(app, agency, period).await?;
    let complained: BTreeSet<String> = complaints::before(db, agency, day_end(period.to))
        .await?
        .into_iter()
        .filter(|one| one.kind == "conduct")
        .map(|one| one.code)
        .collect();
    let mut asked: HashMap<String, u64> = HashMap::new();
    for one in review::supplements(db, agency, period).await? {
        *asked.entry(one.code).or_default() += 1;
    }
    let mut held: HashMap<String, Vec<(i64, i64)>> = HashMap::new();
    for one in agency_times::of_ended(db, agency, period).await? {
        held.entry(one.code)
            .or_default()
            .push((one.held, one.allotted));
    }
    let mut all = Sums::default();
    let mut officers: BTreeMap<String, Sums> = BTreeMap::new();
    let mut unnamed = 0;
    for Counted { dossier, cell } in counted.iter().filter(|one| !one.cell.course.pending()) {
        let first = match cell.course {
            Course::Early => Some(2),
            Course::OnTime => Some(1),
            Course::Late => Some(0),
            _ => None,
        };
        let third = 2_u64.saturating_sub(asked.get(&dossier.code).copied().unwrap_or(0));
        let seventh = match first {
            _ if complained.contains(&dossier.code) => Some(0),
            Some(0) => None,
            other => other,
        };
        unnamed += u64::from(first == Some(0) && seventh.is_none());
        for sums in [
            &mut all,
            officers.entry(dossier.officer.clone()).or_default(),
        ] {
            sums.dossiers += 1;
            if let Some(points) = first {
                sums.of[0].add(points);
            }
            for (held, allotted) in held.get(&dossier.code).into_iter().flatten() {
                sums.of[1].add(match held.cmp(allotted) {
                    std::cmp::Ordering::Less => 2,
                    std::cmp::Ordering::Equal => 1,
                    std::cmp::Ordering::Greater => 0,
                });
            }
            sums.of[2].add(third);
            if let Some(points) = seventh {
                sums.of[3].add(points);
            }
        }
    }
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
        definition: definition.to_owned(),
    };
    let fixed = |number, label, points: Option<u64>, definition: String| Indicator {
        number,
        label,
        tenths: points.map(|points| points * 10),
        sum: None,
        dossiers: None,
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
            format!(
                "Cấp xã được 2 điểm khi 100 % thủ tục làm trọn tại Bộ phận Một cửa (bốn tại chỗ {}). Mức 1 điểm cần biết mọi thủ tục đủ điều kiện đã đưa ra Bộ phận Một cửa: chương trình không biết.",
                share(declared)
            ),
        ),
        fixed(
            6,
            "Công khai thủ tục hành chính",
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
        Officer {
            name,
            dossiers: sums.dossiers,
            indicators,
            tenths,
            band: officer_band(tenths),
        }
    });
    Ok(Report {
        from: period.from,
        to: period.to,
        counted: known.len(),
        tenths,
        band: agency_band(tenths),
        officers: officers.collect(),
        unnamed,
        indicators,
    })
}
