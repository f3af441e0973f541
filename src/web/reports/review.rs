//! `/bao-cao/ra-soat`: which procedures should be changed? One line each, for the yearly
//! review, with room for the proposal.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::html;

use super::{
    Asked,
    behind::Behind,
    chosen,
    cut::{boxes, said},
    docx, file, files, may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    domain::{scoring::Column, time::local_day},
    error::Result,
    papers::statements,
    reports::{behind::Trait, review as report, timeliness::DAYS},
    web::{
        icons::Icon,
        layout::Section,
        parts::{self, Button, Cell, Column as Head, Table, counted},
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
    let year = app.settings.figures.year_of(local_day(app.clock.now()));
    let chosen = chosen(&app, &asked, &year.to_string())?;
    let agency = staff.actor.agency;
    let review = report::build(&app, agency, chosen.period, &asked.cut()).await?;
    let name = format!("ra-soat-{}-{}", chosen.period.from, chosen.period.to);
    if asked.dang == "docx" {
        let bytes = statements::review_sheet(&app, agency, &review).await?;
        return Ok(docx(&name, bytes));
    }
    if let Some(file) = file(&app, &asked, &name, &review, &review.sheet())? {
        return Ok(file);
    }
    let mut pairs = asked.pairs(&chosen.name);
    pairs.push(("dang", "docx"));
    let word = paths::with_query(paths::REPORT_REVIEW, &pairs);
    let heads = [
        Head::text("Thủ tục"),
        Head::text("Thời hạn"),
        Head::number("Hồ sơ"),
        Head::number("Trung vị, ngày"),
        Head::number("Một phần mười chậm nhất, từ"),
        Head::number("Được phép"),
        Head::number("Phải bổ sung"),
        Head::text("Giấy tờ phải bổ sung"),
        Head::number("Từ chối"),
        Head::text("Cơ quan tham gia"),
    ];
    let days = |days: Option<u32>| Cell::Text(days.map_or_else(|| "–".into(), |d| d.to_string()));
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let lines = review.rows.iter().map(|row| {
        let own = ("thu-tuc", row.code.as_str());
        let all = |column| trail.rows(column, &[own]);
        let share = |share, column, which: Trait| {
            let behind = [
                trail.rows(column, &[own, ("voi", which.code())]),
                all(column),
            ];
            Cell::Markup(counted(shown(share), &behind))
        };
        vec![
            Cell::Markup(
                html! { div.words { (row.name) p.small { (row.code) " · " (row.field) } } },
            ),
            Cell::Text(row.limit.clone()),
            Cell::Linked(row.dossiers, all(Column::Received)),
            days(row.days.median),
            days(row.days.slowest_tenth),
            days(row.days.allowed),
            share(row.supplemented, Column::Received, Trait::Supplemented),
            Cell::Text(row.papers_words()),
            share(row.refused, Column::Processed, Trait::Refused),
            Cell::Text(row.agencies_words()),
        ]
    });
    let title = format!("Rà soát thủ tục, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_REVIEW))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) }
            div.row { (Button::new("Word").icon(Icon::Download).link(&word)) (files(paths::REPORT_REVIEW, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_REVIEW, &asked, &chosen, &boxes(&app, agency, &asked).await?))
        (said(&asked.cut()))
        section.card {
            header { h2 { "Theo thủ tục" } span.small { "Tệp Word và Excel có cột để ghi đề xuất. Dưới 10 hồ sơ: không ghi phần trăm." } }
            @if review.rows.is_empty() { div.body { p.second { "Không có hồ sơ nào trong kỳ." } } }
            @else { (parts::table(&Table { label: "Rà soát theo thủ tục", columns: &heads, rows: lines.collect(), total: None })) }
            footer { p.small { (DAYS) " Phải bổ sung: có ít nhất một phiếu yêu cầu bổ sung đến cuối kỳ ÷ hồ sơ nhận trong kỳ và từ kỳ trước. Từ chối: ÷ hồ sơ đã giải quyết. Cơ quan tham gia: theo danh mục." } }
        }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}
