//! `/ho-so/tep`: the register as a file, filtered as on the screen; `/so-theo-doi`: as the book of form 06.
use std::io::Write;

use axum::{
    extract::{OriginalUri, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    list_columns, paths,
    register_asked::{Asked, filter, with_filter},
    rows::by_new_date,
    session::{Failure, Staff},
    works,
};
use crate::{
    actions::begin_work,
    app::App,
    domain::{period::Period, role::Role, time::local_day, viet},
    error::{Error, Result},
    jobs::{Asked as Work, Done, Made},
    papers,
    reports::{
        register::{Chosen, For},
        register_file::{self, Text},
    },
    store::register,
};

/// Excel's own name for its files.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Written whole before any of it is sent, so that half a file is not taken for a whole one;
/// what takes long has a page with a bar.
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
    let (kind, content_type, words) = match asked.dang.as_str() {
        "csv" => (Kind::Text(Text::Csv), "text/csv; charset=utf-8", "CSV"),
        "json" => (Kind::Text(Text::Json), "application/json", "JSON"),
        "xlsx" => (Kind::Excel, XLSX, "Excel"),
        _ => {
            return Err(Failure(Error::invalid(
                "dang",
                "Dạng tệp chỉ nhận csv, xlsx, json.",
            )));
        }
    };
    let work = Work {
        agency: staff.actor.agency,
        title: format!("Xuất danh sách hồ sơ ra {words}"),
        unit: "hồ sơ",
        back: with_filter(paths::DOSSIERS, &asked, "", ""),
        back_words: "Về danh sách",
        same: format!("{reader:?} {address}"),
    };
    let save_as = format!("ho-so-{}.{}", local_day(app.clock.now()), asked.dang);
    let doing = app.clone();
    let (name, job) = begin_work::run(&app, staff.account.id, work, |job| async move {
        let app = doing;
        let by_new_date = by_new_date(&app);
        let all = register::count(app.store.read(), &filter, by_new_date, app.clock.now()).await?;
        job.of(usize::try_from(all).unwrap_or(usize::MAX));
        let mut file = tempfile::NamedTempFile::new()?;
        match kind {
            Kind::Excel => {
                let to = file.path();
                register_file::xlsx(&app, filter, &chosen, reader, to, |done| job.tell(done))
                    .await?;
            }
            Kind::Text(kind) => {
                let mut broken = Ok(());
                register_file::text(&app, filter, &chosen, kind, reader, |piece, rows| {
                    job.tell(rows);
                    broken = file.write_all(piece.as_bytes());
                    std::future::ready(broken.is_ok())
                })
                .await?;
                broken?;
            }
        }
        let rows = viet::number(job.so_far().0);
        Ok(Done {
            said: format!("Đã xuất {rows} hồ sơ."),
            made: Some(Made {
                file,
                content_type,
                save_as: Some(save_as),
            }),
        })
    })
    .await?;
    match works::at_once(&app, &job).await {
        Some(Ok(Done {
            made: Some(made), ..
        })) => {
            let answer = works::sent(made)?;
            app.jobs.forget(&name);
            Ok(answer)
        }
        Some(Err(error)) => Err(Failure(works::again(error))),
        _ => Ok(Redirect::to(&paths::work(&name)).into_response()),
    }
}

/// As which file.
#[derive(Clone, Copy)]
enum Kind {
    Text(Text),
    Excel,
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
