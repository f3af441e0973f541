//! `/bao-cao/dung-han`: how often in time, and how fast? Both rates by month, and the
//! days used against the limit.
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
    file, files, may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    domain::{scoring::Column, share::FEW, viet},
    error::Result,
    reports::{
        behind::Trait,
        timeliness::{self as report, DAYS, Month, Report},
    },
    web::{
        layout::Section,
        parts::{
            self, Cell, Column as Head, Figure, Table, counted,
            lines::{Line, rates},
            linked,
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
    let name = format!("dung-han-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &report, &report.sheet())? {
        return Ok(file);
    }
    let more = boxes(&app, agency, &asked).await?;
    let judged = app.settings.figures.after_reappointment.label();
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let title = format!("Đúng hạn, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_TIMELINESS))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } div.row { (files(paths::REPORT_TIMELINESS, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_TIMELINESS, &asked, &chosen, &more))
        (said(&asked.cut()))
        (cards(&report, trail, judged))
        (by_month(&report, trail))
        (procedures(&report, trail))
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

fn days_words(days: Option<u32>) -> String {
    days.map_or_else(|| "–".into(), |days| days.to_string())
}

fn cards(report: &Report, trail: Behind, judged: &str) -> Markup {
    let excluded = report.excluded;
    let on_time = format!(
        "Trước hạn và đúng hạn ÷ đã giải quyết có ngày hẹn; so ngày kết thúc với {judged}. Không tính {} hồ sơ không có ngày hẹn.",
        viet::number(excluded.undated)
    );
    let late = trail.column(Column::Late);
    let all = trail.column(Column::AllLate);
    let solved = trail.share(Column::Kept, Column::Dated);
    let judged_all = trail.share(Column::Kept, Column::Judged);
    let card = |title, share, definition, behind, rows| {
        parts::figure(&Figure {
            title,
            share: shown(share),
            noun: "hồ sơ",
            definition,
            behind: Some(behind),
            rows: Some(rows),
            sign: None,
        })
    };
    html! {
        div.columns {
            (card("Giải quyết trước và đúng hạn", report.on_time, on_time.as_str(), &solved, (late.as_str(), "Xem hồ sơ giải quyết trễ")))
            (card("Tính cả hồ sơ quá hạn chưa xong", report.on_time_with_overdue, "Mẫu số thêm hồ sơ quá hạn mà chưa xong ở cuối kỳ.", &judged_all, (all.as_str(), "Xem hồ sơ trễ và quá hạn chưa xong")))
            section.card.figure {
                h2 { "Số ngày đã dùng" }
                @if report.days.median.is_none() { p.big.muted { "Chưa có hồ sơ" } } @else {
                p.big { (days_words(report.days.median)) " ngày" }
                p.of { "trung vị của " (few(report.days.dossiers, &trail.with(Column::Processed, Trait::WithDays))) " hồ sơ; một phần mười chậm nhất từ " (days_words(report.days.slowest_tenth)) " ngày" }
                }
                p.small { (DAYS) " Không gồm " (few(excluded.withdrawn_or_stopped, &trail.with(Column::Processed, Trait::Gone))) " hồ sơ rút, dừng."
                    @if (1..FEW).contains(&report.days.dossiers) { " Dưới 10 hồ sơ: số này ít nói lên điều gì." } }
                p.more { a href=(trail.column(Column::Processed)) { "Xem hồ sơ đã giải quyết" } }
            }
        }
    }
}

/// A count that opens its rows.
fn few(count: u64, href: &str) -> Markup {
    linked(u32::try_from(count).unwrap_or(u32::MAX), Some(href))
}

fn by_month(report: &Report, trail: Behind) -> Markup {
    let behind = |whole: Column| {
        let of = |month: &Month| {
            let (from, to) = (parts::day(month.from), parts::day(month.to));
            let days = [("ky", ""), ("tu", from.as_str()), ("den", to.as_str())];
            [Column::Kept, whole].map(|column| trail.rows(column, &days))
        };
        report.months.iter().map(of).collect()
    };
    let months: Vec<String> = report.months.iter().map(|m| m.label.clone()).collect();
    let lines = [
        Line {
            name: "Trước và đúng hạn",
            shares: report.months.iter().map(|m| shown(m.on_time)).collect(),
            behind: behind(Column::Dated),
        },
        Line {
            name: "Tính cả quá hạn chưa xong",
            shares: report
                .months
                .iter()
                .map(|m| shown(m.on_time_with_overdue))
                .collect(),
            behind: behind(Column::Judged),
        },
    ];
    let least = report
        .months
        .iter()
        .filter(|month| month.on_time_with_overdue.denominator > 0)
        .min_by_key(|month| month.on_time_with_overdue.hundredths());
    let finding = match least {
        Some(month) => format!(
            "12 tháng đến tháng này: thấp nhất {} ở tháng {}, tính cả quá hạn chưa xong",
            month.on_time_with_overdue.words(),
            month.label
        ),
        None => "12 tháng đến tháng này: chưa có hồ sơ nào để tính".to_owned(),
    };
    rates("chart-rates", &finding, &months, &lines)
}

fn procedures(report: &Report, trail: Behind) -> Markup {
    let heads = [
        Head::text("Thủ tục"),
        Head::text("Thời hạn"),
        Head::number("Đã giải quyết"),
        Head::number("Trước và đúng hạn"),
        Head::number("Tính cả quá hạn chưa xong"),
        Head::number("Trung vị, ngày"),
        Head::number("Một phần mười chậm nhất, từ"),
        Head::number("Được phép, ngày làm việc"),
        Head::number("Quá số ngày"),
    ];
    let lines = report.procedures.iter().map(|row| {
        let of = |column| trail.rows(column, &[("thu-tuc", &row.code)]);
        let share = |share, whole| {
            let behind = [of(Column::Kept), of(whole)];
            Cell::Markup(counted(shown(share), &behind))
        };
        vec![
            Cell::Markup(
                html! { div.words { (row.name) p.small { (row.code) " · " (row.field) } } },
            ),
            Cell::Text(row.limit.clone()),
            Cell::Linked(row.processed, of(Column::Processed)),
            share(row.on_time, Column::Dated),
            share(row.on_time_with_overdue, Column::Judged),
            Cell::Text(days_words(row.days.median)),
            Cell::Text(days_words(row.days.slowest_tenth)),
            Cell::Text(days_words(row.days.allowed)),
            Cell::Linked(
                row.days.over,
                trail.rows(
                    Column::Processed,
                    &[("thu-tuc", &row.code), ("voi", Trait::OverDays.code())],
                ),
            ),
        ]
    });
    html! {
        section.card {
            header { h2 { "Theo thủ tục: số ngày đã dùng so với thời hạn" } span.small { "Dưới 10 hồ sơ: không ghi phần trăm." } }
            @if report.procedures.is_empty() { div.body { p.second { "Không có hồ sơ nào trong kỳ." } } }
            @else { (parts::table(&Table { label: "Số ngày đã dùng theo thủ tục", columns: &heads, rows: lines.collect(), total: None })) }
            footer { p.small { (DAYS) " “Được phép” đếm như vậy từ ngày nhận đến ngày hẹn." } }
        }
    }
}
