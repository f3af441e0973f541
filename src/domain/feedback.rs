//! Phản ánh, kiến nghị: its life, who may move it on, by when, and what may be shown of it.
//!
//! NĐ 20/2008/NĐ-CP (as amended by NĐ 48/2013) orders the steps: received and
//! entered in the book, sorted, handled or passed on, made public. It fixes one
//! number of days, that for passing on (Điều 9); the others are [`Limits`], set by the office.
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    calendar::Calendar,
    deadline::{ClockPolicy, DeadlineError, DeadlineRules, TimeLimit, Unit, compute},
    dossier::{NotNow, codes},
    role::Role,
    standing::Bounds,
    viet::fold,
};

codes! {
    /// What it is about; each is counted apart.
    Kind {
        /// Hành vi chậm trễ, gây phiền hà, không thực hiện đúng quy định (NĐ 20/2008/NĐ-CP Điều 5).
        Conduct = "conduct", "Hành vi của cán bộ, công chức";
        Rule = "rule", "Quy định, thủ tục hành chính";
        Opinion = "opinion", "Ý kiến, góp ý khác";
    }
}

codes! {
    /// How it came (NĐ 20/2008/NĐ-CP Điều 6).
    Source {
        Online = "online", "Trang thông tin điện tử";
        Paper = "paper", "Văn bản";
        Phone = "phone", "Điện thoại";
        Api = "api", "Phần mềm khác gửi";
    }
}

codes! {
    State {
        Received = "received", "Đã tiếp nhận, đang xử lý";
        /// PA chờ bổ sung: its sender was asked for something more. The limits run on.
        AwaitingMore = "awaiting_more", "Chờ bổ sung thông tin";
        /// Not ours: passed on to the body that may handle it.
        Forwarded = "forwarded", "Đã chuyển cơ quan có thẩm quyền";
        /// Không tiếp nhận: it fails what Điều 7 asks for.
        Rejected = "rejected", "Không tiếp nhận";
        Answered = "answered", "Đã trả lời";
        Published = "published", "Đã trả lời và công khai";
        Closed = "closed", "Đã trả lời, không công khai";
    }
}

codes! {
    Act {
        Receive = "receive", "Tiếp nhận";
        /// What and whom it is about, where its sender did not say it right.
        Classify = "classify", "Phân loại";
        /// What is not clear enough to be handled (NĐ 20/2008/NĐ-CP Điều 14).
        AskMore = "ask_more", "Yêu cầu bổ sung thông tin";
        /// What its sender, or the desk for them, adds.
        AddMore = "add_more", "Bổ sung thông tin";
        Answer = "answer", "Trả lời";
        Forward = "forward", "Chuyển cơ quan có thẩm quyền";
        Reject = "reject", "Không tiếp nhận";
        Publish = "publish", "Công khai";
        Close = "close", "Không công khai, lưu hồ sơ";
        /// By a change of the calendar, not by anybody's choice.
        Redate = "redate", "Đổi hạn theo lịch";
    }
}

impl Act {
    /// Who does it, besides the administrator.
    ///
    /// ```
    /// use motcua::domain::{feedback::Act, role::Role};
    /// assert!(Act::Receive.roles().contains(&Role::Receptionist));
    /// assert!(!Act::Answer.roles().contains(&Role::Receptionist));
    /// ```
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Receive | Self::AddMore => &[Role::Receptionist, Role::Office],
            _ => &[Role::Office, Role::Leader],
        }
    }

    /// ```
    /// use motcua::domain::{feedback::Act, role::Role};
    /// assert!(Act::Answer.allowed(Role::Leader) && Act::Answer.allowed(Role::Admin));
    /// assert!(!Act::Publish.allowed(Role::Specialist));
    /// ```
    pub fn allowed(self, role: Role) -> bool {
        role == Role::Admin || self.roles().contains(&role)
    }
}

/// Whether a complaint about conduct may be read before it is answered: by those
/// who handle it, so that colleagues of the officer do not learn who complained.
///
/// ```
/// use motcua::domain::{feedback::handles, role::Role};
/// assert!(handles(Role::Leader) && !handles(Role::Specialist));
/// ```
pub fn handles(role: Role) -> bool {
    Act::Answer.allowed(role)
}

