//! Loads a year's plan from a sheet: its tasks, or its targets. What was entered for a task
//! or a target stays with its code.
use chrono::{DateTime, Utc};

use super::load_data_file;
use crate::{
    domain::{
        plan_sheet::{targets, tasks},
        row::RowError,
        viet::number,
    },
    error::{Error, Kind as Refusal, Result},
    store::{Store, data_files::Kind},
};

/// Returns in words what was loaded.
pub async fn run(
    store: &Store,
    now: DateTime<Utc>,
    kind: Kind,
    file: &str,
    text: &str,
) -> Result<String> {
    let wrong = |row: RowError| {
        let detail = format!("{file}: {row} Chưa nạp gì từ tệp này.");
        Error::new(Refusal::Invalid, "bad_row", detail)
    };
    let (body, said) = match kind {
        Kind::Tasks => {
            let plan = tasks(text).map_err(wrong)?;
            let said = format!("{} nhiệm vụ", number(plan.tasks.len()));
            (toml::to_string(&plan), said)
        }
        Kind::Plan => {
            let plan = targets(text).map_err(wrong)?;
            let said = format!("{} chỉ tiêu", number(plan.targets.len()));
            (toml::to_string(&plan), said)
        }
        Kind::Questionnaire => {
            return Err(Error::internal("a questionnaire is no plan"));
        }
    };
    let body = body.map_err(Error::internal)?;
    let year = load_data_file::run(store, now, kind, file, &body).await?;
    Ok(format!("{said} của năm {year} từ {file}"))
}
