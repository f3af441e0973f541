//! The figures of the quarterly report, each with where its rows are: what was solved, and
//! how people were served.
use super::statements::{count, share, share_of};
use crate::{
    app::App,
    documents::{
        statement::{Bar, Block, bars, heading, table, text},
        told::Told,
    },
    domain::{
        feedback::Standing,
        period::Period,
        scoring::{Column, Tally},
        viet,
    },
    error::Result,
    reports::{
        apologies::{self, Said},
        behind::Trait,
        closed, closed_beside,
        cut::Cut,
        feedback,
        four_on_the_spot::{self, Which},
        months,
        processing::{self, By},
        reading::Reading,
        satisfaction,
    },
    web::{
        feedback_list,
        reports::{
            Asked, Chosen,
            apologies::Links,
            behind::Behind,
            four_rows::{procedures_of, rows_of},
        },
    },
};

/// I. What was solved, in time or late; beside the twelve months up to then.
pub async fn solved(
    app: &App,
    reading: &Reading,
    period: Period,
    months: &[Period],
) -> Result<Vec<Block>> {
    let whole = Cut::default();
    let report = processing::official_from(app, reading, period, By::Field, &whole).await?;
    let said = apologies::build_from(app, reading, period, &whole).await?;
    let (total, notes) = (report.total, report.notes);
    let (asked, chosen) = (Asked::between(period), Chosen::between(period));
    let (asked, chosen) = (&asked, &chosen);
    let trail = Behind { asked, chosen };
    let letters = |said| Links { asked, chosen }.of(said);
    let line = |label: &str, group: &str, tally: &Tally| {
        let columns = [
            Column::Received,
            Column::Processed,
            Column::Early,
            Column::OnTime,
            Column::Late,
            Column::Pending,
            Column::Overdue,
        ];
        let cells = columns
            .map(|column| count(tally.count(column), &trail.rows(column, &[("nhom", group)])));
        std::iter::once(Told::from(label)).chain(cells).collect()
    };
    let mut rows: Vec<Vec<Told>> = report
        .rows
        .iter()
        .map(|row| line(&row.label, &row.label, &row.tally))
        .collect();
    rows.push(line("Tổng cộng", "", &total));
    let mut tallies = vec![Tally::default(); months.len()];
    months::each(app, reading, months, |place, _, cell| {
        tallies[place].add(cell);
    })
    .await?;
    let by_month = months.iter().zip(&tallies).map(|(month, tally)| {
        let (asked, chosen) = (Asked::between(*month), Chosen::between(*month));
        let trail = Behind {
            asked: &asked,
            chosen: &chosen,
        };
        let cell = |column| count(tally.count(column), &trail.column(column));
        Bar {
            label: format!("Tháng {}", months::label(*month)),
            value: tally.processed.total,
            words: cell(Column::Processed)
                .and(", trễ ")
                .and(cell(Column::Late)),
        }
    });
    let head = [
        ("Lĩnh vực", 8),
        ("#Tiếp nhận", 3),
        ("#Đã giải quyết", 3),
        ("#Trước hạn", 3),
        ("#Đúng hạn", 3),
        ("#Quá hạn", 3),
        ("#Đang giải quyết", 3),
        ("#Quá hạn chưa xong", 3),
    ];
    let of = |column| count(total.count(column), &trail.column(column));
    let with = |number, column, which| count(number, &trail.with(column, which));
    let closed = report.closed.as_ref().map_or_else(String::new, |closed| {
        format!(
            " Số liệu trên đã chốt lúc {} bởi {}; biểu đồ 12 tháng và các mục sau tính theo sổ lúc lập báo cáo.",
            closed.at_words, closed.by
        )
    });
    let mut since = adjusted(&report);
    since.extend(moved(app, reading, period).await?);
    let blocks = vec![
        heading("I. Kết quả giải quyết thủ tục hành chính"),
        text(
            Told::sentence(
                "Tổng số hồ sơ tiếp nhận {} (trong kỳ {}, từ kỳ trước {}); đã giải quyết {}: trước hạn {}, đúng hạn {}, quá hạn {}; đang giải quyết {}, trong đó quá hạn {}. Tỷ lệ giải quyết trước và đúng hạn {}; tính cả hồ sơ quá hạn chưa xong {}.",
                [
                    of(Column::Received),
                    of(Column::Came),
                    of(Column::CarriedOver),
                    of(Column::Processed),
                    of(Column::Early),
                    of(Column::OnTime),
                    of(Column::Late),
                    of(Column::Pending),
                    of(Column::Overdue),
                    share_of(total.on_time, &trail.share(Column::Kept, Column::Dated)),
                    share_of(
                        total.on_time_with_overdue,
                        &trail.share(Column::Kept, Column::Judged),
                    ),
                ],
            )
            .and(closed),
        ),
        text(Told::sentence(
            "Trong số trên, {} hồ sơ đang chờ bổ sung, {} hồ sơ công dân rút, {} hồ sơ dừng, {} hồ sơ từ chối giải quyết. Hồ sơ trễ và quá hạn: {}, có phiếu xin lỗi {}, kịp trước hạn {}.",
            [
                with(notes.waiting, Column::Pending, Trait::Waiting),
                with(notes.withdrawn, Column::Processed, Trait::Withdrawn),
                with(notes.stopped, Column::Processed, Trait::Stopped),
                with(notes.refused, Column::Processed, Trait::Refused),
                count(said.late, &letters(Said::Late)),
                share_of(
                    said.apologised,
                    &[Said::Apologised, Said::Late].map(letters),
                ),
                count(said.in_time, &letters(Said::InTime)),
            ],
        )),
        table(&head, rows),
        bars("Hồ sơ đã giải quyết, 12 tháng", by_month.collect()),
    ];
    Ok(blocks.into_iter().chain(since).collect())
}

