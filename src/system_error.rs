//! Why did the system refuse a file or an address? In the reader's words.
use std::io::{Error, ErrorKind};

/// The reason, without a full stop. One that nobody here has words for is said as the system
/// says it.
///
/// ```
/// let missing = std::io::Error::from_raw_os_error(2);
/// assert_eq!(motcua::system_error::words(&missing), "không có tệp hoặc thư mục ấy");
/// ```
pub fn words(error: &Error) -> String {
    let known = match error.kind() {
        ErrorKind::NotFound => "không có tệp hoặc thư mục ấy",
        ErrorKind::PermissionDenied => "tài khoản đang chạy motcua không có quyền",
        ErrorKind::AlreadyExists => "đã có tệp tên ấy",
        ErrorKind::IsADirectory => "đó là một thư mục",
        ErrorKind::NotADirectory => "trên đường dẫn có chỗ không phải thư mục",
        ErrorKind::ReadOnlyFilesystem => "ổ đĩa chỉ cho đọc",
        ErrorKind::StorageFull => "ổ đĩa đã đầy",
        ErrorKind::AddrInUse => "đang có chương trình khác dùng địa chỉ này",
        ErrorKind::AddrNotAvailable => "máy này không có địa chỉ ấy",
        ErrorKind::InvalidInput => "không đúng dạng",
        ErrorKind::InvalidData => "nội dung không đọc được",
        ErrorKind::UnexpectedEof => "nội dung bị đứt giữa chừng",
        ErrorKind::ConnectionRefused => "bên kia không nhận kết nối",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "bên kia đã ngắt kết nối",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "không tới được máy ấy",
        ErrorKind::TimedOut => "quá thời gian chờ",
        _ => return error.to_string(),
    };
    known.to_owned()
}

/// The same of what an error came from, which may be something else than the system.
pub fn words_of(source: &(dyn std::error::Error + 'static)) -> String {
    source
        .downcast_ref::<Error>()
        .map_or_else(|| source.to_string(), words)
}
