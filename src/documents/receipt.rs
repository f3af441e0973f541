//! Form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" (TT 01/2018/TT-VPCP), A5.
use fast_qr::{
    convert::{Builder, svg::SvgBuilder},
    qr::QRBuilder,
};
use serde::{Deserialize, Serialize};
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("receipt.typ")
    ))
});

/// What the receipt says, already in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub agency_name: String,
    pub place_and_date: String,
    pub code: String,
    /// As minted by another system; empty where there is none.
    pub external_code: String,
    pub applicant_name: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub procedure_name: String,
    pub procedure_code: String,
    pub documents: Vec<String>,
    pub sets: i32,
    pub time_limit: String,
    pub received_at: String,
    pub due_at: String,
    pub result_channel: String,
    pub receiver_name: String,
    /// With the receipt's secret: what the QR leads to.
    pub lookup_url: String,
    /// With the one-time token: where the applicant rates the service.
    pub survey_url: String,
    /// "BẢN DÙNG THỬ" in the demo.
    pub watermark: Option<String>,
    /// "(bản in lại)"
    #[serde(default)]
    pub remark: String,
    pub made: chrono::NaiveDateTime,
}

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    receipt: &'a Receipt,
    qr: String,
    survey_qr: String,
}

#[derive(Serialize)]
struct Batch<'a> {
    title: &'a str,
    author: &'a str,
    watermark: &'a Option<String>,
    copies: &'static [&'static str],
    receipts: Vec<Page<'a>>,
}

/// How many copies stand on the sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// One, A5 upright.
    #[default]
    One,
    /// Both side by side on A4: one stays, one goes with the applicant.
    Two,
}

/// The receipt as PDF.
///
/// # Errors
/// When the template does not compile, or the address is too long for a QR code.
pub fn pdf(receipt: &Receipt, copies: Copies) -> Result<Vec<u8>, DocumentError> {
    rendered(std::slice::from_ref(receipt), copies)
}

/// Many receipts in one PDF, each from a page of its own, in the order given.
///
/// # Errors
/// When there is none, or as one alone.
pub fn batch(receipts: &[Receipt]) -> Result<Vec<u8>, DocumentError> {
    rendered(receipts, Copies::One)
}

fn rendered(receipts: &[Receipt], copies: Copies) -> Result<Vec<u8>, DocumentError> {
    const TITLE: &str = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả";
    let first = receipts
        .first()
        .ok_or_else(|| DocumentError("không có giấy hẹn nào".into()))?;
    let title = match receipts.len() {
        1 => format!("{TITLE} {}", first.code),
        many => format!("{TITLE} ({many} hồ sơ)"),
    };
    let pages = receipts.iter().map(|receipt| {
        Ok(Page {
            receipt,
            qr: qr(&receipt.lookup_url)?,
            survey_qr: qr(&receipt.survey_url)?,
        })
    });
    let data = Batch {
        title: &title,
        author: &first.agency_name,
        watermark: &first.watermark,
        copies: match copies {
            Copies::One => &["Liên: Lưu / giao khách hàng"],
            Copies::Two => &["Liên: Lưu", "Liên: Giao khách hàng"],
        },
        receipts: pages.collect::<Result<_, DocumentError>>()?,
    };
    render(&TEMPLATE, &data, first.made)
}

/// A code to scan, as SVG.
pub(super) fn qr(address: &str) -> Result<String, DocumentError> {
    let code = QRBuilder::new(address)
        .build()
        .map_err(|error| DocumentError(error.to_string()))?;
    Ok(SvgBuilder::default().margin(2).to_str(&code))
}