/// The state an act leads to.
///
/// # Errors
/// [`NotNow`] with a sentence that says where it stands instead.
///
/// ```
/// use motcua::domain::feedback::{next, Act, State};
/// assert_eq!(next(Act::Answer, State::Received), Ok(State::Answered));
/// assert_eq!(next(Act::Answer, State::Forwarded), Ok(State::Answered), "the other body's answer is passed on");
/// assert!(next(Act::Publish, State::Received).is_err(), "nothing to publish yet");
/// assert!(next(Act::Forward, State::Answered).is_err());
/// assert_eq!(next(Act::AskMore, State::Received), Ok(State::AwaitingMore));
/// assert_eq!(next(Act::AddMore, State::AwaitingMore), Ok(State::Received));
/// assert!(next(Act::AddMore, State::Received).is_err(), "nothing was asked for");
/// ```
pub fn next(act: Act, at: State) -> Result<State, NotNow> {
    match (act, at) {
        (Act::Classify, State::Received | State::AwaitingMore) => Ok(at),
        (Act::AskMore, State::Received) => Ok(State::AwaitingMore),
        (Act::AddMore, State::AwaitingMore) => Ok(State::Received),
        (Act::Answer, State::Received | State::AwaitingMore | State::Forwarded) => {
            Ok(State::Answered)
        }
        (Act::Forward, State::Received | State::AwaitingMore) => Ok(State::Forwarded),
        (Act::Reject, State::Received | State::AwaitingMore) => Ok(State::Rejected),
        (Act::Publish, State::Answered) => Ok(State::Published),
        (Act::Close, State::Answered) => Ok(State::Closed),
        _ => Err(NotNow(format!(
            "Việc “{}” không làm được khi phản ánh ở trạng thái “{}”.",
            act.label(),
            at.label()
        ))),
    }
}

/// Working days for each step; settings of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// To say that it is not received.
    pub reject_days: u32,
    /// To pass on what is not ours (NĐ 20/2008/NĐ-CP Điều 9: 05 working days).
    pub forward_days: u32,
    pub answer_days: u32,
    /// From the answer to its publication.
    pub publish_days: u32,
}

/// By when, local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dues {
    pub reject: NaiveDateTime,
    pub forward: NaiveDateTime,
    pub answer: NaiveDateTime,
}

/// The limits of one feedback, counted from its receipt (local time).
///
/// # Errors
/// [`DeadlineError`] when the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::DeadlineRules, feedback::{dues, Limits}};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let limits = Limits { reject_days: 2, forward_days: 5, answer_days: 15, publish_days: 2 };
/// let dues = dues(&calendar, &DeadlineRules::default(), "2021-04-16T10:00:00".parse().unwrap(), limits).unwrap();
/// assert_eq!(dues.reject.to_string(), "2021-04-20 17:00:00");
/// assert_eq!(dues.forward.to_string(), "2021-04-26 17:00:00", "21/4 is a holiday");
/// assert_eq!(dues.answer.to_string(), "2021-05-12 17:00:00", "so are 30/4 and 3/5");
/// ```
pub fn dues(
    calendar: &Calendar,
    rules: &DeadlineRules,
    received_at: NaiveDateTime,
    limits: Limits,
) -> Result<Dues, DeadlineError> {
    let after = |days| working_days_after(calendar, rules, received_at, days);
    Ok(Dues {
        reject: after(limits.reject_days)?,
        forward: after(limits.forward_days)?,
        answer: after(limits.answer_days)?,
    })
}

/// So many working days after a local moment, by the one deadline rule.
///
/// # Errors
/// [`DeadlineError`] when the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, deadline::DeadlineRules, feedback::working_days_after};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let from = "2021-04-20T09:00:00".parse().unwrap();
/// let due = working_days_after(&calendar, &DeadlineRules::default(), from, 2).unwrap();
/// assert_eq!(due.to_string(), "2021-04-23 17:00:00");
/// ```
pub fn working_days_after(
    calendar: &Calendar,
    rules: &DeadlineRules,
    from: NaiveDateTime,
    days: u32,
) -> Result<NaiveDateTime, DeadlineError> {
    let limit = TimeLimit::new(days, Unit::WorkingDays);
    Ok(compute(calendar, rules, from, limit, ClockPolicy::Pause, &[])?.due_at)
}

/// The first late moment of a due moment: the due day is kept until its end
/// (Bộ luật Dân sự 2015 Điều 148.6).
///
/// ```
/// use motcua::domain::{feedback::lapse, time::format_moment};
/// let due = "2021-04-26T17:00:00".parse().unwrap();
/// assert_eq!(format_moment(lapse(due)), "2021-04-27T00:00:00+07:00");
/// ```
pub fn lapse(due_at: NaiveDateTime) -> DateTime<Utc> {
    Bounds::new(due_at, false).lapse
}

codes! {
    /// How it stands against its limit.
    Standing {
        Open = "open", "Đang xử lý, còn hạn";
        Overdue = "overdue", "Quá hạn, chưa xử lý";
        InTime = "in_time", "Xử lý đúng hạn";
        Late = "late", "Xử lý trễ hạn";
        /// The calendar of its year was not known when it came.
        Undated = "undated", "Chưa có hạn";
    }
}

