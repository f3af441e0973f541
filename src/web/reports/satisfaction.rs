//! `/bao-cao/hai-long`: what do citizens say, by factor and question, and how sure is it?
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, behind::Behind, chosen, current_quarter, file, files, may_measure, period_bar, shown,
    span, tabs,
};
use crate::{
    app::App,
    domain::{scoring, viet},
    error::Result,
    reports::{
        index_766,
        satisfaction::{self as report, Group, HIDDEN, Line},
    },
    store::surveys,
    web::{
        layout::Section,
        parts::{self, Cell, Column, Figure, Notice, NoticeKind, Table, fraction, notice},
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
    let portal = index_766::build(
        &app,
        staff.actor.agency,
        Some(&staff.actor.viewer()),
        chosen.period,
    )
    .await?;
    let name = format!("hai-long-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &said, &said.sheet())? {
        return Ok(file);
    }
    let sample = if said.finished == 0 {
        "Chưa có hồ sơ xong trong kỳ nên chưa cần phiếu nào.".to_owned()
    } else if said.ballots >= said.sample {
        format!(
            "Đủ mẫu: {} phiếu, cần {}.",
            viet::number(said.ballots),
            viet::number(said.sample)
        )
    } else {
        format!(
            "Chưa đủ mẫu: có {} phiếu, cần {} (n = N/(1 + N·0,05²), N = {} hồ sơ xong trong kỳ).",
            viet::number(said.ballots),
            viet::number(said.sample),
            viet::number(said.finished)
        )
    };
    let margin = said.margin.map_or_else(String::new, |margin| {
        format!(
            " Sai số ±{},{:02} điểm phần trăm, độ tin cậy 95 %.",
            margin / 100,
            margin % 100
        )
    });
    let definition =
        format!("Câu trả lời mức 4 và 5 ÷ câu có trả lời; “không có ý kiến” không tính.{margin}");
    let comments = if said.hidden {
        Vec::new()
    } else {
        surveys::comments(app.store.read(), staff.actor.agency, chosen.period).await?
    };
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let finished = trail.column(scoring::Column::Processed);
    let title = format!("Mức độ hài lòng, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_SATISFACTION))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } div.row { (files(paths::REPORT_SATISFACTION, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_SATISFACTION, &asked, &chosen, &html! {}))
        div.columns {
            (parts::figure(&Figure { title: "Chỉ số hài lòng chung", share: shown(said.index), noun: "câu trả lời", definition: &definition, behind: None, rows: None, sign: None }))
            section.card { header { h2 { "Phiếu" } } div.body {
                p { b { (viet::number(said.ballots)) } " phiếu" @if said.at_kiosk > 0 { ", trong đó " (viet::number(said.at_kiosk)) " lượt chạm ở màn hình tại quầy: chỉ một câu, không gắn với hồ sơ" } }
                p { (sample) " " a href=(finished) { "Xem hồ sơ xong trong kỳ" } "." }
                p { "Tỷ lệ trả lời: " (parts::fraction(shown(said.response))) " hồ sơ xong trong kỳ đã dùng mã đánh giá." }
                p.small { (said.model) " Phiếu không ghi tên và không nối với hồ sơ, nên từ các số này không có đường dẫn tới từng hồ sơ." }
            } }
        }
        p.second { a href=(paths::REPORT_SCORE) { "“Hài lòng” theo Cổng Dịch vụ công" } ": 100 % − trễ − có phản ánh, ngưỡng 90 %; là con số khác, " (fraction(shown(portal.portal))) ", không gộp với phiếu." }
        @if said.ballots == 0 { (notice(&Notice::new(NoticeKind::Info, "Chưa có phiếu nào trong kỳ. Phiếu trên giấy được nhập ở mục Phiếu khảo sát."))) }
        @if said.hidden && said.ballots > 0 { (notice(&Notice::new(NoticeKind::Info, HIDDEN))) }
        @if !said.hidden {
            (lines("Theo yếu tố", &said.factors))
            (lines("Theo câu hỏi", &said.questions))
        }
        (groups("Theo lĩnh vực", "Lĩnh vực", &said.fields, "Lĩnh vực ít hồ sơ hoặc ít phiếu không ghi kết quả, để không lộ người trả lời."))
        (groups("Theo quầy", "Quầy", &said.counters, "Phiếu theo mã: quầy nhận hồ sơ. Màn hình: quầy đặt máy."))
        (groups("Theo kênh", "Kênh", &said.channels, "Màn hình tại quầy chỉ hỏi một câu."))
        (second_look(&said))
        (texts(&comments))
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// By those who came one way.
fn groups(title: &str, head: &str, all: &[Group], note: &str) -> Markup {
    let heads = [
        Column::text(head),
        Column::number("Phiếu"),
        Column::number("Mức 4 và 5"),
        Column::number("Có trả lời"),
        Column::number("Tỷ lệ"),
        Column::number("Sai số ±"),
        Column::number("Cần (mẫu)"),
        Column::text(""),
    ];
    let rows = all.iter().map(|group| {
        let hidden = group.hidden;
        let few = group.index.is_of_few() || hidden;
        let part = |count: u64| {
            if hidden {
                Cell::Text("–".into())
            } else {
                Cell::Count(count)
            }
        };
        let percent = parts::percent(shown(group.index), 1).filter(|_| !few);
        let dash = || "–".to_owned();
        let margin = group.margin.filter(|_| !few);
        vec![
            Cell::Text(group.label.clone()),
            Cell::Count(group.ballots),
            part(group.index.numerator),
            part(group.index.denominator),
            Cell::Text(percent.unwrap_or_else(dash)),
            Cell::Text(margin.map_or_else(dash, |margin| {
                format!("{},{:02}", margin / 100, margin % 100)
            })),
            Cell::Text(group.sample.map_or_else(dash, |sample| sample.to_string())),
            Cell::Text(match group.sample {
                Some(sample) if group.ballots < sample => "chưa đủ mẫu".to_owned(),
                _ => String::new(),
            }),
        ]
    });
    html! { section.card { header { h2 { (title) } span.small { (note) } } (parts::table(&Table { label: title, columns: &heads, rows: rows.collect(), total: None })) } }
}

/// What is odd counts all the same, and is told.
fn second_look(said: &report::Report) -> Markup {
    let marked = said.marked.iter().any(|one| one.ballots > 0);
    html! {
        @if marked {
            section.card { header { h2 { "Phiếu cần xem lại" } } div.body {
                ul.bullets { @for one in said.marked.iter().filter(|one| one.ballots > 0) {
                    li { b { (one.ballots) } " phiếu: " (one.mark.label().to_lowercase()) "." }
                } }
                p { "Các phiếu này vẫn được tính. Không tính chúng, chỉ số là " (parts::fraction(shown(said.index_unmarked))) "." }
            } }
        }
        @if !said.reasons.is_empty() {
            section.card { header { h2 { "Điều người dân nhắc đến ở màn hình tại quầy" } } ul.list {
                @for (factor, count) in &said.reasons { li { (factor) ": " b { (count) } } }
            } }
        }
    }
}

/// Free texts, masked before they were kept.
fn texts(comments: &[String]) -> Markup {
    html! {
        @if !comments.is_empty() {
            section.card {
                header { h2 { "Ý kiến viết thêm" } span.small { "Tên người, số và địa chỉ thư được che trước khi lưu; không theo thứ tự thời gian." } }
                ul.list { @for comment in comments { li { (comment) } } }
            }
        }
    }
}

fn lines(title: &str, all: &[Line]) -> Markup {
    let heads = [
        Column::text("Nội dung"),
        Column::number("Phiếu"),
        Column::number("Mức 4 và 5"),
        Column::number("Có trả lời"),
        Column::number("Tỷ lệ"),
        Column::number("Sai số ±"),
        Column::text(""),
    ];
    let rows = all.iter().map(|line| {
        let share = shown(line.share);
        let few = line.share.is_of_few();
        vec![
            Cell::Text(line.label.clone()),
            Cell::Count(line.ballots),
            Cell::Count(line.share.numerator),
            Cell::Count(line.share.denominator),
            Cell::Text(if few {
                "–".into()
            } else {
                parts::percent(share, 1).unwrap_or_else(|| "–".into())
            }),
            Cell::Text(match line.margin {
                Some(margin) if !few => format!("{},{:02}", margin / 100, margin % 100),
                _ => "–".into(),
            }),
            Cell::Markup(parts::small_bar(share)),
        ]
    });
    html! { section.card { header { h2 { (title) } span.small { "Dưới 10 câu trả lời: không ghi phần trăm. Sai số bằng điểm phần trăm, độ tin cậy 95 %." } } (parts::table(&Table { label: title, columns: &heads, rows: rows.collect(), total: None })) } }
}
