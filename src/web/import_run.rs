//! What was looked at is written: at once where it is quick, else with a page of its own.
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    import_whole,
    imports::{Opened, open},
    paths,
    session::{Failure, Staff},
    works,
};
use crate::{
    actions::{
        actor::Actor, begin_work, change_calendar, import_calendar, import_catalogue,
        import_dossiers, import_plan,
    },
    app::App,
    documents::workbook,
    domain::{time::local_day, viet},
    error::{Error, Result},
    jobs::{Asked as Work, Done, Job},
    store::{agencies, data_files::Kind},
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
) -> std::result::Result<Response, Failure> {
    let opened = open(&app, &staff, id).await?;
    let kind = opened.upload.kind.clone();
    let plan = import_whole::plan_kind(&kind);
    if plan.is_some() || matches!(kind.as_str(), "catalogue" | "calendar") {
        let today = local_day(app.clock.now());
        agencies::may_change_shared(app.store.read(), staff.actor.agency, today).await?;
    }
    let (title, unit) = match kind.as_str() {
        "compare" => {
            return Err(Failure(Error::not_found(
                "Danh sách đối chiếu không nhập vào sổ.",
            )));
        }
        "catalogue" => ("Nạp danh mục từ", "thủ tục"),
        "calendar" => ("Nạp lịch từ", "ngày"),
        _ if plan.is_some() => ("Nạp kế hoạch từ", "dòng"),
        _ => ("Nhập hồ sơ từ", "dòng"),
    };
    let asked = Work {
        agency: staff.actor.agency,
        title: format!("{title} {}", opened.upload.name),
        unit,
        back: paths::import(id),
        back_words: "Về trang xem trước",
        same: paths::import_run(id),
    };
    let (doing, actor) = (app.clone(), staff.actor.clone());
    // A register of years, or a calendar that moves many promises, takes a while.
    let (name, job) = begin_work::run(&app, staff.account.id, asked, |job| async move {
        let app = doing;
        job.of(opened.grid.len().saturating_sub(1));
        let done = match kind.as_str() {
            "catalogue" => catalogue(&app, &opened).await?,
            "calendar" => calendar(&app, &actor, &opened, &sent.ban).await?,
            _ => match plan {
                Some(plan) => year(&app, &actor, &opened, plan).await?,
                None => dossiers(&app, &actor, &opened, sent.lam == "dong-dung", &job).await?,
            },
        };
        // It is in: whatever becomes of the upload, which the night takes away too.
        if let Err(error) = drop_upload(&app, id).await {
            tracing::warn!(%error, "an upload that was read in is left to the night");
        }
        Ok(Done {
            said: format!("Đã nhập {done}."),
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

async fn drop_upload(app: &App, id: i64) -> Result<()> {
    let write = app.store.note().await?;
    write.drop_upload(id).await?;
    write.commit().await?;
    app.previews.forget(id);
    Ok(())
}

fn told(done: &str) -> Response {
    let to = paths::with_query(paths::IMPORTS, &[("xong", done)]);
    Redirect::to(&to).into_response()
}

async fn catalogue(app: &App, opened: &Opened) -> Result<String> {
    let (name, text) = (&opened.upload.name, workbook::text(&opened.grid));
    let count = import_catalogue::run(&app.store, app.clock.now(), name, &text).await?;
    Ok(format!("{} thủ tục từ {name}", viet::number(count)))
}

async fn year(app: &App, actor: &Actor, opened: &Opened, kind: Kind) -> Result<String> {
    let (name, text) = (&opened.upload.name, workbook::text(&opened.grid));
    import_plan::run(app, actor, kind, name, &text).await
}

/// `seen`: the version that was looked at.
async fn calendar(app: &App, actor: &Actor, opened: &Opened, seen: &str) -> Result<String> {
    let name = &opened.upload.name;
    let days = import_calendar::read(name, &workbook::text(&opened.grid))?;
    let by = change_calendar::By {
        name: &actor.name,
        role: actor.role.code(),
        source: name,
    };
    let seen = Some(seen).filter(|seen| !seen.is_empty());
    let seen = seen.map(|seen| seen.parse().unwrap_or(-1));
    let plan = change_calendar::run(app, by, &days, seen).await?;
    Ok(format!(
        "{} ngày từ {name}, đổi ngày hẹn của {} hồ sơ",
        viet::number(days.len()),
        viet::number(plan.moved.len())
    ))
}

async fn dossiers(
    app: &App,
    actor: &Actor,
    opened: &Opened,
    good_only: bool,
    job: &Job,
) -> Result<String> {
    let plan = import_dossiers::plan(app, actor, &opened.grid, &opened.layout).await?;
    job.of(plan.new_ones());
    let count = import_dossiers::run(app, actor, plan, good_only, |rows| job.tell(rows)).await?;
    Ok(format!(
        "{} hồ sơ từ {}",
        viet::number(count),
        opened.upload.name
    ))
}
