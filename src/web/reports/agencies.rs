//! `/bao-cao/don-vi`: the agencies under one's own, side by side; every number opens its
//! dossiers, without anybody's name.
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, Chosen, chosen, current_quarter, file, files, may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    documents::sheet::{Cell as SheetCell, Sheet},
    domain::{
        scoring::{Column, Tally},
        share::Share,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    papers::processing::OFFICIAL,
    reports::{
        agencies::{self as report, MERGED, OWN, Report},
        processing::{self, Counted},
    },
    store::agencies,
    web::{
        icons::Icon,
        layout::Section,
        parts::{self, Button, Cell, Column as Head, Pager, Table, counted, pager},
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
    let table = report::build(&app, staff.actor.agency, chosen.period).await?;
    let name = format!("don-vi-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &table, &table.sheet())? {
        return Ok(file);
    }
    let title = format!("Các đơn vị, {}", chosen.within());
    let alone = table.rows.len() == 1;
    let body = html! {
        (tabs(paths::REPORT_AGENCIES))
        div.head {
            div { h1 { (title) } (span(&app, chosen.period)) }
            div.row { (files(paths::REPORT_AGENCIES, &asked, &chosen)) }
        }
        (period_bar(&app, paths::REPORT_AGENCIES, &asked, &chosen, &html! {}))
        section.card.landscape { div.body {
            @if alone { p.second { "Dưới cơ quan này chưa có đơn vị nào. Người cài đặt thêm đơn vị tại máy chủ." } }
            (rows(&table, &asked, &chosen))
            p.second { (OWN) }
            p.second { (MERGED) }
            p.second { "Tỷ lệ: trước và đúng hạn ÷ đã giải quyết có ngày hẹn · hồ sơ làm tại chỗ ÷ hồ sơ đã xong của thủ tục thuộc thẩm quyền · có phiếu xin lỗi ÷ hồ sơ trễ. Mẫu số nhỏ thì so sánh ít ý nghĩa: xem cả số đếm." }
        } }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

fn behind(asked: &Asked, chosen: &Chosen, key: &str, column: Column) -> String {
    let mut pairs = asked.pairs(&chosen.name);
    pairs.push(("o", column.code()));
    paths::with_query(&paths::agency_rows(key), &pairs)
}

fn rows(table: &Report, asked: &Asked, chosen: &Chosen) -> Markup {
    let cells = |key: Option<&str>, tally: &Tally| {
        html! { @for column in OFFICIAL {
            @let count = tally.count(column);
            @let late = matches!(column, Column::Late | Column::Overdue);
            td.num { @match key {
                Some(key) if count > 0 => { a.bad[late] href=(behind(asked, chosen, key, column)) { (viet::number(count)) } }
                _ => { span.muted[count == 0] { (viet::number(count)) } }
            } }
        } }
    };
    let share = |share: Share| html! { td.num.fold { (counted(shown(share), &[String::new(), String::new()])) } };
    html! {
        div.scroll tabindex="0" role="region" aria-label="Các đơn vị" {
            table.data.ruled {
                caption.sr { "Tình hình, kết quả giải quyết thủ tục hành chính của từng đơn vị" }
                thead {
                    tr {
                        th rowspan="2" scope="col" { "Cơ quan, đơn vị" }
                        th colspan="4" scope="colgroup" { "Tiếp nhận" }
                        th colspan="4" scope="colgroup" { "Đã giải quyết" }
                        th colspan="3" scope="colgroup" { "Đang giải quyết" }
                        th colspan="3" scope="colgroup" { "Tỷ lệ" }
                    }
                    tr { @for words in ["Tổng số", "Trực tuyến", "Trực tiếp, bưu chính", "Từ kỳ trước", "Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn", "Trước và đúng hạn", "Làm tại chỗ", "Đã xin lỗi"] { th scope="col" { (words) } } }
                }
                tbody {
                    @for row in &table.rows {
                        tr { th scope="row" { @if row.depth > 0 { span.muted aria-hidden="true" { (" – ".repeat(row.depth)) } } (row.name) @if row.closed { " " span.second { "(đã chốt)" } } }
                            (cells(Some(&row.key), &row.tally)) (share(row.tally.on_time)) (share(row.on_the_spot)) (share(row.apologised)) }
                    }
                }
                tfoot { tr { th scope="row" { "Tổng cộng" } (cells(None, &table.total)) (share(table.total.on_time)) (share(table.on_the_spot)) (share(table.apologised)) } }
            }
        }
    }
}

/// The dossiers behind a number of one agency: codes, days and standing alone.
pub async fn dossiers(
    State(app): State<App>,
    staff: Staff,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    const PAGE: usize = 100;
    may_measure(&staff)?;
    let agency = report::below(&app, staff.actor.agency, &key).await?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let column = Column::from_code(&asked.o)
        .ok_or_else(|| Error::invalid("o", "Không có ô này trong biểu."))?;
    let name = agencies::name_by(app.store.read(), agency, chosen.period.to).await?;
    let mut found = processing::counted(&app, agency, chosen.period).await?;
    found.retain(|one| column.holds(one.cell));
    found.sort_by(|a, b| a.dossier.code.cmp(&b.dossier.code));
    let file_name = format!("{key}-{}-{}", column.code(), chosen.period.to);
    if let Some(file) = file(&app, &asked, &file_name, &(), &sheet(&found))? {
        return Ok(file);
    }
    let total = found.len();
    let page = usize::try_from(asked.trang.max(1))
        .unwrap_or(1)
        .min(total.div_ceil(PAGE).max(1));
    let here = behind(&asked, &chosen, &key, column);
    let title = format!("{}: {}", name.name, column.label());
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| {
        Cell::Text(at.map_or_else(|| "–".into(), |at| parts::day(local_day(at))))
    };
    let heads = [
        "Mã hồ sơ",
        "Thủ tục",
        "Nhận",
        "Hẹn",
        "Kết thúc",
        "Tình trạng",
    ]
    .map(Head::text);
    let lines = found.iter().skip((page - 1) * PAGE).take(PAGE).map(|one| {
        let d = &one.dossier;
        vec![
            Cell::Markup(parts::code(&d.code, false)),
            Cell::Text(d.procedure_name.clone()),
            day(d.facts.received_at),
            day(d.promises.last().and_then(|(_, due)| *due)),
            day(d.facts.ended_at),
            Cell::Text(one.cell.course.label().to_owned()),
        ]
    });
    let back = paths::with_query(paths::REPORT_AGENCIES, &asked.pairs(&chosen.name));
    let body = html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Các đơn vị, " (chosen.within()) } }
        div.head {
            div { h1 { (title) } p { b { (viet::number(total)) } " hồ sơ, " (chosen.within()) ". Tên người nộp chỉ đơn vị ấy xem được." } }
            div.row { (Button::new("Excel").icon(Icon::Download).link(&format!("{here}&dang=xlsx"))) (Button::new("CSV").icon(Icon::Download).link(&format!("{here}&dang=csv"))) }
        }
        section.card {
            (parts::table(&Table { label: &title, columns: &heads, rows: lines.collect(), total: None }))
            (pager(&Pager { path: &here, page: page as u64, per_page: PAGE as u64, total: total as u64 }))
        }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

fn sheet(found: &[Counted]) -> Sheet {
    Sheet {
        head: vec![
            "Mã hồ sơ",
            "Mã thủ tục",
            "Thủ tục",
            "Lĩnh vực",
            "Nhận lúc",
            "Hẹn",
            "Kết thúc lúc",
            "Tình trạng",
        ],
        rows: found
            .iter()
            .map(|one| {
                let d = &one.dossier;
                let promised = d.promises.last().and_then(|(_, due)| *due);
                vec![
                    d.code.clone().into(),
                    d.procedure_code.clone().into(),
                    d.procedure_name.clone().into(),
                    d.field.clone().into(),
                    SheetCell::Moment(d.facts.received_at.map(to_local)),
                    SheetCell::Moment(promised.map(to_local)),
                    SheetCell::Moment(d.facts.ended_at.map(to_local)),
                    one.cell.course.label().into(),
                ]
            })
            .collect(),
        definitions: Vec::new(),
    }
}
