//! `/bao-cao/4-tai-cho/de-xuat`: what would lift the share past 20 %, and how did the
//! three shares move?
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Asked, docx, file,
    four_rows::{procedures_of, rows_of},
    may_measure, shown, tabs,
};
use crate::{
    app::App,
    domain::{period::Period, share::Share, time::local_day, viet},
    error::{Error, Result},
    papers::statements,
    reports::{
        four_on_the_spot::Which,
        four_to_reach::{self as report, Month, ORDER, Report},
    },
    web::{
        form::{Field, FormErrors, date_field},
        icons::Icon,
        layout::Section,
        parts::{
            self, Button, Cell, Column, Table, Tone, counted,
            lines::{Line, rates},
            status_badge,
        },
        paths,
        session::{Failure, Staff},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Days {
    ngay: String,
    dang: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(days): Query<Days>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let at = match days.ngay.trim() {
        "" => today,
        text => viet::read_date(text, today).map_err(|why| Error::invalid("ngay", why))?,
    };
    let from = Period::year_of(at, app.settings.figures.period_start_day).from;
    let agency = staff.actor.agency;
    let report = report::build(&app, agency, at, Some(from)).await?;
    let name = format!("de-xuat-4-tai-cho-{at}");
    if days.dang == "docx" {
        let bytes = statements::four_list(&app, agency, &report).await?;
        return Ok(docx(&name, bytes));
    }
    let asked = Asked {
        dang: days.dang.clone(),
        ..Asked::default()
    };
    if let Some(file) = file(&app, &asked, &name, &report, &report.sheet())? {
        return Ok(file);
    }
    let months = report::over_time(&app, agency, at).await?;
    let errors = FormErrors::new();
    let link = |kind| {
        paths::with_query(
            paths::REPORT_FOUR_TO_REACH,
            &[("ngay", &days.ngay), ("dang", kind)],
        )
    };
    let body = html! {
        (tabs(paths::REPORT_FOUR_ON_THE_SPOT))
        div.head {
            div { h1 { "Bốn tại chỗ: diễn biến và đề xuất" } p { "Tính đến " (parts::day(at)) ", hồ sơ xong từ " (parts::day(from)) } }
            div.row { (Button::new("Dự thảo danh mục (Word)").icon(Icon::Download).link(&link("docx"))) (Button::new("Excel").icon(Icon::Download).link(&link("xlsx"))) (Button::new("CSV").icon(Icon::Download).link(&link("csv"))) }
        }
        form.card.filter method="get" action=(paths::REPORT_FOUR_TO_REACH) { div.body { div.fields {
            (date_field(&Field::new("ngay", "Tính đến ngày", &days.ngay, &errors).quiet()))
            div.field { (Button::new("Xem").submit()) }
        } } }
        (over_time(&months))
        (candidates(&report))
    };
    Ok(staff
        .page("Bốn tại chỗ: đề xuất", Section::Reports, None, body)
        .into_response())
}

fn over_time(months: &[Month]) -> Markup {
    let labels: Vec<String> = months.iter().map(|month| month.label.clone()).collect();
    let line = |name, share: fn(&Month) -> Share, behind: fn(&Month) -> [String; 2]| Line {
        name,
        shares: months.iter().map(|month| shown(share(month))).collect(),
        behind: months.iter().map(behind).collect(),
    };
    let lines = [
        line(
            "Được xếp vào diện, cuối tháng",
            |month| month.declared,
            |month| ["khai-bao", "tat-ca"].map(|heap| procedures_of(month.from, month.to, heap)),
        ),
        line(
            "Hồ sơ xong tại chỗ, trong tháng",
            |month| month.dossiers,
            |month| {
                [Which::OnTheSpot, Which::Stamped]
                    .map(|which| rows_of((month.from, month.to), "", which))
            },
        ),
        line(
            "Làm được trong thực tế, trong tháng",
            |month| month.practised,
            |month| ["thuc-te", "tat-ca"].map(|heap| procedures_of(month.from, month.to, heap)),
        ),
    ];
    let finding = match (months.first(), months.last()) {
        (Some(first), Some(last)) if first.declared == last.declared => format!(
            "Được xếp vào diện: {}, không đổi trong 12 tháng",
            last.declared.words()
        ),
        (Some(first), Some(last)) => format!(
            "Được xếp vào diện: {} nay là {}, qua 12 tháng",
            first.declared.words(),
            last.declared.words()
        ),
        _ => "Chưa có tháng nào".to_owned(),
    };
    rates("chart-four", &finding, &labels, &lines)
}

fn candidates(report: &Report) -> Markup {
    let heads = [
        Column::text("Thủ tục"),
        Column::text("Lĩnh vực"),
        Column::number("Xong trong ngày"),
        Column::number("Đủ bốn dấu tại quầy"),
        Column::text("Cơ quan tham gia"),
        Column::text("Đề xuất"),
    ];
    let lines = report.candidates.iter().map(|one| {
        let share = |share, part, whole| {
            let of = |which| rows_of((report.from, report.at), &one.code, which);
            Cell::Markup(counted(shown(share), &[of(part), of(whole)]))
        };
        vec![
            Cell::Markup(html! { (one.name) p.small { (one.code) } }),
            Cell::Text(one.field.clone()),
            share(one.within_the_day, Which::SameDay, Which::Finished),
            share(one.on_the_spot, Which::OnTheSpot, Which::Stamped),
            Cell::Text(one.agencies.clone()),
            Cell::Markup(html! {
                @if one.enough {
                    (status_badge(Tone::Good, Icon::Tick, "đưa vào dự thảo"))
                    @if one.within_the_day.is_of_few() { p.small { "ít hồ sơ, cần cân nhắc" } }
                    @if one.on_the_spot.numerator == 0 { p.small { "chưa hồ sơ nào đủ bốn dấu tại quầy" } }
                }
                @else if one.elsewhere { "có bước ở cơ quan khác" }
            }),
        ]
    });
    html! {
        section.card {
            header { h2 { "Còn thiếu " (report.missing) " thủ tục để đạt 20 %" } span.small { (report.candidates.iter().filter(|one| one.enough).count()) " thủ tục đưa vào dự thảo" } }
            div.body { p { (report.verdict()) } }
            @if report.candidates.is_empty() { div.body { p.second { "Không có thủ tục nào chưa vào diện mà có hồ sơ xong." } } }
            @else { (parts::table(&Table { label: "Thủ tục có thể bổ sung vào diện 4 tại chỗ", columns: &heads, rows: lines.collect(), total: None })) }
            footer { p.small { (ORDER) " Dưới 10 hồ sơ: không ghi phần trăm." } }
        }
    }
}
