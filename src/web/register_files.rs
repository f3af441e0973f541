//! `/ho-so/tep`: the register as a file, filtered as on the screen; `/so-theo-doi`: as the book of form 06.
use axum::{
    body::{Body, Bytes},
    extract::{OriginalUri, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::{io::AsyncReadExt, sync::mpsc};

use super::{
    list_columns,
    register_asked::{Asked, filter},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{period::Period, role::Role, time::local_day, viet},
    error::{Error, Result},
    papers,
    reports::{
        register::{Chosen, For},
        register_file::{self, Text},
    },
    store::register::Filter,
};

/// Excel's own name for its files.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub async fn file(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (asked, _) = asked.opened(&app, &staff).await?;
    let address = address.path_and_query().map_or("", |path| path.as_str());
    // Whole numbers of identity leave with the Office alone, who gave the password just now.
    let reader = if matches!(staff.actor.role, Role::Office | Role::Admin) {
        staff.confirmed(address)?;
        For::People
    } else {
        For::Desk
    };
    let filter = filter(&app, &staff, &asked).0;
    let chosen = list_columns::chosen(&app, &staff).await?;
    let chosen = chosen.unwrap_or_else(Chosen::all);
    let name = format!("ho-so-{}", local_day(app.clock.now()));
    let (kind, extension, body) = match asked.dang.as_str() {
        "csv" => (
            "text/csv; charset=utf-8",
            "csv",
            text(app, filter, chosen, Text::Csv, reader),
        ),
        "json" => (
            "application/json",
            "json",
            text(app, filter, chosen, Text::Json, reader),
        ),
        "xlsx" => (XLSX, "xlsx", xlsx(&app, filter, &chosen, reader).await?),
        _ => {
            return Err(Failure(Error::invalid(
                "dang",
                "Dạng tệp chỉ nhận csv, xlsx, json.",
            )));
        }
    };
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{extension}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, body).into_response())
}

/// Pieces of a body as a stream.
fn stream(mut pieces: mpsc::Receiver<std::io::Result<Bytes>>) -> Body {
    Body::from_stream(futures_util::stream::poll_fn(move |context| {
        pieces.poll_recv(context)
    }))
}

/// Sent while it is read. A register that breaks off midway breaks off the body,
/// so that half a file is not taken for a whole one.
fn text(app: App, filter: Filter, chosen: Chosen, kind: Text, reader: For) -> Body {
    let (send, pieces) = mpsc::channel(2);
    tokio::spawn(async move {
        let done = register_file::text(&app, filter, &chosen, kind, reader, |piece| {
            let send = send.clone();
            async move { send.send(Ok(Bytes::from(piece))).await.is_ok() }
        })
        .await;
        if let Err(error) = done {
            tracing::error!(%error, "a register file broke off");
            let _ = send.send(Err(std::io::Error::other("broken off"))).await;
        }
    });
    stream(pieces)
}

/// Written whole, for Excel's files end with their index, then sent by pieces.
async fn xlsx(app: &App, filter: Filter, chosen: &Chosen, reader: For) -> Result<Body> {
    let file = tempfile::NamedTempFile::new()?;
    register_file::xlsx(app, filter, chosen, reader, file.path(), |_| ()).await?;
    let mut open = tokio::fs::File::open(file.path()).await?;
    let (send, pieces) = mpsc::channel(2);
    tokio::spawn(async move {
        // The file lives until its last piece is sent.
        let _file = file;
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
    Ok(stream(pieces))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Days {
    tu: String,
    den: String,
}

/// The book of form 06 of a period; without days, of the reporting year so far.
pub async fn book(
    State(app): State<App>,
    staff: Staff,
    Query(days): Query<Days>,
) -> Result<Response, Failure> {
    let today = local_day(app.clock.now());
    let year = Period::year_of(today, app.settings.figures.period_start_day);
    let read = |name: &str, text: &str, default| match text.trim() {
        "" => Ok(default),
        text => viet::read_date(text, today).map_err(|why| Error::invalid(name, why)),
    };
    let (from, to) = (
        read("tu", &days.tu, year.from)?,
        read("den", &days.den, today)?,
    );
    let period = Period::new(from, to).map_err(|why| Error::invalid("tu", why.to_string()))?;
    let bytes = papers::register::pdf(&app, staff.actor.agency, period.from, period.to).await?;
    let head = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, bytes).into_response())
}
