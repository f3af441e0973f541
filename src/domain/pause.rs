//! Why does the clock stand, and what does one more request for papers need?
//!
//! NĐ 61/2018/NĐ-CP Điều 15.3 asks for papers once, in full; Điều 19.4 gives three
//! working days for it, unless the law of the field says otherwise. The national
//! figures take a second request for a broken promise.
use super::dossier::codes;

codes! {
    /// For what the office waits.
    PauseKind {
        Supplement = "supplement", "Chờ bổ sung giấy tờ";
        Payment = "payment", "Chờ nộp phí, lệ phí";
    }
}

codes! {
    /// Why it waits; the slip adds words of its own.
    PauseReason {
        Missing = "missing", "Thiếu giấy tờ theo thành phần hồ sơ";
        Incomplete = "incomplete", "Giấy tờ chưa ghi đủ, ghi chưa đúng";
        Mismatch = "mismatch", "Thông tin giữa các giấy tờ không khớp";
        Invalid = "invalid", "Giấy tờ hết giá trị hoặc chưa được chứng thực";
        Explain = "explain", "Cần người nộp giải trình thêm";
        Appraisal = "appraisal", "Phát sinh khi thẩm định, xác minh";
        Fee = "fee", "Chưa nộp phí, lệ phí";
        FinancialDuty = "financial_duty", "Chưa thực hiện nghĩa vụ tài chính";
        Other = "other", "Lý do khác";
    }
}

impl PauseReason {
    /// The reasons that fit what is waited for.
    ///
    /// ```
    /// use motcua::domain::pause::{PauseKind, PauseReason};
    /// let fit = |kind| PauseReason::ALL.iter().filter(move |r| r.fits(kind)).count();
    /// assert_eq!((fit(PauseKind::Supplement), fit(PauseKind::Payment)), (7, 3));
    /// ```
    pub fn fits(self, kind: PauseKind) -> bool {
        match self {
            Self::Fee | Self::FinancialDuty => kind == PauseKind::Payment,
            Self::Other => true,
            _ => kind == PauseKind::Supplement,
        }
    }
}

/// What a request for papers needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The law that allows it is named.
    pub legal_basis: bool,
    /// A leader does it, or is named.
    pub leader: bool,
}

/// What one more request needs, after so many earlier ones in the same stage (before
/// the receipt, or since). `since_receipt` are the working days since the day of
/// receipt; `None` before it, when no clock runs.
///
/// ```
/// use motcua::domain::pause::{demand, Demand};
/// assert_eq!(demand(0, Some(3), 3), Demand::default(), "the third day is free");
/// assert_eq!(demand(0, Some(4), 3), Demand { legal_basis: true, leader: false });
/// assert_eq!(demand(1, Some(1), 3), Demand { legal_basis: true, leader: true });
/// assert_eq!(demand(0, None, 3), Demand::default(), "at the counter no clock runs yet");
/// ```
pub fn demand(earlier: usize, since_receipt: Option<u32>, free_days: u32) -> Demand {
    let second = earlier > 0;
    Demand {
        legal_basis: second || since_receipt.is_some_and(|days| days > free_days),
        leader: second,
    }
}

/// What is said before a second request is made.
pub const SECOND: &str = "Đây là lần yêu cầu bổ sung thứ hai: thống kê quốc gia tính hồ sơ này là quá hạn, dù ngày hẹn được tính lại.";
