//! `/ket-qua`: does the office keep its word? Month by month, for everyone; a closed month
//! stays as it was made public, and what would be counted otherwise today is said.
use axum::extract::Query;
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, chart},
    paths,
    public::Frame,
    session::Failure,
    visitor::Visitor,
};
use crate::{
    domain::{
        period::Period,
        share::{FEW, Share},
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    reports::scoreboard::{self, Figures, Month, Of},
};

/// Months in the chart and in the table.
const SHOWN: usize = 6;
/// How far back anyone may leaf, in months.
const BACK: i32 = 60;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    thang: String,
}

pub async fn page(Visitor(app): Visitor, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let agency = app.home_agency().await?;
    let today = local_day(app.clock.now());
    let start = app.settings.figures.period_start_day;
    let current = Period::month_of(today, start);
    let before = |month: Period| {
        month
            .from
            .pred_opt()
            .map(|day| Period::month_of(day, start))
    };
    let chosen = if asked.thang.is_empty() {
        before(current).unwrap_or(current)
    } else {
        wanted(&asked.thang, start, current)?
    };
    let mut months = Vec::with_capacity(SHOWN);
    for period in chosen.months_before(SHOWN, start) {
        months.push(scoreboard::month(&app, agency, period).await?);
    }
    let Some(month) = months.last().cloned() else {
        return Err(Failure(no_such()));
    };
    // Months before anyone came say nothing.
    let silent = |month: &Month| month.figures.received + month.figures.solved == 0;
    while months.len() > 1 && months.first().is_some_and(silent) {
        months.remove(0);
    }
    let after = chosen.to.succ_opt().map(|day| Period::month_of(day, start));
    let after = after.filter(|next| next.from <= today);
    let body = html! {
        h1 { "Kết quả phục vụ" }
        (standing(&month, today))
        nav aria-label="Tháng khác" { ul.row {
            @if let Some(earlier) = before(chosen) { li { a href=(paths::scoreboard(&name(earlier))) rel="prev" { "Tháng trước" } } }
            @if let Some(next) = after { li { a href=(paths::scoreboard(&name(next))) rel="next" { "Tháng sau" } } }
        } }
        (adjusted(&month))
        (cards(&month.figures, app.settings.figures.public_least))
        h2 { "Hồ sơ trễ hẹn mỗi tháng" }
        (chart::bars(&finding(&months), "Hồ sơ trễ hẹn mỗi tháng", &late(&months)))
        details.why open { summary { "Bảng số liệu" } (table(&months, app.settings.figures.public_least)) }
        (four(&month.figures))
        (feedback(&month.figures))
        p { (Button::new("Gửi phản ánh, góp ý").link(paths::FEEDBACK)) }
        p.second { "Hồ sơ xong so với ngày hẹn lần đầu. Hài lòng: câu trả lời “hài lòng” và “rất hài lòng” ÷ câu có trả lời." }
    };
    Ok(frame.page("Kết quả phục vụ", None, body))
}

fn no_such() -> Error {
    Error::not_found("Không có số liệu của tháng này.")
}

/// A month by its name; not one to come, nor one of long ago.
fn wanted(name: &str, start: u32, current: Period) -> Result<Period> {
    let month = Period::parse(name, start).map_err(|_| no_such())?;
    let months = |day: NaiveDate| day.year() * 12 + day.month().cast_signed();
    let back = months(current.to) - months(month.to);
    if Period::month_of(month.to, start) == month && (0..=BACK).contains(&back) {
        Ok(month)
    } else {
        Err(no_such())
    }
}

/// `2021-04`
fn name(month: Period) -> String {
    format!("{}-{:02}", month.to.year(), month.to.month())
}

/// Which month, and whether it can still change.
fn standing(month: &Month, today: NaiveDate) -> Markup {
    let period = month.period;
    html! {
        p {
            b { (Period::title(&name(period))) }
            ", từ " (parts::day_month(period.from)) " đến " (parts::day(period.to)) ". "
            @if let Some(at) = month.frozen_at {
                "Chốt số liệu ngày " (parts::day(to_local(at).date())) "; nếu điều chỉnh sẽ ghi rõ."
            } @else if month.running(today) {
                "Tháng đang chạy, chưa chốt."
            } @else {
                "Chưa chốt số liệu."
            }
        }
    }
}

