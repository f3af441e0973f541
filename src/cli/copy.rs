//! `motcua copy --from … --to …`: the register, from one engine to another.
use clap::Args as Arguments;

use super::{alone, print, usage, verify::tell};
use crate::{
    clock::Clock,
    config::Settings,
    domain::viet,
    error::{Error, Kind, Result},
    upkeep::crossing,
    vault,
};

#[derive(Arguments, Debug)]
pub struct Args {
    /// Sổ nguồn, `sqlite://TỆP` hoặc `postgres://…`
    #[arg(long, value_name = "URL")]
    from: String,
    /// Nơi trống nhận sổ, `postgres://…` hoặc `sqlite://TỆP`
    #[arg(long, value_name = "URL")]
    to: String,
}

/// An address that is opened as it is meant: one's own file is there, the other's is made.
fn address(settings: &Settings, url: &str, flag: &str, mode: &str) -> Result<String> {
    if !["sqlite://", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        let detail = format!("{flag}: địa chỉ phải bắt đầu bằng sqlite:// hoặc postgres://.");
        return Err(usage(detail));
    }
    let mut reached = settings.clone();
    url.clone_into(&mut reached.database.url);
    if let Some(detail) = reached.not_by_tls() {
        let detail = detail.replace("database.url", flag);
        return Err(Error::new(Kind::Invalid, "config", detail));
    }
    Ok(match url.strip_prefix("sqlite://") {
        Some(path) => {
            let path = path.split('?').next().unwrap_or(path);
            format!("sqlite://{path}?mode={mode}")
        }
        None => url.to_owned(),
    })
}

pub async fn run(settings: &Settings, args: &Args, clock: Clock) -> Result<()> {
    let from = address(settings, &args.from, "--from", "rw")?;
    let to = address(settings, &args.to, "--to", "rwc")?;
    let alone = alone::keep_to_copy(&from)?;
    let crossed = crossing::run(&from, &to, clock.now()).await?;
    drop(alone);
    print(&format!(
        "Đã chép {} bảng, {} dòng; từng bảng đã đếm và đối chiếu ở cả hai nơi.\n",
        crossed.tables,
        viet::number(crossed.rows)
    ))?;
    tell(&crossed.verified)?;
    let key = |url: &str| {
        let mut reached = settings.clone();
        url.clone_into(&mut reached.database.url);
        vault::key_file(&reached)
    };
    let (was, will) = (key(&from), key(&to));
    let moved = if was == will {
        format!("giữ nguyên tệp khóa {}", was.display())
    } else {
        format!(
            "security.key_file = \"{}\" (hoặc chép tệp ấy thành {})",
            was.display(),
            will.display()
        )
    };
    print(&format!(
        "Từ nay đặt MOTCUA_DATABASE_URL tới nơi mới, và {moved}: không có khóa ấy thì trên PostgreSQL không tiếp nhận được hồ sơ, và mã xác thực hai bước phải đặt lại.\nSổ nguồn còn nguyên để quay lại khi cần, và đã ghi là đã chép đi: đừng mở máy chủ trên cả hai nơi, mã hồ sơ hai nơi sẽ trùng nhau (motcua doctor nhắc).\n"
    ))
}
