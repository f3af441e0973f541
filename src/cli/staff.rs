//! `motcua staff`: accounts.
use std::io::BufRead;

use clap::Subcommand;

use super::{print, token};
use crate::{
    actions::{
        add_account, disable_account, join_agency, link_identity, reset_password, second_factor,
    },
    app::App,
    error::Result,
    password::is_weak,
    secret,
    store::{accounts, agencies, memberships},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Thêm tài khoản
    Add {
        #[arg(long)]
        username: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        role: String,
        #[arg(long, default_value = "")]
        title: String,
        /// Địa chỉ nhận thư nhắc việc mỗi sáng
        #[arg(long, default_value = "")]
        email: String,
        #[arg(long)]
        agency: Option<String>,
        /// Đọc mật khẩu từ dòng đầu của đầu vào; không có thì tự đặt và in ra
        #[arg(long)]
        password_stdin: bool,
    },
    /// Xem các tài khoản
    List,
    /// Cho tài khoản làm việc thêm ở một cơ quan khác, với vai trò ở đó
    Join {
        username: String,
        #[arg(long)]
        agency: String,
        #[arg(long)]
        role: String,
        #[arg(long, default_value = "")]
        title: String,
    },
    /// Thôi làm việc thêm ở cơ quan ấy
    Leave {
        username: String,
        #[arg(long)]
        agency: String,
    },
    /// Khóa tài khoản và đăng xuất mọi nơi
    Disable { username: String },
    /// Bỏ mã điện thoại của một tài khoản (mất máy); lần sau đăng nhập đặt lại
    ResetCode { username: String },
    /// Nối tài khoản với một người ở hệ thống đăng nhập của tỉnh (oidc.issuer), theo mã định danh (sub)
    LinkOidc { username: String, subject: String },
    /// Bỏ nối; các phiên của tài khoản kết thúc
    UnlinkOidc { username: String },
    /// Cấp mã đặt lại mật khẩu, dùng một lần trong 24 giờ
    ResetPassword { username: String },
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Add {
            username,
            name,
            role,
            title,
            email,
            agency,
            password_stdin,
        } => {
            let role = token::role(&role)?;
            let agency = agencies::of(app.store.read(), agency.as_deref()).await?;
            let password = if password_stdin {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line)?;
                line.trim_end_matches(['\r', '\n']).to_owned()
            } else {
                // Chance writes years and rows of keys too: such a one is drawn again.
                loop {
                    let drawn = secret::new()[..16].to_owned();
                    if !is_weak(&drawn, &[&username, &name]) {
                        break drawn;
                    }
                }
            };
            let input = add_account::Input {
                username,
                name,
                title,
                password,
                email,
            };
            add_account::run(app, agency, role, &input, None).await?;
            let shown = if password_stdin {
                String::new()
            } else {
                format!(" Mật khẩu: {}", input.password)
            };
            print(&format!("Đã thêm {}.{shown}\n", input.username))
        }
        Command::List => {
            let db = app.store.read();
            let keys = agencies::keys(db).await?;
            let key = |agency| keys.get(&agency).map_or("–", String::as_str);
            for account in accounts::all(db).await? {
                let mut works = key(account.agency_id).to_owned();
                for more in memberships::of(db, account.id).await? {
                    works += &format!(", {} ({})", key(more.agency_id), more.role);
                }
                let state = if account.disabled {
                    "đã khóa"
                } else {
                    "đang dùng"
                };
                print(&format!(
                    "{}\t{}\t{}\t{}\t{works}\t{state}\n",
                    account.username, account.role, account.name, account.title
                ))?;
            }
            Ok(())
        }
        Command::Join {
            username,
            agency,
            role,
            title,
        } => {
            let role = token::role(&role)?;
            join_agency::run(app, &username, &agency, role, &title).await?;
            print(&format!("{username} làm việc thêm ở {agency}.\n"))
        }
        Command::Leave { username, agency } => {
            join_agency::leave(app, &username, &agency).await?;
            print(&format!("{username} thôi làm việc ở {agency}.\n"))
        }
        Command::Disable { username } => {
            disable_account::run(app, &username).await?;
            print(&format!("Đã khóa {username}.\n"))
        }
        Command::ResetCode { username } => {
            second_factor::reset(app, &username).await?;
            print(&format!("Đã bỏ mã điện thoại của {username}.\n"))
        }
        Command::LinkOidc { username, subject } => {
            link_identity::link(app, &username, &subject).await?;
            print(&format!(
                "Đã nối {username} với {} ở {}.\n",
                subject.trim(),
                app.settings.oidc.issuer
            ))
        }
        Command::UnlinkOidc { username } => {
            link_identity::unlink(app, &username).await?;
            print(&format!("Đã bỏ nối {username}.\n"))
        }
        Command::ResetPassword { username } => {
            let code = reset_password::offer(app, &username).await?;
            print(&format!(
                "Mã đặt lại mật khẩu của {username}, dùng một lần trong 24 giờ, ở trang {}: {code}\n",
                crate::web::paths::RESET_PASSWORD
            ))
        }
    }
}