/// What would be counted otherwise today; what was made public stays.
fn adjusted(month: &Month) -> Markup {
    let Some(now) = &month.now else {
        return html! {};
    };
    let all = month.figures.differences(now);
    html! {
        @if !all.is_empty() {
            (parts::notice(&Notice::new(NoticeKind::Info, "Điều chỉnh sau khi chốt. Số đã công bố giữ nguyên; tính lại hôm nay thì khác:")))
            ul.bullets { @for (words, was, is) in all {
                li { (words) ": công bố " (viet::number(was)) ", tính lại " (viet::number(is)) }
            } }
        }
    }
}

/// `97,6 %`; no percent of fewer than ten.
fn percent(of: Of) -> Option<String> {
    let few = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let share = parts::Share {
        numerator: few(of.part),
        denominator: few(of.whole),
    };
    parts::percent(share, 1).filter(|_| of.whole >= FEW)
}

fn card(title: &str, of: Of, noun: &str, more: &Markup) -> Markup {
    html! {
        section.card.figure {
            h2 { (title) }
            @if of.whole == 0 { p.big.muted { "Chưa có" } }
            @else {
                p.big { @match percent(of) {
                    Some(percent) => { (percent) " " span.of { (viet::number(of.part)) " / " (viet::number(of.whole)) } }
                    None => { (viet::number(of.part)) " / " (viet::number(of.whole)) }
                } }
            }
            p.small { (noun) (more) }
        }
    }
}

/// Every promise that was not kept: solved late, and not solved though it is overdue.
fn broken(figures: &Figures) -> u64 {
    figures.late + figures.overdue
}

/// What everyone wants to know first.
fn cards(figures: &Figures, least: u64) -> Markup {
    let late = broken(figures);
    let unsaid = figures
        .apologised
        .whole
        .saturating_sub(figures.apologised.part);
    html! {
        (card("Trước và đúng hẹn", figures.in_time, "hồ sơ giải quyết xong trong tháng", &html! {}))
        section.card.figure {
            h2 { "Trễ hẹn" }
            p.big { (viet::number(late)) " " span.of { "hồ sơ" } }
            p.small {
                @if late == 0 { "Không có hồ sơ nào trễ." }
                @else {
                    @if figures.overdue > 0 { (viet::number(figures.overdue)) " chưa xong khi hết tháng; " }
                    (viet::number(figures.apologised.part)) " có thư xin lỗi"
                    @if unsaid > 0 { ", " (viet::number(unsaid)) " chưa có" } "."
                }
            }
        }
        @if figures.ballots < least {
            section.card.figure {
                h2 { "Người dân hài lòng" }
                p.big.muted { "Không công bố" }
                p.small { "Có ít hơn " (least) " phiếu: công bố sẽ lộ ý kiến của từng người." }
            }
        } @else {
            (card("Người dân hài lòng", figures.satisfied, "câu trả lời", &html! {
                " của " (viet::number(figures.ballots)) " phiếu"
                @if let Some(margin) = figures.margin { ", sai số ±" (margin / 100) "," (format!("{:02}", margin % 100)) " điểm" }
                @if figures.ballots < figures.sample { "; chưa đủ cỡ mẫu " (viet::number(figures.sample)) } "."
            }))
        }
    }
}

/// `4`, `01/21`: a month as short as a bar.
fn label(month: Period) -> String {
    if month.to.month() == 1 {
        format!("01/{:02}", month.to.year() % 100)
    } else {
        month.to.month().to_string()
    }
}

fn late(months: &[Month]) -> Vec<(String, u64)> {
    months
        .iter()
        .map(|month| (label(month.period), broken(&month.figures)))
        .collect()
}

fn finding(months: &[Month]) -> String {
    let late: Vec<u64> = months.iter().map(|month| broken(&month.figures)).collect();
    let (least, most) = (late.iter().min(), late.iter().max());
    match (least.copied().unwrap_or(0), most.copied().unwrap_or(0)) {
        (_, 0) => "Không tháng nào có hồ sơ trễ hẹn.".into(),
        (least, most) if least == most => format!("Mỗi tháng trễ {} hồ sơ.", viet::number(most)),
        (least, most) => format!(
            "Mỗi tháng trễ từ {} đến {} hồ sơ.",
            viet::number(least),
            viet::number(most)
        ),
    }
}

