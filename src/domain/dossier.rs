//! The life of a dossier: ten national states, and which act leads from which to which.

use super::role::Role;

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$note])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code that travels in JSON and files.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words a reader sees.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

pub(crate) use codes;

codes! {
    /// The ten states exchanged with the national portal; the words are those the citizen reads.
    Status {
        Registered = "registered", "Đã gửi, chờ tiếp nhận";
        Received = "received", "Đã tiếp nhận";
        Rejected = "rejected", "Không được tiếp nhận";
        Processing = "processing", "Đang giải quyết";
        AwaitingSupplement = "awaiting_supplement", "Chờ bổ sung giấy tờ";
        AwaitingPayment = "awaiting_payment", "Chờ nộp phí, lệ phí";
        Withdrawn = "withdrawn", "Đã rút theo yêu cầu";
        Stopped = "stopped", "Dừng giải quyết";
        Processed = "processed", "Đã có kết quả";
        Returned = "returned", "Đã trả kết quả";
    }
}

impl Status {
    /// The national number, 1 to 10.
    ///
    /// ```
    /// use motcua::domain::dossier::Status;
    /// assert_eq!(Status::Registered.number(), 1);
    /// assert_eq!(Status::Returned.number(), 10);
    /// ```
    pub fn number(self) -> u8 {
        match self {
            Self::Registered => 1,
            Self::Received => 2,
            Self::Rejected => 3,
            Self::Processing => 4,
            Self::AwaitingSupplement => 5,
            Self::AwaitingPayment => 6,
            Self::Withdrawn => 7,
            Self::Stopped => 8,
            Self::Processed => 9,
            Self::Returned => 10,
        }
    }

    /// Received and not ended: the office still owes something.
    pub const OPEN: &'static [Self] = &[
        Self::Received,
        Self::Processing,
        Self::AwaitingSupplement,
        Self::AwaitingPayment,
    ];

    /// One of [`Self::OPEN`].
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// The clock stands: the office waits for the citizen.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::AwaitingSupplement | Self::AwaitingPayment)
    }
}

codes! {
    /// What came of it.
    Outcome {
        Granted = "granted", "Giải quyết xong";
        Refused = "refused", "Từ chối giải quyết";
        Withdrawn = "withdrawn", "Công dân rút hồ sơ";
        Stopped = "stopped", "Dừng giải quyết";
        Rejected = "rejected", "Từ chối tiếp nhận";
    }
}

codes! {
    /// How a dossier arrives, and how its result leaves.
    Channel {
        Desk = "desk", "Trực tiếp";
        Online = "online", "Trực tuyến";
        Post = "post", "Bưu chính công ích";
    }
}

impl Channel {
    /// Where the result is handed over, as the receipt says it.
    pub fn result_label(self) -> &'static str {
        match self {
            Self::Desk => "tại Bộ phận Tiếp nhận và Trả kết quả",
            Self::Online => "trực tuyến",
            Self::Post => "qua dịch vụ bưu chính công ích",
        }
    }
}

codes! {
    ApplicantKind {
        Citizen = "citizen", "Công dân";
        Enterprise = "enterprise", "Doanh nghiệp";
        HouseholdBusiness = "household_business", "Hộ kinh doanh";
        Organisation = "organisation", "Cơ quan, tổ chức";
    }
}

codes! {
    /// In which form a paper was handed in.
    DocumentForm {
        Original = "original", "Bản chính";
        Copy = "copy", "Bản sao";
        Electronic = "electronic", "Bản điện tử";
        Shown = "shown", "Xuất trình";
    }
}

codes! {
    /// The acts of a dossier's life. The words are those of the button.
    Act {
        Receive = "receive", "Tiếp nhận";
        Accept = "accept", "Tiếp nhận";
        Reject = "reject", "Từ chối tiếp nhận";
        Assign = "assign", "Phân công";
        Appraise = "appraise", "Thẩm định xong";
        Approve = "approve", "Phê duyệt";
        Process = "process", "Có kết quả";
        Refuse = "refuse", "Từ chối giải quyết";
        RequestSupplement = "request_supplement", "Yêu cầu bổ sung";
        SupplementArrived = "supplement_arrived", "Giấy bổ sung đã đến";
        SupplementReceived = "supplement_received", "Đã nhận bổ sung";
        RequestPayment = "request_payment", "Yêu cầu nộp phí";
        PaymentReceived = "payment_received", "Đã nộp phí";
        ReturnResult = "return_result", "Trả kết quả";
        Withdraw = "withdraw", "Rút hồ sơ";
        Stop = "stop", "Dừng giải quyết";
        DraftApology = "draft_apology", "Soạn phiếu xin lỗi";
        SignApology = "sign_apology", "Ký phiếu xin lỗi";
        HandOver = "hand_over", "Chuyển hồ sơ";
        Take = "take", "Nhận bàn giao";
        SendBack = "send_back", "Trả lại làm rõ";
        AskAgency = "ask_agency", "Lấy ý kiến cơ quan khác";
        AgencyAnswered = "agency_answered", "Cơ quan khác đã trả lời";
    }
}

