//! `/in`: all papers of a list in one file, with how far it is.
use axum::{
    Form,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use serde::Deserialize;

use super::{
    layout::Section,
    parts::{self, Button, Notice, NoticeKind, notice},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    error::Error,
    jobs::Job,
    papers::batch,
    reports::apologies::year_start,
    store::apologies::{self, Which},
};

/// A list that must be whole.
const NO_LIMIT: u64 = 1_000_000;

#[derive(Deserialize)]
pub struct Sent {
    /// `xin-loi`: every letter signed this year; `chua-in`: those not printed yet.
    viec: String,
}

/// Begins; the page of the work follows.
pub async fn start(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Sent>,
) -> Result<Redirect, Failure> {
    let unprinted = match sent.viec.as_str() {
        "xin-loi" => false,
        "chua-in" => true,
        _ => return Err(Failure(Error::not_found("Không có danh sách này."))),
    };
    let which = Which::Signed {
        since: year_start(&app),
    };
    let (cases, _) =
        apologies::cases(app.store.read(), staff.actor.agency, which, NO_LIMIT).await?;
    let codes: Vec<String> = cases
        .into_iter()
        .filter(|case| !unprinted || case.printed_at.is_none())
        .map(|case| case.code)
        .collect();
    let title = if unprinted {
        "Phiếu xin lỗi chưa in"
    } else {
        "Phiếu xin lỗi đã ký trong năm"
    };
    let (id, job) = app.jobs.start(staff.account.id, title, codes.len());
    let (agency, by) = (staff.actor.agency, staff.actor.name.clone());
    tokio::spawn(async move {
        let done = batch::apologies(&app, agency, &codes, &by, |done| job.tell(done)).await;
        job.end(done.map_err(|error| {
            tracing::error!(%error, "a batch could not be printed");
            error.detail
        }));
    });
    Ok(Redirect::to(&paths::print_job(&id)))
}

fn job_of(app: &App, staff: &Staff, id: &str) -> Result<std::sync::Arc<Job>, Failure> {
    let job = app.jobs.of(staff.account.id, id);
    job.ok_or_else(|| {
        Failure(Error::not_found(
            "Lần in này không còn. Xin bấm in lại từ danh sách.",
        ))
    })
}

/// How far it is; asks again by itself until the file is there.
pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let job = job_of(&app, &staff, &id)?;
    let (done, total) = (job.done(), job.total);
    let body = html! {
        nav.crumbs aria-label="Danh sách" { a href=(paths::APOLOGIES) { "Xin lỗi" } }
        h1 { (job.title) }
        section.card { div.body {
            @match job.outcome() {
                Some(Ok(_)) => {
                    p { "Đã xong " b { (total) } " phiếu, theo thứ tự trong danh sách." }
                    p { (Button::primary("Mở tệp PDF").link(&paths::print_job_file(&id))) }
                }
                Some(Err(why)) => { (notice(&Notice::new(NoticeKind::Err, why))) }
                None => {
                    p role="status" {
                        @if done < total { "Đang gom " b { (done) } " / " (total) " phiếu." } @else { "Đang dàn trang " (total) " phiếu." }
                    }
                    (parts::progress(done, total))
                    p.small { "Trang tự cập nhật mỗi giây. " a href=(paths::print_job(&id)) { "Xem ngay" } }
                }
            }
        } }
    };
    let waits = job.outcome().is_none();
    let page = staff.page(&job.title, Section::Apologies, None, body);
    Ok(if waits {
        ([(header::REFRESH, "1")], page).into_response()
    } else {
        page.into_response()
    })
}

/// The file.
pub async fn file(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let job = job_of(&app, &staff, &id)?;
    let Some(Ok(bytes)) = job.outcome() else {
        return Err(Failure(Error::not_found("Tệp chưa xong.")));
    };
    let head = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, bytes.clone()).into_response())
}
