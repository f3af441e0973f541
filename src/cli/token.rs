//! `motcua token`: bearer tokens for the API.
use chrono::TimeDelta;
use clap::Subcommand;

use super::{print, usage};
use crate::{
    actions::{applicant::required, merge_agencies},
    app::App,
    domain::{
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, FieldErrors, Kind, Result},
    secret,
    store::{
        accounts::{self, Token},
        agencies,
    },
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tạo mã truy cập; chỉ in mã ra màn hình
    Add {
        #[arg(long)]
        name: String,
        #[arg(long)]
        role: String,
        #[arg(long)]
        agency: Option<String>,
        /// Dùng cho: all (mọi việc của vai trò), read (chỉ đọc), figures (chỉ báo cáo)
        #[arg(long, default_value = "all", value_parser = ["all", "read", "figures"])]
        scope: String,
        /// Hết hạn sau số ngày này; không có thì dùng đến khi thu hồi
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3650))]
        days: Option<i64>,
    },
    /// Xem các mã truy cập
    List,
    /// Thu hồi mã truy cập
    Revoke { name: String },
}

/// The role of that code.
pub fn role(code: &str) -> Result<Role> {
    let all: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
    Role::from_code(code).ok_or_else(|| {
        usage(format!(
            "Vai trò “{code}” không có. Dùng: {}.",
            all.join(", ")
        ))
    })
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    let db = app.store.read();
    match command {
        Command::Add {
            name,
            role: code,
            agency,
            scope,
            days,
        } => {
            let role = role(&code)?;
            let mut errors = FieldErrors::default();
            let name = required(&mut errors, "name", "Tên mã truy cập (--name)", &name, 200);
            errors.finish()?;
            // A merger counts the tokens that it leaves behind.
            let write = app.store.write_alone().await?;
            let agency_id = agencies::of(write.reader(), agency.as_deref()).await?;
            let today = local_day(app.clock.now());
            merge_agencies::still_there(write.reader(), agency_id, today).await?;
            if accounts::tokens(write.reader())
                .await?
                .iter()
                .any(|token| token.name == name)
            {
                let detail = format!("Đã có mã truy cập tên “{name}”. Xin đặt tên khác.");
                return Err(Error::new(Kind::Conflict, "name_taken", detail));
            }
            let token = secret::new();
            write
                .insert_token(Token {
                    id: 0,
                    agency_id,
                    name,
                    role: role.code().into(),
                    token_hash: secret::hash(&token),
                    created_at: app.clock.now(),
                    revoked_at: None,
                    note: None,
                    expires_at: days.map(|days| app.clock.now() + TimeDelta::days(days)),
                    scope,
                })
                .await?;
            write.commit().await?;
            print(&format!("{token}\n"))
        }
        Command::List => {
            let keys = agencies::keys(db).await?;
            for token in accounts::tokens(db).await? {
                let over = token.expires_at.is_some_and(|at| at <= app.clock.now());
                let state = if token.revoked_at.is_some() {
                    "đã thu hồi"
                } else if over {
                    "đã hết hạn"
                } else {
                    "đang dùng"
                };
                let made = viet::moment(to_local(token.created_at));
                let ends = token.expires_at.map_or_else(
                    || "không có hạn".to_owned(),
                    |at| format!("đến {}", viet::moment(to_local(at))),
                );
                print(&format!(
                    "{}\t{}\t{}\t{made}\t{state}\t{}\t{ends}\n",
                    token.name,
                    token.role,
                    keys.get(&token.agency_id).map_or("–", String::as_str),
                    token.scope
                ))?;
            }
            Ok(())
        }
        Command::Revoke { name } => {
            let write = app.store.write().await?;
            if !write.revoke_token(&name, app.clock.now()).await? {
                return Err(Error::not_found(format!(
                    "Không có mã truy cập “{name}” đang dùng."
                )));
            }
            write.commit().await?;
            print(&format!("Đã thu hồi {name}.\n"))
        }
    }
}
