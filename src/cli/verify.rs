//! `motcua verify`: the sealed chain, replayed.
use std::{path::PathBuf, process::ExitCode};

use clap::Args as Arguments;

use super::{print, usage};
use crate::{
    app::App,
    clock::Clock,
    config::Settings,
    domain::viet,
    error::Result,
    upkeep::{
        copy,
        verify::{self, Verified},
    },
};

#[derive(Arguments, Debug)]
pub struct Args {
    /// Bản sao lưu; không có thì kiểm cơ sở dữ liệu đang dùng
    file: Option<PathBuf>,
    /// Khóa mở bản sao lưu đã mã hóa
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Mã niêm phong in trong báo cáo: phải còn trong chuỗi
    #[arg(long, value_name = "MÃ")]
    head: Option<String>,
}

impl Args {
    /// Whether it looks into the register itself, not into a copy.
    pub fn is_of_register(&self) -> bool {
        self.file.is_none()
    }
}

/// A head as it is kept, from how it was typed.
fn read_head(typed: &str) -> Result<String> {
    let head = typed.trim().to_ascii_lowercase();
    if head.len() == 64 && head.chars().all(|sign| sign.is_ascii_hexdigit()) {
        return Ok(head);
    }
    Err(usage(format!(
        "--head “{typed}” không phải mã niêm phong: cần đủ 64 ký tự, gồm chữ số và chữ từ a đến f, như in trong báo cáo đã chốt. Chưa soát gì."
    )))
}

pub async fn run(settings: Settings, clock: Clock, args: Args) -> Result<ExitCode> {
    let head = args.head.as_deref().map(read_head).transpose()?;
    let head = head.as_deref();
    let found = if let Some(file) = &args.file {
        let scratch = copy::scratch(&settings, file, args.identity.as_deref()).await?;
        let found = verify::run(scratch.store(), head).await;
        scratch.remove().await?;
        found?
    } else {
        let app = App::open(settings, clock).await?;
        let found = verify::run(&app.store, head).await;
        app.store.clone().close().await?;
        found?
    };
    if let Some(head) = head
        && found.broken.is_none()
    {
        print(&format!("Mã niêm phong {head} có trong chuỗi.\n"))?;
    }
    tell(&found)?;
    Ok(ExitCode::from(u8::from(found.broken.is_some())))
}

/// What was found, in words; what is broken goes to the error output.
pub fn tell(found: &Verified) -> Result<()> {
    for (agency, number, head) in &found.heads {
        print(&format!(
            "Cơ quan {agency}: {} việc đã niêm phong, mã niêm phong {head}\n",
            viet::number(*number)
        ))?;
    }
    print(&format!(
        "Đã soát {} mắt niêm phong, {} hồ sơ và phản ánh; {} việc chưa niêm phong.\n",
        viet::number(found.sealed),
        viet::number(found.compared),
        viet::number(found.unsealed)
    ))?;
    if found.erased > 0 {
        let erased = viet::number(found.erased);
        print(&format!(
            "{erased} hồ sơ đã xóa dữ liệu cá nhân theo danh sách đã ký.\n"
        ))?;
    }
    for warning in &found.warnings {
        eprintln!("LƯU Ý: {warning}");
    }
    print(
        "Không nằm dưới niêm phong: nhật ký xem dữ liệu, bảng kết quả công khai theo tháng, phiếu khảo sát, sổ số văn bản, tài khoản, lịch và danh mục.\n",
    )?;
    match &found.broken {
        None => print("Sổ nguyên vẹn.\n"),
        Some(broken) => {
            eprintln!("SỔ BỊ SỬA NGOÀI CHƯƠNG TRÌNH. {broken}");
            Ok(())
        }
    }
}
