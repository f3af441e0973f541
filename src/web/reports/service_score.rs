//! `/bao-cao/cham-diem`: the service score of TT 01/2018, the index of QĐ 766 as far as a
//! desk knows it, and the dossiers that cost points this week.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, Chosen, behind::Behind, chosen, current_quarter, file, files, four_rows::procedures_of,
    may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    domain::{feedback::Standing, period::Period, points::words, scoring::Column as Cells, viet},
    error::Result,
    reports::{
        behind::Trait,
        index_766::{self, Of, Report as Index, points_words},
        processing,
        service_score::{self, Report as Score},
    },
    web::{
        feedback_list,
        layout::Section,
        parts::{self, Cell, Column, Figure, Table, counted},
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
    if !asked.o.is_empty() {
        return Ok(brought(&app, &staff, &asked, &chosen)
            .await?
            .into_response());
    }
    let score = service_score::build(&app, agency, chosen.period).await?;
    let index = index_766::build(&app, agency, Some(&staff.actor.viewer()), chosen.period).await?;
    let name = format!("cham-diem-{}-{}", chosen.period.from, chosen.period.to);
    // Two tables stand on the page; `theo=766` names the second.
    let sent = if asked.theo == "766" {
        file(&app, &asked, &format!("766-{name}"), &index, &index.sheet())?
    } else {
        file(&app, &asked, &name, &score, &score.sheet())?
    };
    if let Some(file) = sent {
        return Ok(file);
    }
    let second = Asked {
        theo: "766".into(),
        ..asked.clone()
    };
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let title = format!("Chấm điểm, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_SCORE))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) }
            div { p.row { "Chất lượng phục vụ: " (files(paths::REPORT_SCORE, &asked, &chosen)) } p.row { "Bộ chỉ số 766: " (files(paths::REPORT_SCORE, &second, &chosen)) } } }
        (period_bar(&app, paths::REPORT_SCORE, &asked, &chosen, &html! {}))
        (indicators(&score, trail))
        (officers(&score, trail))
        (parts_of_index(&index, trail))
        (week(&index))
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

const UNKNOWN: &str = "không đủ dữ liệu";

/// Where the dossiers are whose points an indicator adds up.
fn points_of(trail: Behind, officer: &str, number: u8) -> String {
    let number = number.to_string();
    let mut pairs = trail.asked.pairs(&trail.chosen.name);
    pairs.retain(|(name, _)| *name != "can-bo");
    let more = [("can-bo", officer), ("o", number.as_str())];
    pairs.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
    paths::with_query(paths::REPORT_SCORE, &pairs)
}

/// The dossiers that an indicator is of, each with what it brings.
async fn brought(app: &App, staff: &Staff, asked: &Asked, chosen: &Chosen) -> Result<Markup> {
    let number: u8 = asked.o.parse().unwrap_or_default();
    let agency = staff.actor.agency;
    let counted = processing::counted(app, agency, chosen.period).await?;
    let mut found = service_score::judged(
        app,
        agency,
        Some(&staff.actor.viewer()),
        chosen.period,
        &counted,
    )
    .await?;
    found.retain(|one| !one.points(number).is_empty());
    found.retain(|one| asked.can_bo.is_empty() || one.officer == asked.can_bo);
    let (times, sum) = found.iter().fold((0, 0), |(times, sum), one| {
        let points = one.points(number);
        (times + points.len(), sum + points.iter().sum::<u64>())
    });
    let heads = [
        Column::text("Mã hồ sơ"),
        Column::text("Thủ tục"),
        Column::text("Cán bộ"),
        Column::number("Điểm"),
    ];
    let lines = found.iter().map(|one| {
        let points: Vec<String> = one.points(number).iter().map(u64::to_string).collect();
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&one.code)) { (parts::code(&one.code, false)) } },
            ),
            Cell::Text(one.procedure.clone()),
            Cell::Text(one.officer.clone()),
            Cell::Text(points.join(", ")),
        ]
    });
    let mut pairs = asked.pairs(&chosen.name);
    pairs.retain(|(name, _)| *name != "can-bo");
    let back = paths::with_query(paths::REPORT_SCORE, &pairs);
    let title = format!("Điểm của từng hồ sơ, chỉ số {number}");
    Ok(staff.page(&title, Section::Reports, None, html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Chấm điểm, " (chosen.within()) } }
        div.head { div { h1 { (title) }
            p { b { (viet::number(found.len())) } " hồ sơ" @if times != found.len() { ", " (viet::number(times)) " lượt cơ quan giữ" } "; tổng " (sum) " điểm"
                @if !asked.can_bo.is_empty() { "; cán bộ " (asked.can_bo) } } } }
        section.card {
            @if found.is_empty() { div.body { p.second { "Không có hồ sơ nào." } } }
            @else { (parts::table(&Table { label: &title, columns: &heads, rows: lines.collect(), total: None })) }
        }
    }))
}

