//! What did the plan promise, and by which figure is it judged?
use serde::{Deserialize, Serialize};

use super::dossier::codes;

/// The plan that the program carries.
pub const SHIPPED: &str = include_str!("../../config/targets.toml");

codes! {
    /// The figure behind a target.
    Formula {
        DeclaredFourOnTheSpot = "declared_four_on_the_spot", "thủ tục được xếp vào diện 4 tại chỗ ÷ thủ tục thuộc thẩm quyền UBND xã";
        OnTimeWithOverdue = "on_time_with_overdue", "hồ sơ xong trước và đúng hạn ÷ hồ sơ đã xong và hồ sơ quá hạn chưa xong";
        Apologised = "apologised", "hồ sơ trễ có phiếu xin lỗi đã ký ÷ hồ sơ trễ";
        FeedbackInTime = "feedback_in_time", "phản ánh, kiến nghị xử lý đúng hạn ÷ phản ánh, kiến nghị đến hạn trong kỳ; trả lời trễ hoặc quá hạn chưa trả lời là không đúng hạn";
        Entered = "entered", "ghi bằng tay, có căn cứ";
        BallotsOfSample = "ballots_of_sample", "phiếu thu được ÷ cỡ mẫu n = N/(1 + N·0,05²), N là hồ sơ xong trong kỳ";
    }
}

/// A plan of a year.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub version: String,
    pub name: String,
    #[serde(rename = "target")]
    pub targets: Vec<Target>,
}

/// One figure that the plan fixes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub code: String,
    pub label: String,
    pub formula: Formula,
    pub goal_percent: u64,
    /// More than that is asked for, not that much ("trên 95%").
    #[serde(default)]
    pub above: bool,
    /// The line of the plan.
    pub source: String,
}

/// What the code of a quality objective begins with; those of the plan do not.
pub const OBJECTIVE: &str = "iso-";

/// `≥ 20 %`, or `> 95 %` where more than that is asked for.
///
/// ```
/// use motcua::domain::target::goal;
/// assert_eq!([goal(20, false), goal(95, true)], ["≥\u{a0}20\u{a0}%", ">\u{a0}95\u{a0}%"]);
/// ```
pub fn goal(percent: u64, above: bool) -> String {
    format!("{}\u{a0}{percent}\u{a0}%", if above { ">" } else { "≥" })
}

/// Reads a plan file.
///
/// # Errors
/// A sentence that names what is wrong.
///
/// ```
/// use motcua::domain::target::{read, SHIPPED};
/// assert_eq!(read(SHIPPED).unwrap().targets[0].goal_percent, 20);
/// assert!(read("version = 1").is_err());
/// ```
pub fn read(text: &str) -> Result<Plan, String> {
    toml::from_str(text).map_err(|error| format!("Chỉ tiêu sai: {error}"))
}
