//! `motcua demo`: a simulated year in a scratch database, then served.
use clap::Args as Arguments;

use super::{print, serve};
use crate::{
    config::Settings,
    demo::{self, PASSWORD, Wanted},
    domain::role::Role,
    error::{Error, Result},
};

#[derive(Arguments, Debug)]
pub struct Args {
    /// Số hồ sơ
    #[arg(long, default_value_t = 2000)]
    dossiers: usize,
    /// Hạt giống: cùng số thì cùng dữ liệu
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Năm mô phỏng
    #[arg(long, default_value_t = 2021)]
    year: i32,
    /// Giữ lại cơ sở dữ liệu khi thoát
    #[arg(long)]
    keep: bool,
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
}

pub async fn run(settings: Settings, args: Args) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("motcua-demo-").tempdir()?;
    let wanted = Wanted {
        dossiers: args.dossiers,
        seed: args.seed,
        year: args.year,
    };
    let listen = args
        .listen
        .unwrap_or_else(|| settings.server.listen.clone());
    // The address first: a demo that cannot be served need not be built.
    let listener = serve::bind(&listen).await?;
    print(&format!(
        "Đang dựng {} hồ sơ của năm {}…\n",
        args.dossiers, args.year
    ))?;
    let app = demo::build(settings, folder.path(), wanted).await?;
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
    print(&format!(
        "Tài khoản: {}. Mật khẩu chung: {PASSWORD}\n",
        roles.join(", ")
    ))?;
    let served = serve::run(app, listener).await;
    if args.keep {
        let kept = folder.keep();
        print(&format!("Giữ lại ở {}\n", kept.display()))?;
    } else {
        folder.close().map_err(Error::internal)?;
    }
    served
}
