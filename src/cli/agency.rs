//! `motcua agency`: the agencies under this roof.
use std::path::PathBuf;

use clap::Subcommand;

use super::{print, read_file};
use crate::{
    actions::{add_agency, merge_agencies, place_agency},
    app::App,
    config::FirstAgency,
    domain::time::local_day,
    error::Result,
    store::agencies,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Thêm cơ quan từ tệp như config/agency.toml
    Add {
        file: PathBuf,
        /// Cơ quan cấp trên (khóa)
        #[arg(long)]
        parent: Option<String>,
    },
    /// Đặt cơ quan dưới một cơ quan khác; không có --parent thì lên cấp trên cùng
    Place {
        key: String,
        #[arg(long)]
        parent: Option<String>,
    },
    /// Sáp nhập: từ ngày ấy các cơ quan này là một phần của --into
    Merge {
        #[arg(required = true)]
        keys: Vec<String>,
        #[arg(long)]
        into: String,
        /// Ngày sáp nhập
        #[arg(long)]
        on: chrono::NaiveDate,
    },
    /// Xem các cơ quan, cấp dưới lùi vào
    List,
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Add { file, parent } => {
            let given = FirstAgency::read(&file.display().to_string(), &read_file(&file)?)?;
            add_agency::run(app, &given, parent.as_deref()).await?;
            print(&format!("Đã thêm cơ quan {}.\n", given.key))
        }
        Command::Place { key, parent } => {
            place_agency::run(app, &key, parent.as_deref()).await?;
            print(&format!("Đã đặt {key}.\n"))
        }
        Command::Merge { keys, into, on } => {
            let done = merge_agencies::run(app, &keys, &into, on, "máy chủ").await?;
            print(&format!(
                "Đã sáp nhập {} vào {into}: {} hồ sơ chưa xong và {} tài khoản chuyển sang.\n",
                keys.join(", "),
                done.dossiers,
                done.staff
            ))
        }
        Command::List => {
            let db = app.store.read();
            let today = local_day(app.clock.now());
            for top in agencies::tops(db).await? {
                for one in agencies::below(db, top).await? {
                    let name = agencies::name_by(db, one.agency.id, today).await?;
                    let merged = one.agency.merged_on.map_or_else(String::new, |day| {
                        format!("\tđã sáp nhập từ {}", crate::domain::viet::date(day))
                    });
                    print(&format!(
                        "{}{}\t{}\t{}{merged}\n",
                        "  ".repeat(one.depth),
                        one.agency.key,
                        name.name,
                        name.identifier
                    ))?;
                }
            }
            Ok(())
        }
    }
}
