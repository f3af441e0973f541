//! What went wrong, in words the reader can act on: the one error on the way out.
//!
//! Pages and API render the same value; neither adds a rule of its own.
use std::{error::Error as StdError, fmt};

/// What kind of refusal it is; each face maps it to its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Could not be read at all (not JSON, not a form).
    Unreadable,
    /// The address is there, but nothing is done with it in that way.
    WrongMethod,
    /// Read, but a field is wrong.
    Invalid,
    /// Nobody is logged in.
    Unauthenticated,
    /// The role does not allow it.
    Forbidden,
    NotFound,
    /// Another version, another body under the same key, a state that does not allow it.
    Conflict,
    TooLarge,
    TooMany,
    /// Not done in time.
    TooSlow,
    /// The disk is full.
    NoRoom,
    /// The database does not answer; it will.
    Away,
    /// Ours to mend; the reader sees a reference number.
    Internal,
}

/// One field that was wrong, and the sentence to show beside it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// A refusal or a failure: kind, stable English code, Vietnamese sentence.
#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    pub code: &'static str,
    pub detail: String,
    pub errors: Vec<FieldError>,
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            source: None,
        }
    }

    /// No such method at that address.
    pub fn wrong_method() -> Self {
        let detail = "Địa chỉ này không nhận cách gửi đó.";
        Self::new(Kind::WrongMethod, "wrong_method", detail)
    }

    /// One wrong field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        errors.into_error()
    }

    /// One wrong row of a file that goes in whole or not at all.
    pub fn bad_row(file: &str, row: &impl fmt::Display) -> Self {
        let detail = format!("{file}: {row} Chưa nạp gì từ tệp này.");
        Self::new(Kind::Invalid, "bad_row", detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, "not_found", detail)
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, detail)
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, "forbidden_role", detail)
    }

    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(
                Kind::Internal,
                "internal",
                "Có lỗi ngoài dự kiến, chưa có gì được lưu.",
            )
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        if let Some(source) = &self.source {
            write!(f, " ({})", crate::system_error::words_of(&**source))?;
        }
        Ok(())
    }
}

impl StdError for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// Collects every wrong field before refusing, so that the reader mends all at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// Keeps a value, or notes why it cannot be kept.
    pub fn keep<T>(&mut self, field: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|message| self.add(field, message)).ok()
    }

    /// How many were noted so far.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The refusal that carries them all.
    pub fn into_error(self) -> Error {
        let detail = match self.0.as_slice() {
            [one] => one.message.clone(),
            many => format!("Chưa lưu được, có {} chỗ cần sửa.", many.len()),
        };
        Error {
            errors: self.0,
            ..Error::new(Kind::Invalid, "invalid", detail)
        }
    }

    /// `Err` if anything was noted.
    pub fn finish(self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }
}
