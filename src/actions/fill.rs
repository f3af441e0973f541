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
        Store, agencies, calendars,
        data_files::{self, Kind},
        procedures, workflows,
    },
};

/// Fills each table that is empty; says what it did.
pub async fn run(store: &Store, now: DateTime<Utc>) -> Result<Vec<String>> {
    let mut done = Vec::new();
    if agencies::count(store.read()).await? == 0 {
        let first = FirstAgency::load()?;
        let write = store.write().await?;
        add_agency::insert(&write, &first, None).await?;
        write.commit().await?;
        done.push(format!(
            "Đã nạp cơ quan: {} tên theo ngày.",
            first.version.len()
        ));
    }
    if procedures::count(store.read()).await? == 0 {
        let text = shipped_or_on_disk("catalogue.csv", procedure::SHIPPED)?;
        let count = import_catalogue::run(store, now, "config/catalogue.csv", &text).await?;
        done.push(format!("Đã nạp danh mục: {count} thủ tục."));
    }
    if calendars::current_version(store.read()).await?.is_none() {
        let text = shipped_or_on_disk("calendar.csv", calendar::SHIPPED)?;
        let count = import_calendar::first(store, now, "config/calendar.csv", &text).await?;
        done.push(format!("Đã nạp lịch: {count} ngày."));
    }
    if workflows::newest(store.read(), agencies::first(store.read()).await?)
        .await?
        .is_empty()
    {
        let text = shipped_or_on_disk("workflows.toml", workflow_file::SHIPPED)?;
        let count = fill_workflows(store, &text, now).await?;
        done.push(format!("Đã nạp quy trình: {count} thủ tục."));
    }
    for (kind, name, shipped) in [
        (Kind::Questionnaire, "questionnaire.toml", survey::SHIPPED),
        (Kind::Plan, "targets.toml", target::SHIPPED),
        (Kind::Tasks, "plan-2021.toml", plan::SHIPPED),
    ] {
        if data_files::latest(store.read(), kind).await?.is_none() {
            let text = shipped_or_on_disk(name, shipped)?;
            let version =
                load_data_file::run(store, now, kind, &format!("config/{name}"), &text).await?;
            done.push(format!("Đã nạp {}: bản {version}.", kind.label()));
        }
    }
    let write = store.write().await?;
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
async fn fill_workflows(store: &Store, text: &str, now: DateTime<Utc>) -> Result<usize> {
    let mut file =
        workflow_file::read(text).map_err(|why| Error::invalid("config/workflows.toml", why))?;
    let day = local_day(now);
    let mut known = Vec::new();
    for given in file.workflows {
        let found = procedures::on(store.read(), &given.procedure, day).await?;
        if found.is_some_and(|(procedure, _)| check(&given.steps, procedure.limit).is_ok()) {
            known.push(given);
        }
    }
    file.workflows = known;
    let agency = agencies::first(store.read()).await?;
    let write = store.write().await?;
    let count = set_workflow::load_in(&write, agency, "motcua", &file, now).await?;
    write.commit().await?;
    Ok(count)
}
