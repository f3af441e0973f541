//! Loads a year's plan from a sheet: its tasks, or its targets. What was entered for a task
//! or a target stays with its code.
use super::{actor::Actor, load_data_file};
use crate::{
    app::App,
    domain::{
        plan_sheet::{targets, tasks},
        viet::number,
    },
    error::{Error, Result},
    store::data_files::Kind,
};

/// Returns in words what was loaded; who did it stands beside the file's name.
pub async fn run(app: &App, actor: &Actor, kind: Kind, file: &str, text: &str) -> Result<String> {
    let (body, said) = match kind {
        Kind::Tasks => {
            let plan = tasks(text).map_err(|row| Error::bad_row(file, &row))?;
            let said = format!("{} nhiệm vụ", number(plan.tasks.len()));
            (toml::to_string(&plan), said)
        }
        Kind::Plan => {
            let plan = targets(text).map_err(|row| Error::bad_row(file, &row))?;
            let said = format!("{} chỉ tiêu", number(plan.targets.len()));
            (toml::to_string(&plan), said)
        }
        Kind::Questionnaire => {
            return Err(Error::internal("a questionnaire is no plan"));
        }
    };
    let body = body.map_err(Error::internal)?;
    let source = format!("{file} ({})", actor.name);
    let year = load_data_file::run(&app.store, app.clock.now(), kind, &source, &body).await?;
    Ok(format!("{said} của năm {year} từ {file}"))
}
