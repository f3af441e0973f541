//! `motcua report`: the figures, as files.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{print, usage};
use crate::{
    app::App,
    error::Result,
    reports::{four_on_the_spot, processing},
    store::agencies,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Biểu II.06a: tình hình, kết quả giải quyết
    Processing {
        #[arg(long, requires = "to")]
        from: Option<NaiveDate>,
        #[arg(long, requires = "from")]
        to: Option<NaiveDate>,
        /// Tên kỳ: 2021-Q1, 2021-H1, 2021-9M, 2021-04, 2021
        #[arg(long, conflicts_with_all = ["from", "to"])]
        period: Option<String>,
        #[arg(long, value_enum, default_value_t)]
        by: processing::By,
        #[command(flatten)]
        out: Out,
    },
    /// Tỷ lệ thủ tục "4 tại chỗ" so với chỉ tiêu 20 %
    FourOnTheSpot {
        /// Ngày tính
        #[arg(long)]
        at: NaiveDate,
        /// Từ ngày (mặc định: đầu năm báo cáo)
        #[arg(long)]
        from: Option<NaiveDate>,
        #[command(flatten)]
        out: Out,
    },
}

/// In which form, and where to.
#[derive(Args, Debug)]
pub struct Out {
    #[arg(long, default_value = "json")]
    format: String,
    /// Tệp ghi ra (mặc định: màn hình)
    #[arg(long = "out", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
}

impl Out {
    fn write(&self, report: &impl Serialize) -> Result<()> {
        let text = match self.format.as_str() {
            "json" => serde_json::to_string_pretty(report)? + "\n",
            other => {
                return Err(usage(format!(
                    "Chưa xuất được dạng “{other}”. Dùng --format json."
                )));
            }
        };
        match &self.file {
            Some(file) => Ok(std::fs::write(file, text)?),
            None => print(&text),
        }
    }

    async fn agency(&self, app: &App) -> Result<i64> {
        match &self.agency {
            Some(key) => agencies::by_key(app.store.read(), key).await,
            None => agencies::first(app.store.read()).await,
        }
    }
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Processing {
            from,
            to,
            period,
            by,
            out,
        } => {
            let agency = out.agency(app).await?;
            let period = processing::period(app, from, to, period.as_deref())?;
            out.write(&processing::build(app, agency, period, by).await?)
        }
        Command::FourOnTheSpot { at, from, out } => {
            let agency = out.agency(app).await?;
            out.write(&four_on_the_spot::build(app, agency, at, from).await?)
        }
    }
}
