//! `/bao-cao`: five figures, what changed month by month, and what to chase now.
use axum::extract::{Query, State};
use maud::{Markup, html};

use super::{
    Asked,
    apologies::Links,
    behind::Behind,
    chosen, current_month,
    cut::{boxes, said as cut_said},
    four_rows, may_measure, period_bar, shown, span,
};
use crate::{
    app::App,
    domain::{
        period::Period,
        scoring::{Column, Course, Tally},
        share::Share,
        standing::Standing,
        time::{local_day, to_local},
        viet,
    },
    error::Result,
    reports::{
        apologies::{self, Said, owed, unsaid},
        four_on_the_spot,
        months::{self, label},
        plan, processing,
        reading::Reading,
        satisfaction,
    },
    store::register::{self, Filter},
    web::{
        icons::{Icon, icon},
        layout::Section,
        parts::{self, Cell, Column as Head, Figure, Table, chart},
        paths,
        rows::by_new_date,
        session::{Failure, Staff},
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    Ok(view(&app, &staff, &asked).await?)
}

async fn view(app: &App, staff: &Staff, asked: &Asked) -> Result<Markup> {
    let chosen = chosen(app, asked, &current_month(app))?;
    let agency = staff.actor.agency;
    let period = chosen.period;
    let today = local_day(app.clock.now());
    let at = period.to.min(today).max(period.from);
    let cut = asked.cut();
    let months = period.months_before(12, app.settings.figures.period_start_day);
    let mut periods = months.clone();
    periods.push(period);
    let reading = Reading::of(app, agency, &periods).await?;
    let table = processing::build_from(app, &reading, period, processing::By::Field, &cut).await?;
    let said = apologies::build_from(app, &reading, period, &cut).await?;
    let four = four_on_the_spot::build(app, agency, at, None).await?;
    let satisfied = if cut.is_whole() {
        satisfaction::build_beside(app, agency, period, &table).await?
    } else {
        satisfaction::build_from(app, &reading, period).await?
    };
    let trail = Behind {
        asked,
        chosen: &chosen,
    };
    let letters = Links {
        asked,
        chosen: &chosen,
    };
    let total = table.total;
    let late = format!("Xem {} hồ sơ trễ hẹn", viet::number(total.processed.late));
    let overdue = format!(
        "Xem {} hồ sơ quá hạn, chưa xong",
        viet::number(total.pending.overdue)
    );
    let missing = format!(
        "Chỉ tiêu 20 %: {}",
        if four.missing > 0 {
            format!("thiếu {}", four.missing)
        } else {
            "đạt".into()
        }
    );
    let timely = Share::new(said.in_time, said.late);
    let survey = match satisfied.margin {
        Some(margin) => format!(
            "Sai số ±{},{:02} điểm phần trăm. Cỡ mẫu cần {} phiếu.",
            margin / 100,
            margin % 100,
            viet::number(satisfied.sample)
        ),
        None => format!("Cỡ mẫu cần {} phiếu.", viet::number(satisfied.sample)),
    };
    let unconfirmed = if four.unconfirmed {
        " Có thủ tục chưa có số quyết định."
    } else {
        ""
    };
    let declared = format!(
        "Thủ tục xếp vào diện 4 tại chỗ ÷ thủ tục thuộc thẩm quyền UBND xã, ngày {}.{unconfirmed}",
        parts::day(at)
    );
    let warn = |is: bool| is.then_some(Icon::Warn);
    let (late_href, overdue_href) = (trail.column(Column::Late), trail.column(Column::Overdue));
    let behind = [
        trail.share(Column::Kept, Column::Dated),
        trail.share(Column::Kept, Column::Judged),
        [letters.of(Said::InTime), letters.of(Said::Late)],
        ["khai-bao", "tat-ca"].map(|heap| four_rows::procedures_of(four.from, at, heap)),
    ];
    let said_href = letters.of(Said::Late);
    let card = |title, share, noun, definition, behind, rows, sign| {
        parts::figure(&Figure {
            title,
            share: shown(share),
            noun,
            definition,
            behind,
            rows,
            sign,
        })
    };
    let title = format!("Theo dõi {}", chosen.within());
    let chase = chase(app, staff, &said, letters).await?;
    Ok(staff.page(&title, Section::Watch, None, html! {
        div.head { div { h1 { (title) } (span(app, period)) } }
        (period_bar(app, paths::REPORTS, asked, &chosen, &boxes(app, agency, asked).await?))
        (cut_said(&cut))
        @if !cut.is_whole() { p.second { "“4 tại chỗ” và mức độ hài lòng luôn là của cả cơ quan, không theo bộ lọc." } }
        div.columns.five {
            (card("Giải quyết trước và đúng hạn", total.on_time, "hồ sơ", "Hồ sơ giải quyết xong trong kỳ, có ngày hẹn; so ngày xong với ngày hẹn lần đầu.", Some(&behind[0]), Some((late_href.as_str(), late.as_str())), warn(total.processed.late > 0)))
            (card("Tính cả hồ sơ quá hạn chưa xong", total.on_time_with_overdue, "hồ sơ", "Mẫu số thêm hồ sơ đang giải quyết đã quá hạn.", Some(&behind[1]), Some((overdue_href.as_str(), overdue.as_str())), warn(total.pending.overdue > 0)))
            (card("Xin lỗi đúng lúc khi trễ", timely, "hồ sơ trễ", "Phiếu xin lỗi ký trước ngày hẹn ít nhất 01 ngày ÷ hồ sơ trễ và quá hạn.", Some(&behind[2]), Some((said_href.as_str(), "Xem hồ sơ trễ và phiếu xin lỗi")), warn(said.apologised.numerator < said.late)))
            (card("Thủ tục “4 tại chỗ”", four.declared.share, "thủ tục", &declared, Some(&behind[3]), Some((paths::REPORT_FOUR_ON_THE_SPOT, missing.as_str())), warn(four.missing > 0)))
            (card("Hài lòng, mức 4 và 5", satisfied.index, "câu trả lời", &survey, None, Some((paths::REPORT_SATISFACTION, if satisfied.ballots < satisfied.sample { "Chưa đủ mẫu, xem cách tính" } else { "Xem theo yếu tố" })), None))
        }
        div.split {
            div {
                (by_month(app, &reading, &months, trail).await?)
                (by_field(&table, trail))
            }
            aside { (chase) }
        }
    }))
}

/// The twelve months up to this one.
async fn by_month(
    app: &App,
    reading: &Reading,
    months: &[Period],
    trail: Behind<'_>,
) -> Result<Markup> {
    let mut bars: Vec<chart::Month> = months
        .iter()
        .map(|month| chart::Month {
            label: label(*month),
            early: 0,
            on_time: 0,
            late: 0,
            behind: {
                let (from, to) = (parts::day(month.from), parts::day(month.to));
                let days = [("ky", ""), ("tu", from.as_str()), ("den", to.as_str())];
                [Column::Early, Column::OnTime, Column::Late, Column::Dated]
                    .map(|column| trail.rows(column, &days))
            },
        })
        .collect();
    let cut = trail.asked.cut();
    months::each(app, reading, months, |place, dossier, cell| {
        if !cut.holds(dossier) {
            return;
        }
        match cell.course {
            Course::Early => bars[place].early += 1,
            Course::OnTime => bars[place].on_time += 1,
            Course::Late => bars[place].late += 1,
            _ => {}
        }
    })
    .await?;
    let late: Vec<u64> = bars.iter().map(|bar| bar.late).collect();
    let (least, most) = (
        late.iter().min().copied().unwrap_or(0),
        late.iter().max().copied().unwrap_or(0),
    );
    let finding = if most == 0 {
        "Không có hồ sơ giải quyết trễ trong 12 tháng qua".to_owned()
    } else if least == most {
        format!(
            "Mỗi tháng trễ {} hồ sơ, trong 12 tháng qua",
            viet::number(most)
        )
    } else {
        format!(
            "Mỗi tháng trễ từ {} đến {} hồ sơ, trong 12 tháng qua",
            viet::number(least),
            viet::number(most)
        )
    };
    Ok(chart::months(&finding, &bars))
}

fn by_field(table: &processing::Report, trail: Behind) -> Markup {
    let heads = [
        Head::text("Lĩnh vực"),
        Head::number("Tiếp nhận"),
        Head::number("Đã giải quyết"),
        Head::number("Trước hạn"),
        Head::number("Đúng hạn"),
        Head::number("Quá hạn"),
        Head::number("Đang giải quyết"),
        Head::number("Quá hạn, chưa xong"),
    ];
    let line = |label: &str, tally: &Tally, whole: bool| {
        let href = |column: Column| {
            let group = if whole { "" } else { label };
            trail.rows(column, &[("theo", ""), ("nhom", group)])
        };
        let linked = |column: Column| Cell::Linked(tally.count(column), href(column));
        vec![
            Cell::Text(label.to_owned()),
            linked(Column::Received),
            linked(Column::Processed),
            linked(Column::Early),
            linked(Column::OnTime),
            Cell::Late(tally.processed.late, href(Column::Late)),
            linked(Column::Pending),
            Cell::Late(tally.pending.overdue, href(Column::Overdue)),
        ]
    };
    let all = Table {
        label: "Giải quyết theo lĩnh vực",
        columns: &heads,
        rows: table
            .rows
            .iter()
            .map(|row| line(&row.label, &row.tally, false))
            .collect(),
        total: Some(line("Tổng cộng", &table.total, true)),
    };
    let full = paths::with_query(
        paths::REPORT_PROCESSING,
        &trail.asked.pairs(&trail.chosen.name),
    );
    html! { section.card { header { h2 { "Theo lĩnh vực" } a href=(full) { "Mở biểu II.06a đầy đủ" } } (parts::table(&all)) } }
}

/// What needs a hand now, whatever the period shown.
async fn chase(
    app: &App,
    staff: &Staff,
    said: &apologies::Report,
    letters: Links<'_>,
) -> Result<Markup> {
    let agency = staff.actor.agency;
    let count = |filter: Filter| async move {
        register::count(app.store.read(), &filter, by_new_date(app), app.clock.now()).await
    };
    let standing = |standing| Filter {
        agency,
        standing: Some(standing),
        ..Filter::default()
    };
    let overdue = count(standing(Standing::Overdue)).await?;
    let undated = count(standing(Standing::Undated)).await?;
    let waiting = owed(app, agency).await?;
    let unsaid = unsaid(app, agency).await?;
    let soon = waiting.soon.len() as u64;
    let of = |name: &str| paths::with_query(paths::DOSSIERS, &[("standing", name)]);
    let apology = |tab: &str| paths::with_query(paths::APOLOGIES, &[("muc", tab)]);
    let tasks = plan::build(app, agency, local_day(app.clock.now())).await?;
    let lines = [
        (
            tasks.overdue as u64,
            "nhiệm vụ kế hoạch quá hạn",
            paths::PLAN.to_owned(),
            Icon::Warn,
        ),
        (
            tasks.soon as u64,
            "nhiệm vụ kế hoạch sắp đến hạn",
            paths::PLAN.to_owned(),
            Icon::Clock,
        ),
        (
            overdue,
            "hồ sơ quá hạn, chưa xong",
            of(Standing::Overdue.code()),
            Icon::Warn,
        ),
        (
            unsaid,
            "hồ sơ trễ, chưa có phiếu xin lỗi",
            apology("tre"),
            Icon::Mail,
        ),
        (
            soon,
            "hồ sơ sắp trễ, cần soạn phiếu",
            apology("soan"),
            Icon::Clock,
        ),
        (
            undated,
            "hồ sơ chưa có ngày hẹn",
            of(Standing::Undated.code()),
            Icon::Info,
        ),
    ];
    let quiet = lines.iter().all(|(count, ..)| *count == 0);
    let now = to_local(app.clock.now());
    let told = |count, said| {
        parts::linked(
            u32::try_from(count).unwrap_or(u32::MAX),
            Some(&letters.of(said)),
        )
    };
    Ok(html! {
        section.card {
            header { h2 { "Cần xử lý" } span.small { "đến " (now.format("%H:%M")) ", " (parts::day_month(now.date())) } }
            @if quiet { div.body { p { "Không có việc phải nhắc." } } }
            ul.list {
                @for (count, words, href, sign) in lines.iter().filter(|(count, ..)| *count > 0) {
                    li.row { (icon(*sign)) span { b { (count) } " " (words) } a href=(href) { "Mở" span.sr { " " (words) } } }
                }
            }
        }
        section.card {
            header { h2 { "Trễ trong kỳ" } }
            div.body { dl.facts.counts {
                dt { "Hồ sơ trễ và quá hạn" } dd { (told(said.late, Said::Late)) }
                dt { "Có phiếu xin lỗi" } dd { (told(said.apologised.numerator, Said::Apologised)) }
                dt { "Kịp trước hạn" } dd { (told(said.in_time, Said::InTime)) }
                dt { "Xin lỗi sau hạn" } dd { (told(said.after, Said::After)) }
            } }
        }
    })
}
