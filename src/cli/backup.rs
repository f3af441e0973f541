//! `motcua backup`, `motcua restore`, `motcua key`: copies by hand.
use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand};

use super::{print, verify::tell};
use crate::{
    app::App,
    clock::Clock,
    config::Settings,
    domain::viet,
    error::{Error, Kind, Result},
    private,
    store::Store,
    system_error,
    upkeep::{backup, copy, lock, verify},
};

/// Makes one copy and tries it.
pub async fn make(settings: Settings, clock: Clock, file: PathBuf) -> Result<()> {
    backup::not_the_register(&settings, &file)?;
    let app = App::open(settings, clock).await?;
    let made = backup::make(&app.store, &app.settings, &file).await;
    // Else the newest work would be left in a log beside the file.
    app.store.clone().close().await?;
    let made = made?;
    let (file, bytes) = (made.file.display(), viet::number(made.bytes));
    // First of all, and under no name that says that all is well.
    if let Some(broken) = &made.verified.broken {
        let detail = format!(
            "SỔ BỊ SỬA NGOÀI CHƯƠNG TRÌNH. {broken} Bản sao không dùng để phục hồi được, đã ghi riêng vào {file} ({bytes} byte)."
        );
        return Err(Error::new(Kind::Invalid, "broken_seal", detail));
    }
    print(&format!(
        "Đã sao lưu vào {file} ({bytes} byte), đã phục hồi thử và soát lại.\n"
    ))?;
    tell(&made.verified)
}

#[derive(Arguments, Debug)]
pub struct Restore {
    /// Bản sao lưu
    file: PathBuf,
    /// Khóa mở bản sao lưu đã mã hóa
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
}

/// Puts a copy back into an empty place.
pub async fn restore(settings: Settings, clock: Clock, args: Restore) -> Result<()> {
    copy::restore(&settings, &args.file, args.identity.as_deref()).await?;
    let store = Store::open(&settings.database.url).await?;
    let raised = crate::upkeep::upgrade::run(&store, &settings, clock).await;
    let verified = match raised {
        Ok(_) => verify::run(&store, None).await,
        Err(error) => Err(error),
    };
    store.close().await?;
    let verified = verified?;
    print(&format!("Đã phục hồi {}.\n", args.file.display()))?;
    tell(&verified)
}

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Tạo cặp khóa cho bản sao lưu: tệp khóa bí mật, khóa công khai in ra màn hình
    New {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn key(command: Key) -> Result<()> {
    let Key::New { out } = command;
    let (secret, public) = lock::new_key();
    let written = private::create_new(&out).and_then(|mut file| {
        use std::io::Write as _;
        file.write_all(secret.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|why| {
        let why = system_error::words(&why);
        let detail = format!("Không ghi được tệp khóa {}: {why}.", out.display());
        Error::new(Kind::Invalid, "unwritable_file", detail)
    })?;
    print(&format!("{public}\n"))
}
