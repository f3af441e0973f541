//! `/viec/{name}`: how far long work is, and what came of it. It may be left and come back
//! to; what a restart of the server cut off says so.
use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, PreEscaped, html};
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
    in_hand,
    jobs::{Done, Job, Made},
    store::{
        leases,
        works::{self, Work},
    },
};

/// Waits a moment for work that has just begun: what is quick is answered at once, the rest
/// has a page of its own; where nobody is to wait, all of it.
pub async fn at_once<'j>(app: &App, job: &'j Job) -> Option<&'j Result<Done>> {
    let most = Duration::from_millis(app.settings.files.at_once_ms);
    if most.is_zero() {
        return None;
    }
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

/// Its row, the work itself where this server does it, and whether any server does. Only
/// where it was begun: a file names the persons of that agency, and its log says who had it.
async fn known(app: &App, staff: &Staff, name: &str) -> Result<(Work, Option<Arc<Job>>, bool)> {
    // Asked before the row is read: what ends in between has its end written down.
    let (account, agency) = (staff.account.id, staff.actor.agency);
    let job = app.jobs.of(account, agency, name);
    let lease = in_hand::work(name);
    let held = leases::held(app.store.read(), &lease, app.clock.now()).await?;
    let work = works::of(app.store.read(), account, agency, name).await?;
    let work = work.ok_or_else(|| {
        Error::not_found(
            "Không có việc này. Việc của ai thì chỉ người đó mở được, ở cơ quan nơi đã bắt đầu việc.",
        )
    })?;
    let runs = match &job {
        Some(job) => job.outcome().is_none(),
        None => held && work.ended_at.is_none(),
    };
    Ok((work, job, runs))
}

/// How far it is; follows by itself until it ends.
pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
) -> Result<Markup, Failure> {
    let (work, job, runs) = known(&app, &staff, &name).await?;
    let back = match work.back_words.as_str() {
        "" => "Về nơi đã bấm",
        words => words,
    };
    let body = html! {
        nav.crumbs aria-label="Về" { a href=(work.back) { (back) } }
        div.head { div {
            h1 { (work.title) }
            p { "Bắt đầu " (viet::moment(to_local(work.started_at))) }
        } }
        @match job.as_deref() {
            Some(job) => (state(job, &name)),
            None if runs => (elsewhere(&work)),
            None if !work.content_type.is_empty() => (made_elsewhere(&work)),
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
                @if let Some(made) = &end.made { (fetch(name, made.save_as.is_some())) }
                (Button::text(job.asked.back_words).link(&job.asked.back))
            }
            @if end.made.is_some() { (KEPT_AN_HOUR) }
        },
        Some(Err(why)) => html! {
            (notice(&Notice::new(NoticeKind::Err, &why.detail)))
            p.row { (Button::new(job.asked.back_words).link(&job.asked.back)) }
        },
        None => following(&job.asked.title, done, total, unit),
    }
}

/// What is said below every file.
const KEPT_AN_HOUR: PreEscaped<&str> =
    PreEscaped("<p class=\"small\">Tệp được giữ một giờ, rồi tự xóa.</p>");

/// The button that fetches a file, to be kept or to be looked at.
fn fetch(name: &str, kept: bool) -> Markup {
    let words = if kept {
        "Tải tệp"
    } else {
        "Mở tệp PDF"
    };
    let to = paths::work_file(name);
    html! { (Button::primary(words).icon(Icon::Download).link(&to)) }
}

/// Another server does it: as far as that one wrote down.
fn elsewhere(work: &Work) -> Markup {
    let number = |many: i64| usize::try_from(many).unwrap_or_default();
    following(
        &work.title,
        number(work.done),
        number(work.total),
        &work.unit,
    )
}