/// The same in numbers: a column for each month, the latest first, so that it fits a page.
fn table(months: &[Month], least: u64) -> Markup {
    let fraction = |of: Of| format!("{}/{}", viet::number(of.part), viet::number(of.whole));
    let shared = |of: Of| percent(of).unwrap_or_else(|| fraction(of));
    let few = |figures: &Figures| figures.ballots < least;
    let row = |words: &str, of: &dyn Fn(&Month) -> Cell| {
        let name = Cell::Text(words.to_owned());
        let months = months.iter().rev();
        std::iter::once(name).chain(months.map(of)).collect()
    };
    let count =
        |words: &str, of: fn(&Figures) -> u64| row(words, &|month| Cell::Count(of(&month.figures)));
    let words = |words: &str, of: &dyn Fn(&Figures) -> String| {
        row(words, &|month| Cell::Text(of(&month.figures)))
    };
    let standing = |month: &Month| match month.frozen_at {
        Some(_) => Cell::Text("đã chốt".into()),
        None => Cell::Text("chưa chốt".into()),
    };
    let names: Vec<String> = months
        .iter()
        .rev()
        .map(|month| format!("{}/{}", month.period.to.month(), month.period.to.year()))
        .collect();
    let mut columns = vec![Column::text("Tháng")];
    columns.extend(names.iter().map(|name| Column::number(name)));
    parts::table(&Table {
        label: "Số liệu theo tháng",
        columns: &columns,
        rows: vec![
            count("Nhận", |figures| figures.received),
            count("Xong", |figures| figures.solved),
            count("Trước hạn", |figures| figures.early),
            count("Đúng hạn", |figures| figures.on_time),
            count("Giải quyết trễ", |figures| figures.late),
            count("Quá hạn, chưa xong", |figures| figures.overdue),
            words("Trước và đúng hạn", &|figures| {
                shared(figures.in_time)
            }),
            words("Xin lỗi / trễ", &|figures| fraction(figures.apologised)),
            words("Phiếu khảo sát", &|figures| {
                if few(figures) {
                    format!("dưới {least}")
                } else {
                    viet::number(figures.ballots)
                }
            }),
            words("Hài lòng", &|figures| {
                if few(figures) {
                    "–".to_owned()
                } else {
                    shared(figures.satisfied)
                }
            }),
            words("Phản ánh đúng hạn", &|figures| {
                fraction(figures.feedback)
            }),
            row("Số liệu", &standing),
        ],
        total: None,
    })
}

/// "4 tại chỗ" against the plan's 20 %.
fn four(figures: &Figures) -> Markup {
    let Of { part, whole } = figures.four;
    let words = Share::new(part, whole).words();
    let few = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let share = parts::Share {
        numerator: few(part),
        denominator: few(whole),
    };
    html! {
        h2 { "Làm xong ngay tại quầy" }
        p {
            (viet::number(part)) " trong " (viet::number(whole)) " thủ tục (" (words) ") được xếp vào diện làm đủ bốn việc tại quầy"
            @if figures.four_unconfirmed { " (chưa có số quyết định)" }
            ". Chỉ tiêu năm: 20 %, tức " (viet::number(figures.four_needed)) " thủ tục. "
            b { @if part >= figures.four_needed { "Đạt." } @else { "Chưa đạt." } }
        }
        (parts::goal_bar(share, few(figures.four_needed), "thủ tục"))
    }
}

fn feedback(figures: &Figures) -> Markup {
    let Of { part, whole } = figures.feedback;
    html! {
        h2 { "Phản ánh của người dân" }
        p {
            @if whole == 0 { "Không có phản ánh nào đến hạn trả lời trong tháng." }
            @else {
                (viet::number(part)) " / " (viet::number(whole)) " phản ánh đến hạn trong tháng được trả lời đúng hạn. "
                b { @if part == whole { "Đạt chỉ tiêu 100 %." } @else { "Chưa đạt chỉ tiêu 100 %." } }
            }
        }
        p { a href=(paths::FEEDBACK_PUBLISHED) { "Xem phản ánh đã trả lời công khai" } }
    }
}
