//! `motcua calendar`: load a calendar file, show a year.
use std::path::PathBuf;

use chrono::Datelike;
use clap::Subcommand;

use super::{print, read_file};
use crate::{
    actions::import_calendar,
    app::App,
    domain::{calendar::DayKind, viet},
    error::{Error, Result},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Nạp lịch nghỉ từ tệp CSV
    Import { file: PathBuf },
    /// Xem ngày nghỉ, ngày làm bù của một năm
    Show { year: i32 },
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Import { file } => {
            let name = file.display().to_string();
            let count =
                import_calendar::run(&app.store, app.clock.now(), &name, &read_file(&file)?)
                    .await?;
            print(&format!("Đã nạp {count} ngày.\n"))
        }
        Command::Show { year } => {
            let calendar = app.calendar().await?;
            let mut out = String::new();
            for day in calendar.exceptions().filter(|day| day.date.year() == year) {
                let kind = match day.kind {
                    DayKind::Holiday => "nghỉ lễ",
                    DayKind::CompensatoryOff => "nghỉ bù",
                    DayKind::SwappedWorkingDay => "làm bù",
                };
                let sure = if day.confidence == "high" {
                    ""
                } else {
                    " (chưa công bố chính thức)"
                };
                out += &format!(
                    "{}  {kind}  {}{sure}\n",
                    viet::date_with_weekday(day.date),
                    day.name
                );
            }
            if out.is_empty() {
                return Err(Error::not_found(format!("Chưa có lịch nghỉ năm {year}.")));
            }
            print(&out)
        }
    }
}