/// Another server did it, and its file is there.
fn made_elsewhere(work: &Work) -> Markup {
    html! {
        (notice(&Notice::new(NoticeKind::Ok, &work.said)))
        p.row {
            (fetch(&work.name, !work.save_as.is_empty()))
            (Button::text(&work.back_words).link(&work.back))
        }
        (KEPT_AN_HOUR)
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
    let kind = match work.ended_at {
        Some(_) if work.failed => NoticeKind::Err,
        Some(_) => NoticeKind::Info,
        None => NoticeKind::Warn,
    };
    html! {
        (notice(&Notice::new(kind, &words)))
        p.row { (Button::primary("Về nơi đã bấm để làm lại").link(&work.back)) }
    }
}

/// The last work of the reader, for whoever left a page and looks for it.
pub async fn list(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    const SHOWN: u64 = 30;
    let (account, agency) = (staff.account.id, staff.actor.agency);
    let all = works::recent(app.store.read(), account, agency, SHOWN).await?;
    let held = leases::all_held(app.store.read(), app.clock.now()).await?;
    let columns = ["Việc", "Bắt đầu", "Ra sao"].map(parts::Column::text);
    let rows = all.iter().map(|work| {
        // While a large import holds the database, what is in hand cannot be kept up there.
        let here = app.jobs.of(account, agency, &work.name);
        let runs = held.contains(&in_hand::work(&work.name))
            || here.is_some_and(|job| job.outcome().is_none());
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
    let (work, job, _) = known(&app, &staff, &name).await?;
    let made = job.as_ref().and_then(|job| match job.outcome() {
        Some(Ok(done)) => done.made.as_ref(),
        _ => None,
    });
    let save_as = match made {
        Some(made) => made.save_as.clone(),
        None => Some(work.save_as.clone()).filter(|name| !name.is_empty()),
    };
    if save_as.is_some() && matches!(staff.actor.role, Role::Office | Role::Admin) {
        staff.confirmed(&paths::work_file(&name))?;
    }
    match made {
        Some(made) => Ok(sent(made)?),
        None if !work.content_type.is_empty() => Ok(sent_by_parts(app, &work).await?),
        // Its page says how far it is, or that it is gone.
        None => Ok(Redirect::to(&paths::work(&name)).into_response()),
    }
}

/// A file that another server made, a part at a time.
async fn sent_by_parts(app: App, work: &Work) -> Result<Response> {
    let (send, pieces) = mpsc::channel::<std::io::Result<Bytes>>(2);
    let id = work.id;
    let many = works::parts(app.store.read(), id).await?;
    tokio::spawn(async move {
        for number in 0..many {
            let part = match works::part(app.store.read(), id, number).await {
                Ok(Some(part)) => Ok(Bytes::from(part)),
                // Broken off, so that nobody takes half a file for a whole one.
                Ok(None) => Err(std::io::Error::other("a part of a file is gone")),
                Err(error) => Err(std::io::Error::other(error.to_string())),
            };
            if send.send(part).await.is_err() {
                break;
            }
        }
    });
    let save_as = Some(work.save_as.as_str()).filter(|name| !name.is_empty());
    Ok(answer(&work.content_type, save_as, pieces))
}

/// The head of a file, and its pieces as they come.
fn answer(
    content_type: &str,
    save_as: Option<&str>,
    mut pieces: mpsc::Receiver<std::io::Result<Bytes>>,
) -> Response {
    let body = Body::from_stream(futures_util::stream::poll_fn(move |context| {
        pieces.poll_recv(context)
    }));
    let shown = match save_as {
        Some(name) => format!("attachment; filename=\"{name}\""),
        None => "inline".to_owned(),
    };
    let head = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, shown),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (head, body).into_response()
}

/// A file, a piece at a time.
pub fn sent(made: &Made) -> Result<Response> {
    // Opened anew: it may be asked for twice, and read while its work is forgotten.
    let mut open = tokio::fs::File::from_std(made.file.reopen()?);
    let (send, pieces) = mpsc::channel::<std::io::Result<Bytes>>(2);
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
    Ok(answer(made.content_type, made.save_as.as_deref(), pieces))
}
