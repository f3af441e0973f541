//! Where the agencies under one roof are compared, and where one changes over to another.
use super::{ACCOUNT, encode};

pub const REPORT_AGENCIES: &str = "/bao-cao/don-vi";
/// Where the agency that one works in is posted.
pub const WORK_IN: &str = "/tai-khoan/co-quan";
/// Where that is chosen.
pub const WHERE_I_WORK: &str = ACCOUNT;

/// The dossiers behind a number of an agency.
pub fn agency_rows(key: &str) -> String {
    format!("{REPORT_AGENCIES}/{}/ho-so", encode(key))
}
