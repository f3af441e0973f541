//! `motcua doctor` and `motcua config show`: is it well, and which settings hold?
use std::{path::Path, process::ExitCode};

use clap::Subcommand;

use super::print;
use crate::{
    app::App,
    config::Settings,
    error::Result,
    upkeep::doctor::{self, Grade},
};

/// Prints every check; 1 where one must be mended.
pub async fn run(app: &App) -> Result<ExitCode> {
    let all = doctor::run(app, true).await?;
    for check in &all {
        print(&format!(
            "[{}] {}: {}\n",
            check.grade.label(),
            check.name,
            check.words
        ))?;
    }
    let bad = all.iter().any(|check| check.grade == Grade::Bad);
    Ok(ExitCode::from(u8::from(bad)))
}

#[derive(Debug, Subcommand)]
pub enum Config {
    /// Mọi thiết lập đang có hiệu lực và nơi nó được đặt
    Show,
}

pub fn config(file: Option<&Path>, command: &Config) -> Result<()> {
    let Config::Show = command;
    for line in Settings::origins(file)? {
        print(&format!(
            "{} = {}  # {}\n",
            line.key, line.value, line.origin
        ))?;
    }
    Ok(())
}