impl Act {
    /// Who may do it; `admin` may do all.
    ///
    /// `approve` is the leader's; the desk records it when it names the leader
    /// who signed, and `process` is the desk's only at the desk: see [`allowed`].
    pub fn roles(self) -> &'static [Role] {
        use Role::{Leader, Office, Receptionist, Specialist};
        match self {
            Self::Receive
            | Self::Accept
            | Self::Reject
            | Self::SupplementArrived
            | Self::SupplementReceived
            | Self::ReturnResult
            | Self::Withdraw => &[Receptionist],
            Self::Assign => &[Leader, Office],
            Self::Appraise => &[Specialist, Receptionist],
            Self::Approve => &[Leader, Receptionist],
            Self::Process => &[Specialist, Leader, Receptionist],
            Self::Refuse | Self::Stop | Self::SignApology | Self::SendBack => &[Leader],
            // A second request is the leader's, or names him: see `pause::demand`.
            Self::RequestSupplement | Self::Take => &[Receptionist, Specialist, Leader],
            Self::RequestPayment
            | Self::PaymentReceived
            | Self::HandOver
            | Self::AskAgency
            | Self::AgencyAnswered => &[Receptionist, Specialist],
            Self::DraftApology => &[Specialist, Office, Receptionist],
        }
    }
}

/// Whether a role may do an act at that place.
///
/// The desk appraises, approves (naming the leader) and ends a dossier only at
/// the desk: that is what "4 tại chỗ" means.
///
/// ```
/// use motcua::domain::{dossier::{allowed, Act}, role::Role};
/// assert!(allowed(Act::Approve, Role::Leader, false));
/// assert!(allowed(Act::Process, Role::Receptionist, true));
/// assert!(!allowed(Act::Process, Role::Receptionist, false));
/// assert!(!allowed(Act::SignApology, Role::Office, true));
/// ```
pub fn allowed(act: Act, role: Role, at_desk: bool) -> bool {
    let desk_only = matches!(act, Act::Appraise | Act::Approve | Act::Process);
    role == Role::Admin
        || (act.roles().contains(&role) && !(role == Role::Receptionist && desk_only && !at_desk))
}

/// Where a dossier stands, as far as the next act is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub status: Status,
    /// Where a waiting dossier came from.
    pub resume: Option<Status>,
    /// A leader has approved it since it was last sent back.
    pub approved: bool,
    /// Something was done since it was received.
    pub acted: bool,
    /// It has ended, after its promise.
    pub late: bool,
}

/// Why an act cannot be done now: a Vietnamese sentence with a way on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotNow(pub String);

/// The state an act leads to.
///
/// # Errors
/// [`NotNow`] with a sentence that says what the dossier waits for instead.
///
/// ```
/// use motcua::domain::dossier::{next, Act, Position, Status};
/// let at = |status| Position { status, resume: None, approved: false, acted: false, late: false };
/// assert_eq!(next(Act::Appraise, at(Status::Received)), Ok(Status::Processing));
/// assert!(next(Act::Process, at(Status::Processing)).is_err(), "not approved yet");
/// assert!(next(Act::ReturnResult, at(Status::Received)).is_err());
/// ```
pub fn next(act: Act, at: Position) -> Result<Status, NotNow> {
    use Status::{
        AwaitingPayment, AwaitingSupplement, Processed, Processing, Received, Registered, Rejected,
        Returned, Stopped, Withdrawn,
    };
    let resumed = at.resume.unwrap_or(Processing);
    let to = match (act, at.status) {
        (Act::Accept, Registered) => Received,
        (Act::Reject, Registered) => Rejected,
        (Act::Reject, Received) if !at.acted => Rejected,
        (Act::Assign | Act::Appraise | Act::HandOver, Received | Processing)
        | (Act::Approve, Processing)
        | (Act::PaymentReceived, AwaitingPayment) => Processing,
        (Act::SendBack, Processing) if !at.approved => Processing,
        (Act::Take | Act::AskAgency, same @ (Received | Processing)) => same,
        (Act::Process, Processing) if at.approved => Processed,
        (Act::Process, Processing) => {
            return Err(NotNow(
                "Hồ sơ chưa được phê duyệt nên chưa có kết quả. Cần lãnh đạo phê duyệt trước."
                    .into(),
            ));
        }
        (Act::Refuse, Received | Processing) => Processed,
        (Act::RequestSupplement, Registered | Received | Processing)
        | (Act::SupplementArrived, AwaitingSupplement) => AwaitingSupplement,
        (Act::SupplementReceived, AwaitingSupplement) => resumed,
        (Act::RequestPayment, Processing) => AwaitingPayment,
        (Act::ReturnResult, Processed) => Returned,
        (Act::Withdraw, Received | Processing | AwaitingSupplement | AwaitingPayment) => Withdrawn,
        (Act::Stop, Processing | AwaitingSupplement | AwaitingPayment | Withdrawn) => Stopped,
        (Act::DraftApology | Act::SignApology | Act::AgencyAnswered, same) if same.is_open() => {
            same
        }
        // Late is late: said with the result, or after it, if it was not said before.
        (Act::DraftApology | Act::SignApology, same @ (Processed | Returned)) if at.late => same,
        (act, status) => {
            return Err(NotNow(format!(
                "Không thể “{}” khi hồ sơ ở trạng thái “{}”. Xem lại hồ sơ rồi chọn việc khác.",
                act.label(),
                status.label()
            )));
        }
    };
    Ok(to)
}

/// What came of a dossier that an act just ended, if it did.
pub fn outcome_of(act: Act) -> Option<Outcome> {
    match act {
        Act::Process => Some(Outcome::Granted),
        Act::Refuse => Some(Outcome::Refused),
        Act::Withdraw => Some(Outcome::Withdrawn),
        Act::Stop => Some(Outcome::Stopped),
        Act::Reject => Some(Outcome::Rejected),
        _ => None,
    }
}
