//! The slip that goes out with a result, A6: which result, when, and the code by which the
//! service is rated. No name stands on it.
use serde::Serialize;
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
    receipt::qr,
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("result_slip.typ")
    ))
});

#[derive(Clone, Debug, Serialize)]
pub struct ResultSlip {
    pub agency_name: String,
    pub code: String,
    pub procedure_name: String,
    pub received: String,
    pub returned: String,
    /// With the one-time token of the receipt.
    pub survey_url: String,
    pub phone: String,
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    slip: &'a ResultSlip,
    qr: String,
}

/// The slip as PDF.
///
/// # Errors
/// When the template does not compile, or the address is too long for a QR code.
pub fn pdf(slip: &ResultSlip) -> Result<Vec<u8>, DocumentError> {
    let page = Page {
        slip,
        qr: qr(&slip.survey_url)?,
    };
    render(&TEMPLATE, &page, slip.made)
}
