//! Who does what in which order, and how much of the time limit each hand may use?
//! (quy trình nội bộ; NĐ 61/2018/NĐ-CP Điều 18, 19; liên thông: Điều 19.6, 19.7)
use serde::{Deserialize, Serialize};

use super::{
    deadline::{TimeLimit, Unit},
    dossier::{Act, codes},
    role::Role,
};

codes! {
    /// What a step is there for: the act that ends it follows from it.
    Duty {
        Receive = "receive", "Tiếp nhận, chuyển hồ sơ";
        Appraise = "appraise", "Thẩm định";
        /// At another agency: it has no account of ours to act with.
        Consult = "consult", "Cơ quan khác giải quyết";
        Approve = "approve", "Phê duyệt";
        Return = "return", "Nhận kết quả về quầy";
    }
}

impl Duty {
    /// The role whose list a dossier stands on in this step.
    pub fn role(self) -> Role {
        match self {
            Self::Receive | Self::Return => Role::Receptionist,
            // Whoever appraises sends it there and awaits the answer.
            Self::Appraise | Self::Consult => Role::Specialist,
            Self::Approve => Role::Leader,
        }
    }
}

/// A share of the time limit, in hundredths of the limit's own unit: 50 is half a day.
pub type Hundredths = u32;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub duty: Duty,
    pub name: String,
    /// The title that does it ("Tư pháp - Hộ tịch"); empty: anyone of the duty's role.
    #[serde(default)]
    pub title: String,
    /// Another agency; `{cấp trên}` stands for the parent of its day (the district
    /// until 30/6/2025, the city after). Empty: our own.
    #[serde(default)]
    pub agency: String,
    #[serde(default)]
    pub share: Hundredths,
}

/// What is wrong with a step, by its place (0 is the first) and field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub place: usize,
    pub field: &'static str,
    pub message: String,
}

/// More steps than this is a mistake.
pub const MOST_STEPS: usize = 20;

/// The limit in hundredths of its unit; same-day work has one day to share.
///
/// ```
/// use motcua::domain::{deadline::{TimeLimit, Unit}, workflow::whole};
/// assert_eq!(whole(TimeLimit::new(5, Unit::WorkingDays)), 500);
/// assert_eq!(whole(TimeLimit::new(0, Unit::SameDay)), 100);
/// ```
pub fn whole(limit: TimeLimit) -> Hundredths {
    match limit.unit {
        Unit::SameDay => 100,
        _ => limit.amount.saturating_mul(100),
    }
}

/// The way where none is given: desk, specialist, leader, desk, with a tenth, six
/// tenths, two tenths and a tenth of the limit. A default of ours, not of the law.
///
/// ```
/// use motcua::domain::{deadline::{TimeLimit, Unit}, workflow::{usual, whole}};
/// let five = TimeLimit::new(5, Unit::WorkingDays);
/// let shares: Vec<u32> = usual(Some(five), "").iter().map(|step| step.share).collect();
/// assert_eq!(shares, [50, 300, 100, 50]);
/// assert_eq!(shares.iter().sum::<u32>(), whole(five));
/// ```
pub fn usual(limit: Option<TimeLimit>, title: &str) -> Vec<Step> {
    let all = limit.map_or(0, whole);
    let tenth = all / 10;
    let step = |duty: Duty, title: &str, share| Step {
        duty,
        name: duty.label().into(),
        title: title.into(),
        agency: String::new(),
        share,
    };
    vec![
        step(Duty::Receive, "", tenth),
        step(Duty::Appraise, title, all - 4 * tenth),
        step(Duty::Approve, "", 2 * tenth),
        step(Duty::Return, "", tenth),
    ]
}

