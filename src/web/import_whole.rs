//! A catalogue or a calendar from a file: looked at whole, with what a calendar does to the promises.
use maud::{Markup, html};

use super::{
    calendar_change,
    imports::Opened,
    parts::{Button, Notice, NoticeKind, notice},
    paths,
    session::Staff,
};
use crate::{
    actions::{change_calendar, import_calendar},
    app::App,
    documents::workbook,
    domain::viet::number,
    error::{Error, Result},
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
