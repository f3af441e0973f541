//! What does an error of the engine mean to the reader, where somebody can act on it?
use sea_orm::{DbErr, RuntimeErr, SqlxError};

use crate::error::{Error, Kind};

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if let DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner))
        | DbErr::Conn(RuntimeErr::SqlxError(inner)) = &error
            && let Some(said) = inner.as_database_error()
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