fn indicators(score: &Score, trail: Behind) -> Markup {
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
            Cell::Markup(html! {
                @if let (Some(sum), Some(times)) = (one.sum, one.dossiers) {
                    (viet::number(sum)) " ÷ "
                    // Indicator 2 counts a dossier once for each agency that held it.
                    @if one.number == 2 { a href=(points_of(trail, "", one.number)) { (viet::number(times)) " lượt" } }
                    @else { (linked(times, &points_of(trail, "", one.number))) }
                } @else if let Some(share) = one.share { (counted(shown(share), &behind_share(trail, one.number))) }
            }),
            Cell::Markup(html! { p.small { (one.definition) } }),
        ]
    });
    html! {
        section.card {
            header { h2 { "Chất lượng phục vụ (TT 01/2018/TT-VPCP, Điều 13–15): " (words(score.tenths)) " điểm" } span.small { (score.counted) " trên 9 chỉ số đủ dữ liệu; chỉ số thiếu không cộng, khung xếp loại (18 điểm) không quy đổi" } }
            div.body { p { "Xếp loại: " b { (score.band) } "." } }
            (parts::table(&Table { label: "Chín chỉ số", columns: &heads, rows: lines.collect(), total: None }))
            footer { p.small { "Khung cơ quan: từ 15 xuất sắc, từ 12 tốt, từ 9 khá, từ 6 trung bình, dưới 6 yếu. " (viet::number(score.unnamed)) " hồ sơ quá hạn không có phản ánh, không tính vào chỉ số 7." } }
        }
    }
}

fn linked(count: u64, href: &str) -> Markup {
    parts::linked(u32::try_from(count).unwrap_or(u32::MAX), Some(href))
}

/// Both numbers of the indicators that are shares.
fn behind_share(trail: Behind, number: u8) -> [String; 2] {
    let period = trail.chosen.period;
    match number {
        5 => ["khai-bao", "tat-ca"].map(|heap| procedures_of(period.from, period.to, heap)),
        8 => heard(period),
        _ => trail.share(Cells::Online, Cells::Came),
    }
}

/// The feedback that was due in a period: in time, and all of it.
fn heard(period: Period) -> [String; 2] {
    [Some(Standing::InTime), None].map(|how| feedback_list::due(period.from, period.to, how))
}

fn officers(score: &Score, trail: Behind) -> Markup {
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
        let href = trail.rows(Cells::Processed, &[("can-bo", &one.name)]);
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
        cells.push(Cell::Text(one.band.clone()));
        cells
    });
    html! {
        section.card {
            header { h2 { "Công chức, chỉ số 1, 2, 3, 4 và 7" } span.small { "Chỉ số 4 không đủ dữ liệu, không cộng" } }
            @if score.officers.is_empty() { div.body { p.second { "Không có hồ sơ xong trong kỳ." } } }
            @else { (parts::table(&Table { label: "Điểm của công chức", columns: &heads, rows: lines.collect(), total: None })) }
            footer { p.small { "Nhiệm vụ: từ 5 điểm hoàn thành 100 %; từ 3,5 đến dưới 5: từ 70 % đến dưới 100 %; dưới 3,5: dưới 70 %." } }
        }
    }
}

fn parts_of_index(index: &Index, trail: Behind) -> Markup {
    let late = trail.column(Cells::AllLate);
    let complained = trail.with(Cells::Judged, Trait::Complained);
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
            Cell::Markup(html! {
                @if let Some(share) = part.share { (counted(shown(share), &part_behind(trail, part.of))) } @else { "–" }
            }),
            Cell::Text(part.points.map_or_else(|| UNKNOWN.into(), points_words)),
            Cell::Text(part.most.map(|most| most.to_string()).unwrap_or_default()),
            Cell::Markup(html! { p.small { (part.definition) } }),
        ]
    });
    let definition = format!(
        "100 % − (tỷ lệ quá hạn + tỷ lệ có phản ánh), ngưỡng 90 %: {} hồ sơ trễ, {} hồ sơ có phản ánh, trên {} hồ sơ có ngày hẹn đã xong hoặc quá hạn. Không gộp với chỉ số của phiếu khảo sát.",
        viet::number(index.late),
        viet::number(index.complained),
        viet::number(index.portal.denominator)
    );
    html! {
        section.card {
            header { h2 { "Bộ chỉ số 766: " (points_words(index.points)) " trên " (index.most) " điểm tính được" } span.small { "Phần còn lại không đủ dữ liệu, không phải 0" } }
            (parts::table(&Table { label: "Bộ chỉ số 766", columns: &heads, rows: lines.collect(), total: None }))
        }
        div.columns.wide {
            (parts::figure(&Figure { title: "“Hài lòng” theo Cổng Dịch vụ công", share: shown(index.portal), noun: "hồ sơ", definition: &definition, behind: Some(&part_behind(trail, Some(Of::Portal))), rows: Some((late.as_str(), "Xem hồ sơ trễ")), sign: None }))
            section.card.figure { h2 { "Những gì trừ điểm ấy" } p { (linked(index.late, &late)) " hồ sơ trễ" } p { (linked(index.complained, &complained)) " hồ sơ có phản ánh" } }
            section.card.figure { h2 { "Hài lòng theo phiếu khảo sát" } p { "Là con số khác: câu trả lời mức 4 và 5 của người dân." } p.more { a href=(paths::REPORT_SATISFACTION) { "Xem chỉ số của phiếu" } } }
        }
    }
}

/// Both numbers of a part's share; what the portal keeps is a difference and no heap.
fn part_behind(trail: Behind, of: Option<Of>) -> [String; 2] {
    match of {
        Some(Of::OnTime) => trail.share(Cells::Kept, Cells::Judged),
        Some(Of::Online) => trail.share(Cells::Online, Cells::Came),
        Some(Of::Feedback) => heard(trail.chosen.period),
        Some(Of::Portal) => [String::new(), trail.column(Cells::Judged)],
        None => [String::new(), String::new()],
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
