//! `/bao-cao/4-tai-cho`: do we reach 20 %, and with which procedures? Three shares, never merged.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Chosen, file, four_rows::rows_of, may_measure, shown, tabs};
use crate::{
    app::App,
    domain::{
        period::Period,
        share::{FEW, Share},
        time::local_day,
        viet,
    },
    error::{Error, Result},
    reports::four_on_the_spot::{self as report, Report, Row, Which},
    web::{
        form::{Field, FormErrors, date_field},
        icons::Icon,
        layout::Section,
        parts::{
            self, Button, Cell, Column, Figure, Notice, NoticeKind, Table, goal_bar, linked, notice,
        },
        paths,
        session::{Failure, Staff},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Days {
    /// As of which day; since when dossiers are looked at.
    ngay: String,
    tu: String,
    /// Which heap of procedures is listed whole.
    xem: String,
    dang: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(days): Query<Days>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let read = |field: &str, text: &str, default: NaiveDate| match text.trim() {
        "" => Ok(default),
        text => viet::read_date(text, today).map_err(|why| Error::invalid(field, why)),
    };
    let at = read("ngay", &days.ngay, today)?;
    let year = Period::year_of(at, app.settings.figures.period_start_day).from;
    let from = read("tu", &days.tu, year)?;
    let four = report::build(&app, staff.actor.agency, at, Some(from)).await?;
    let asked = Asked {
        dang: days.dang.clone(),
        ..Asked::default()
    };
    if let Some(file) = file(
        &app,
        &asked,
        &format!("4-tai-cho-{at}"),
        &four,
        &four.sheet(),
    )? {
        return Ok(file);
    }
    let period = Period::new(from, at).map_err(|why| Error::invalid("tu", why.to_string()))?;
    let chosen = Chosen::between(period);
    let body = view(&app, &four, &days, &chosen);
    Ok(staff
        .page("Bốn tại chỗ", Section::Reports, None, body)
        .into_response())
}

fn view(app: &App, four: &Report, days: &Days, chosen: &Chosen) -> Markup {
    let errors = FormErrors::new();
    let here = |heap: &str| {
        paths::with_query(
            paths::REPORT_FOUR_ON_THE_SPOT,
            &[("ngay", &days.ngay), ("tu", &days.tu), ("xem", heap)],
        )
    };
    let csv = paths::with_query(
        paths::REPORT_FOUR_ON_THE_SPOT,
        &[("ngay", &days.ngay), ("tu", &days.tu), ("dang", "csv")],
    );
    let declared = four.declared.share;
    let goal =
        (declared.denominator * four.target.numerator).div_ceil(four.target.denominator.max(1));
    let state = match four.declared.met {
        Some(true) => "Đạt.".to_owned(),
        Some(false) => format!("Chưa đạt: thiếu {} thủ tục.", four.missing),
        None => "Chưa có thủ tục nào trong danh mục.".to_owned(),
    };
    let percent = app.settings.figures.practised_percent;
    let practised = format!(
        "Thủ tục có hồ sơ xong từ {} và ít nhất {percent} % trong số đó làm đủ bốn việc tại quầy trong cùng ngày làm việc.",
        parts::day(four.from)
    );
    let spot = format!(
        "Hồ sơ giải quyết xong có đủ bốn dấu giờ tại quầy trong cùng ngày ÷ hồ sơ giải quyết xong.{}",
        left_out(four)
    );
    let unconfirmed = if four.unconfirmed {
        " Số này gồm thủ tục chưa có số quyết định."
    } else {
        ""
    };
    let declared_words = format!(
        "Thủ tục được xếp vào diện 4 tại chỗ ÷ thủ tục đang áp dụng thuộc thẩm quyền UBND xã (không gồm Công an, Quân sự).{unconfirmed}"
    );
    let (a, b, c, all) = (
        here("khai-bao"),
        here("thuc-te"),
        here("ho-so"),
        here("tat-ca"),
    );
    let behind = [
        [a.clone(), all.clone()],
        [b.clone(), all],
        [
            rows_of((four.from, four.at), "", Which::OnTheSpot),
            rows_of((four.from, four.at), "", Which::Stamped),
        ],
    ];
    let card = |title, share: Share, noun, definition, behind, rows| {
        parts::figure(&Figure {
            title,
            share: shown(share),
            noun,
            definition,
            behind: Some(behind),
            rows: Some(rows),
            sign: None,
        })
    };
    html! {
        (tabs(paths::REPORT_FOUR_ON_THE_SPOT))
        div.head {
            div { h1 { "Bốn tại chỗ" } p { "Tiếp nhận, thẩm định, phê duyệt và trả kết quả ngay tại quầy · Tính đến ngày " (parts::day(four.at)) ", hồ sơ xong từ " (parts::day(chosen.period.from)) } }
            div.row { (Button::new("Diễn biến và đề xuất").link(paths::REPORT_FOUR_TO_REACH)) (Button::new("CSV").icon(Icon::Download).link(&csv)) }
        }
        form.card.filter method="get" action=(paths::REPORT_FOUR_ON_THE_SPOT) { div.body { div.fields {
            (date_field(&Field::new("ngay", "Tính đến ngày", &days.ngay, &errors).quiet()))
            (date_field(&Field::new("tu", "Hồ sơ xong từ ngày (bỏ trống: đầu năm báo cáo)", &days.tu, &errors).quiet()))
            div.field { (Button::new("Xem").submit()) }
        } } }
        div.columns {
            (card("Được xếp vào diện 4 tại chỗ", declared, "thủ tục", &declared_words, &behind[0], (a.as_str(), "Xem các thủ tục")))
            (card("Làm được trong thực tế", four.practised.share, "thủ tục", &practised, &behind[1], (b.as_str(), "Xem các thủ tục")))
            (card("Hồ sơ xong tại chỗ", four.dossiers, "hồ sơ", &spot, &behind[2], (c.as_str(), "Xem theo thủ tục")))
        }
        section.card { header { h2 { "Chỉ tiêu 20 %: " (state) } } div.body {
            (goal_bar(shown(declared), u32::try_from(goal).unwrap_or(u32::MAX), "thủ tục"))
            @if four.unconfirmed { (notice(&Notice::new(NoticeKind::Info, "Chưa có số quyết định: diện 4 tại chỗ đang lấy theo dữ liệu kèm chương trình. Nhập số quyết định vào danh mục để xác nhận."))) }
        } }
        @if let Some((title, rows)) = heap(four, &days.xem) { (list(four, title, &rows)) }
        div.columns.wide {
            (list(four, "Được xếp vào diện, chưa làm được", &filter(four, |row| row.declared && !row.practised)))
            (list(four, "Làm được, chưa được xếp vào diện", &filter(four, |row| !row.declared && row.practised)))
        }
        (list(four, "Có thể bổ sung: hồ sơ xong tại chỗ nhiều nhất", &candidates(four)))
    }
}

fn left_out(four: &Report) -> String {
    if four.without_stamps == 0 {
        String::new()
    } else {
        format!(
            " Không tính {} hồ sơ nhập từ sổ cũ, không có dấu giờ.",
            viet::number(four.without_stamps)
        )
    }
}

fn filter(four: &Report, test: impl Fn(&Row) -> bool) -> Vec<Row> {
    four.procedures
        .iter()
        .filter(|row| test(row))
        .cloned()
        .collect()
}

fn heap(four: &Report, name: &str) -> Option<(&'static str, Vec<Row>)> {
    Some(match name {
        "khai-bao" => (
            "Thủ tục được xếp vào diện 4 tại chỗ",
            filter(four, |row| row.declared),
        ),
        "thuc-te" => (
            "Thủ tục làm được trong thực tế",
            filter(four, |row| row.practised),
        ),
        "tat-ca" => (
            "Thủ tục đang áp dụng thuộc thẩm quyền UBND xã",
            filter(four, |_| true),
        ),
        "ho-so" => (
            "Thủ tục có hồ sơ xong",
            filter(four, |row| row.dossiers > 0),
        ),
        _ => return None,
    })
}

/// Not declared, ranked by the share of their dossiers done on the spot, then by how many.
fn candidates(four: &Report) -> Vec<Row> {
    let mut rows = filter(four, |row| !row.declared && row.on_the_spot > 0);
    rows.sort_by_key(|row| {
        let share = Share::new(row.on_the_spot, row.dossiers)
            .hundredths()
            .unwrap_or_default();
        (
            std::cmp::Reverse(share),
            std::cmp::Reverse(row.dossiers),
            row.code.clone(),
        )
    });
    rows.truncate(20);
    rows
}

fn list(four: &Report, title: &str, rows: &[Row]) -> Markup {
    let heads = [
        Column::text("Thủ tục"),
        Column::text("Lĩnh vực"),
        Column::number("Xong tại chỗ"),
        Column::number("Tỷ lệ"),
        Column::text("Quyết định"),
    ];
    let lines = rows.iter().map(|row| {
        let share = shown(Share::new(row.on_the_spot, row.dossiers));
        let of = |which| rows_of((four.from, four.at), &row.code, which);
        let rate = if row.dossiers < FEW { None } else { parts::percent(share, 1) };
        let decision = match (&row.decision, row.declared) {
            (Some(number), _) => number.clone(),
            (None, true) => "chưa có số".to_owned(),
            (None, false) if row.candidate => "ứng viên".to_owned(),
            (None, false) => "–".to_owned(),
        };
        vec![
            Cell::Markup(html! { (row.name) p.small { (row.code) } }),
            Cell::Text(row.field.clone()),
            Cell::Markup(html! {
                (linked(share.numerator, Some(&of(Which::OnTheSpot)))) " / " (linked(share.denominator, Some(&of(Which::Stamped))))
            }),
            Cell::Text(rate.unwrap_or_else(|| "–".to_owned())),
            Cell::Text(decision),
        ]
    });
    html! {
        section.card {
            header { h2 { (title) } span.small { b { (rows.len()) } " thủ tục" } }
            @if rows.is_empty() { div.body { p.second { "Không có thủ tục nào." } } }
            @else { (parts::table(&Table { label: title, columns: &heads, rows: lines.collect(), total: None })) }
            @if rows.iter().any(|row| row.dossiers < FEW) { footer { p.small { "Dưới 10 hồ sơ: không ghi phần trăm." } } }
        }
    }
}
