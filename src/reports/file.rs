//! A report as JSON, CSV or Excel, the same for page, API and command line.
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::Sheet,
    error::{Error, Result},
};

/// As which file a report is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Json,
    Csv,
    Xlsx,
}

impl Kind {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// The report as that file.
pub fn bytes(app: &App, kind: Kind, report: &impl Serialize, sheet: &Sheet) -> Result<Vec<u8>> {
    match kind {
        Kind::Json => Ok(serde_json::to_string_pretty(report)?.into_bytes()),
        Kind::Csv => Ok(sheet.csv(app.settings.files.separator()).into_bytes()),
        Kind::Xlsx => sheet.xlsx("Báo cáo").map_err(Error::internal),
    }
}
