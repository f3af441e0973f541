//! What does an error of the engine mean to the reader, where somebody can act on it?
use std::path::Path;

use sea_orm::{DbErr, RuntimeErr, SqlxError, sqlx::error::DatabaseError};
use url::Url;

use super::turns;
use crate::error::{Error, Kind, Result};

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if let Some(said) = said(&error)
            && let Some(known) = said
                .code()
                .and_then(|code| words_of_engine(&code, said.message()))
        {
            tracing::error!(%error, "the database cannot do it");
            return known;
        }
        if is_away(&error) {
            tracing::error!(%error, "the database is away");
            return away();
        }
        Self::internal(error)
    }
}

/// What the engine itself said.
fn said(error: &DbErr) -> Option<&dyn DatabaseError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner))
        | DbErr::Conn(RuntimeErr::SqlxError(inner)) => inner.as_database_error(),
        _ => None,
    }
}

/// By which code of its own.
pub(super) fn code_of(error: &DbErr) -> Option<String> {
    said(error)?.code().map(std::borrow::Cow::into_owned)
}

/// Nobody answers at the other end of the line.
fn is_away(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) => true,
        // A balancer with nothing behind it takes the line and hangs up at the first word.
        DbErr::Conn(RuntimeErr::SqlxError(inner))
            if matches!(**inner, SqlxError::Protocol(_) | SqlxError::Tls(_)) =>
        {
            true
        }
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => matches!(
            **inner,
            SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed
        ),
        _ => false,
    }
}

/// Whether it was done when the line was cut nobody knows; a second time does not do it
/// twice: a form has its key, an act the version it was for.
fn away() -> Error {
    let detail = "Cơ sở dữ liệu đang tạm ngắt hoặc đang chuyển sang máy khác. Xin giữ nguyên trang này và gửi lại sau khoảng nửa phút; gửi lại không tạo hồ sơ thứ hai.";
    Error::new(Kind::Away, "database_away", detail)
}

/// The same of an engine's own code.
pub fn words_of_engine(code: &str, message: &str) -> Option<Error> {
    // PostgreSQL: a connection broke, it is being stopped, it begins, it only reads, it has
    // no place for one more.
    let gone =
        code.starts_with("08") || ["57P01", "57P02", "57P03", "25006", "53300"].contains(&code);
    if gone {
        return Some(away());
    }
    // What was asked took longer than a statement may.
    if code == "57014" {
        let detail = "Máy chủ cơ sở dữ liệu không trả lời kịp nên lần này chưa ghi gì. Xin thử lại; nếu đang xem báo cáo hoặc tìm kiếm thì chọn kỳ ngắn hơn hoặc gõ thêm chữ.";
        return Some(Error::new(Kind::TooSlow, "too_slow", detail));
    }
    if code == turns::HELD {
        return Some(turns::busy());
    }
    // Two wrote the same at once: a unique index let one of them through, or each waited for
    // the other. SQLite: a unique index, a primary key; PostgreSQL: unique, deadlock, order.
    if ["2067", "1555", "23505", "40P01", "40001"].contains(&code) {
        let detail = "Vừa có người khác ghi mục này cùng lúc, nên lần gửi này chưa lưu gì. Xin tải lại trang để xem họ đã ghi gì, rồi làm lại nếu còn cần.";
        return Some(Error::conflict("written_meanwhile", detail));
    }
    // SQLite: full; errors of writing, forcing, lengthening, of the log's index.
    // PostgreSQL: disk full; an I/O error.
    let full = [
        "13", "778", "1034", "1290", "1546", "4618", "4874", "5386", "53100", "58030",
    ]
    .contains(&code)
        || message.contains("No space left");
    full.then(|| {
        let detail = "Ổ đĩa của máy chủ đã đầy hoặc không ghi được, chưa có gì được lưu. Xin giữ nguyên trang này, báo quản trị dọn ổ đĩa, rồi gửi lại.";
        Error::new(Kind::NoRoom, "disk_full", detail)
    })
}

/// The address as it may be shown: without its password.
fn shown(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) if !url.starts_with("sqlite:") => {
            // An address that cannot have a password has none to hide.
            let _ = parsed.set_password(None);
            parsed.set_query(None);
            parsed.to_string()
        }
        // It may hold one wherever it stands.
        Err(_) if url.contains('@') || url.contains("password") => "(không hiện)".to_owned(),
        _ => url.to_owned(),
    }
}

