//! What is a paper called, in an address and beside a mail?
use crate::domain::paper::PaperKind;

/// The name of a paper in an address.
pub fn path(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Receipt => "giay-hen",
        PaperKind::Supplement => "bo-sung",
        PaperKind::Payment => "nop-phi",
        PaperKind::Refusal => "tu-choi",
        PaperKind::Apology => "xin-loi",
        PaperKind::Stop => "dung",
        PaperKind::ControlSheet => "kiem-soat",
        PaperKind::Transfer => "phieu-chuyen",
    }
}

/// Its name as a file beside a mail.
pub fn mail_name(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Apology => "phieu-xin-loi",
        PaperKind::Supplement => "phieu-yeu-cau-bo-sung",
        PaperKind::Refusal => "phieu-tu-choi",
        other => path(other),
    }
}

/// By its name in an address.
pub fn from_path(name: &str) -> Option<PaperKind> {
    PaperKind::ALL
        .iter()
        .copied()
        .find(|kind| path(*kind) == name)
}
