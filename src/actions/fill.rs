//! First start: agency, catalogue, calendar, questionnaire and plan from what the program carries.
use chrono::{DateTime, Utc};

use super::{add_agency, import_calendar, import_catalogue, load_data_file, set_workflow};
use crate::{
    config::{FirstAgency, shipped_or_on_disk},
    domain::{
        calendar, plan, procedure, survey, target, time::local_day, viet, workflow::check,
        workflow_file,
    },
    error::{Error, Result},
    store::{
        Store, Write, agencies, calendars,
        data_files::{self, Kind},
        procedures, workflows,
    },
};

/// Fills each table that is empty; says what it did. All of it or nothing: whoever comes
/// second, here or on another server, waits and then finds it done.
///
/// # Errors
/// When a file that the program carries, or the one in its place, cannot be read.
pub async fn run(store: &Store, now: DateTime<Utc>) -> Result<Vec<String>> {
    let mut done = Vec::new();
    let write = store.write_in_turn().await?;
    if agencies::count(write.reader()).await? == 0 {
        let first = FirstAgency::load()?;
        add_agency::insert(&write, &first, None).await?;
        done.push(format!(
            "Đã nạp cơ quan: {} tên theo ngày.",
            first.version.len()
        ));
    }
    if procedures::count(write.reader()).await? == 0 {
        let text = shipped_or_on_disk("catalogue.csv", procedure::SHIPPED)?;
        let file = "config/catalogue.csv";
        let count = import_catalogue::load_in(&write, now, file, &text).await?;
        done.push(format!("Đã nạp danh mục: {count} thủ tục."));
    }
    if calendars::current_version(write.reader()).await?.is_none() {
        let file = "config/calendar.csv";
        let text = shipped_or_on_disk("calendar.csv", calendar::SHIPPED)?;
        let days = import_calendar::read(file, &text)?;
        write.insert_calendar(now, file, &days, None).await?;
        done.push(format!("Đã nạp lịch: {} ngày.", days.len()));
    }
    let first = agencies::first(write.reader()).await?;
    if workflows::newest(write.reader(), first).await?.is_empty() {
        let text = shipped_or_on_disk("workflows.toml", workflow_file::SHIPPED)?;
        let count = fill_workflows(&write, first, &text, now).await?;
        done.push(format!("Đã nạp quy trình: {count} thủ tục."));
    }
    for (kind, name, shipped) in [
        (Kind::Questionnaire, "questionnaire.toml", survey::SHIPPED),
        (Kind::Plan, "targets.toml", target::SHIPPED),
        (Kind::Tasks, "plan-2021.toml", plan::SHIPPED),
    ] {
        if data_files::latest(write.reader(), kind).await?.is_none() {
            let text = shipped_or_on_disk(name, shipped)?;
            let file = format!("config/{name}");
            let version = load_data_file::load_in(&write, now, kind, &file, &text).await?;
            done.push(format!("Đã nạp {}: bản {version}.", kind.label()));
        }
    }
    let folded = write.fold_feedback().await?;
    let named = write.key_names().await?;
    write.commit().await?;
    if named > 0 {
        done.push(format!(
            "Đã xếp tên người nộp của {} hồ sơ cũ.",
            viet::number(named)
        ));
    }
    if folded > 0 {
        done.push(format!(
            "Đã tìm tên cán bộ trong {folded} phản ánh, kiến nghị cũ."
        ));
    }
    Ok(done)
}

/// The ways that fit the catalogue; another commune's catalogue may lack some.
async fn fill_workflows(
    write: &Write,
    agency: i64,
    text: &str,
    now: DateTime<Utc>,
) -> Result<usize> {
    let mut file =
        workflow_file::read(text).map_err(|why| Error::invalid("config/workflows.toml", why))?;
    let day = local_day(now);
    let mut known = Vec::new();
    for given in file.workflows {
        let found = procedures::on(write.reader(), &given.procedure, day).await?;
        if found.is_some_and(|(procedure, _)| check(&given.steps, procedure.limit).is_ok()) {
            known.push(given);
        }
    }
    file.workflows = known;
    set_workflow::load_in(write, agency, "motcua", &file, now).await
}
