//! Does the key in its file open what is locked by it: secrets of second factors, and
//! those that are printed on receipts?
use super::doctor::{Check, Grade, check};
use crate::{
    app::App,
    error::Result,
    store::{accounts, receipts},
    vault,
};

/// As a line of the doctor's.
pub async fn run(app: &App) -> Result<Check> {
    let name = "Tệp khóa";
    let file = vault::key_file(&app.settings);
    let db = app.store.read();
    let used = accounts::all(db).await?;
    let used = used.iter().filter(|account| account.totp_secret.is_some());
    let count = used.count();
    let sealed = receipts::last(db).await?;
    let shown = file.display();
    Ok(if count == 0 && sealed.is_none() {
        check(name, Grade::Good, "Chưa có gì phải khóa.")
    } else if !file.exists() {
        let words = format!(
            "Không thấy tệp khóa {shown}: {count} tài khoản không nhập được mã trên điện thoại, giấy hẹn cũ không in lại được. Đặt lại tệp khóa từ nơi cất; mất hẳn thì chạy motcua staff reset-code TÊN cho từng tài khoản."
        );
        check(name, Grade::Bad, words)
    } else if sealed
        .is_some_and(|(code, sealed)| vault::unseal(&app.settings, &code, &sealed).is_err())
    {
        let words = format!(
            "Tệp khóa {shown} không mở được mã in trên giấy hẹn gần nhất: đây là tệp khóa khác. Đặt lại tệp khóa từ nơi cất."
        );
        check(name, Grade::Bad, words)
    } else if vault::seen_by_others(&file) {
        let words = format!("Tệp khóa {shown} người khác trên máy đọc được: chmod 600 {shown}.");
        check(name, Grade::Warn, words)
    } else {
        let words =
            format!("{shown}. Cất thêm một bản ở nơi khác, không cùng chỗ với bản sao lưu.");
        check(name, Grade::Good, words)
    })
}
