//! The quarterly report of the Office to UBND xã and UBND huyện: the text with its figures
//! in place, tables and charts, from the dossiers and from the plan; and the report on the
//! quality objectives.
use super::{
    processing::as_of,
    quarterly_figures::{served, solved},
    statements::{Words, count, frame, share_of},
};
use crate::{
    app::App,
    documents::{
        statement::{Block, Statement, heading, table, text},
        told::Told,
    },
    domain::{period::Period, plan::State, time::local_day, viet},
    error::{Error, Result},
    reports::{
        plan,
        reading::Reading,
        targets::{self, Row},
    },
    store::agencies,
    web::{paths, reports::targets::behind},
};

fn whole(number: u64) -> String {
    count(number, "").text
}

/// A title within a sentence: `quý III năm 2021`.
fn within(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// To whom the report goes: each has its own author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addressee {
    /// UBND xã reports to the level above, signed by its head.
    #[default]
    Above,
    /// The Office reports to UBND xã, signed by the Office.
    Commune,
}

/// The report of a period. `title` names it: "Quý III năm 2021".
pub async fn quarterly(
    app: &App,
    agency: i64,
    period: Period,
    title: &str,
    to: Addressee,
) -> Result<Statement> {
    let today = local_day(app.clock.now());
    let at = period.to.min(today).max(period.from);
    if period.from > today {
        let why = "Kỳ này chưa bắt đầu, chưa có số liệu để báo cáo. Xin chọn kỳ khác.";
        return Err(Error::invalid("ky", why));
    }
    let name = agencies::name_by(app.store.read(), agency, today).await?;
    let (author, number, receiver) = match to {
        Addressee::Above => (name.name.clone(), "      /BC-UBND", name.parent),
        Addressee::Commune => ("Văn phòng UBND".to_owned(), "      /BC-VP", name.name),
    };
    let mut blocks = vec![text(format!(
        "Thực hiện {}, {author} báo cáo kết quả {} (từ {} đến {}) như sau:",
        targets::plan(app, chrono::Datelike::year(&period.to))
            .await?
            .name,
        within(title),
        viet::date_in_words(period.from),
        viet::date_in_words(period.to)
    ))];
    if period.to >= today {
        blocks.push(text(format!("{}.", as_of(app, period))));
    }
    let months = period.months_before(12, app.settings.figures.period_start_day);
    let of = [&months[..], &[period, targets::so_far(app, at)]].concat();
    let reading = Reading::of(app, agency, &of).await?;
    blocks.extend(solved(app, &reading, period, &months).await?);
    blocks.extend(served(app, &reading, period, at).await?);
    let aims = targets::build_from(app, &reading, at).await?;
    blocks.push(heading("III. Chỉ tiêu của kế hoạch"));
    blocks.push(aims_table(&aims, &aims.targets));
    if !aims.objectives.is_empty() {
        blocks.push(text("Mục tiêu chất lượng theo TCVN ISO 9001:2015:"));
        blocks.push(aims_table(&aims, &aims.objectives));
    }
    blocks.extend(tasks(app, agency, at).await?);
    blocks.push(heading("V. Kiến nghị, đề xuất"));
    blocks.push(text("……………………………………………………………………………………"));
    blocks.push(text(format!(
        "Trên đây là báo cáo kết quả {}, kính báo cáo {receiver}./.",
        within(title),
    )));
    let words = Words {
        number,
        title: "BÁO CÁO",
        about: format!(
            "Kết quả cải cách hành chính, giải quyết thủ tục hành chính {}",
            within(title)
        ),
        to: vec![receiver],
        blocks,
        wide: false,
        by_office: to == Addressee::Commune,
    };
    frame(app, agency, words).await
}

fn aims_table(aims: &targets::Report, rows: &[Row]) -> Block {
    let head = [
        ("Chỉ tiêu", 7),
        ("#Cần", 3),
        ("#Đạt được", 4),
        ("Tình trạng", 3),
        ("Nguồn, căn cứ", 9),
    ];
    let lines = rows.iter().map(|row| {
        let basis = match &row.evidence {
            Some(evidence) => format!("{}. {evidence}", row.source),
            None => row.source.clone(),
        };
        let none = || [String::new(), String::new()];
        let behind = behind(aims.from, aims.at, row.formula).unwrap_or_else(none);
        vec![
            Told::from(row.label.as_str()),
            row.goal_words().into(),
            share_of(row.value, &behind),
            row.state().into(),
            basis.into(),
        ]
    });
    table(&head, lines.collect::<Vec<Vec<Told>>>())
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
            row.budget.map(whole).unwrap_or_default(),
            whole(row.spent),
        ]
    });
    let items = |many: usize, stand| {
        let href = paths::with_query(
            paths::PLAN,
            &[("ngay", &viet::date(at)), ("tinh-trang", stand)],
        );
        count(many as u64, &href)
    };
    let mut blocks = vec![
        heading("IV. Nhiệm vụ của kế hoạch"),
        text(Told::sentence(
            "{} nhiệm vụ với {} kỳ phải có sản phẩm: đã xong {}, sắp đến hạn {}, quá hạn {}. Dự trù kinh phí {} đồng, đã chi {} đồng.",
            [
                count(plan.rows.len() as u64, ""),
                items(plan.items, "all"),
                items(plan.done, State::Done.code()),
                items(plan.soon, State::Soon.code()),
                items(plan.overdue, State::Overdue.code()),
                count(plan.budget, ""),
                count(plan.spent, ""),
            ],
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
    let year = app.settings.figures.year_of(at);
    let mut blocks = vec![text(format!(
        "Đến {}, trong {} mục tiêu chất lượng năm {year} có {met} mục tiêu đạt.",
        viet::date_in_words(at),
        aims.objectives.len()
    ))];
    blocks.push(aims_table(&aims, &aims.objectives));
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
        by_office: false,
    };
    frame(app, agency, words).await
}
