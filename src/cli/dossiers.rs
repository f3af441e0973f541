//! `motcua dossiers`: the whole register out, and an old one in.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{create_file, looked, print, print_bytes, read_grid, unwritable, usage, write_file};
use crate::{
    actions::{
        actor::Actor,
        import_dossiers::{self, columns},
    },
    app::App,
    domain::{role::Role, viet},
    error::Result,
    reports::{
        import_rejects::rejected,
        register::{Chosen, For},
        register_file::{self, Text},
    },
    store::{agencies, imports, register::Filter},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Nhập sổ cũ từ tệp CSV hoặc Excel
    Import(Import),
    /// Xuất hồ sơ ra tệp
    Export(Export),
}

#[derive(Args, Debug)]
pub struct Import {
    file: PathBuf,
    /// Nhập các dòng đúng dù có dòng sai
    #[arg(long)]
    good_only: bool,
    /// Tệp nhận các dòng sai, kèm lý do
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
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
        Command::Import(wanted) => import(app, wanted).await,
        Command::Export(wanted) => export(app, wanted).await,
    }
}

async fn import(app: &App, wanted: Import) -> Result<()> {
    let db = app.store.read();
    let agency = agencies::of(db, wanted.agency.as_deref()).await?;
    let actor = Actor {
        agency,
        role: Role::Admin,
        name: "motcua dossiers import".into(),
        account: None,
        key_owner: "cli".into(),
    };
    let grid = read_grid(&wanted.file)?;
    let layout = columns::find(&grid, &imports::remembered(db, agency).await?);
    let plan = import_dossiers::plan(app, &actor, &grid, &layout).await?;
    let (known, wrong) = (plan.known(), plan.wrong());
    if let Some(to) = wanted.rejects.as_ref().filter(|_| wrong > 0) {
        let separator = app.settings.files.separator();
        let rejects = rejected(&grid, &layout, &plan, separator);
        write_file(to, rejects.as_bytes())?;
    }
    let name = wanted.file.display();
    let count = import_dossiers::run(app, &actor, plan, wanted.good_only, |_| ())
        .await
        .map_err(|mut error| {
            error.detail = format!("{name}: {}", error.detail);
            error
        })?;
    print(&format!(
        "Đã nhập {} hồ sơ; {} đã có từ trước; {} dòng sai.\n",
        viet::number(count),
        viet::number(known),
        viet::number(wrong)
    ))
}

async fn export(app: &App, wanted: Export) -> Result<()> {
    let filter = Filter {
        agency: agencies::of(app.store.read(), wanted.agency.as_deref()).await?,
        from: wanted.from,
        to: wanted.to,
        ..Filter::default()
    };
    looked(app, filter.agency, None, "xuất hồ sơ").await?;
    let kind = match wanted.format.as_str() {
        "csv" => Text::Csv,
        "json" => Text::Json,
        "xlsx" => {
            let to = wanted
                .file
                .ok_or_else(|| usage("Tệp Excel cần --out TỆP.xlsx."))?;
            // Written to again by its name.
            drop(create_file(&to)?);
            return register_file::xlsx(app, filter, &Chosen::all(), For::Machine, &to, |_| ())
                .await;
        }
        other => {
            return Err(usage(format!(
                "Không có dạng “{other}”. Dùng csv, xlsx, json."
            )));
        }
    };
    let mut broken = Ok(());
    let mut open = match &wanted.file {
        Some(file) => Some((file, create_file(file)?)),
        None => None,
    };
    register_file::text(
        app,
        filter,
        &Chosen::all(),
        kind,
        For::Machine,
        |piece, _| {
            use std::io::Write;
            let written = match &mut open {
                Some((name, file)) => file
                    .write_all(piece.as_bytes())
                    .map_err(|error| unwritable(name, &error)),
                None => print_bytes(piece.as_bytes()),
            };
            let went_well = written.is_ok();
            if let Err(error) = written {
                broken = Err(error);
            }
            std::future::ready(went_well)
        },
    )
    .await?;
    broken
}
