//! `/bao-cao/xin-loi`: which dossiers were late, and was it said, and in time?
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, chosen, current_quarter, file, files, may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    domain::{apology::Reason, share::Share, time::local_day},
    error::Result,
    reports::apologies::{self as report, Heap},
    web::{
        layout::Section,
        parts::{self, Cell, Column, Figure, Table, empty},
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
    let said = report::build(&app, staff.actor.agency, chosen.period).await?;
    let name = format!("xin-loi-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &said, &said.sheet())? {
        return Ok(file);
    }
    let heads = [
        "Mã hồ sơ",
        "Thủ tục",
        "Hẹn lần đầu",
        "Ký phiếu xin lỗi",
        "Hẹn lại",
        "Nguyên nhân",
        "Bước khi quá hạn",
    ]
    .map(Column::text);
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or_else(|| "–".to_owned(), |at| parts::day(local_day(at)))
    };
    let rows = said.rows.iter().map(|row| {
        let signed = match row.signed_at {
            None => "chưa xin lỗi".to_owned(),
            Some(_) if row.in_time => format!("{}, trước hạn", day(row.signed_at)),
            Some(_) => format!("{}, sau hạn", day(row.signed_at)),
        };
        let reason = row
            .reason_code
            .as_deref()
            .and_then(Reason::from_code)
            .map_or("–", Reason::label);
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&row.code)) { (parts::code(&row.code, false)) } },
            ),
            Cell::Text(row.procedure_name.clone()),
            Cell::Text(day(Some(row.due_at))),
            Cell::Text(signed),
            Cell::Text(day(row.new_due_at)),
            Cell::Text(reason.to_owned()),
            Cell::Text(row.step.clone().unwrap_or_else(|| "–".into())),
        ]
    });
    let timely = Share::new(said.in_time, said.late);
    let title = format!("Trễ và xin lỗi, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_APOLOGIES))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } div.row { (files(paths::REPORT_APOLOGIES, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_APOLOGIES, &asked, &chosen, &html! {}))
        div.columns {
            (parts::figure(&Figure { title: "Hồ sơ trễ có phiếu xin lỗi", share: shown(said.apologised), noun: "hồ sơ trễ", definition: "Hồ sơ giải quyết quá hạn trong kỳ và hồ sơ quá hạn chưa xong cuối kỳ, có phiếu đã ký.", rows: None, sign: None }))
            (parts::figure(&Figure { title: "Xin lỗi kịp trước hạn", share: shown(timely), noun: "hồ sơ trễ", definition: "Phiếu ký trước ngày hẹn ít nhất 01 ngày (NĐ 61/2018/NĐ-CP Điều 19.9).", rows: None, sign: None }))
        }
        p.small { "“Trễ” tính theo: " (said.judged_by) ". Sau khi hẹn lại, cả hai ngày đều được giữ." }
        @if !said.rows.is_empty() {
            div.columns {
                (heap("Theo nguyên nhân", &said.by_cause))
                (heap("Theo bước giữ hồ sơ khi quá hạn", &said.by_step))
            }
        }
        @if said.rows.is_empty() { (empty("Không có hồ sơ trễ trong kỳ.", "", None)) }
        @else { section.card { (parts::table(&Table { label: "Hồ sơ trễ và phiếu xin lỗi", columns: &heads, rows: rows.collect(), total: None })) } }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// Late ones told apart, with and without apology.
fn heap(title: &str, heaps: &[Heap]) -> Markup {
    let columns = [
        Column::text(title),
        Column::number("Trễ"),
        Column::number("Có xin lỗi"),
        Column::number("Kịp trước hạn"),
        Column::number("Sau hạn"),
        Column::number("Chưa xin lỗi"),
    ];
    let rows = heaps.iter().map(|heap| {
        vec![
            Cell::Text(heap.label.clone()),
            Cell::Count(heap.late),
            Cell::Count(heap.apologised),
            Cell::Count(heap.in_time),
            Cell::Count(heap.apologised - heap.in_time),
            Cell::Count(heap.late - heap.apologised),
        ]
    });
    html! { section.card { (parts::table(&Table { label: title, columns: &columns, rows: rows.collect(), total: None })) } }
}
