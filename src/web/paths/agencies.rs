//! Where the agencies under one roof are compared, and where one changes over to another.
use super::encode;

pub const REPORT_AGENCIES: &str = "/bao-cao/don-vi";
/// An agency's own hours.
pub const CALENDAR_HOURS: &str = "/lich/gio";
/// What an agency decides for itself about a procedure.
pub fn procedure_terms(code: &str) -> String {
    format!("/danh-muc/{}/o-day", encode(code))
}

/// Where the agency that one works in is posted.
pub const WORK_IN: &str = "/tai-khoan/co-quan";

/// The dossiers behind a number of an agency.
pub fn agency_rows(key: &str) -> String {
    format!("{REPORT_AGENCIES}/{}/ho-so", encode(key))
}
