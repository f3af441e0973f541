//! Form 04, "Phiếu xin lỗi và hẹn lại ngày trả kết quả" (TT 01/2018/TT-VPCP; NĐ 61/2018/NĐ-CP Điều 19.9).
use serde::Serialize;

use super::{DocumentError, pdf::render};

/// What the letter says, already in words.
#[derive(Clone, Debug, Serialize)]
pub struct Apology {
    /// `a5` or `a4`.
    pub paper: String,
    pub parent_name: String,
    /// "Ủy ban nhân dân xã Quảng Ngạn"
    pub agency_in_full: String,
    /// "05/PXL-UBND", with room for a number while it is a draft.
    pub number: String,
    pub place_and_date: String,
    /// "Ông (bà) ", or nothing before an organisation.
    pub addressee: String,
    pub applicant_name: String,
    pub received_on: String,
    pub procedure_name: String,
    pub field: String,
    pub code: String,
    pub due_at: String,
    pub reason: String,
    pub new_due_at: String,
    /// Lines above the signature: "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH".
    pub capacity: Vec<String>,
    pub signer: String,
    pub draft: bool,
    /// "BẢN DÙNG THỬ" in the demo.
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

impl Apology {
    /// Who is asked for pardon, within a sentence; the template says the same.
    pub fn whom(&self) -> &'static str {
        if self.addressee.is_empty() {
            "quý cơ quan, đơn vị"
        } else {
            "ông (bà)"
        }
    }
}

/// The letter as PDF; room is left for pen and seal.
///
/// # Errors
/// When the template does not compile with these words.
pub fn pdf(letter: &Apology) -> Result<Vec<u8>, DocumentError> {
    let template = concat!(include_str!("head.typ"), include_str!("apology.typ"));
    render(template, letter, letter.made)
}
