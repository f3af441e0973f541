//! `motcua calendar`: load a calendar file, show a year.
use std::path::PathBuf;

use chrono::Datelike;
use clap::Subcommand;

use super::{print, read_file};
use crate::{
    actions::{
        change_calendar::{self, Plan},
        import_calendar,
    },
    app::App,
    domain::{calendar::DayKind, role::Role, time::local_day, viet},
    error::{Error, Result},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Nạp lịch nghỉ từ tệp CSV
    Import {
        file: PathBuf,
        /// Chỉ xem hồ sơ nào đổi ngày hẹn, không ghi gì
        #[arg(long)]
        preview: bool,
    },
    /// Xem ngày nghỉ, ngày làm bù của một năm
    Show { year: i32 },
}

/// Code, date before and after; no names on a terminal.
fn moved(plan: &Plan, what: &str) -> String {
    let day = |at: Option<_>| at.map_or_else(|| "–".into(), |at| viet::date(local_day(at)));
    let mut out = format!(
        "{} hồ sơ {what} ngày hẹn.\n",
        viet::number(plan.moved.len())
    );
    for one in &plan.moved {
        let then = if one.becomes_late() {
            "  quá hạn"
        } else if one.no_longer_late() {
            "  không còn quá hạn"
        } else {
            ""
        };
        let (before, after) = (one.before.original_due_at, one.after.original_due_at);
        out += &format!(
            "{}  {} → {}{then}\n",
            one.before.code,
            day(before),
            day(after)
        );
    }
    if !plan.feedback.is_empty() {
        out += &format!(
            "{} phản ánh, kiến nghị {what} hạn xử lý.\n",
            viet::number(plan.feedback.len())
        );
    }
    for (dossier, _) in plan.by_hand.iter().filter(|(_, off)| *off) {
        out += &format!(
            "{}  đặt bằng tay, giữ nguyên dù rơi vào ngày nghỉ\n",
            dossier.code
        );
    }
    out
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Import { file, preview } => {
            let name = file.display().to_string();
            let days = import_calendar::read(&name, &read_file(&file)?)?;
            if preview {
                let plan = change_calendar::plan(app, &days).await?;
                return print(&moved(&plan, "sẽ đổi"));
            }
            let by = change_calendar::By {
                name: "Hệ thống (dòng lệnh)",
                role: Role::Admin.code(),
                source: &name,
            };
            let plan = change_calendar::run(app, by, &days, None).await?;
            print(&format!("Đã nạp {} ngày.\n", days.len()))?;
            if plan.moved.is_empty() && plan.feedback.is_empty() {
                return Ok(());
            }
            print(&moved(&plan, "đã đổi"))
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
