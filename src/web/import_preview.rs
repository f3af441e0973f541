//! What would become of an uploaded register: at once where it is small, else as work with
//! a page of its own.
use std::sync::Arc;

use super::{imports::Opened, paths, session::Staff, works};
use crate::{
    actions::{
        begin_work,
        import_dossiers::{self, Plan},
    },
    app::App,
    domain::viet,
    error::{Error, Result},
    jobs::{Asked as Work, Done},
};

/// More rows than these are read as work of their own.
const LARGE: usize = 2_000;

pub enum Planned {
    Ready(Arc<Plan>),
    /// The name of the work that reads it.
    UnderWay(String),
}

pub async fn plan(app: &App, staff: &Staff, opened: &Arc<Opened>) -> Result<Planned> {
    let id = opened.upload.id;
    if let Some(plan) = app.previews.of(id, &opened.layout) {
        return Ok(Planned::Ready(plan));
    }
    if opened.grid.len() <= LARGE {
        let plan = import_dossiers::plan(app, &staff.actor, &opened.grid, &opened.layout).await?;
        return Ok(Planned::Ready(Arc::new(plan)));
    }
    let asked = Work {
        agency: staff.actor.agency,
        title: format!("Đọc {}", opened.upload.name),
        unit: "dòng",
        back: paths::import(id),
        back_words: "Xem các dòng",
        same: format!("{} {:?}", paths::import(id), opened.layout),
    };
    let (doing, actor, reading) = (app.clone(), staff.actor.clone(), opened.clone());
    let (name, job) = begin_work::run(app, staff.account.id, asked, |job| async move {
        job.of(reading.grid.len());
        let (grid, layout) = (&reading.grid, &reading.layout);
        let told = |rows| job.tell(rows);
        let plan = import_dossiers::plan_telling(&doing, &actor, grid, layout, told).await?;
        let said = format!(
            "Đã đọc {} dòng, chưa ghi gì vào sổ.",
            viet::number(plan.lines.len())
        );
        doing.previews.keep(id, layout.clone(), plan);
        Ok(Done { said, made: None })
    })
    .await?;
    match works::at_once(app, &job).await {
        None => Ok(Planned::UnderWay(name)),
        Some(Err(error)) => Err(works::again(error)),
        Some(Ok(_)) => match app.previews.of(id, &opened.layout) {
            Some(plan) => Ok(Planned::Ready(plan)),
            None => Err(Error::internal("a preview is gone before it was seen")),
        },
    }
}
