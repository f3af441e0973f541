//! Form 05 (06 of the set of 2025), "Phiếu kiểm soát quá trình giải quyết hồ sơ".
use serde::{Deserialize, Serialize};
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("control_sheet.typ")
    ))
});

/// The dossier changes hands once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    pub giver: String,
    pub taker: String,
    /// "10 giờ 00 phút, ngày 16 tháng 4 năm 2021"
    pub at: String,
    /// "Đúng hạn"; filled by who takes it over, so most often left to the pen.
    pub result: String,
    pub note: String,
}

/// What the sheet says, already in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlSheet {
    /// `a5` or `a4`.
    pub paper: String,
    pub agency_name: String,
    pub place_and_date: String,
    pub remark: String,
    pub code: String,
    pub procedure_name: String,
    pub applicant_name: String,
    pub solving: String,
    pub cooperating: String,
    pub received_at: String,
    pub due_at: String,
    pub hops: Vec<Hop>,
    pub watermark: Option<String>,
    pub made: chrono::NaiveDateTime,
}

/// The sheet as PDF.
///
/// # Errors
/// When the template does not compile with these words.
pub fn pdf(sheet: &ControlSheet) -> Result<Vec<u8>, DocumentError> {
    batch(std::slice::from_ref(sheet))
}

#[derive(Serialize)]
struct Batch<'a> {
    title: &'a str,
    author: &'a str,
    /// All sheets are of one size.
    paper: &'a str,
    watermark: &'a Option<String>,
    sheets: &'a [ControlSheet],
}

/// Many sheets in one PDF, each from a page of its own, in the order given.
///
/// # Errors
/// When there is none, or the template does not compile with these words.
pub fn batch(sheets: &[ControlSheet]) -> Result<Vec<u8>, DocumentError> {
    const TITLE: &str = "Phiếu kiểm soát quá trình giải quyết hồ sơ";
    let first = sheets
        .first()
        .ok_or_else(|| DocumentError("không có phiếu nào".into()))?;
    let title = match sheets.len() {
        1 => format!("{TITLE} {}", first.code),
        many => format!("{TITLE} ({many} hồ sơ)"),
    };
    let data = Batch {
        title: &title,
        author: &first.agency_name,
        paper: &first.paper,
        watermark: &first.watermark,
        sheets,
    };
    render(&TEMPLATE, &data, first.made)
}
