//! `/bao-cao/cham-diem`: the service score of TT 01/2018, the index of QĐ 766 as far as a
//! desk knows it, and the dossiers that cost points this week.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Serialize;

use super::{Asked, Chosen, chosen, current_quarter, may_measure, period_bar, shown, span, tabs};
use crate::{
    app::App,
    domain::{points::words, scoring::Column as TableColumn},
    error::Result,
    reports::{
        index_766::{self, Report as Index},
        service_score::{self, Report as Score},
    },
    web::{
        layout::Section,
        parts::{self, Cell, Column, Figure, Table, fraction},
        paths,
        session::{Failure, Staff},
    },
};

#[derive(Serialize)]
struct Both {
    service_score: Score,
    index_766: Index,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let agency = staff.actor.agency;
    let score = service_score::build(&app, agency, chosen.period).await?;
    let index = index_766::build(&app, agency, chosen.period).await?;
    if asked.dang == "json" {
        let both = Both {
            service_score: score,
            index_766: index,
        };
        return Ok(axum::Json(both).into_response());
    }
    let title = format!("Chấm điểm, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_SCORE))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } }
        (period_bar(&app, paths::REPORT_SCORE, &asked, &chosen, &html! {}))
        (indicators(&score))
        (officers(&score, &chosen))
        (parts_of_index(&index, &chosen))
        (week(&index))
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

const UNKNOWN: &str = "không đủ dữ liệu";

fn indicators(score: &Score) -> Markup {
    let heads = [
        Column::text("Số"),
        Column::text("Chỉ số"),
        Column::number("Điểm"),
        Column::number("Tổng điểm ÷ hồ sơ"),
        Column::text("Cách tính"),
    ];
    let lines = score.indicators.iter().map(|one| {
        vec![
            Cell::Text(one.number.to_string()),
            Cell::Text(one.label.to_owned()),
            Cell::Text(one.tenths.map_or_else(|| UNKNOWN.into(), words)),
            Cell::Text(match (one.sum, one.dossiers) {
                (Some(sum), Some(dossiers)) => format!("{sum} ÷ {dossiers}"),
                _ => String::new(),
            }),
            Cell::Markup(html! { p.small { (one.definition) } }),
        ]
    });
    html! {
        section.card {
            header { h2 { "Chất lượng phục vụ (TT 01/2018/TT-VPCP, Điều 13–15): " (words(score.tenths)) " điểm, " (score.band) } span.small { (score.counted) " trên 9 chỉ số đủ dữ liệu; chỉ số thiếu không cộng, khung xếp loại (18 điểm) không quy đổi" } }
            (parts::table(&Table { label: "Chín chỉ số", columns: &heads, rows: lines.collect(), total: None }))
            footer { p.small { "Khung cơ quan: từ 15 xuất sắc, từ 12 tốt, từ 9 khá, từ 6 trung bình, dưới 6 yếu. " (score.unnamed) " hồ sơ quá hạn không có phản ánh, không tính vào chỉ số 7." } }
        }
    }
}

fn officers(score: &Score, chosen: &Chosen) -> Markup {
    let heads = [
        Column::text("Cán bộ"),
        Column::number("Hồ sơ xong"),
        Column::number("1. Tổng thời gian"),
        Column::number("2. Từng cơ quan"),
        Column::number("3. Lần liên hệ"),
        Column::number("7. Thái độ"),
        Column::number("Cộng (tối đa 10)"),
        Column::text("Xếp loại"),
    ];
    let lines = score.officers.iter().map(|one| {
        let (from, to) = (parts::day(chosen.period.from), parts::day(chosen.period.to));
        let href = paths::with_query(
            paths::REPORT_PROCESSING_ROWS,
            &[
                ("tu", from.as_str()),
                ("den", to.as_str()),
                ("can-bo", one.name.as_str()),
                ("o", TableColumn::Processed.code()),
            ],
        );
        let mut cells = vec![
            Cell::Text(one.name.clone()),
            Cell::Linked(one.dossiers, href),
        ];
        cells.extend(
            one.indicators
                .iter()
                .map(|tenths| Cell::Text(tenths.map_or_else(|| "–".into(), words))),
        );
        cells.push(Cell::Text(words(one.tenths)));
        cells.push(Cell::Text(if one.dossiers < 10 {
            "dưới 10 hồ sơ: không xếp loại".to_owned()
        } else {
            one.band.to_owned()
        }));
        cells
    });
    html! {
        section.card {
            header { h2 { "Công chức, chỉ số 1, 2, 3, 4 và 7" } span.small { "Chỉ số 4 không đủ dữ liệu, không cộng" } }
            @if score.officers.is_empty() { div.body { p.second { "Không có hồ sơ xong trong kỳ." } } }
            @else { (parts::table(&Table { label: "Điểm của công chức", columns: &heads, rows: lines.collect(), total: None })) }
            footer { p.small { "Từ 5 điểm: hoàn thành 100 % nhiệm vụ; từ 3,5 đến dưới 5: từ 70 % đến dưới 100 %; dưới 3,5: dưới 70 %." } }
        }
    }
}

fn hundredths(points: u64) -> String {
    format!("{},{:02}", points / 100, points % 100)
}

fn parts_of_index(index: &Index, chosen: &Chosen) -> Markup {
    let (from, to) = (parts::day(chosen.period.from), parts::day(chosen.period.to));
    let late = paths::with_query(
        paths::REPORT_PROCESSING_ROWS,
        &[
            ("tu", from.as_str()),
            ("den", to.as_str()),
            ("o", TableColumn::AllLate.code()),
        ],
    );
    let heads = [
        Column::text("Nhóm"),
        Column::text("Thành phần"),
        Column::number("Tỷ lệ"),
        Column::number("Điểm"),
        Column::number("Tối đa"),
        Column::text("Cách tính"),
    ];
    let lines = index.parts.iter().map(|part| {
        vec![
            Cell::Text(part.group.to_owned()),
            Cell::Text(part.label.to_owned()),
            Cell::Markup(match part.share {
                Some(share) if share.denominator > 0 => fraction(shown(share)),
                _ => html! { "–" },
            }),
            Cell::Text(part.points.map_or_else(|| UNKNOWN.into(), hundredths)),
            Cell::Text(part.most.map(|most| most.to_string()).unwrap_or_default()),
            Cell::Markup(html! { p.small { (part.definition) } }),
        ]
    });
    let definition = format!(
        "100 % − (tỷ lệ quá hạn + tỷ lệ có phản ánh), ngưỡng 90 %: {} hồ sơ trễ, {} hồ sơ có phản ánh, trên {} hồ sơ có ngày hẹn đã xong hoặc quá hạn. Không gộp với chỉ số của phiếu khảo sát.",
        index.late, index.complained, index.portal.denominator
    );
    html! {
        section.card {
            header { h2 { "Bộ chỉ số 766: " (hundredths(index.points)) " trên " (index.most) " điểm tính được" } span.small { "Phần còn lại không đủ dữ liệu, không phải 0" } }
            (parts::table(&Table { label: "Bộ chỉ số 766", columns: &heads, rows: lines.collect(), total: None }))
        }
        div.columns.wide {
            (parts::figure(&Figure { title: "“Hài lòng” theo Cổng Dịch vụ công", share: shown(index.portal), noun: "hồ sơ", definition: &definition, rows: Some((late.as_str(), "Xem hồ sơ trễ")), sign: None }))
            section.card.figure { h2 { "Hài lòng theo phiếu khảo sát" } p { "Là con số khác: câu trả lời mức 4 và 5 của người dân." } p.more { a href=(paths::REPORT_SATISFACTION) { "Xem chỉ số của phiếu" } } }
        }
    }
}

fn week(index: &Index) -> Markup {
    let heads = ["Mã hồ sơ", "Thủ tục", "Vì sao"].map(Column::text);
    let lines = index.week.iter().map(|one| {
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&one.code)) { (parts::code(&one.code, false)) } },
            ),
            Cell::Text(one.procedure.clone()),
            Cell::Text(one.why.clone()),
        ]
    });
    html! {
        section.card {
            header { h2 { "Hồ sơ làm mất điểm, 7 ngày qua" } span.small { (index.week.len()) " hồ sơ" } }
            @if index.week.is_empty() { div.body { p.second { "Không có." } } }
            @else { (parts::table(&Table { label: "Hồ sơ làm mất điểm trong 7 ngày", columns: &heads, rows: lines.collect(), total: None })) }
        }
    }
}
