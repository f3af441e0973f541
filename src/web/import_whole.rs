//! A catalogue, a calendar or a year's plan from a file: looked at whole, with what a
//! calendar does to the promises.
use maud::{Markup, html};

use super::{
    calendar_change,
    imports::Opened,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, notice},
    paths,
    session::Staff,
};
use crate::{
    actions::{change_calendar, import_calendar},
    app::App,
    documents::workbook,
    domain::{
        plan::Tasks,
        plan_sheet::{TARGETS, TASKS, targets, tasks},
        target::{Plan, goal},
        time::to_local,
        viet::{moment, number},
    },
    error::{Error, Result},
    store::data_files::{self, Kind},
};

/// A catalogue or a calendar goes in whole.
pub async fn view(app: &App, staff: &Staff, opened: &Opened) -> Result<Markup> {
    let rows = opened.grid.len().saturating_sub(1);
    // What a calendar does to the promises is seen before it is loaded.
    let plan = if opened.upload.kind == "calendar" && check_whole(opened).is_ok() {
        let days = import_calendar::read(&opened.upload.name, &workbook::text(&opened.grid))?;
        Some(change_calendar::plan(app, &days).await?)
    } else {
        None
    };
    let version = plan
        .as_ref()
        .and_then(|plan| plan.replaces)
        .unwrap_or_default()
        .to_string();
    let all = plan.as_ref().map_or(0, |plan| plan.moved.len());
    let plan = plan.map(|plan| plan.of_agency(staff.actor.agency));
    let (noun, wrong) = match check_whole(opened) {
        Ok(noun) => (noun, None),
        Err(error) => ("dòng", Some(error.detail)),
    };
    Ok(html! {
        @match wrong {
            Some(why) => { (notice(&Notice::new(NoticeKind::Err, &why))) p { a href=(paths::IMPORTS) { "Sửa tệp rồi tải lên lại" } } }
            None => section.card { div.body {
                p { "Tệp có " b { (number(rows)) } " " (noun) ", mọi dòng đọc được." }
                @if let Some(plan) = &plan { (calendar_change::summary(plan, all)) }
                p { (Button::primary("Nạp tất cả").post(&paths::import_run(opened.upload.id), &[("lam", "nhap"), ("ban", &version)])) }
            } }
        }
        @if let Some(plan) = &plan { (calendar_change::list(plan)) }
    })
}

fn check_whole(opened: &Opened) -> Result<&'static str> {
    let text = workbook::text(&opened.grid);
    let wrong = |error: crate::domain::row::RowError| Error::invalid("file", error.to_string());
    if opened.upload.kind == "calendar" {
        crate::domain::calendar::read(&text).map_err(wrong)?;
        Ok("ngày")
    } else {
        crate::domain::procedure::read(&text).map_err(wrong)?;
        Ok("thủ tục")
    }
}

/// Which plan an upload holds.
pub fn plan_kind(upload: &str) -> Option<Kind> {
    match upload {
        "tasks" => Some(Kind::Tasks),
        "targets" => Some(Kind::Plan),
        _ => None,
    }
}

pub async fn of_year(app: &App, opened: &Opened, kind: Kind) -> Result<Markup> {
    let text = workbook::text(&opened.grid);
    let read = match kind {
        Kind::Tasks => tasks(&text).map(|plan| (plan.version.clone(), of_tasks(&plan))),
        _ => targets(&text).map(|plan| (plan.version.clone(), of_targets(&plan))),
    };
    let (year, table) = match read {
        Ok(read) => read,
        Err(why) => return Ok(no_plan(&why.to_string(), kind)),
    };
    let loaded = data_files::of_each_year(app.store.read(), kind).await?;
    let known = loaded.iter().find(|file| file.year().to_string() == year);
    Ok(html! {
        section.card { div.body {
            @if let Some(known) = known { p { "Năm " (year) " đã có " (kind.label()) ", nạp lúc " (moment(to_local(known.loaded_at))) " từ " (from(&known.source)) ": tệp này thay bản ấy, bản cũ vẫn được lưu. Việc đã ghi vẫn còn theo mã và kỳ." } }
            p { (Button::primary(&format!("Nạp {} năm {year}", kind.label())).post(&paths::import_run(opened.upload.id), &[("lam", "nhap")])) }
        } }
        (table)
    })
}

/// Whoever reads this knows no folder of the server.
fn from(source: &str) -> &str {
    if source.starts_with("config/") {
        "bản kèm chương trình"
    } else {
        source
    }
}

/// What is wrong, and where a file in the right form is had.
fn no_plan(why: &str, kind: Kind) -> Markup {
    let (columns, page) = match kind {
        Kind::Tasks => (TASKS.as_slice(), paths::PLAN),
        _ => (TARGETS.as_slice(), paths::TARGETS),
    };
    html! {
        (notice(&Notice::new(NoticeKind::Err, why)))
        section.card { div.body {
            p { "Tệp cần các cột: " (columns.join(" · ")) "." }
            p { "Cách dễ nhất: " a href=(paths::with_query(page, &[("dang", "xlsx")])) { "tải tệp Excel của năm nay" } ", sửa thành năm mới rồi " a href=(paths::IMPORTS) { "tải lên lại" } "." }
        } }
    }
}

fn of_tasks(plan: &Tasks) -> Markup {
    let heads = ["TT", "Nhiệm vụ", "Ai làm", "Kỳ phải có sản phẩm"].map(Column::text);
    let heads: Vec<Column> = heads
        .into_iter()
        .chain([Column::number("Dự trù (đồng)")])
        .collect();
    let rows = plan.tasks.iter().map(|task| {
        let dues: Vec<String> = task.due.iter().map(|due| due.label()).collect();
        vec![
            Cell::Text(task.code.clone()),
            Cell::Markup(html! { (task.task) p.small { (task.products.join("; ")) } }),
            Cell::Text(task.officer.clone()),
            Cell::Text(dues.join("; ")),
            Cell::Text(task.budget.map(number).unwrap_or_default()),
        ]
    });
    let label = format!("{}: {} nhiệm vụ", plan.name, number(plan.tasks.len()));
    card(&label, &heads, rows.collect())
}

fn of_targets(plan: &Plan) -> Markup {
    let heads = ["Mã", "Chỉ tiêu", "Cần", "Cách tính", "Nguồn"].map(Column::text);
    let rows = plan.targets.iter().map(|target| {
        vec![
            Cell::Text(target.code.clone()),
            Cell::Text(target.label.clone()),
            Cell::Text(goal(target.goal_percent, target.above)),
            Cell::Text(target.formula.label().to_owned()),
            Cell::Text(target.source.clone()),
        ]
    });
    let label = format!("{}: {} chỉ tiêu", plan.name, number(plan.targets.len()));
    card(&label, &heads, rows.collect())
}

fn card(label: &str, columns: &[Column], rows: Vec<Vec<Cell>>) -> Markup {
    html! { section.card { header { h2 { (label) } } (parts::table(&Table { label, columns, rows, total: None })) } }
}
