//! Which papers does the law know, under which number, since when?
use chrono::NaiveDate;

use super::dossier::{Act, codes};

codes! {
    /// A paper of a dossier.
    PaperKind {
        Receipt = "receipt", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả";
        Supplement = "supplement", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ";
        /// No form of the circulars: the office's own.
        Payment = "payment", "Thông báo nộp phí, lệ phí";
        Refusal = "refusal", "Phiếu từ chối tiếp nhận giải quyết hồ sơ";
        Apology = "apology", "Phiếu xin lỗi và hẹn lại ngày trả kết quả";
        Stop = "stop", "Thông báo dừng giải quyết hồ sơ";
        ControlSheet = "control-sheet", "Phiếu kiểm soát quá trình giải quyết hồ sơ";
        /// Our own sheet: no circular has a form for it (NĐ 61/2018/NĐ-CP Điều 19.5, 19.6).
        Transfer = "transfer", "Phiếu chuyển xử lý, lấy ý kiến";
    }
}

codes! {
    /// The forms of one circular.
    FormSet {
        Of2018 = "2018", "Thông tư 01/2018/TT-VPCP";
        Of2025 = "2025", "Thông tư 03/2025/TT-VPCP";
    }
}

impl FormSet {
    /// The set for a dossier received on a day. Since when the set of 2025 serves
    /// is a setting (`forms.set_2025_from`), for its first day is not confirmed.
    ///
    /// ```
    /// use motcua::domain::paper::{FormSet, PaperKind};
    /// let day = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let from = day(2025, 9, 15);
    /// assert_eq!(FormSet::on(day(2025, 9, 14), from), FormSet::Of2018);
    /// assert_eq!(FormSet::on(day(2025, 9, 15), from), FormSet::Of2025);
    /// ```
    pub fn on(received: NaiveDate, set_2025_from: NaiveDate) -> Self {
        if received < set_2025_from {
            Self::Of2018
        } else {
            Self::Of2025
        }
    }

    /// The number of a form in this set; the set of 2018 has no notice of stopping.
    ///
    /// ```
    /// use motcua::domain::paper::{FormSet, PaperKind};
    /// assert_eq!(FormSet::Of2018.number(PaperKind::ControlSheet), Some("05"));
    /// assert_eq!(FormSet::Of2025.number(PaperKind::ControlSheet), Some("06"));
    /// assert_eq!(FormSet::Of2018.number(PaperKind::Stop), None);
    /// ```
    pub fn number(self, kind: PaperKind) -> Option<&'static str> {
        match (kind, self) {
            (PaperKind::Receipt, _) => Some("01"),
            (PaperKind::Supplement, _) => Some("02"),
            (PaperKind::Refusal, _) => Some("03"),
            (PaperKind::Apology, _) => Some("04"),
            (PaperKind::Stop, Self::Of2018) | (PaperKind::Payment | PaperKind::Transfer, _) => None,
            (PaperKind::Stop, Self::Of2025) | (PaperKind::ControlSheet, Self::Of2018) => Some("05"),
            (PaperKind::ControlSheet, Self::Of2025) => Some("06"),
        }
    }

    /// Whether a dossier of this set may have the paper: every form of the set, and
    /// what is no national form.
    ///
    /// ```
    /// use motcua::domain::paper::{FormSet, PaperKind};
    /// assert!(FormSet::Of2018.has(PaperKind::Transfer));
    /// assert!(!FormSet::Of2018.has(PaperKind::Stop));
    /// ```
    pub fn has(self, kind: PaperKind) -> bool {
        matches!(kind, PaperKind::Payment | PaperKind::Transfer) || self.number(kind).is_some()
    }

    /// The title as this set words it.
    ///
    /// ```
    /// use motcua::domain::paper::{FormSet, PaperKind};
    /// let title = FormSet::Of2025.title(PaperKind::Apology);
    /// assert_eq!(title, "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết");
    /// ```
    pub fn title(self, kind: PaperKind) -> &'static str {
        match (kind, self) {
            (PaperKind::Apology, Self::Of2025) => {
                "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
            }
            (kind, _) => kind.label(),
        }
    }
}

impl PaperKind {
    /// The paper that an act makes; the others are made on request.
    pub fn of(act: Act) -> Option<Self> {
        match act {
            Act::RequestSupplement => Some(Self::Supplement),
            Act::RequestPayment => Some(Self::Payment),
            Act::Reject | Act::Refuse => Some(Self::Refusal),
            Act::SignApology => Some(Self::Apology),
            Act::Stop => Some(Self::Stop),
            _ => None,
        }
    }

    /// The act that has to come first.
    pub fn act(self) -> Act {
        match self {
            Self::Receipt | Self::ControlSheet => Act::Accept,
            Self::Supplement => Act::RequestSupplement,
            Self::Payment => Act::RequestPayment,
            Self::Refusal => Act::Refuse,
            Self::Apology => Act::DraftApology,
            Self::Stop => Act::Stop,
            Self::Transfer => Act::AskAgency,
        }
    }

    /// Whether it has a number in the book of outgoing papers.
    pub fn numbered(self) -> bool {
        !matches!(self, Self::Receipt | Self::ControlSheet)
    }
}
