//! Form 06 (07 of the set of 2025), "Sổ theo dõi hồ sơ", A4 on its side.
use serde::Serialize;
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("register.typ")
    ))
});

/// One dossier of the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub code: String,
    pub procedure_name: String,
    pub sets: String,
    pub applicant_name: String,
    pub address_and_phone: String,
    pub solving: String,
    pub received: String,
    pub due: String,
    pub returned: String,
    pub result_channel: String,
    pub note: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Register {
    pub parent_name: String,
    pub agency_name: String,
    /// "Từ ngày 15/12/2020 đến ngày 14/3/2021"
    pub period: String,
    pub rows: Vec<Row>,
    /// How many rows there are, as it is written.
    pub count: String,
    pub place: String,
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

/// The book as PDF: cover, rows, and room to close it.
///
/// # Errors
/// When the template does not compile with these words.
pub fn pdf(register: &Register) -> Result<Vec<u8>, DocumentError> {
    render(&TEMPLATE, register, register.made)
}
