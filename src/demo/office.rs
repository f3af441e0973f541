//! What the Office does through the year: closes its quarters, keeps the plan.
use chrono::{Days, NaiveDateTime, NaiveTime};

use super::{Wanted, cast::Cast};
use crate::{
    actions::{close_period, enter_plan},
    app::App,
    domain::{period::Period, time::to_utc},
    error::Result,
    reports::{closed_beside, reading::Reading},
};

/// Two days after each quarter ends, at nine.
pub async fn close(app: &App, cast: &Cast, wanted: Wanted, opens: NaiveDateTime) -> Result<()> {
    let start = app.settings.figures.period_start_day;
    for quarter in ["Q1", "Q2", "Q3", "Q4"] {
        let Ok(period) = Period::parse(&format!("{}-{quarter}", wanted.year), start) else {
            continue;
        };
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
        let at = (period.to + Days::new(2)).and_time(nine);
        if at > opens {
            break;
        }
        let then = app.at(to_utc(at));
        let actor = cast.actor("office")?;
        let beside = async {
            let reading = Reading::of(&then, actor.agency, &[period]).await?;
            closed_beside::figures(&then, &reading, period).await
        };
        close_period::run(&then, actor, period, Box::pin(beside)).await?;
    }
    Ok(())
}

/// What is entered for the plan: day of the year, item, what, amount or value, evidence.
const ENTERED: [(&str, &str, &str, [&str; 3], &str); 14] = [
    (
        "01-28",
        "I.1a@2021-01",
        "done",
        ["", "", ""],
        "Kế hoạch số 05/KH-UBND",
    ),
    (
        "01-28",
        "I.1b@2021-01",
        "done",
        ["", "", ""],
        "Kế hoạch số 06/KH-UBND",
    ),
    (
        "01-25",
        "II.1@2021-01",
        "done",
        ["", "", ""],
        "Kế hoạch số 03/KH-UBND",
    ),
    (
        "01-25",
        "II.2@2021-01",
        "done",
        ["", "", ""],
        "Kế hoạch số 04/KH-UBND",
    ),
    (
        "03-18",
        "II.2@2021-Q1",
        "done",
        ["", "", ""],
        "Báo cáo số 21/BC-UBND",
    ),
    (
        "06-17",
        "II.2@2021-Q2",
        "done",
        ["", "", ""],
        "Báo cáo số 58/BC-UBND",
    ),
    (
        "06-24",
        "III.1@2021-Q2",
        "done",
        ["", "", ""],
        "Quyết định thành lập Đoàn kiểm tra số 61/QĐ-UBND",
    ),
    (
        "03-29",
        "V.1@2021-Q1",
        "done",
        ["", "", ""],
        "Dự toán kèm Công văn số 30/UBND-TCKT",
    ),
    (
        "04-15",
        "VI.4@2021",
        "spent",
        ["8.200.000", "", ""],
        "Phiếu chi 41: máy in, giấy A5",
    ),
    (
        "09-15",
        "VI.4@2021",
        "spent",
        ["6.400.000", "", ""],
        "Phiếu chi 97: màn hình, máy quét",
    ),
    (
        "06-30",
        "papers_by_network",
        "value",
        ["", "412", "438"],
        "Sổ văn bản đi 6 tháng",
    ),
    (
        "11-30",
        "papers_by_network",
        "value",
        ["", "861", "893"],
        "Sổ văn bản đi 11 tháng",
    ),
    (
        "11-30",
        "news_more_than_before",
        "value",
        ["", "53", "47"],
        "Bảng kê tin bài đài truyền thanh",
    ),
    (
        "10-20",
        "VII.1@2021-10",
        "remark",
        ["", "", ""],
        "Đang tự chấm điểm, chờ tài liệu kiểm chứng của Tư pháp",
    ),
];

/// Enters what the year brought for the plan, each on its day.
pub async fn plan(app: &App, cast: &Cast, wanted: Wanted, opens: NaiveDateTime) -> Result<()> {
    // The plan that the program carries is that of 2021.
    if wanted.year != 2021 {
        return Ok(());
    }
    let office = cast.actor("office")?;
    let then = app.at(to_utc(opens));
    for (day, item, kind, [amount, numerator, denominator], evidence) in ENTERED {
        let (month, day) = day.split_once('-').unwrap_or_default();
        let input = enter_plan::Input {
            item: item.into(),
            kind: kind.into(),
            amount: amount.into(),
            numerator: numerator.into(),
            denominator: denominator.into(),
            on_day: format!("{day}/{month}/{}", wanted.year),
            evidence: evidence.into(),
        };
        enter_plan::run(&then, office, &input).await?;
    }
    for (label, goal, formula) in [
        (
            "Hồ sơ giải quyết trước và đúng hạn",
            "98",
            "on_time_with_overdue",
        ),
        (
            "Phản ánh, kiến nghị trả lời đúng hạn",
            "100",
            "feedback_in_time",
        ),
        ("Công chức được tập huấn quy trình ISO", "90", ""),
    ] {
        let input = enter_plan::ObjectiveInput {
            label: label.into(),
            goal_percent: goal.into(),
            formula: formula.into(),
            officer: "Ban ISO".into(),
            source: "Quyết định phê duyệt mục tiêu chất lượng năm 2021".into(),
        };
        enter_plan::objective(&then, office, &input).await?;
    }
    Ok(())
}
