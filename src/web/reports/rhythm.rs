//! `/bao-cao/nhip`: when do people come, and how did each field do, month by month?
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked,
    behind::Behind,
    chosen, current_quarter,
    cut::{boxes, said},
    file, files, may_measure, period_bar, span, tabs,
};
use crate::{
    app::App,
    domain::{scoring::Column, viet},
    error::Result,
    reports::rhythm::{self as report, DAYS, Report},
    web::{
        layout::Section,
        parts::{
            self,
            heat::{Line, Square, heat, shade},
        },
        paths,
        session::{Failure, Staff},
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let agency = staff.actor.agency;
    let report = report::build(&app, agency, chosen.period, &asked.cut()).await?;
    let name = format!("nhip-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &report, &report.sheet())? {
        return Ok(file);
    }
    let more = boxes(&app, agency, &asked).await?;
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let title = format!("Nhịp làm việc, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_RHYTHM))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } div.row { (files(paths::REPORT_RHYTHM, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_RHYTHM, &asked, &chosen, &more))
        (said(&asked.cut()))
        (hours(&report, trail))
        (fields(&report, trail))
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// Weekday and hour; hours in which nobody ever came are left out.
fn hours(report: &Report, trail: Behind) -> Markup {
    let used: Vec<usize> = (0..24)
        .filter(|hour| (7..17).contains(hour) || report.hours.iter().any(|day| day[*hour] > 0))
        .collect();
    let most = report
        .hours
        .iter()
        .flatten()
        .copied()
        .max()
        .unwrap_or_default();
    let lines: Vec<Line> = DAYS
        .iter()
        .zip(&report.hours)
        .enumerate()
        .filter(|(place, (_, day))| *place < 5 || day.iter().any(|count| *count > 0))
        .map(|(place, (name, day))| {
            let squares = used.iter().map(|hour| {
                let when = format!("{place}-{hour}");
                let href = trail.rows(Column::Came, &[("luc", &when)]);
                Square {
                    shade: shade(day[*hour], most),
                    numbers: vec![(day[*hour], href)],
                }
            });
            ((*name).to_owned(), squares.collect())
        })
        .collect();
    let columns: Vec<String> = used.iter().map(|hour| format!("{hour} giờ")).collect();
    let busiest = report
        .hours
        .iter()
        .enumerate()
        .flat_map(|(day, hours)| {
            hours
                .iter()
                .enumerate()
                .map(move |(hour, n)| (*n, day, hour))
        })
        .max_by_key(|(n, day, hour)| (*n, std::cmp::Reverse((*day, *hour))));
    let finding = match busiest {
        Some((count, day, hour)) if count > 0 => format!(
            "Đông nhất {} từ {hour} đến {} giờ: {} hồ sơ",
            DAYS[day].to_lowercase(),
            hour + 1,
            viet::number(count)
        ),
        _ => "Chưa có hồ sơ nào trong kỳ".to_owned(),
    };
    let about = format!(
        "{} hồ sơ tiếp nhận trong kỳ, theo thứ và giờ nhận; không gồm hồ sơ từ kỳ trước.",
        viet::number(report.received)
    );
    heat("heat-hours", &finding, &about, &columns, &lines)
}

/// The darker, the less was in time.
fn fields(report: &Report, trail: Behind) -> Markup {
    let lines: Vec<Line> = report
        .fields
        .iter()
        .map(|strip| {
            let squares = strip
                .months
                .iter()
                .zip(&report.months)
                .map(|(share, (_, month))| {
                    let late = share.denominator - share.numerator;
                    let (from, to) = (parts::day(month.from), parts::day(month.to));
                    let of = |column| {
                        let field = ("linh-vuc", strip.field.as_str());
                        trail.rows(column, &[("ky", ""), ("tu", &from), ("den", &to), field])
                    };
                    let both = [
                        (late, of(Column::AllLate)),
                        (share.denominator, of(Column::Judged)),
                    ];
                    Square {
                        shade: shade(late, share.denominator),
                        numbers: if share.denominator == 0 {
                            Vec::new()
                        } else {
                            both.into()
                        },
                    }
                });
            (strip.field.clone(), squares.collect())
        })
        .collect();
    let columns: Vec<String> = report
        .months
        .iter()
        .map(|(label, _)| label.clone())
        .collect();
    let late: u64 = report
        .fields
        .iter()
        .flat_map(|strip| &strip.months)
        .map(|share| share.denominator - share.numerator)
        .sum();
    let finding = if late == 0 {
        "Không lĩnh vực nào có hồ sơ trễ trong 12 tháng".to_owned()
    } else {
        "Trễ theo lĩnh vực và tháng, 12 tháng".to_owned()
    };
    let about = "Hồ sơ trễ (giải quyết quá hạn, hoặc quá hạn chưa xong ở cuối tháng) ÷ hồ sơ đã giải quyết có ngày hẹn và quá hạn chưa xong. Càng đậm càng trễ nhiều.";
    heat("heat-fields", &finding, about, &columns, &lines)
}
