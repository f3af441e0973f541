//! Adds an account for a member of staff.
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    applicant::{email, required, text},
    merge_agencies,
};
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, FieldErrors, Result},
    password, secret,
    store::{
        Reader,
        accounts::{self, Account},
        sessions,
    },
};

/// What is said of a set-up link where somebody can administer already.
const SET_UP_ALREADY: &str = "Sổ này đã có tài khoản quản trị, nên đường dẫn thiết lập không dùng được nữa. Xin đăng nhập; chưa có tài khoản thì nhờ quản trị thêm.";

/// What is said of one where a new start still offers another.
const LINK_OVER: &str = "Đường dẫn thiết lập đã dùng hoặc đã hết hạn, mà sổ chưa có tài khoản quản trị nào. Khởi động lại motcua để có đường dẫn mới.";

const NAME_TAKEN: &str = "Tên đăng nhập này đã có. Xin chọn tên khác.";

/// The code of a refused set-up link.
pub const LINK_USED: &str = "link_used";

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Input {
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub password: String,
    /// Where the daily digest goes; empty where there is none.
    #[serde(default)]
    pub email: String,
}

/// Whether a set-up link still makes an account: as long as nobody can administer, in whichever
/// agency and however that account was made.
///
/// # Errors
/// Says what to do instead.
pub async fn link_is_good(db: &impl Reader, link: &str, now: DateTime<Utc>) -> Result<()> {
    if accounts::admins(db).await? > 0 {
        return Err(Error::conflict(LINK_USED, SET_UP_ALREADY));
    }
    if sessions::setup_is_open(db, &secret::hash(link), now).await? {
        Ok(())
    } else {
        Err(Error::conflict(LINK_USED, LINK_OVER))
    }
}

/// Adds it; with `setup` the link of that secret is used up in the same transaction.
pub async fn run(
    app: &App,
    agency_id: i64,
    role: Role,
    input: &Input,
    setup: Option<&str>,
) -> Result<()> {
    let now = app.clock.now();
    // First: a link that is over tells nothing of which names are taken.
    if let Some(link) = setup {
        link_is_good(app.store.read(), link, now).await?;
    }
    let mut errors = FieldErrors::default();
    let name = required(&mut errors, "name", "Họ và tên", &input.name, 200);
    let title =
        text(&mut errors, "title", "Chức danh", Some(&input.title), 200).unwrap_or_default();
    let username = input.username.trim().to_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if !(2..=40).contains(&username.len()) || !username.chars().all(plain) {
        errors.add(
            "username",
            "Tên đăng nhập dài 2 đến 40 ký tự: chữ không dấu, chữ số, dấu . _ -",
        );
    } else if accounts::by_username(app.store.read(), &username)
        .await?
        .is_some()
    {
        errors.add("username", NAME_TAKEN);
    }
    let email = email(&mut errors, "email", Some(&input.email));
    let agency = app.agency_name(agency_id).await?.name.clone();
    let own = [
        input.name.as_str(),
        input.username.as_str(),
        agency.as_str(),
    ];
    check_password(&mut errors, "password", &input.password, &own);
    errors.finish()?;
    let account = Account {
        id: 0,
        agency_id,
        username,
        name,
        role: role.code().into(),
        title,
        password_hash: password::hash(&input.password).await?,
        email,
        digest: true,
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: now,
        totp_secret: None,
        totp_since: None,
        totp_used: 0,
        lockouts: 0,
        reset_hash: None,
        reset_until: None,
        tour: 0,
    };
    let write = app.store.write_alone().await?;
    merge_agencies::still_there(write.reader(), agency_id, local_day(now)).await?;
    if let Some(link) = setup {
        link_is_good(write.reader(), link, now).await?;
        if !write.use_setup_link(&secret::hash(link), now).await? {
            return Err(Error::conflict(LINK_USED, LINK_OVER));
        }
    }
    // Somebody may have taken it while the password was hashed.
    let taken = accounts::by_username(write.reader(), &account.username).await?;
    if taken.is_some() {
        return Err(Error::invalid("username", NAME_TAKEN));
    }
    write.insert_account(account).await?;
    write.commit().await
}

/// Long enough to be a sentence; no riddles.
pub fn check_password(errors: &mut FieldErrors, field: &str, password: &str, own: &[&str]) {
    if !(10..=200).contains(&password.chars().count()) {
        errors.add(
            field,
            "Mật khẩu dài ít nhất 10 ký tự. Một câu ngắn dễ nhớ là tốt nhất.",
        );
    } else if password::is_weak(password, own) {
        errors.add(
            field,
            "Mật khẩu này dễ đoán (từ thường gặp, tên, năm, dãy phím). Dùng một câu ngắn riêng của mình, bốn từ trở lên.",
        );
    }
}