/// How it stands: handled (answered, passed on or not received) before its limit
/// lapsed, after it, or not yet.
///
/// ```
/// use motcua::domain::{feedback::{standing, Standing}, time::parse_moment};
/// let at = |text: &str| parse_moment(text).unwrap();
/// let lapse = Some(at("2021-04-27T00:00"));
/// let asked = |handled: Option<&str>, now| standing(handled.map(at), lapse, at(now));
/// assert_eq!(asked(Some("2021-04-26T23:59:59"), "2021-06-01T09:00"), Standing::InTime);
/// assert_eq!(asked(Some("2021-04-27T00:00"), "2021-06-01T09:00"), Standing::Late);
/// assert_eq!(asked(None, "2021-04-26T18:00"), Standing::Open, "the day is not over");
/// assert_eq!(asked(None, "2021-04-27T00:00"), Standing::Overdue);
/// assert_eq!(standing(None, None, at("2021-04-27T00:00")), Standing::Undated);
/// ```
pub fn standing(
    handled_at: Option<DateTime<Utc>>,
    lapse_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Standing {
    match (handled_at, lapse_at) {
        (_, None) => Standing::Undated,
        (Some(handled), Some(lapse)) if handled < lapse => Standing::InTime,
        (Some(_), Some(_)) => Standing::Late,
        (None, Some(lapse)) if lapse <= now => Standing::Overdue,
        (None, Some(_)) => Standing::Open,
    }
}

/// The number by which it is followed: a counter that restarts each year.
///
/// ```
/// assert_eq!(motcua::domain::feedback::code(2021, 7), "PA-2021-0007");
/// ```
pub fn code(year: i32, number: i32) -> String {
    format!("PA-{year}-{number:04}")
}

/// Folded words between single spaces, punctuation left out: names are looked for in them.
///
/// ```
/// assert_eq!(motcua::domain::feedback::words("Anh TRƯƠNG\nĐức-Huy!"), " anh truong duc huy ");
/// ```
pub fn words(text: &str) -> String {
    let plain: String = fold(text)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// A name as it is looked for; one of a single word stands in too many texts to say anything.
///
/// ```
/// use motcua::domain::feedback::sought;
/// assert_eq!(sought("Phan Văn Lợi").as_deref(), Some(" phan van loi "));
/// assert_eq!(sought("Lợi"), None);
/// ```
pub fn sought(name: &str) -> Option<String> {
    let name = words(name);
    (name.split_whitespace().count() > 1).then_some(name)
}

/// Whether the whole name of a person stands in the [`words`] of a text: feedback that
/// names an officer is hidden from that officer at once, and from whoever is called the same.
///
/// ```
/// use motcua::domain::feedback::{names, words};
/// let said = words("Anh TRƯƠNG ĐỨC HUY và ông Phan Văn Lợi, công chức tư pháp, hẹn ba lần");
/// assert!(names(&said, "Trương Đức Huy") && names(&said, "Phan Văn Lợi"));
/// assert!(!names(&words("Anh Huy hẹn ba lần"), "Trương Đức Huy"));
/// ```
pub fn names(words: &str, name: &str) -> bool {
    sought(name).is_some_and(|name| words.contains(&name))
}

/// What in a text for the public would tell who sent it; nothing where it may stand.
/// A machine sees names it knows and numbers, not everything: a person reads it too.
///
/// ```
/// use motcua::domain::feedback::tells_who;
/// let told = |text| tells_who(text, &["Ngô Thị Mận", "000.00.00.H57-210416-0001"]).is_some();
/// assert!(told("Bà ngô thị mận hỏi về lệ phí"));
/// assert!(told("Gọi lại số 0912 345 678"));
/// assert!(told("Số căn cước 046123456789"));
/// assert!(told("Thư gửi về man@example.com"));
/// assert!(told("Hồ sơ 000.00.00.h57-210416-0001 bị chậm"));
/// assert!(!told("Lệ phí 8.000 đồng theo Nghị định 61/2018/NĐ-CP, từ ngày 15/12/2020"));
/// ```
pub fn tells_who(text: &str, known: &[&str]) -> Option<&'static str> {
    let said = words(text);
    let known = known.iter().map(|name| words(name));
    if known
        .filter(|name| name.trim().chars().count() > 3)
        .any(|name| said.contains(&name))
    {
        return Some(
            "Còn họ tên, nơi liên hệ của người gửi, tên cán bộ hoặc mã hồ sơ. Xin bỏ trước khi công khai.",
        );
    }
    if text.contains('@') {
        return Some("Còn địa chỉ thư điện tử. Xin bỏ trước khi công khai.");
    }
    has_long_number(text)
        .then_some("Còn dãy số giống số điện thoại hoặc số giấy tờ. Xin bỏ trước khi công khai.")
}

/// Nine digits or more in a row; with spaces, dots or dashes between them where
/// they begin like a telephone (an amount of money does not).
fn has_long_number(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    if runs.into_iter().any(|run| run.len() >= 9) {
        return true;
    }
    let loose = text.split(|c: char| !c.is_ascii_digit() && !" .-".contains(c));
    loose.into_iter().any(|run| {
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        digits.len() >= 9 && (digits.starts_with('0') || digits.starts_with("84"))
    })
}