/// Whether steps make a way that a dossier can go, within its limit.
///
/// # Errors
/// Every [`Wrong`] place; shares that exceed the limit are refused.
///
/// ```
/// use motcua::domain::{deadline::{TimeLimit, Unit}, workflow::{check, usual}};
/// let five = Some(TimeLimit::new(5, Unit::WorkingDays));
/// let mut steps = usual(five, "");
/// assert!(check(&steps, five).is_ok());
/// steps[1].share += 1;
/// assert!(check(&steps, five).unwrap_err()[0].message.contains("5,01"));
/// ```
pub fn check(steps: &[Step], limit: Option<TimeLimit>) -> Result<(), Vec<Wrong>> {
    let mut all = Vec::new();
    let mut wrong = |place, field, message: String| {
        all.push(Wrong {
            place,
            field,
            message,
        });
    };
    let last = steps.len().saturating_sub(1);
    if steps.len() > MOST_STEPS {
        wrong(
            MOST_STEPS,
            "name",
            format!("Quy trình có nhiều nhất {MOST_STEPS} bước."),
        );
    }
    if steps.first().map(|step| step.duty) != Some(Duty::Receive) {
        wrong(
            0,
            "duty",
            "Bước đầu phải là “Tiếp nhận, chuyển hồ sơ”.".into(),
        );
    }
    if steps.len() < 2 || steps[last].duty != Duty::Return {
        wrong(
            last,
            "duty",
            "Bước cuối phải là “Nhận kết quả về quầy”.".into(),
        );
    }
    let place_of = |duty| steps.iter().position(|step| step.duty == duty);
    for duty in [Duty::Receive, Duty::Approve, Duty::Return] {
        let places: Vec<usize> = (0..steps.len())
            .filter(|at| steps[*at].duty == duty)
            .collect();
        if duty == Duty::Approve && places.is_empty() {
            wrong(last, "duty", "Thiếu bước “Phê duyệt”.".into());
        }
        for second in places.iter().skip(1) {
            wrong(
                *second,
                "duty",
                format!("Chỉ có một bước “{}”.", duty.label()),
            );
        }
    }
    match (place_of(Duty::Appraise), place_of(Duty::Approve)) {
        (None, _) => wrong(last, "duty", "Thiếu bước “Thẩm định”.".into()),
        (Some(appraise), Some(approve)) if appraise > approve => {
            wrong(
                appraise,
                "duty",
                "Thẩm định phải đứng trước phê duyệt.".into(),
            );
        }
        _ => {}
    }
    for (place, step) in steps.iter().enumerate() {
        if step.name.trim().is_empty() || step.name.chars().count() > 200 {
            wrong(place, "name", "Tên bước dài từ 1 đến 200 ký tự.".into());
        }
        let elsewhere = !step.agency.trim().is_empty();
        if elsewhere != (step.duty == Duty::Consult) {
            wrong(
                place,
                "agency",
                "Chỉ bước “Cơ quan khác giải quyết” ghi tên cơ quan, và bước ấy phải ghi.".into(),
            );
        }
    }
    let sum: u64 = steps.iter().map(|step| u64::from(step.share)).sum();
    match limit {
        None if sum > 0 => wrong(
            last,
            "share",
            "Thủ tục không có thời hạn chung nên không chia thời gian cho các bước.".into(),
        ),
        Some(limit) if sum > u64::from(whole(limit)) => wrong(
            last,
            "share",
            format!(
                "Các bước cộng lại {} vượt thời hạn {limit}. Xin giảm bớt.",
                shown(sum)
            ),
        ),
        _ => {}
    }
    if all.is_empty() { Ok(()) } else { Err(all) }
}

/// Hundredths as a Vietnamese number: 250 is "2,5".
///
/// ```
/// use motcua::domain::workflow::shown;
/// assert_eq!([shown(250), shown(300), shown(5)], ["2,5", "3", "0,05"]);
/// ```
pub fn shown(hundredths: u64) -> String {
    let rest = hundredths % 100;
    let text = format!("{},{rest:02}", hundredths / 100);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}

