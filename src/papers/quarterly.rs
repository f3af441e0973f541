//! The quarterly report of the Office to UBND xã and UBND huyện: the text with its figures
//! in place, tables and charts, from the dossiers and from the plan; and the report on the
//! quality objectives.
use super::statements::{Words, frame, share};
use crate::{
    app::App,
    documents::statement::{Bar, Block, Statement, bars, heading, table, text},
    domain::{period::Period, plan::State, scoring::Tally, time::local_day, viet},
    error::Result,
    reports::{
        apologies,
        cut::Cut,
        feedback, four_on_the_spot, months, plan,
        processing::{self, By},
        satisfaction,
        targets::{self, Row},
    },
    store::agencies,
};

fn count(number: u64) -> String {
    viet::number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A title within a sentence: `quý III năm 2021`.
fn within(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// The report of a period. `title` names it: "Quý III năm 2021".
pub async fn quarterly(app: &App, agency: i64, period: Period, title: &str) -> Result<Statement> {
    let today = local_day(app.clock.now());
    let at = period.to.min(today).max(period.from);
    let name = agencies::name_on(app.store.read(), agency, today).await?;
    let mut blocks = vec![text(format!(
        "Thực hiện {}, Văn phòng UBND báo cáo kết quả {} (từ {} đến {}) như sau:",
        targets::plan(app).await?.name,
        within(title),
        viet::date_in_words(period.from),
        viet::date_in_words(period.to)
    ))];
    blocks.extend(solved(app, agency, period).await?);
    blocks.extend(served(app, agency, period, at).await?);
    let aims = targets::build(app, agency, at).await?;
    blocks.push(heading("III. Chỉ tiêu của kế hoạch"));
    blocks.push(aims_table(&aims.targets));
    if !aims.objectives.is_empty() {
        blocks.push(text("Mục tiêu chất lượng theo TCVN ISO 9001:2015:"));
        blocks.push(aims_table(&aims.objectives));
    }
    blocks.extend(tasks(app, agency, at).await?);
    blocks.push(heading("V. Kiến nghị, đề xuất"));
    blocks.push(text("……………………………………………………………………………………"));
    blocks.push(text(format!(
        "Trên đây là báo cáo kết quả {}, kính báo cáo UBND xã và {}./.",
        within(title),
        name.parent
    )));
    let words = Words {
        number: "      /BC-VP",
        title: "BÁO CÁO",
        about: format!(
            "Kết quả cải cách hành chính, giải quyết thủ tục hành chính {}",
            within(title)
        ),
        to: vec![name.name, name.parent],
        blocks,
        wide: false,
    };
    frame(app, agency, words).await
}

/// I. What was solved, in time or late.
async fn solved(app: &App, agency: i64, period: Period) -> Result<Vec<Block>> {
    let report = processing::build(app, agency, period, By::Field, &Cut::default()).await?;
    let said = apologies::build(app, agency, period, &Cut::default()).await?;
    let (total, notes) = (report.total, report.notes);
    let line = |label: &str, tally: &Tally| {
        vec![
            label.to_owned(),
            count(tally.received.total),
            count(tally.processed.total),
            count(tally.processed.early),
            count(tally.processed.on_time),
            count(tally.processed.late),
            count(tally.pending.total),
            count(tally.pending.overdue),
        ]
    };
    let mut rows: Vec<Vec<String>> = report
        .rows
        .iter()
        .map(|row| line(&row.label, &row.tally))
        .collect();
    rows.push(line("Tổng cộng", &total));
    let months = period.months_before(12, app.settings.figures.period_start_day);
    let mut tallies = vec![Tally::default(); months.len()];
    months::each(app, agency, &months, |place, _, cell| {
        tallies[place].add(cell);
    })
    .await?;
    let by_month = months.iter().zip(&tallies).map(|(month, tally)| Bar {
        label: format!("Tháng {}", months::label(*month)),
        value: tally.processed.total,
        words: format!(
            "{}, trễ {}",
            count(tally.processed.total),
            count(tally.processed.late)
        ),
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
    let closed = report.closed.map_or_else(String::new, |closed| {
        format!(
            " Số liệu đã chốt lúc {} bởi {}.",
            closed.at_words, closed.by
        )
    });
    Ok(vec![
        heading("I. Kết quả giải quyết thủ tục hành chính"),
        text(format!(
            "Tổng số hồ sơ tiếp nhận {} (trong kỳ {}, từ kỳ trước {}); đã giải quyết {}: trước hạn {}, đúng hạn {}, quá hạn {}; đang giải quyết {}, trong đó quá hạn {}. Tỷ lệ giải quyết trước và đúng hạn {}; tính cả hồ sơ quá hạn chưa xong {}.{closed}",
            count(total.received.total),
            count(total.received.online + total.received.direct),
            count(total.received.carried_over),
            count(total.processed.total),
            count(total.processed.early),
            count(total.processed.on_time),
            count(total.processed.late),
            count(total.pending.total),
            count(total.pending.overdue),
            share(total.on_time),
            share(total.on_time_with_overdue),
        )),
        text(format!(
            "Trong số trên, {} hồ sơ đang chờ bổ sung, {} hồ sơ công dân rút, {} hồ sơ dừng, {} hồ sơ từ chối giải quyết. Hồ sơ trễ và quá hạn: {}, có phiếu xin lỗi {}, kịp trước hạn {}.",
            notes.waiting,
            notes.withdrawn,
            notes.stopped,
            notes.refused,
            said.late,
            share(said.apologised),
            said.in_time,
        )),
        table(&head, rows),
        bars("Hồ sơ đã giải quyết, 12 tháng", by_month.collect()),
    ])
}

/// II. "4 tại chỗ", satisfaction, feedback.
async fn served(
    app: &App,
    agency: i64,
    period: Period,
    at: chrono::NaiveDate,
) -> Result<Vec<Block>> {
    let four = four_on_the_spot::build(app, agency, at, Some(period.from)).await?;
    let said = satisfaction::build(app, agency, period).await?;
    let heard = feedback::build(app, agency, None, period).await?;
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
        words: share(line.share),
    });
    let mut blocks = vec![
        heading("II. “4 tại chỗ”, mức độ hài lòng, phản ánh kiến nghị"),
        text(format!(
            "Thủ tục được xếp vào diện “4 tại chỗ” {}{unconfirmed}; làm được trong thực tế {}; hồ sơ giải quyết xong tại chỗ {}.",
            share(four.declared.share),
            share(four.practised.share),
            share(four.dossiers),
        )),
        text(format!(
            "Khảo sát mức độ hài lòng: {} phiếu trên cỡ mẫu cần {}; câu trả lời mức 4 và 5 {}{margin}.",
            said.ballots,
            said.sample,
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
    blocks.push(text(format!(
        "Phản ánh, kiến nghị đến hạn trong kỳ: xử lý đúng hạn {}; trễ {}, quá hạn chưa trả lời {}.",
        share(heard.total.share()),
        heard.total.late,
        heard.total.overdue,
    )));
    Ok(blocks)
}

fn aims_table(rows: &[Row]) -> Block {
    let head = [
        ("Chỉ tiêu", 8),
        ("#Cần", 2),
        ("#Đạt được", 4),
        ("Tình trạng", 3),
        ("Nguồn, căn cứ", 9),
    ];
    let lines = rows.iter().map(|row| {
        let basis = match &row.evidence {
            Some(evidence) => format!("{}. {evidence}", row.source),
            None => row.source.clone(),
        };
        vec![
            row.label.clone(),
            row.goal.words(),
            share(row.value),
            row.state().to_owned(),
            basis,
        ]
    });
    table(&head, lines.collect())
}

/// IV. The tasks of the annex.
async fn tasks(app: &App, agency: i64, at: chrono::NaiveDate) -> Result<Vec<Block>> {
    let plan = plan::build(app, agency, at).await?;
    let head = [
        ("TT", 2),
        ("Nhiệm vụ", 8),
        ("Công chức tham mưu", 5),
        ("Thời gian, tình trạng", 6),
        ("#Dự trù (đồng)", 4),
        ("#Đã chi (đồng)", 4),
    ];
    let lines = plan.rows.iter().map(|row| {
        let states: Vec<String> = row
            .items
            .iter()
            .map(|item| format!("{}: {}", item.due, item.state_label.to_lowercase()))
            .collect();
        vec![
            row.code.clone(),
            row.task.clone(),
            row.officer.clone(),
            states.join("; "),
            row.budget.map(count).unwrap_or_default(),
            count(row.spent),
        ]
    });
    let mut blocks = vec![
        heading("IV. Nhiệm vụ của kế hoạch"),
        text(format!(
            "{} nhiệm vụ với {} kỳ phải có sản phẩm: đã xong {}, sắp đến hạn {}, quá hạn {}. Dự trù kinh phí {} đồng, đã chi {} đồng.",
            plan.rows.len(),
            plan.items,
            plan.done,
            plan.soon,
            plan.overdue,
            count(plan.budget),
            count(plan.spent),
        )),
        table(&head, lines.collect()),
    ];
    let late: Vec<String> = plan
        .rows
        .iter()
        .flat_map(|row| row.items.iter().map(move |item| (row, item)))
        .filter(|(_, item)| item.state == State::Overdue)
        .map(|(row, item)| {
            format!(
                "{} {} ({}; {})",
                row.code,
                row.task,
                within(&item.due),
                row.officer
            )
        })
        .collect();
    if !late.is_empty() {
        blocks.push(text(format!("Quá hạn: {}.", late.join("; "))));
    }
    Ok(blocks)
}

/// The report on the quality objectives of the year up to a day.
pub async fn objectives(app: &App, agency: i64, at: chrono::NaiveDate) -> Result<Statement> {
    let aims = targets::build(app, agency, at).await?;
    let met = aims
        .objectives
        .iter()
        .filter(|row| row.met == Some(true))
        .count();
    let year = chrono::Datelike::year(&at);
    let mut blocks = vec![text(format!(
        "Đến {}, trong {} mục tiêu chất lượng năm {year} có {met} mục tiêu đạt.",
        viet::date_in_words(at),
        aims.objectives.len()
    ))];
    blocks.push(aims_table(&aims.objectives));
    let owners: Vec<String> = aims
        .objectives
        .iter()
        .map(|row| format!("{}: {}", row.label, row.officer))
        .collect();
    if !owners.is_empty() {
        blocks.push(text(format!(
            "Người chịu trách nhiệm. {}.",
            owners.join("; ")
        )));
    }
    let words = Words {
        number: "      /BC-ISO",
        title: "BÁO CÁO",
        about: format!("Kết quả thực hiện mục tiêu chất lượng năm {year} (TCVN ISO 9001:2015)"),
        to: Vec::new(),
        blocks,
        wide: false,
    };
    frame(app, agency, words).await
}
