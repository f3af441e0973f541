//! `motcua dossiers`: the whole register out, and an old one in.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{print_bytes, usage};
use crate::{
    app::App,
    error::{Error, Result},
    reports::{
        register::For,
        register_file::{self, Text},
    },
    store::{agencies, register::Filter},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Xuất hồ sơ ra tệp
    Export(Export),
}

#[derive(Args, Debug)]
pub struct Export {
    /// Nhận từ ngày
    #[arg(long)]
    from: Option<NaiveDate>,
    /// Đến ngày
    #[arg(long)]
    to: Option<NaiveDate>,
    /// csv, xlsx hoặc json
    #[arg(long, default_value = "csv")]
    format: String,
    /// Tệp ghi ra (mặc định: màn hình)
    #[arg(long = "out", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Export(wanted) => export(app, wanted).await,
    }
}

async fn export(app: &App, wanted: Export) -> Result<()> {
    let filter = Filter {
        agency: agencies::of(app.store.read(), wanted.agency.as_deref()).await?,
        from: wanted.from,
        to: wanted.to,
        ..Filter::default()
    };
    let kind = match wanted.format.as_str() {
        "csv" => Text::Csv,
        "json" => Text::Json,
        "xlsx" => {
            let to = wanted
                .file
                .ok_or_else(|| usage("Tệp Excel cần --out TỆP.xlsx."))?;
            return register_file::xlsx(app, filter, For::Machine, &to).await;
        }
        other => {
            return Err(usage(format!(
                "Không có dạng “{other}”. Dùng csv, xlsx, json."
            )));
        }
    };
    let mut broken = Ok(());
    let mut open = match &wanted.file {
        Some(file) => Some(std::fs::File::create(file)?),
        None => None,
    };
    register_file::text(app, filter, kind, For::Machine, |piece| {
        use std::io::Write;
        let written = match &mut open {
            Some(file) => file.write_all(piece.as_bytes()).map_err(Error::from),
            None => print_bytes(piece.as_bytes()),
        };
        let went_well = written.is_ok();
        if let Err(error) = written {
            broken = Err(error);
        }
        std::future::ready(went_well)
    })
    .await?;
    broken
}
