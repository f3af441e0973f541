//! Where the agencies under one roof are compared, and where one changes over to another.
use super::{encode, with_query};

pub const REPORT_AGENCIES: &str = "/bao-cao/don-vi";
/// An agency's own hours.
pub const CALENDAR_HOURS: &str = "/lich/gio";
/// Identifier, telephone, signatories of the agency one works in.
pub const AGENCY: &str = "/co-quan";
pub const AGENCY_SIGNS: &str = "/co-quan/nguoi-ky";
/// Where a citizen chooses an agency.
pub const CHOOSE_AGENCY: &str = "/don-vi";

/// Chooses an agency and goes on to a page; the first page where none is named.
pub fn visit(key: &str, back: &str) -> String {
    let to = format!("/tai/{}", encode(key));
    match back {
        "" => to,
        back => with_query(&to, &[("ve", back)]),
    }
}

/// What an agency decides for itself about a procedure.
pub fn procedure_terms(code: &str) -> String {
    format!("/danh-muc/{}/o-day", encode(code))
}

/// Where the agency that one works in is posted.
pub const WORK_IN: &str = "/tai-khoan/co-quan";

/// Asked of the dossiers of an agency: those of all below it too, as the sum of the table
/// counts them. In the query, because in the path every word may be the key of an agency.
pub const WITH_BELOW: (&str, &str) = ("nhom", "tong-cong");

/// The dossiers behind a number of an agency.
pub fn agency_rows(key: &str) -> String {
    format!("{REPORT_AGENCIES}/{}/ho-so", encode(key))
}