fn wrong_setting(detail: String) -> Error {
    Error::new(Kind::Invalid, "config", detail)
}

/// Whether an address can be opened at all, before anything is made for it.
pub(super) fn is_usable(url: &str) -> Result<()> {
    let known = ["sqlite://", "postgres://", "postgresql://"];
    if url.is_empty() {
        let detail = "database.url đang để trống. Đặt địa chỉ cơ sở dữ liệu, ví dụ sqlite://data/motcua.db?mode=rwc.";
        return Err(wrong_setting(detail.to_owned()));
    }
    if !known.iter().any(|scheme| url.starts_with(scheme)) {
        let detail = format!(
            "Không dùng được địa chỉ cơ sở dữ liệu {}: database.url phải bắt đầu bằng sqlite:// hoặc postgres://, ví dụ sqlite://data/motcua.db?mode=rwc.",
            shown(url)
        );
        return Err(wrong_setting(detail));
    }
    let Some(path) = url.strip_prefix("sqlite://") else {
        return Ok(());
    };
    let file = path.split('?').next().unwrap_or(path);
    if file.contains('%') {
        // Read as a code by one who opens it, and as it stands by one who locks it.
        let detail = format!(
            "Không dùng được tên tệp {file} trong database.url: tên có dấu %. Đặt tên khác."
        );
        return Err(wrong_setting(detail));
    }
    let is_made = ["mode=rwc", "mode=memory", ":memory:"]
        .iter()
        .any(|made| path.contains(made));
    if !is_made && !Path::new(file).exists() {
        let detail = format!(
            "Không có tệp cơ sở dữ liệu {file}. Xem lại database.url; muốn dựng sổ mới ở đó thì thêm ?mode=rwc vào cuối địa chỉ."
        );
        return Err(wrong_setting(detail));
    }
    Ok(())
}

/// Why a database could not be opened: nobody reads a page yet, so the words are for whoever
/// set the address.
pub(super) fn not_opened(url: &str, error: DbErr) -> Error {
    let code = code_of(&error);
    let is_misread = match &error {
        DbErr::Conn(RuntimeErr::SqlxError(inner)) => matches!(**inner, SqlxError::Configuration(_)),
        // It says the whole address, with its password.
        DbErr::Conn(RuntimeErr::Internal(_)) => true,
        _ => false,
    };
    let place = shown(url);
    let is_file = url.starts_with("sqlite:");
    let detail = match code.as_deref() {
        Some("3D000") => format!(
            "Máy chủ PostgreSQL không có cơ sở dữ liệu của địa chỉ {place}. Tạo cơ sở dữ liệu ấy trước (createdb), hoặc sửa database.url."
        ),
        Some("28000" | "28P01") => format!(
            "Máy chủ PostgreSQL không nhận tài khoản hoặc mật khẩu của địa chỉ {place}. Tạo tài khoản ấy trước (createuser), hoặc sửa database.url."
        ),
        Some("14") if is_file => format!(
            "Không mở được tệp cơ sở dữ liệu {place}. Xem lại database.url và quyền của tài khoản chạy motcua trên thư mục ấy."
        ),
        Some("26") if is_file => format!(
            "Tệp ở địa chỉ {place} không phải cơ sở dữ liệu SQLite, hoặc đã hỏng. Xem lại database.url, hoặc phục hồi bản sao lưu vào nơi khác."
        ),
        _ if is_misread => {
            format!("Không đọc được địa chỉ cơ sở dữ liệu {place}. Xem lại database.url.")
        }
        _ if !is_file && is_away(&error) => {
            tracing::error!(%error, "the database is away");
            let detail = format!(
                "Không nối được tới cơ sở dữ liệu {place}. Xem máy chủ PostgreSQL có đang chạy không và database.url có đúng không, rồi chạy lại."
            );
            return Error::new(Kind::Away, "database_away", detail);
        }
        _ => return error.into(),
    };
    if is_misread {
        tracing::error!("the address of the database cannot be read");
    } else {
        tracing::error!(%error, "the database cannot be opened");
    }
    wrong_setting(detail)
}

/// The same refusal of an address that stands elsewhere than in `database.url`.
pub fn error_naming(setting: &str, error: Error) -> Error {
    Error {
        detail: error.detail.replace("database.url", setting),
        ..error
    }
}
