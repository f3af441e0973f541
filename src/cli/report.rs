//! `motcua report`: the figures, as files.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{print_bytes, usage};
use crate::{
    app::App,
    documents::sheet::Sheet,
    domain::period::Period,
    error::Result,
    papers,
    reports::{
        apologies,
        file::{self, Kind},
        four_on_the_spot, processing, satisfaction, targets,
    },
    store::agencies,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Biểu II.06a: tình hình, kết quả giải quyết
    Processing {
        #[command(flatten)]
        between: Between,
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
    /// Mức độ hài lòng theo phiếu khảo sát
    Satisfaction {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Hồ sơ trễ và phiếu xin lỗi
    Apologies {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Chỉ tiêu của kế hoạch
    Targets {
        /// Ngày tính
        #[arg(long)]
        at: NaiveDate,
        #[command(flatten)]
        out: Out,
    },
}

/// From one day to another, or a period by its name.
#[derive(Args, Debug)]
pub struct Between {
    #[arg(long, requires = "to")]
    from: Option<NaiveDate>,
    #[arg(long, requires = "from")]
    to: Option<NaiveDate>,
    /// Tên kỳ: 2021-Q1, 2021-H1, 2021-9M, 2021-04, 2021
    #[arg(long, conflicts_with_all = ["from", "to"])]
    period: Option<String>,
}

impl Between {
    fn period(&self, app: &App) -> Result<Period> {
        processing::period(app, self.from, self.to, self.period.as_deref())
    }
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
    fn write(&self, app: &App, report: &impl Serialize, sheet: &Sheet) -> Result<()> {
        let kind = Kind::from_code(&self.format).ok_or_else(|| {
            usage(format!(
                "Không có dạng “{}”. Dùng --format json, csv hoặc xlsx; biểu II.06a còn có pdf.",
                self.format
            ))
        })?;
        let mut bytes = file::bytes(app, kind, report, sheet)?;
        if kind == Kind::Json {
            bytes.push(b'\n');
        }
        self.put(&bytes)
    }

    fn put(&self, bytes: &[u8]) -> Result<()> {
        match &self.file {
            Some(file) => Ok(std::fs::write(file, bytes)?),
            None => print_bytes(bytes),
        }
    }

    async fn agency(&self, app: &App) -> Result<i64> {
        agencies::of(app.store.read(), self.agency.as_deref()).await
    }
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Processing { between, by, out } => {
            let agency = out.agency(app).await?;
            let report = processing::build(app, agency, between.period(app)?, by).await?;
            if out.format == "pdf" {
                return out.put(&papers::processing::pdf(app, agency, &report).await?);
            }
            out.write(app, &report, &report.sheet())
        }
        Command::FourOnTheSpot { at, from, out } => {
            let agency = out.agency(app).await?;
            let report = four_on_the_spot::build(app, agency, at, from).await?;
            out.write(app, &report, &report.sheet())
        }
        Command::Satisfaction { between, out } => {
            let agency = out.agency(app).await?;
            let report = satisfaction::build(app, agency, between.period(app)?).await?;
            out.write(app, &report, &report.sheet())
        }
        Command::Apologies { between, out } => {
            let agency = out.agency(app).await?;
            let report = apologies::build(app, agency, between.period(app)?).await?;
            out.write(app, &report, &report.sheet())
        }
        Command::Targets { at, out } => {
            let agency = out.agency(app).await?;
            let report = targets::build(app, agency, at).await?;
            out.write(app, &report, &report.sheet())
        }
    }
}
