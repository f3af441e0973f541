//! What was looked at is written: at once where it is quick, else with a page of its own.
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    imports::{Opened, open},
    paths,
    session::{Failure, Staff},
    works,
};
use crate::{
    actions::{begin_work, change_calendar, import_calendar, import_catalogue, import_dossiers},
    app::App,
    documents::workbook,
    domain::{time::local_day, viet},
    error::Error,
    jobs::{Asked as Work, Done},
    store::agencies,
};

#[derive(Deserialize)]
pub struct Sent {
    /// `nhap`: all or nothing; `dong-dung`: the good rows.
    lam: String,
    /// Of a calendar: the version that was looked at.
    #[serde(default)]
    ban: String,
}

/// Writes what was shown; read anew, for the register may have grown meanwhile.
pub async fn run(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    let opened = open(&app, &staff, id).await?;
    let name = opened.upload.name.clone();
    if matches!(opened.upload.kind.as_str(), "catalogue" | "calendar") {
        let today = local_day(app.clock.now());
        agencies::may_change_shared(app.store.read(), staff.actor.agency, today).await?;
    }
    let done = match opened.upload.kind.as_str() {
        "catalogue" => {
            let count = import_catalogue::run(
                &app.store,
                app.clock.now(),
                &name,
                &workbook::text(&opened.grid),
            )
            .await?;
            format!("{} thủ tục từ {name}", viet::number(count))
        }
        "compare" => {
            return Err(Failure(Error::not_found(
                "Danh sách đối chiếu không nhập vào sổ.",
            )));
        }
        "calendar" => {
            let days = import_calendar::read(&name, &workbook::text(&opened.grid))?;
            let by = change_calendar::By {
                name: &staff.actor.name,
                role: staff.actor.role.code(),
                source: &name,
            };
            let seen = Some(&sent.ban).filter(|seen| !seen.is_empty());
            let seen = seen.map(|seen| seen.parse().unwrap_or(-1));
            let plan = change_calendar::run(&app, by, &days, seen).await?;
            format!(
                "{} ngày từ {name}, đổi ngày hẹn của {} hồ sơ",
                viet::number(days.len()),
                viet::number(plan.moved.len())
            )
        }
        _ => return dossiers(app, staff, opened, sent.lam == "dong-dung").await,
    };
    let write = app.store.write().await?;
    write.drop_upload(id).await?;
    write.commit().await?;
    Ok(told(&done))
}

fn told(done: &str) -> Response {
    let to = paths::with_query(paths::IMPORTS, &[("xong", done)]);
    Redirect::to(&to).into_response()
}

/// A register of years takes a while: its rows are counted on a page of their own.
async fn dossiers(
    app: App,
    staff: Staff,
    opened: Opened,
    good_only: bool,
) -> Result<Response, Failure> {
    let id = opened.upload.id;
    let from = opened.upload.name.clone();
    let asked = Work {
        title: format!("Nhập hồ sơ từ {from}"),
        unit: "dòng",
        back: paths::import(id),
        back_words: "Về trang xem trước",
        same: paths::import_run(id),
    };
    let (doing, actor) = (app.clone(), staff.actor.clone());
    let (name, job) = begin_work::run(&app, staff.account.id, asked, |job| async move {
        let app = doing;
        job.of(opened.grid.len());
        let plan = import_dossiers::plan(&app, &actor, &opened.grid, &opened.layout).await?;
        job.of(plan.new_ones());
        let said = |rows| job.tell(rows);
        let count = import_dossiers::run(&app, &actor, plan, good_only, said).await?;
        let write = app.store.write().await?;
        write.drop_upload(id).await?;
        write.commit().await?;
        Ok(Done {
            said: format!("Đã nhập {} hồ sơ từ {from}.", viet::number(count)),
            made: None,
        })
    })
    .await?;
    match works::at_once(&app, &job).await {
        Some(Ok(done)) => {
            let done = done
                .said
                .trim_start_matches("Đã nhập ")
                .trim_end_matches('.');
            Ok(told(done))
        }
        Some(Err(error)) => Err(Failure(works::again(error))),
        None => Ok(Redirect::to(&paths::work(&name)).into_response()),
    }
}