/// A share as typed: "0,5", "0.5" or "2".
///
/// # Errors
/// A sentence with an example.
///
/// ```
/// use motcua::domain::workflow::read_share;
/// assert_eq!(read_share("0,5"), Ok(50));
/// assert_eq!(read_share("2"), Ok(200));
/// assert!(read_share("nửa").is_err());
/// assert!(read_share("0,005").is_err());
/// ```
pub fn read_share(text: &str) -> Result<Hundredths, String> {
    let text = text.trim().replace(',', ".");
    let (units, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fine = !units.is_empty() && units.len() <= 5 && rest.len() <= 2;
    if !(fine && digits(units) && digits(rest)) {
        return Err("Thời gian của bước ghi như 0,5 hoặc 2, theo đơn vị của thời hạn.".into());
    }
    let units: u32 = units.parse().unwrap_or(0);
    let rest: u32 = format!("{rest:0<2}").parse().unwrap_or(0);
    Ok(units * 100 + rest)
}

/// What an act means for the way of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// It stays where it is.
    Stays,
    /// The act belongs to step `at`; the dossier is given on to step `next`.
    GoesOn { at: usize, next: usize },
    /// Given to the step, whose work is still to be done.
    GivenTo(usize),
    /// Nobody owes anything any more.
    Ended,
}

/// Where a dossier goes by an act. `current` is the step it stands in.
///
/// ```
/// use motcua::domain::{dossier::Act, workflow::{passing, usual, Passing}};
/// let steps = usual(None, "");
/// assert_eq!(passing(&steps, 0, Act::HandOver), Passing::GivenTo(1));
/// assert_eq!(passing(&steps, 0, Act::Appraise), Passing::GoesOn { at: 1, next: 2 }, "the desk gave it on with the act");
/// assert_eq!(passing(&steps, 2, Act::Approve), Passing::GoesOn { at: 2, next: 3 });
/// assert_eq!(passing(&steps, 2, Act::SendBack), Passing::GivenTo(1));
/// assert_eq!(passing(&steps, 3, Act::Process), Passing::Ended);
/// ```
pub fn passing(steps: &[Step], current: usize, act: Act) -> Passing {
    let of = |duty: Duty| move |at: &usize| steps[*at].duty == duty;
    let ahead = || current..steps.len();
    // The step to appraise in: here or ahead, else the last one behind.
    let appraise = ahead()
        .find(of(Duty::Appraise))
        .or_else(|| (0..steps.len()).rev().find(of(Duty::Appraise)))
        .unwrap_or(current);
    let approve = (0..steps.len())
        .find(of(Duty::Approve))
        .unwrap_or(steps.len() - 1);
    let after = |at: usize| (at + 1).min(steps.len() - 1);
    match act {
        Act::HandOver if current + 1 < steps.len() => Passing::GivenTo(current + 1),
        Act::Assign => Passing::GivenTo(appraise),
        Act::SendBack => Passing::GivenTo(
            (0..approve)
                .rev()
                .find(of(Duty::Appraise))
                .unwrap_or(appraise),
        ),
        // Appraised while it stands behind that step (sent back, or an agency's
        // answer still out): what was asked of others is not asked again.
        Act::Appraise if appraise < current => Passing::GoesOn {
            at: appraise,
            next: (appraise + 1..steps.len())
                .find(|at| steps[*at].duty != Duty::Consult)
                .unwrap_or(approve),
        },
        Act::Appraise => Passing::GoesOn {
            at: appraise,
            next: after(appraise),
        },
        Act::AgencyAnswered if steps[current].duty == Duty::Consult => Passing::GoesOn {
            at: current,
            next: after(current),
        },
        Act::Approve => Passing::GoesOn {
            at: approve,
            next: after(approve),
        },
        Act::Process
        | Act::Refuse
        | Act::Reject
        | Act::Withdraw
        | Act::Stop
        | Act::ReturnResult => Passing::Ended,
        _ => Passing::Stays,
    }
}
