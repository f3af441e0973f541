//! `/viec/{name}`: how far long work is, and what came of it. It may be left and come back
//! to; what a restart of the server cut off says so.
use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use tokio::{io::AsyncReadExt, sync::mpsc};

use super::{
    icons::Icon,
    layout::Section,
    parts::{self, Button, Notice, NoticeKind, notice},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{role::Role, time::to_local, viet},
    error::{Error, Result},
    jobs::{Done, Job, Made},
    store::works::{self, Work},
};

/// Waits a moment for work that has just begun: what is quick is answered at once, the rest
/// has a page of its own.
pub async fn at_once<'j>(app: &App, job: &'j Job) -> Option<&'j Result<Done>> {
    let most = Duration::from_millis(app.settings.files.at_once_ms);
    job.ended_within(most).await
}

/// An error of work, for whoever asks now.
pub fn again(error: &Error) -> Error {
    Error {
        kind: error.kind,
        code: error.code,
        detail: error.detail.clone(),
        errors: error.errors.clone(),
        source: error
            .source
            .as_ref()
            .map(|source| source.to_string().into()),
    }
}

async fn known(app: &App, staff: &Staff, name: &str) -> Result<(Work, Option<Arc<Job>>)> {
    // Asked before the row is read: what ends in between has its end written down.
    let job = app.jobs.of(staff.account.id, name);
    let work = works::of(app.store.read(), staff.account.id, name).await?;
    let work = work.ok_or_else(|| {
        Error::not_found("Không có việc này. Việc của ai thì chỉ người đó mở được.")
    })?;
    Ok((work, job))
}

/// How far it is; follows by itself until it ends.
pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
) -> Result<Markup, Failure> {
    let (work, job) = known(&app, &staff, &name).await?;
    let runs = job.as_ref().is_some_and(|job| job.outcome().is_none());
    let back = job
        .as_ref()
        .map_or("Về nơi đã bấm", |job| job.asked.back_words);
    let body = html! {
        nav.crumbs aria-label="Về" { a href=(work.back) { (back) } }
        div.head { div {
            h1 { (work.title) }
            p { "Bắt đầu " (viet::moment(to_local(work.started_at))) }
        } }
        @match job.as_deref() {
            Some(job) => (state(job, &name)),
            None => (gone(&work)),
        }
    };
    let title = work.title.clone();
    Ok(if runs {
        staff.page_that_follows(&title, Section::Other, body)
    } else {
        staff.page(&title, Section::Other, None, body)
    })
}

fn state(job: &Job, name: &str) -> Markup {
    let (done, total) = job.so_far();
    let unit = job.asked.unit;
    match job.outcome() {
        Some(Ok(end)) => html! {
            (notice(&Notice::new(NoticeKind::Ok, &end.said)))
            p.row {
                @if let Some(made) = &end.made {
                    (Button::primary(if made.save_as.is_some() { "Tải tệp" } else { "Mở tệp PDF" }).icon(Icon::Download).link(&paths::work_file(name)))
                }
                (Button::text(job.asked.back_words).link(&job.asked.back))
            }
            @if end.made.is_some() { p.small { "Tệp được giữ một giờ, rồi tự xóa; khởi động lại máy chủ cũng xóa." } }
        },
        Some(Err(why)) => html! {
            (notice(&Notice::new(NoticeKind::Err, &why.detail)))
            p.row { (Button::new(job.asked.back_words).link(&job.asked.back)) }
        },
        None => following(&job.asked.title, done, total, unit),
    }
}

/// The bar, and what it says in words.
pub fn following(title: &str, done: usize, total: usize, unit: &str) -> Markup {
    let words = match (done, total) {
        (0, _) => format!("Đang chuẩn bị{}", of_all(total, unit)),
        (done, total) if done >= total => {
            format!("Đã qua đủ {} {unit}, đang hoàn tất.", viet::number(total))
        }
        (done, total) => format!(
            "Đã xong {} / {} {unit}.",
            viet::number(done),
            viet::number(total)
        ),
    };
    html! {
        section.card data-follow="" { div.body {
            p { (words) }
            (parts::progress(title, &words, done, total))
            p.small { "Trang tự cập nhật; có thể rời trang hoặc tải lại trang, việc vẫn chạy." }
        } }
    }
}

