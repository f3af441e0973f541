//! The index of QĐ 766/QĐ-TTg as far as a desk can know it, the national portal's "hài
//! lòng", and which dossiers cost points this week.
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{feedback, processing};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        dossier::Channel,
        period::Period,
        scoring::{Arrival, Course, Tally},
        share::Share,
        time::{day_end, local_day},
    },
    error::Result,
    store::{complaints, whom::Viewer},
};

/// The portal's threshold for "hài lòng", percent.
const SATISFIED: u64 = 90;

/// What a part's share is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    OnTime,
    Online,
    Feedback,
    Portal,
}

/// One part of a group.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub group: &'static str,
    pub label: &'static str,
    /// The most it gives; `null` where the desk knows only the share.
    pub most: Option<u64>,
    /// Hundredths of a point; `null`: không đủ dữ liệu.
    pub points: Option<u64>,
    pub share: Option<Share>,
    #[serde(skip)]
    pub of: Option<Of>,
    pub definition: &'static str,
}

/// A dossier that costs points, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Costs {
    pub code: String,
    pub procedure: String,
    pub why: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub parts: Vec<Part>,
    /// Of the parts that have points, and the most that these give.
    pub points: u64,
    pub most: u64,
    /// 100 % − late − complained of; another figure than the survey's index.
    pub portal: Share,
    pub late: u64,
    pub complained: u64,
    pub week: Vec<Costs>,
}

/// min(P, R ÷ target × P), hundredths of a point, rounded half up.
///
/// ```
/// use motcua::{domain::share::Share, reports::index_766::points};
/// assert_eq!(points(Share::new(9, 10), 100, 20), Some(1800));
/// assert_eq!(points(Share::new(19, 20), 90, 6), Some(600), "above the threshold it is all of it");
/// assert_eq!(points(Share::new(4999, 5000), 100, 20), Some(1999), "not all is never all of it");
/// assert_eq!(points(Share::new(0, 0), 90, 6), None);
/// ```
pub fn points(share: Share, target_percent: u64, most: u64) -> Option<u64> {
    if share.denominator == 0 {
        return None;
    }
    let whole = u128::from(share.denominator) * u128::from(target_percent);
    let part = u128::from(share.numerator) * 100 * u128::from(most) * 100;
    let points = (part * 2 + whole) / (whole * 2);
    let points = u64::try_from(points).unwrap_or(u64::MAX).min(most * 100);
    // Short of the target is short of the points, as short of all is never 100 %.
    Some(if part < whole * u128::from(most) * 100 {
        points.min(most * 100 - 1)
    } else {
        points
    })
}

/// `viewer`: who reads the rows of the week; the figures are the agency's.
pub async fn build(
    app: &App,
    agency: i64,
    viewer: Option<&Viewer>,
    period: Period,
) -> Result<Report> {
    let counted = processing::counted(app, agency, period).await?;
    let complaints = complaints::before(app.store.read(), agency, day_end(period.to)).await?;
    let of: BTreeSet<&str> = complaints.iter().map(|one| one.code.as_str()).collect();
    let mut tally = Tally::default();
    let (mut online, mut came, mut complained) = (0, 0, 0);
    for one in &counted {
        tally.add(one.cell);
        if one.cell.arrival != Arrival::CarriedOver {
            came += 1;
            online += u64::from(one.dossier.facts.channel == Channel::Online);
        }
        let judged = matches!(
            one.cell.course,
            Course::Early | Course::OnTime | Course::Late | Course::Overdue
        );
        complained += u64::from(judged && of.contains(one.dossier.code.as_str()));
    }
    let in_time = tally.on_time_with_overdue;
    let late = in_time.denominator - in_time.numerator;
    let kept = in_time.denominator.saturating_sub(late + complained);
    let portal = Share::new(kept, in_time.denominator);
    let heard = feedback::build(app, agency, None, period)
        .await?
        .total
        .share();
    let part = |group, label, most, points, share: Option<(Of, Share)>, definition| Part {
        group,
        label,
        most,
        points,
        of: share.map(|(of, _)| of),
        share: share.map(|(_, share)| share),
        definition,
    };
    let unknown = |group, label, most| {
        part(
            group,
            label,
            Some(most),
            None,
            None,
            "Cần dữ liệu của Cổng Dịch vụ công quốc gia.",
        )
    };
    let parts = vec![
        unknown(
            "Công khai, minh bạch",
            "Công bố, cập nhật, công khai thủ tục; đồng bộ hồ sơ",
            18,
        ),
        part(
            "Tiến độ giải quyết",
            "Hồ sơ giải quyết trước và đúng hạn",
            Some(20),
            points(in_time, 100, 20),
            Some((Of::OnTime, in_time)),
            "Đúng hạn ÷ (đã giải quyết có ngày hẹn + quá hạn chưa xong) × 20.",
        ),
        part(
            "Dịch vụ công trực tuyến",
            "Hồ sơ nộp trực tuyến",
            None,
            None,
            Some((Of::Online, Share::new(online, came))),
            "Nộp trực tuyến ÷ tiếp nhận trong kỳ; ngưỡng 50 %. Điểm của nhóm (12) cần danh mục trên Cổng.",
        ),
        unknown(
            "Thanh toán trực tuyến",
            "Hồ sơ, giao dịch thanh toán trực tuyến",
            10,
        ),
        unknown(
            "Số hóa hồ sơ",
            "Kết quả điện tử, số hóa, tái sử dụng, kết nối",
            22,
        ),
        part(
            "Mức độ hài lòng",
            "Phản ánh, kiến nghị xử lý đúng hạn",
            Some(6),
            points(heard, 100, 6),
            Some((Of::Feedback, heard)),
            "Đúng hạn ÷ đến hạn trong kỳ × 6.",
        ),
        unknown(
            "Mức độ hài lòng",
            "Hài lòng về xử lý phản ánh, kiến nghị",
            6,
        ),
        part(
            "Mức độ hài lòng",
            "Hài lòng trong giải quyết thủ tục (theo Cổng)",
            Some(6),
            points(portal, SATISFIED, 6),
            Some((Of::Portal, portal)),
            "100 % − (tỷ lệ quá hạn + tỷ lệ có phản ánh); ngưỡng 90 %. Không phải chỉ số của phiếu khảo sát. Hồ sơ vừa trễ vừa bị phản ánh trừ hai lần, đúng theo công thức.",
        ),
    ];
    Ok(Report {
        from: period.from,
        to: period.to,
        points: parts.iter().filter_map(|part| part.points).sum(),
        most: parts
            .iter()
            .filter(|part| part.points.is_some())
            .filter_map(|part| part.most)
            .sum(),
        parts,
        portal,
        late,
        complained,
        week: week(app, agency, viewer).await?,
    })
}

