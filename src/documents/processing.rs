//! Biểu II.06a/VPCP/KSTT (Thông tư 01/2020/TT-VPCP), A4 on its side.
use serde::Serialize;
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("processing.typ")
    ))
});

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub label: String,
    /// Columns (3) to (13), then those without a promised date, as they are written.
    pub counts: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// "II.06a/VPCP/KSTT"
    pub number: String,
    /// "Quý I năm 2021 (từ ngày … đến ngày …)"
    pub period: String,
    /// "theo lĩnh vực …; …": which dossiers alone; then it is an extract, not signed.
    pub cut: Option<String>,
    /// What the rows are: "Lĩnh vực, công việc giải quyết theo cấp".
    pub rows_are: String,
    pub reporter: String,
    pub receiver: String,
    pub rows: Vec<Row>,
    pub total: Row,
    /// Whether any dossier has no promised date: two columns more.
    pub undated: bool,
    pub notes: Vec<String>,
    pub place_and_date: String,
    pub capacity: Vec<String>,
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

/// The table as PDF, with room for maker and head to sign.
///
/// # Errors
/// When the template does not compile with these words.
pub fn pdf(table: &Table) -> Result<Vec<u8>, DocumentError> {
    render(&TEMPLATE, table, table.made)
}
