//! Papers as data, then as PDF, Word or Excel; and workbooks read as rows. Knows nothing of
//! database or web.
pub mod control_sheet;
mod docx;
pub mod letter;
pub mod notice_board;
pub mod pdf;
pub mod processing;
pub mod receipt;
pub mod register;
pub mod result_slip;
pub mod sheet;
pub mod statement;
mod statement_docx;
pub mod told;
pub mod workbook;
pub mod xlsx;

/// A paper that could not be made; ours to mend, never the reader's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Chưa tạo được giấy: {0}")]
pub struct DocumentError(pub String);
