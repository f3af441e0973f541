//! Does the key in its file open what is locked by it: secrets of second factors, and
//! those that are printed on receipts? And may a new one be made?
use super::doctor::{Check, Grade, check};
use crate::{
    app::App,
    config::Settings,
    domain::viet,
    error::{Error, Result},
    private,
    store::{
        Reader, Store,
        accounts::{self, Account},
        receipts,
    },
    system_error, vault,
};

const NAME: &str = "Tệp khóa";

fn has_locked(account: &Account) -> bool {
    let stored = account.totp_secret.as_deref();
    stored.is_some_and(vault::is_locked)
}

/// Whether the register holds anything that only its key opens.
pub async fn is_anything_locked(db: &impl Reader) -> Result<bool> {
    Ok(receipts::is_any_sealed(db).await? || accounts::all(db).await?.iter().any(has_locked))
}

/// Whether the key that is missing has to be the one that was there. Asked on a line of its
/// own, for the vault holds none to the register, and only where there is no key file.
///
/// A file has one server: there the desk goes on with a new key, and the doctor says what the
/// old one is missed for. One of several servers would seal what no other opens.
///
/// # Errors
/// When the register cannot be asked.
pub fn is_needed(settings: &Settings) -> Result<bool> {
    if settings.database.url.starts_with("sqlite:") {
        return Ok(false);
    }
    let url = settings.database.url.clone();
    // A thread of its own: who seals does not wait as the program waits elsewhere.
    let asked = std::thread::spawn(move || -> Result<bool> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let store = Store::open(&url).await?;
            let locked = is_anything_locked(store.read()).await;
            store.close().await?;
            locked
        })
    });
    let asked = asked.join();
    asked.map_err(|_| Error::internal("the register could not be asked about its key"))?
}

/// As a line of the doctor's.
pub async fn run(app: &App) -> Result<Check> {
    let file = vault::key_file(&app.settings);
    let shown = file.display();
    let db = app.store.read();
    let mut used = accounts::all(db).await?;
    used.retain(has_locked);
    let count = used.len();
    let sealed = receipts::sealed(db).await?;
    let key = match vault::read(&file) {
        Ok(Some(key)) => key,
        Ok(None) if count == 0 && sealed.is_empty() => return Ok(none_yet(&file)),
        Ok(None) => {
            let new = if app.store.is_postgres() {
                ", hồ sơ mới không tiếp nhận được"
            } else {
                ", hồ sơ mới sẽ dùng khóa mới"
            };
            let words = format!(
                "Không thấy tệp khóa {shown}: {count} tài khoản không nhập được mã trên điện thoại, giấy hẹn cũ không in lại được{new}. Đặt lại tệp khóa từ nơi cất; mất hẳn thì chạy motcua key new --out {shown}, rồi motcua staff reset-code TÊN cho từng tài khoản."
            );
            return Ok(check(NAME, Grade::Bad, words));
        }
        Err(error) => return Ok(check(NAME, Grade::Bad, error.detail)),
    };
    let opens = |account: &&Account| {
        let stored = account.totp_secret.as_deref();
        stored.is_none_or(|stored| vault::opens(&key, stored))
    };
    let open = used.iter().filter(opens).count();
    let unsealed = |(code, kept): &&(String, String)| vault::unseals(&key, code, kept);
    let read = sealed.iter().filter(unsealed).count();
    let tried = sealed.len();
    Ok(if open < count || (read == 0 && tried > 0) {
        let closed = [
            (count, open, "mã trên điện thoại"),
            (tried, read, "mã in trên giấy hẹn đã thử"),
        ];
        let closed: Vec<String> = (closed.into_iter())
            .filter(|(all, ..)| *all > 0)
            .map(|(all, open, what)| {
                let (wrong, all) = (viet::number(all - open), viet::number(all));
                format!("{wrong} trong {all} {what}")
            })
            .collect();
        let words = format!(
            "Tệp khóa {shown} không mở được {}: đây là tệp khóa khác. Đặt lại tệp khóa từ nơi cất; mất hẳn thì chạy motcua staff reset-code TÊN cho từng tài khoản.",
            closed.join(" và ")
        );
        check(NAME, Grade::Bad, words)
    } else if read < tried {
        let words = format!(
            "Tệp khóa {shown} không mở được {} trong {} mã in trên giấy hẹn đã thử: có lúc sổ dùng một tệp khóa khác, giấy hẹn khi ấy không in lại được. Nếu còn tệp khóa kia thì cất cả hai, và đặt ở đây tệp mở được nhiều hơn.",
            viet::number(tried - read),
            viet::number(tried)
        );
        check(NAME, Grade::Warn, words)
    } else if vault::seen_by_others(&file) {
        let words = format!("Tệp khóa {shown} người khác trên máy đọc được: chmod 600 {shown}.");
        check(NAME, Grade::Warn, words)
    } else {
        let words =
            format!("{shown}. Cất thêm một bản ở nơi khác, không cùng chỗ với bản sao lưu.");
        check(NAME, Grade::Good, words)
    })
}

/// Nothing is locked and there is no key: can one be made at the first intake?
fn none_yet(file: &std::path::Path) -> Check {
    match private::can_write(vault::folder_of(file)) {
        Ok(()) => check(NAME, Grade::Good, "Chưa có gì phải khóa."),
        Err(why) => {
            let why = system_error::words(&why);
            let words = format!(
                "Chưa có tệp khóa, và không tạo được {}: {why}. Chưa tiếp nhận được hồ sơ nào. Đặt security.key_file ở nơi tài khoản chạy motcua ghi được.",
                file.display()
            );
            check(NAME, Grade::Bad, words)
        }
    }
}
