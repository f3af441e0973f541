//! `motcua workflow`: load a file of workflows, write out what is set.
use std::path::PathBuf;

use clap::Subcommand;

use super::{print, read_file};
use crate::{
    actions::set_workflow,
    app::App,
    domain::workflow_file::write,
    error::Result,
    store::{agencies, workflows},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Nạp quy trình từ tệp TOML như config/workflows.toml
    Import {
        file: PathBuf,
        #[arg(long)]
        agency: Option<String>,
    },
    /// Xuất quy trình đã đặt
    Export {
        #[arg(long)]
        agency: Option<String>,
    },
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Import { file, agency } => {
            let agency = agencies::of(app.store.read(), agency.as_deref()).await?;
            let text = read_file(&file)?;
            let count = set_workflow::load(app, agency, "dòng lệnh", &text).await?;
            print(&format!("Đã nạp {count} quy trình.\n"))
        }
        Command::Export { agency } => {
            let agency = agencies::of(app.store.read(), agency.as_deref()).await?;
            print(&write(
                &workflows::exported(app.store.read(), agency).await?,
            ))
        }
    }
}
