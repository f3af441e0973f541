//! `motcua catalogue`: load a catalogue file, write it out.
use std::path::PathBuf;

use clap::Subcommand;

use super::{print, print_bytes, read_file, usage, write_file};
use crate::{
    actions::import_catalogue,
    app::App,
    documents::sheet::{Cell, Sheet},
    domain::procedure::{COLUMNS, OPTIONAL_COLUMNS, Procedure},
    error::{Error, Result},
    store::procedures,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Nạp danh mục từ tệp CSV
    Import { file: PathBuf },
    /// Xuất danh mục
    Export {
        /// csv hoặc xlsx
        #[arg(long, default_value = "csv")]
        format: String,
        /// Tệp ghi ra (mặc định: màn hình)
        #[arg(long = "out", value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Import { file } => {
            let name = file.display().to_string();
            let count =
                import_catalogue::run(&app.store, app.clock.now(), &name, &read_file(&file)?)
                    .await?;
            print(&format!("Đã nạp {count} thủ tục.\n"))
        }
        Command::Export { format, file } => {
            let text = csv(&procedures::all(app.store.read()).await?)?;
            let bytes = match format.as_str() {
                "csv" => text.into_bytes(),
                "xlsx" => sheet(&text)?.xlsx("Danh mục").map_err(Error::internal)?,
                other => return Err(usage(format!("Không có dạng “{other}”. Dùng csv, xlsx."))),
            };
            match file {
                Some(file) => write_file(&file, &bytes),
                None => print_bytes(&bytes),
            }
        }
    }
}

/// The same rows for Excel.
fn sheet(text: &str) -> Result<Sheet> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.map_err(Error::internal)?;
        Ok(row.iter().map(Cell::from).collect())
    });
    Ok(Sheet {
        head: COLUMNS.iter().chain(&OPTIONAL_COLUMNS).copied().collect(),
        rows: rows.collect::<Result<_>>()?,
        definitions: Vec::new(),
    })
}

fn csv(all: &[Procedure]) -> Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS.iter().chain(&OPTIONAL_COLUMNS))
        .map_err(Error::internal)?;
    for p in all {
        let date = |day: Option<chrono::NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        out.write_record([
            p.code.clone(),
            p.name.clone(),
            p.field.clone(),
            p.limit.map(|l| l.amount.to_string()).unwrap_or_default(),
            p.limit
                .map(|l| l.unit.code().to_owned())
                .unwrap_or_default(),
            p.fee_vnd.map(|f| f.to_string()).unwrap_or_default(),
            p.fee_note.clone(),
            p.legal_basis.clone(),
            p.involves_agencies.clone(),
            p.four.code().to_owned(),
            p.four_reason.clone(),
            p.online_level.clone(),
            p.documents.join("; "),
            p.confidence.clone(),
            p.era.clone(),
            p.authority.clone(),
            p.source_notes.clone(),
            p.valid_from.to_string(),
            date(p.valid_to),
            p.decision.clone().unwrap_or_default(),
            date(p.decided_on),
            p.four_decision.clone().unwrap_or_default(),
            date(p.four_from),
            p.clock.map(|c| c.code().to_owned()).unwrap_or_default(),
            p.cut_off
                .map(|at| at.format("%H:%M").to_string())
                .unwrap_or_default(),
        ])
        .map_err(Error::internal)?;
    }
    let bytes = out
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}
