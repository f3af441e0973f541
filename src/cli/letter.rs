//! `motcua letter`: one paper of one dossier, as a file.
use std::path::PathBuf;

use clap::Args as Arguments;

use super::usage;
use crate::{
    app::App,
    error::Result,
    papers::Paper,
    store::{agencies, dossiers},
};

#[derive(Arguments, Debug)]
pub struct Args {
    /// receipt (giấy hẹn) hoặc apology (phiếu xin lỗi)
    kind: String,
    /// Mã hồ sơ
    code: String,
    #[arg(long, default_value = "pdf")]
    format: String,
    /// Tệp ghi ra
    #[arg(long = "out", value_name = "FILE")]
    file: PathBuf,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
}

pub async fn run(app: &App, args: Args) -> Result<()> {
    let paper = match args.kind.as_str() {
        "receipt" => Paper::Receipt,
        "apology" => Paper::Apology,
        other => {
            return Err(usage(format!(
                "Chưa in được giấy “{other}”. Dùng: receipt, apology."
            )));
        }
    };
    if args.format != "pdf" {
        return Err(usage(format!(
            "Chưa xuất được dạng “{}”. Dùng --format pdf.",
            args.format
        )));
    }
    let agency = agencies::of(app.store.read(), args.agency.as_deref()).await?;
    let dossier = dossiers::by_code(app.store.read(), agency, &args.code).await?;
    let bytes = paper.pdf(app, &dossier).await?;
    Ok(std::fs::write(&args.file, bytes)?)
}
