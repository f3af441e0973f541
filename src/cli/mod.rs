//! The commands: what is typed, and which exit status it ends with.
use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use chrono::TimeDelta;
use clap::{Parser, Subcommand};

use crate::{
    actions::{actor::Actor, note_read},
    app::App,
    clock::Clock,
    config::{LogFormat, Settings},
    domain::role::Role,
    error::{Error, Kind, Result},
    store::{Store, leases},
};

mod agency;
mod alone;
mod backup;
mod calendar;
mod catalogue;
pub mod connections;
mod copy;
mod deadline;
mod demo;
mod doctor;
mod dossiers;
mod files;
mod letter;
mod migrate;
mod report;
mod report_args;
pub mod serve;
mod staff;
mod token;
pub mod trial;
mod verify;
mod workflow;

use files::{create_file, must_be_there, read_file, read_grid, unwritable, write_file};

/// Then whoever waits for the database is told so.
const A_WHILE: std::time::Duration = std::time::Duration::from_secs(8);

/// Theo dõi hồ sơ thủ tục hành chính ở Bộ phận Một cửa
#[derive(Debug, Parser)]
#[command(name = "motcua", version, disable_help_subcommand = true)]
struct Cli {
    /// Tệp cấu hình (mặc định: config/motcua.toml nếu có)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Phục vụ trang và API
    Serve {
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<String>,
    },
    /// Bản dùng thử: một năm mô phỏng, dữ liệu giả
    Demo(demo::Args),
    /// Mã truy cập API
    #[command(subcommand)]
    Token(token::Command),
    /// Các cơ quan trong cùng một bản cài đặt
    #[command(subcommand)]
    Agency(agency::Command),
    /// Tài khoản cán bộ
    #[command(subcommand)]
    Staff(staff::Command),
    /// Dựng cơ sở dữ liệu và nạp danh mục, lịch đi kèm
    Migrate,
    /// Danh mục thủ tục hành chính
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// Quy trình giải quyết: ai làm, trong bao lâu
    #[command(subcommand)]
    Workflow(workflow::Command),
    /// Lịch làm việc
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// Tính ngày hẹn trả
    Deadline(deadline::Args),
    /// Hồ sơ: xuất ra tệp, nhập từ tệp
    #[command(subcommand)]
    Dossiers(dossiers::Command),
    /// Giấy tờ của một hồ sơ
    Letter(letter::Args),
    /// Báo cáo
    #[command(subcommand)]
    Report(report::Command),
    /// Khám: cấu hình, ổ đĩa, đồng hồ, thư, lịch năm sau, sao lưu, niêm phong
    Doctor,
    /// Thiết lập
    #[command(subcommand)]
    Config(doctor::Config),
    /// Sao lưu trong lúc vẫn phục vụ; bản sao được phục hồi thử và soát
    Backup { file: PathBuf },
    /// Phục hồi bản sao lưu vào nơi trống
    Restore(backup::Restore),
    /// Chép sổ sang cơ sở dữ liệu khác: từ SQLite sang PostgreSQL, hoặc ngược lại
    Copy(copy::Args),
    /// Khóa của bản sao lưu
    #[command(subcommand)]
    Key(backup::Key),
    /// Soát chuỗi niêm phong: sổ có bị sửa ngoài chương trình không
    Verify(verify::Args),
}

impl Command {
    /// Whether it reaches none of the addresses in the settings; `copy` asks about its own two.
    fn is_alone(&self) -> bool {
        matches!(
            self,
            Self::Demo(_) | Self::Deadline(_) | Self::Key(_) | Self::Copy(_)
        )
    }

    /// Whether it only looks into the register, or takes out of it: no such one begins one.
    fn only_looks(&self) -> bool {
        match self {
            Self::Verify(args) => args.is_of_register(),
            Self::Backup { .. }
            | Self::Doctor
            | Self::Report(_)
            | Self::Letter(_)
            | Self::Dossiers(dossiers::Command::Export(_))
            | Self::Staff(staff::Command::List)
            | Self::Token(token::Command::List)
            | Self::Agency(agency::Command::List)
            | Self::Catalogue(catalogue::Command::Export { .. })
            | Self::Workflow(workflow::Command::Export { .. })
            | Self::Calendar(calendar::Command::Show { .. }) => true,
            _ => false,
        }
    }
}

