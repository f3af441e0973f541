//! `motcua letter`: one paper of one dossier, or the register of a period, as a file.
use std::path::PathBuf;

use clap::Args as Arguments;

use super::{looked, usage, write_file};
use crate::{
    app::App,
    domain::{paper::PaperKind, time::parse_date},
    error::{Error, Result},
    papers::{self, Format, Wanted},
    store::{agencies, dossiers},
};

#[derive(Arguments, Debug)]
pub struct Args {
    /// receipt, supplement, payment, refusal, apology, stop, control-sheet; hoặc register
    kind: String,
    /// Mã hồ sơ (không cần với register)
    code: Option<String>,
    /// pdf hoặc docx
    #[arg(long, default_value = "pdf")]
    format: String,
    /// Sổ theo dõi: từ ngày
    #[arg(long)]
    from: Option<String>,
    /// Sổ theo dõi: đến ngày
    #[arg(long)]
    to: Option<String>,
    /// Tệp ghi ra
    #[arg(long = "out", value_name = "FILE")]
    file: PathBuf,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
}

pub async fn run(app: &App, args: Args) -> Result<()> {
    let format = match args.format.as_str() {
        "pdf" => Format::Pdf,
        "docx" => Format::Docx,
        other => return Err(usage(format!("Không có dạng “{other}”. Dùng pdf, docx."))),
    };
    let agency = agencies::of(app.store.read(), args.agency.as_deref()).await?;
    let bytes = if args.kind == "register" {
        if format == Format::Docx {
            return Err(Error::not_found(papers::PDF_ALONE));
        }
        let day = |name: &str, value: Option<&str>| {
            let value = value.ok_or_else(|| usage(format!("Cần --{name} YYYY-MM-DD.")))?;
            parse_date(value).map_err(|why| Error::invalid(name, why))
        };
        let (from, to) = (
            day("from", args.from.as_deref())?,
            day("to", args.to.as_deref())?,
        );
        looked(app, agency, None, "sổ theo dõi").await?;
        papers::register::pdf(app, agency, from, to).await?
    } else {
        let kinds: Vec<&str> = PaperKind::ALL.iter().map(|kind| kind.code()).collect();
        let kind = PaperKind::from_code(&args.kind).ok_or_else(|| {
            usage(format!(
                "Không có giấy “{}”. Dùng: {}, register.",
                args.kind,
                kinds.join(", ")
            ))
        })?;
        let code = args.code.ok_or_else(|| usage("Cần mã hồ sơ."))?;
        let dossier = dossiers::by_code(app.store.read(), agency, &code).await?;
        looked(app, agency, Some(&dossier), "").await?;
        let wanted = Wanted {
            format,
            ..Wanted::pdf(kind)
        };
        papers::print(app, &dossier, wanted, "motcua").await?
    };
    write_file(&args.file, &bytes)
}
