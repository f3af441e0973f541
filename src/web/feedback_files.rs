//! `/phan-anh/danh-sach/tep`: the list as it is filtered, as CSV or Excel.
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{
    feedback_list::{Asked, filter},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::time::local_day,
    error::Error,
    reports::{feedback_file, file::Kind},
};

pub async fn file(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let kind = match asked.dang.as_str() {
        "csv" => Kind::Csv,
        "xlsx" => Kind::Xlsx,
        _ => {
            return Err(Failure(Error::invalid(
                "dang",
                "Dạng tệp chỉ nhận csv, xlsx.",
            )));
        }
    };
    let (filter, _) = filter(&app, &asked);
    let sheet = feedback_file::sheet(&app, &staff.actor.viewer(), &filter).await?;
    let bytes = match kind {
        Kind::Csv => sheet.csv(app.settings.files.separator()).into_bytes(),
        _ => sheet.xlsx("Phản ánh").map_err(Error::internal)?,
    };
    let name = format!(
        "phan-anh-{}.{}",
        local_day(app.clock.now()),
        kind.extension()
    );
    let head = [
        (header::CONTENT_TYPE, kind.content_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, bytes).into_response())
}