/// The other figures that moved since the period was closed.
async fn moved(app: &App, reading: &Reading, period: Period) -> Result<Option<Block>> {
    let Some(closed) = closed::of_period(app, reading.agency, period).await? else {
        return Ok(None);
    };
    let kept = closed_beside::compare(app, reading, &closed).await?;
    let moved: Vec<String> = kept
        .iter()
        .filter(|one| one.moved())
        .map(closed_beside::Kept::words)
        .collect();
    Ok((!moved.is_empty()).then(|| {
        text(format!(
            "Số liệu khác đã đổi sau khi chốt. {}.",
            moved.join("; ")
        ))
    }))
}

/// What closed figures would say otherwise today.
fn adjusted(report: &processing::Report) -> Vec<Block> {
    let own = report
        .closed
        .iter()
        .filter(|closed| !closed.adjustments.is_empty());
    let own = own.map(|closed| {
        let each: Vec<String> = closed
            .adjustments
            .iter()
            .map(|one| format!("{}: {}", one.code, one.reason))
            .collect();
        text(format!(
            "Điều chỉnh sau khi chốt: {} hồ sơ. {}.",
            viet::number(closed.adjustments.len()),
            each.join("; ")
        ))
    });
    let others = report.overlaps.iter().map(|one| text(one.words()));
    own.chain(others).collect()
}

/// II. "4 tại chỗ", satisfaction, feedback.
pub async fn served(
    app: &App,
    reading: &Reading,
    period: Period,
    at: chrono::NaiveDate,
) -> Result<Vec<Block>> {
    let agency = reading.agency;
    let four = four_on_the_spot::build(app, agency, at, Some(period.from)).await?;
    let said = satisfaction::build_from(app, reading, period).await?;
    let heard = feedback::build(app, agency, None, period).await?;
    let days = (period.from, at);
    let heaps = |heap| [heap, "tat-ca"].map(|heap| procedures_of(days.0, days.1, heap));
    let unconfirmed = if four.unconfirmed {
        " (có thủ tục chưa có số quyết định)"
    } else {
        ""
    };
    let margin = said.margin.map_or_else(String::new, |margin| {
        format!(
            ", sai số ±{},{:02} điểm phần trăm",
            margin / 100,
            margin % 100
        )
    });
    let factors = said.factors.iter().map(|line| Bar {
        label: line.label.clone(),
        value: line.share.hundredths().unwrap_or_default(),
        words: share(line.share).into(),
    });
    let mut blocks = vec![
        heading("II. “4 tại chỗ”, mức độ hài lòng, phản ánh kiến nghị"),
        text(Told::sentence(
            "Thủ tục được xếp vào diện “4 tại chỗ” {}{}; làm được trong thực tế {}; hồ sơ giải quyết xong tại chỗ {}.",
            [
                share_of(four.declared.share, &heaps("khai-bao")),
                unconfirmed.into(),
                share_of(four.practised.share, &heaps("thuc-te")),
                share_of(
                    four.dossiers,
                    &[Which::OnTheSpot, Which::Stamped].map(|which| rows_of(days, "", which)),
                ),
            ],
        )),
        text(format!(
            "Khảo sát mức độ hài lòng: {} phiếu trên cỡ mẫu cần {}; câu trả lời mức 4 và 5: {}{margin}.",
            viet::number(said.ballots),
            viet::number(said.sample),
            share(said.index),
        )),
    ];
    if said.ballots > 0 {
        blocks.push(Block::Bars {
            caption: "Hài lòng theo yếu tố (câu trả lời mức 4 và 5)".into(),
            most: 10_000,
            bars: factors.collect(),
        });
    }
    let due = |how| feedback_list::due(period.from, period.to, how);
    blocks.push(text(Told::sentence(
        "Phản ánh, kiến nghị đến hạn trong kỳ: xử lý đúng hạn {}; trễ {}, quá hạn chưa trả lời {}.",
        [
            share_of(
                heard.total.share(),
                &[due(Some(Standing::InTime)), due(None)],
            ),
            count(heard.total.late, &due(Some(Standing::Late))),
            count(heard.total.overdue, &due(Some(Standing::Overdue))),
        ],
    )));
    Ok(blocks)
}