/// Runs what the command line asks: 0 done, 1 failed, 2 wrong usage.
pub async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            // Nothing is left to say when the terminal is gone.
            let _ = error.print();
            return if wrong {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match Box::pin(dispatch(cli)).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            for field in error
                .errors
                .iter()
                .filter(|field| field.message != error.detail)
            {
                eprintln!("- {}: {}", field.field, field.message);
            }
            ExitCode::from(if error.code == "usage" { 2 } else { 1 })
        }
    }
}

async fn dispatch(cli: Cli) -> Result<ExitCode> {
    if let Some(Command::Config(command)) = &cli.command {
        doctor::config(cli.config.as_deref(), command)?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = Settings::load(cli.config.as_deref())?;
    if !cli.command.as_ref().is_some_and(Command::is_alone)
        && let Some(detail) = settings.not_by_tls()
    {
        return Err(Error::new(Kind::Invalid, "config", detail));
    }
    if cli.command.as_ref().is_some_and(Command::only_looks) {
        must_be_there(&settings)?;
    }
    let clock = Clock::System;
    let done = ExitCode::SUCCESS;
    match cli.command {
        None => serve(settings, clock, None).await.map(|()| done),
        Some(Command::Serve { listen }) => serve(settings, clock, listen).await.map(|()| done),
        Some(Command::Demo(args)) => {
            log_to_stderr(&settings.log);
            Box::pin(demo::run(settings, args)).await.map(|()| done)
        }
        Some(Command::Migrate) => migrate::run(settings, clock).await.map(|()| done),
        Some(Command::Deadline(args)) => deadline::run(&args, &settings).await.map(ExitCode::from),
        Some(Command::Config(_)) => Ok(done),
        Some(Command::Backup { file }) => backup::make(settings, clock, file).await.map(|()| done),
        Some(Command::Restore(args)) => backup::restore(settings, clock, args).await.map(|()| done),
        Some(Command::Copy(args)) => copy::run(&settings, &args, clock).await.map(|()| done),
        Some(Command::Key(command)) => backup::key(command).map(|()| done),
        Some(Command::Verify(args)) => verify::run(settings, clock, args).await,
        Some(command) => over_register(settings, clock, command).await,
    }
}

/// Opens the register; whoever waits long is told for what.
async fn opened(settings: Settings, clock: Clock) -> Result<App> {
    let mut opening = Box::pin(App::open(settings, clock));
    if let Ok(opened) = tokio::time::timeout(A_WHILE, &mut opening).await {
        return opened;
    }
    eprintln!(
        "Đang mở cơ sở dữ liệu: máy chủ PostgreSQL chưa trả lời, hoặc sổ đang được sao lưu và nâng cấp. Xin chờ."
    );
    opening.await
}

/// Runs a command over the opened register. Closed at the end, however it went: of a file
/// nothing is then left in a log beside it.
async fn over_register(settings: Settings, clock: Clock, command: Command) -> Result<ExitCode> {
    let app = opened(settings, clock).await?;
    let done = Box::pin(with_app(&app, command)).await;
    let closed = app.store.clone().close().await;
    let done = done?;
    closed?;
    Ok(done)
}

async fn with_app(app: &App, command: Command) -> Result<ExitCode> {
    match command {
        Command::Agency(command) => agency::run(app, command).await?,
        Command::Staff(command) => staff::run(app, command).await?,
        Command::Token(command) => token::run(app, command).await?,
        Command::Dossiers(command) => dossiers::run(app, command).await?,
        Command::Catalogue(command) => catalogue::run(app, command).await?,
        Command::Workflow(command) => workflow::run(app, command).await?,
        Command::Calendar(command) => calendar::run(app, command).await?,
        Command::Letter(args) => letter::run(app, args).await?,
        Command::Report(command) => report::run(app, command).await?,
        Command::Doctor => return doctor::run(app).await,
        // These open what they need themselves.
        Command::Serve { .. }
        | Command::Demo(_)
        | Command::Migrate
        | Command::Deadline(_)
        | Command::Config(_)
        | Command::Backup { .. }
        | Command::Restore(_)
        | Command::Copy(_)
        | Command::Key(_)
        | Command::Verify(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(settings: Settings, clock: Clock, listen: Option<String>) -> Result<()> {
    log_to_stderr(&settings.log);
    let listen = listen.unwrap_or_else(|| settings.server.listen.clone());
    let listener = serve::bind(&listen).await?;
    let mut app = opened(settings, clock).await?;
    let _alone = alone::keep(&app.settings.database.url)?;
    // The schema is up: from here on nothing may take for ever.
    let direct = app.store.clone();
    let serving = to_serve(&app).await;
    direct.close().await?;
    app.store = serving?;
    let store = app.store.clone();
    let served = Box::pin(serve::run(app, listener)).await;
    let closed = store.close().await;
    served?;
    closed
}

/// Opens what is served; through a pooler only where that leads to the same register.
async fn to_serve(app: &App) -> Result<Store> {
    let serving = Store::open_to_serve(&app.settings.database).await?;
    if app.settings.database.pooler_url.is_empty() {
        return Ok(serving);
    }
    match is_same_register(app, &serving).await {
        Ok(()) => Ok(serving),
        Err(why) => {
            serving.close().await?;
            Err(why)
        }
    }
}

/// Leaves a mark in the register and looks for it by the other way. Whatever stood there
/// before would stand in a restored copy of it too.
async fn is_same_register(app: &App, through: &Store) -> Result<()> {
    let now = app.clock.now();
    let mark = format!("pooler:{}", app.server);
    let write = app.store.write().await?;
    let lapses = now + TimeDelta::minutes(1);
    write
        .take_lease((mark.as_str(), &*app.server), now, lapses)
        .await?;
    write.commit().await?;
    let seen = leases::held(through.read(), &mark, now).await;
    let write = app.store.write().await?;
    write.end_lease(&mark, &app.server).await?;
    write.commit().await?;
    let source = match seen {
        Ok(true) => return Ok(()),
        Ok(false) => None,
        Err(away) if away.kind == Kind::Away => return Err(away),
        // A place without our tables.
        Err(other) => other.source,
    };
    let detail = "database.pooler_url không dẫn tới cùng cơ sở dữ liệu với database.url. Sửa một trong hai để cùng tới một sổ, hoặc để trống database.pooler_url, rồi mở lại.";
    Err(Error {
        source,
        ..Error::new(Kind::Invalid, "config", detail)
    })
}

fn log_to_stderr(log: &crate::config::Log) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(&log.filter));
    // This one writes the whole address, which may hold a dossier code, whatever is asked.
    let filter = match "tower_http::csrf=off".parse() {
        Ok(silent) => filter.add_directive(silent),
        Err(_) => filter,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for a screen; a file or the journal keeps plain words.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Json => lines.json().init(),
        LogFormat::Text => lines.init(),
    }
}

/// Notes that someone at the machine itself took persons' data out.
async fn looked(
    app: &App,
    agency: i64,
    dossier: Option<&crate::store::dossiers::Dossier>,
    what: &str,
) -> Result<()> {
    let mut user = ["SUDO_USER", "USER", "USERNAME"].into_iter();
    let user = user.find_map(|name| std::env::var(name).ok());
    let actor = Actor {
        agency,
        role: Role::Admin,
        name: format!("máy chủ: {}", user.as_deref().unwrap_or("không rõ")),
        account: None,
        key_owner: "cli".into(),
    };
    match dossier {
        Some(dossier) => note_read::always(app, &actor, dossier, "cli", what).await,
        None => note_read::other(app, &actor, "cli", what).await,
    }
}

/// Wrong usage: exit status 2.
fn usage(detail: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, "usage", detail)
}

/// Writes to standard output; a closed pipe is not an error of ours.
fn print(text: &str) -> Result<()> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    match std::io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
