//! Who is told what, by which way, and when is it tried again?
//!
//! NĐ 61/2018/NĐ-CP Điều 17.2 (what is missing), 19.9 (the apology), 20.4 (a result
//! that is there early) order that the applicant is told; by which channel they leave open.
use chrono::{DateTime, TimeDelta, Utc};

use super::dossier::{Status, codes};

codes! {
    /// What is told.
    Kind {
        Received = "received", "Đã tiếp nhận hồ sơ";
        /// An online dossier that is not taken in.
        Rejected = "rejected", "Không tiếp nhận hồ sơ";
        Supplement = "supplement", "Cần bổ sung giấy tờ";
        Ready = "ready", "Đã có kết quả";
        Apology = "apology", "Xin lỗi và hẹn lại";
        /// The working calendar changed, and the promise with it.
        Redated = "redate", "Ngày hẹn tính lại";
        Feedback = "feedback", "Trả lời phản ánh, kiến nghị";
        /// For staff: what is due today, what is overdue.
        Digest = "digest", "Việc đến hạn trong ngày";
        /// And what of the plan is due soon or overdue.
        Plan = "plan", "Nhiệm vụ kế hoạch đến hạn";
    }
}

impl Kind {
    /// Whether somebody must carry it where no channel reaches: the receipt is in
    /// the applicant's hand already, and a digest is seen on the desk's page.
    ///
    /// ```
    /// use motcua::domain::notice::Kind;
    /// assert!(Kind::Supplement.on_paper() && !Kind::Received.on_paper());
    /// ```
    pub fn on_paper(self) -> bool {
        !matches!(self, Self::Received | Self::Digest | Self::Plan)
    }

    /// In which states of its dossier the receiver still has to be told by hand: in any
    /// other they know it already, or it is over. Empty for what is about no dossier, and
    /// for what the receipt says.
    ///
    /// ```
    /// use motcua::domain::{dossier::Status, notice::Kind};
    /// assert_eq!(Kind::Ready.needed_in(), [Status::Processed]);
    /// assert!(!Kind::Redated.needed_in().contains(&Status::Returned));
    /// ```
    pub fn needed_in(self) -> &'static [Status] {
        match self {
            Self::Rejected => &[Status::Rejected],
            Self::Supplement => &[Status::AwaitingSupplement],
            Self::Ready => &[Status::Processed],
            // Another promise than the receipt's.
            Self::Apology | Self::Redated => Status::OPEN,
            Self::Received | Self::Feedback | Self::Digest | Self::Plan => &[],
        }
    }
}

codes! {
    Channel {
        Mail = "mail", "Thư điện tử";
        /// A message to a telephone, through the gateway of the province (SMS, Zalo).
        Gateway = "gateway", "Tin nhắn";
        /// A slip that the desk prints, where no other way is open.
        Slip = "slip", "Phiếu báo giấy";
    }
}

codes! {
    State {
        Queued = "queued", "Chờ gửi";
        /// Taken over by the server or the gateway.
        Sent = "sent", "Đã gửi";
        /// The gateway says that it is in the citizen's hand.
        Delivered = "delivered", "Đã đến nơi";
        Failed = "failed", "Không đến";
        /// A slip nobody has printed yet.
        Waiting = "waiting", "Chờ báo";
        /// Told by telephone or on paper instead.
        Settled = "settled", "Đã báo trực tiếp";
        Stopped = "stopped", "Người nhận đã ngừng nhận";
        /// The dossier went on before anybody was told.
        Over = "over", "Không cần báo nữa";
    }
}

/// Where somebody can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach<'a> {
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    /// Agreed to be told, and did not stop it.
    pub agreed: bool,
    /// Whether there is a gateway for telephones.
    pub gateway: bool,
}

/// By which ways somebody is told, each with its address: all that are open,
/// independent of each other; paper where none is.
///
/// ```
/// use motcua::domain::notice::{ways, Channel, Kind, Reach};
/// let both = Reach { email: Some("an@example.vn"), phone: Some("0912"), agreed: true, gateway: true };
/// let told = |kind, reach| ways(kind, reach).into_iter().map(|(channel, _)| channel).collect::<Vec<_>>();
/// assert_eq!(told(Kind::Ready, both), [Channel::Mail, Channel::Gateway]);
/// assert_eq!(told(Kind::Ready, Reach { gateway: false, ..both }), [Channel::Mail]);
/// assert_eq!(told(Kind::Ready, Reach { agreed: false, ..both }), [Channel::Slip]);
/// assert_eq!(told(Kind::Received, Reach::default()), []);
/// ```
pub fn ways(kind: Kind, reach: Reach<'_>) -> Vec<(Channel, &str)> {
    let mut ways = Vec::new();
    if reach.agreed {
        ways.extend(reach.email.map(|address| (Channel::Mail, address)));
        let phone = reach.phone.filter(|_| reach.gateway);
        ways.extend(phone.map(|number| (Channel::Gateway, number)));
    }
    if ways.is_empty() && kind.on_paper() {
        ways.push((Channel::Slip, ""));
    }
    ways
}

/// Minutes to the next try: growing, about two days in all.
const AGAIN: [i64; 11] = [1, 5, 10, 20, 60, 120, 240, 480, 720, 720, 720];

/// When it is tried again after so many tries failed; never, once two days are over.
///
/// ```
/// use motcua::domain::{notice::next_try, time::parse_moment};
/// let now = parse_moment("2021-04-16T10:00").unwrap();
/// assert_eq!(next_try(1, now), parse_moment("2021-04-16T10:01").ok());
/// assert_eq!(next_try(2, now), parse_moment("2021-04-16T10:05").ok());
/// assert_eq!(next_try(12, now), None);
/// ```
pub fn next_try(failed: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let place = usize::try_from(failed).ok()?.checked_sub(1)?;
    AGAIN
        .get(place)
        .map(|minutes| now + TimeDelta::minutes(*minutes))
}

/// The address of mail in a contact that was typed in one box, and the telephone.
///
/// ```
/// use motcua::domain::notice::contact;
/// assert_eq!(contact("0912 345 678, an@example.vn"), (Some("an@example.vn".into()), Some("0912345678".into())));
/// assert_eq!(contact("nhà số 7, thôn 3"), (None, None));
/// ```
pub fn contact(typed: &str) -> (Option<String>, Option<String>) {
    let ends = |c: char| c.is_whitespace() || ",;<>()".contains(c);
    let mail = typed
        .split(ends)
        .map(|word| word.trim_matches(['.', ':']))
        .find(|word| {
            word.split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        })
        .map(str::to_owned);
    let phone = typed
        .split(|c: char| !c.is_ascii_digit() && !" .-+".contains(c))
        .map(|run| {
            run.chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect::<String>()
        })
        .find(|number| {
            (9..=15).contains(&number.len())
                && (number.starts_with('0')
                    || number.starts_with("+84")
                    || number.starts_with("84"))
        });
    (mail, phone)
}

codes! {
    /// How somebody was told where no channel reached.
    Told {
        Paper = "phieu", "đưa, gửi phiếu";
        Telephone = "dien-thoai", "gọi điện thoại";
        InPerson = "truc-tiep", "nói trực tiếp";
    }
}