fn of_all(total: usize, unit: &str) -> String {
    match total {
        0 => "…".to_owned(),
        total => format!(" {} {unit}…", viet::number(total)),
    }
}

/// Not in hand any more: it ended long ago, or the server was started anew meanwhile.
fn gone(work: &Work) -> Markup {
    let words = match work.ended_at {
        Some(at) => format!(
            "{} (lúc {}). Tệp, nếu có, đã được xóa.",
            work.said,
            viet::moment(to_local(at))
        ),
        None => "Việc này bị ngắt giữa chừng vì máy chủ khởi động lại, chưa có tệp và chưa ghi gì dở dang. Mời làm lại từ nơi đã bấm.".to_owned(),
    };
    let kind = if work.ended_at.is_some() {
        NoticeKind::Info
    } else {
        NoticeKind::Warn
    };
    html! {
        (notice(&Notice::new(kind, &words)))
        p.row { (Button::primary("Về nơi đã bấm để làm lại").link(&work.back)) }
    }
}

/// The last work of the reader, for whoever left a page and looks for it.
pub async fn list(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    const SHOWN: u64 = 30;
    let all = works::recent(app.store.read(), staff.account.id, SHOWN).await?;
    let columns = ["Việc", "Bắt đầu", "Ra sao"].map(parts::Column::text);
    let rows = all.iter().map(|work| {
        let runs = app.jobs.of(staff.account.id, &work.name);
        let runs = runs.is_some_and(|job| job.outcome().is_none());
        let said = match work.ended_at {
            Some(_) => work.said.clone(),
            None if runs => "Đang chạy".to_owned(),
            None => "Bị ngắt vì máy chủ khởi động lại".to_owned(),
        };
        vec![
            parts::Cell::Markup(html! { a href=(paths::work(&work.name)) { (work.title) } }),
            parts::Cell::Text(viet::moment(to_local(work.started_at))),
            parts::Cell::Text(said),
        ]
    });
    let title = "Việc chạy lâu của tôi";
    Ok(staff.page(title, Section::Other, None, html! {
        div.head { div { h1 { (title) } p { "Tệp xuất, nhập sổ, in nhiều giấy tờ: 30 lần gần nhất, trong 30 ngày." } } }
        @if all.is_empty() {
            (parts::empty("Chưa có việc nào.", "Xuất danh sách hồ sơ ra Excel, nhập sổ cũ hay in nhiều giấy hẹn sẽ hiện ở đây.", Some((paths::DOSSIERS, "Đến danh sách hồ sơ"))))
        } @else {
            section.card { (parts::table(&parts::Table { label: title, columns: &columns, rows: rows.collect(), total: None })) }
        }
    }))
}

/// Its file.
pub async fn file(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let (_, job) = known(&app, &staff, &name).await?;
    let made = job.as_ref().and_then(|job| match job.outcome() {
        Some(Ok(done)) => done.made.as_ref(),
        _ => None,
    });
    let Some(made) = made else {
        // Its page says how far it is, or that it is gone.
        return Ok(Redirect::to(&paths::work(&name)).into_response());
    };
    if made.save_as.is_some() && matches!(staff.actor.role, Role::Office | Role::Admin) {
        staff.confirmed(&paths::work_file(&name))?;
    }
    Ok(sent(made)?)
}

/// A file, a piece at a time.
pub fn sent(made: &Made) -> Result<Response> {
    // Opened anew: it may be asked for twice, and read while its work is forgotten.
    let mut open = tokio::fs::File::from_std(made.file.reopen()?);
    let (send, mut pieces) = mpsc::channel::<std::io::Result<Bytes>>(2);
    tokio::spawn(async move {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = match open.read(&mut piece).await {
                Ok(0) => break,
                Ok(length) => Ok(Bytes::copy_from_slice(&piece[..length])),
                Err(error) => Err(error),
            };
            if send.send(read).await.is_err() {
                break;
            }
        }
    });
    let body = Body::from_stream(futures_util::stream::poll_fn(move |context| {
        pieces.poll_recv(context)
    }));
    let shown = match &made.save_as {
        Some(name) => format!("attachment; filename=\"{name}\""),
        None => "inline".to_owned(),
    };
    let head = [
        (header::CONTENT_TYPE, made.content_type.to_owned()),
        (header::CONTENT_DISPOSITION, shown),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, body).into_response())
}