/// The last seven days up to today: solved late, become overdue, complained of.
async fn week(app: &App, agency: i64, viewer: Option<&Viewer>) -> Result<Vec<Costs>> {
    let to = local_day(app.clock.now());
    let from = to - Days::new(6);
    let days = Period { from, to };
    let in_week = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.is_some_and(|at| days.contains(local_day(at)))
    };
    let mut all = Vec::new();
    for one in processing::live(app, agency, days).await? {
        let due = one.dossier.promises.last().and_then(|(_, due)| *due);
        let why = match one.cell.course {
            Course::Late => "giải quyết quá hạn trong tuần",
            Course::Overdue if in_week(due) => "đến hạn trong tuần, chưa xong",
            _ => continue,
        };
        all.push(Costs {
            code: one.dossier.code.clone(),
            procedure: one.dossier.procedure_name.clone(),
            why: why.to_owned(),
        });
    }
    for one in complaints::seen(app.store.read(), agency, viewer, day_end(to)).await? {
        // What an agency that is gone ended itself costs its heir nothing.
        if one.owner == agency && in_week(Some(one.received_at)) {
            all.push(Costs {
                code: one.code,
                procedure: String::new(),
                why: "có phản ánh trong tuần".to_owned(),
            });
        }
    }
    Ok(all)
}

/// Points with two decimals: `18,25`.
pub fn points_words(hundredths: u64) -> String {
    format!("{},{:02}", hundredths / 100, hundredths % 100)
}

impl Report {
    pub fn sheet(&self) -> Sheet {
        let parts = self.parts.iter().map(|part| {
            let share = part.share.unwrap_or_default();
            let number = |number: u64| part.share.map_or_else(|| "".into(), |_| Cell::from(number));
            vec![
                part.group.into(),
                part.label.into(),
                number(share.numerator),
                number(share.denominator),
                Cell::Percent(share),
                part.points
                    .map_or_else(|| "không đủ dữ liệu".into(), |p| points_words(p).into()),
                part.most.map_or_else(|| "".into(), Cell::from),
                part.definition.into(),
            ]
        });
        let week = self.week.iter().map(|one| {
            let mut cells: Vec<Cell> = vec![
                "Hồ sơ làm mất điểm, 7 ngày qua".into(),
                format!("{} {}", one.code, one.procedure).trim().into(),
            ];
            cells.extend((0..5).map(|_| Cell::from("")));
            cells.push(one.why.clone().into());
            cells
        });
        Sheet {
            head: vec![
                "Nhóm",
                "Thành phần",
                "Tử số",
                "Mẫu số",
                "Tỷ lệ (%)",
                "Điểm",
                "Tối đa",
                "Cách tính, vì sao",
            ],
            rows: parts.chain(week).collect(),
            definitions: vec![define(
                "Không đủ dữ liệu",
                "Phần cần dữ liệu của Cổng Dịch vụ công quốc gia; không phải 0 điểm.",
            )],
        }
    }
}
